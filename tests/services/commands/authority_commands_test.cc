// Authorities, units and their policy as events.
#include "services/commands/authority_commands.h"

#include "absl/strings/ascii.h"
#include "eventstore/log/role.h"
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using api::v1::DeclareAuthorityResponse;
using api::v1::DeclareUnitResponse;
using api::v1::PublishRoutineResponse;
using domain::Rejection;

class AuthorityCommandsTest : public House {
 protected:
  auto Declare(const std::string& id, const std::string& name = "Staden") {
    api::v1::DeclareAuthorityRequest request;
    request.set_request_id(Uuid("request " + id));
    request.mutable_authority()->set_authority(Uuid("authority"));
    request.mutable_authority()->set_name(name);
    request.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
    auto outcome = authorities_->DeclareAuthority(caller_, request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }
  auto DeclareUnit(const std::string& id, const std::string& unit) {
    return DeclareUnit(caller_, id, Uuid("authority"), unit);
  }
  AuthorityOutcome<DeclareUnitResponse> DeclareUnit(const CallerScope& caller,
                                                    const std::string& id,
                                                    const std::string& authority,
                                                    const std::string& unit) {
    api::v1::DeclareUnitRequest request;
    request.set_request_id(Uuid("request " + id));
    request.set_authority(authority);
    request.mutable_unit()->set_unit(Uuid(unit));
    request.mutable_unit()->set_name("Skolan");
    request.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
    auto outcome = authorities_->DeclareUnit(caller, request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }
  void DeclareOther() {
    api::v1::DeclareAuthorityRequest request;
    request.set_request_id(Uuid("request other"));
    request.mutable_authority()->set_authority(Uuid("other"));
    request.mutable_authority()->set_name("Friskolan");
    request.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_PRIVATE);
    EXPECT_TRUE(authorities_->DeclareAuthority(unbound_, request).ok());
  }
  // The key that fingerprints are made with is lost, and given up.
  void GiveUpFingerprintKey() {
    for (const auto& record : Stream(Uuid("authority"))) {
      for (const auto& part : record.parts) ASSERT_TRUE(keys_->Erase({part.key}).ok());
    }
  }
  auto Publish(const std::string& id, const std::string& version, const std::string& from) {
    api::v1::PublishRoutineRequest request;
    request.set_request_id(Uuid("request " + id));
    request.set_authority(Uuid("authority"));
    request.mutable_routine()->set_version(version);
    request.mutable_routine()->set_from(from);
    auto& limit = *request.mutable_routine()->add_limits();
    limit.set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
    limit.set_limit("P7D");
    auto outcome = authorities_->PublishRoutine(caller_, request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }
  // The authority's second and third events, recorded or, asked again, answered as they were.
  void DeclareAUnitAndPublish(bool again) {
    const auto unit = DeclareUnit("2", "new unit");
    ASSERT_TRUE(std::holds_alternative<DeclareUnitResponse>(unit));
    EXPECT_EQ(std::get<DeclareUnitResponse>(unit).deduplicated(), again);
    EXPECT_EQ(std::get<DeclareUnitResponse>(unit).position().position(), 1u);
    const auto routine = Publish("3", "2026-1", "2026-02-01");
    ASSERT_TRUE(std::holds_alternative<PublishRoutineResponse>(routine));
    EXPECT_EQ(std::get<PublishRoutineResponse>(routine).deduplicated(), again);
  }
  template <typename Outcome>
  api::v1::Reason ReasonOf(const Outcome& outcome) {
    const auto* rejection = std::get_if<Rejection>(&outcome);
    return rejection == nullptr ? api::v1::REASON_UNSPECIFIED : rejection->reason;
  }

  const CallerScope unbound_{"https://issuer.test", "system-1", "system", "", ""};
};

TEST_F(AuthorityCommandsTest, DeclaresPublishesAndAnswersAgain) {
  for (const bool again : {false, true}) {
    if (again) Restart();
    const auto authority = Declare("1");
    ASSERT_TRUE(std::holds_alternative<DeclareAuthorityResponse>(authority));
    EXPECT_EQ(std::get<DeclareAuthorityResponse>(authority).deduplicated(), again);
    EXPECT_EQ(std::get<DeclareAuthorityResponse>(authority).position().position(), 0u);
    DeclareAUnitAndPublish(again);
  }
  const auto records = Stream(Uuid("authority"));
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].type, "authority.declared");
  EXPECT_EQ(records[1].type, "authority.unit_declared");
  EXPECT_EQ(records[2].type, "authority.routine_published");
}

TEST_F(AuthorityCommandsTest, RefusesWhatCannotBe) {
  EXPECT_EQ(ReasonOf(DeclareUnit("1", "u")), api::v1::REASON_AUTHORITY_UNKNOWN);
  Declare("2");
  EXPECT_TRUE(std::holds_alternative<RequestReused>(Declare("2", "En annan stad")));
  EXPECT_TRUE(std::holds_alternative<RequestReused>(DeclareUnit("2", "u")));
  Publish("3", "2026-1", "2026-02-01");
  EXPECT_EQ(ReasonOf(Publish("4", "2026-1", "2026-03-01")), api::v1::REASON_VERSION_EXISTS);
  EXPECT_EQ(ReasonOf(Publish("5", "2026-2", "2026-01-30")), api::v1::REASON_FIELD_INVALID);
  EXPECT_EQ(ReasonOf(Declare("no")), api::v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Stream(Uuid("authority")).size(), 3u);
}

TEST_F(AuthorityCommandsTest, ValidatesWithoutRecording) {
  api::v1::DeclareAuthorityRequest declare;
  declare.set_request_id(Uuid("request 1"));
  declare.set_validate_only(true);
  declare.mutable_authority()->set_authority(Uuid("authority"));
  declare.mutable_authority()->set_name("Staden");
  declare.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  auto validated = authorities_->DeclareAuthority(caller_, declare);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_FALSE(std::get<DeclareAuthorityResponse>(*validated).has_position());
  declare.mutable_authority()->set_municipality_code("1");
  validated = authorities_->DeclareAuthority(caller_, declare);
  EXPECT_EQ(ReasonOf(*validated), api::v1::REASON_FIELD_INVALID);
  EXPECT_EQ(log_->committed(), 0u);
  // The request that was validated is still to be made; once it was, both say so.
  declare.mutable_authority()->clear_municipality_code();
  EXPECT_FALSE(std::get<DeclareAuthorityResponse>(Declare("1")).deduplicated());
  validated = authorities_->DeclareAuthority(caller_, declare);
  EXPECT_TRUE(std::get<DeclareAuthorityResponse>(*validated).deduplicated());
  declare.mutable_authority()->set_name("En annan stad");
  validated = authorities_->DeclareAuthority(caller_, declare);
  EXPECT_TRUE(std::holds_alternative<RequestReused>(*validated));
  EXPECT_EQ(Stream(Uuid("authority")).size(), 1u);
}

TEST_F(AuthorityCommandsTest, LetsAUnitBeNamedAsSoonAsItIsDeclared) {
  Declare("1");
  auto open = Request("open", "incident", {kOpened});
  open.mutable_facts(0)->mutable_incident_opened()->set_unit(Uuid("fresh"));
  open.mutable_facts(0)->mutable_incident_opened()->clear_place();  // it declares none
  EXPECT_EQ(ReasonOf(Record(open)), api::v1::REASON_UNIT_UNKNOWN);
  DeclareUnit("2", "fresh");
  MustRecord(open);
}

TEST_F(AuthorityCommandsTest, PublishesClosingDaysAndYardsticks) {
  Declare("1");
  DeclareUnit("2", "school");
  api::v1::PublishClosingDaysRequest closing;
  closing.set_request_id(Uuid("request 3"));
  closing.set_authority(Uuid("authority"));
  auto& days = *closing.mutable_closing_days();
  days.set_version("2026-27");
  days.set_unit(Uuid("school"));
  days.set_from("2026-08-01");
  days.set_until("2027-06-30");
  for (const bool again : {false, true}) {
    const auto outcome = authorities_->PublishClosingDays(caller_, closing);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_EQ(std::get<api::v1::PublishClosingDaysResponse>(*outcome).deduplicated(), again);
  }
  api::v1::PublishYardsticksRequest yardsticks;
  yardsticks.set_request_id(Uuid("request 4"));
  yardsticks.set_authority(Uuid("authority"));
  yardsticks.mutable_yardsticks()->set_version("1");
  const auto outcome = authorities_->PublishYardsticks(caller_, yardsticks);
  ASSERT_TRUE(outcome.ok() && std::holds_alternative<api::v1::PublishYardsticksResponse>(*outcome));
  const auto records = Stream(Uuid("authority"));
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[2].type, "authority.closing_days_published");
  EXPECT_EQ(records[3].type, "authority.yardsticks_published");
  const auto found = authorities_->Find(Uuid("authority"));
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->yardstick_versions.contains("1"));
  days.set_version("2");
  days.set_unit(Uuid("nowhere"));
  closing.set_request_id(Uuid("request 5"));
  EXPECT_EQ(ReasonOf(*authorities_->PublishClosingDays(caller_, closing)),
            api::v1::REASON_UNIT_UNKNOWN);
}

TEST_F(AuthorityCommandsTest, AnAuthorityIsChangedAlsoOnceItsFingerprintKeyWasGivenUp) {
  Declare("1");
  GiveUpFingerprintKey();
  for (const bool again : {false, true}) {
    if (again) Restart();
    DeclareAUnitAndPublish(again);
  }
  EXPECT_EQ(Stream(Uuid("authority")).size(), 3u);
}

// What was asked then can no longer be compared with what is asked now.
TEST_F(AuthorityCommandsTest, TheRequestIdAloneDecidesOnceTheFingerprintKeyWasGivenUp) {
  Declare("1");
  GiveUpFingerprintKey();
  for (const bool rebound : {false, true}) {
    if (rebound) DeclareUnit("2", "new unit");
    const auto authority = Declare("1", "En annan stad");
    ASSERT_TRUE(std::holds_alternative<DeclareAuthorityResponse>(authority)) << rebound;
    EXPECT_TRUE(std::get<DeclareAuthorityResponse>(authority).deduplicated());
    EXPECT_EQ(std::get<DeclareAuthorityResponse>(authority).position().position(), 0u);
    EXPECT_TRUE(std::get<DeclareAuthorityResponse>(Declare("1")).deduplicated());
    // Of another stream, so it cannot be this request.
    const std::string opening = rebound ? "open one" : "open another";
    MustRecord(Request(opening, opening, {kOpened}));
    EXPECT_TRUE(std::holds_alternative<RequestReused>(Declare(opening)));
  }
  EXPECT_EQ(Stream(Uuid("authority")).size(), 2u);
}

TEST_F(AuthorityCommandsTest, ValidatesAlsoOnceTheFingerprintKeyWasGivenUp) {
  Declare("1");
  GiveUpFingerprintKey();
  api::v1::PublishRoutineRequest request;
  request.set_request_id(Uuid("request 2"));
  request.set_authority(Uuid("authority"));
  request.set_validate_only(true);
  request.mutable_routine()->set_version("1");
  request.mutable_routine()->set_from("2026-02-01");
  auto outcome = authorities_->PublishRoutine(caller_, request);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(std::get<PublishRoutineResponse>(*outcome).has_position());
  request.mutable_routine()->clear_version();
  outcome = authorities_->PublishRoutine(caller_, request);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(ReasonOf(*outcome), api::v1::REASON_FIELD_INVALID);
  EXPECT_EQ(Stream(Uuid("authority")).size(), 1u);
}

TEST_F(AuthorityCommandsTest, WhatWasDeclaredBeforeAUnitWasHandedOverIsAnsweredAgain) {
  Declare("1");
  DeclareOther();
  const auto declared = std::get<DeclareUnitResponse>(DeclareUnit("2", "school"));
  DeclareUnit(unbound_, "handover", Uuid("other"), "school");
  const auto again = DeclareUnit("2", "school");
  ASSERT_TRUE(std::holds_alternative<DeclareUnitResponse>(again)) << ReasonOf(again);
  EXPECT_TRUE(std::get<DeclareUnitResponse>(again).deduplicated());
  EXPECT_EQ(std::get<DeclareUnitResponse>(again).position().position(),
            declared.position().position());
  EXPECT_EQ(ReasonOf(DeclareUnit("3", "school")), api::v1::REASON_UNIT_NOT_ALLOWED);
  EXPECT_TRUE(std::holds_alternative<RequestReused>(DeclareUnit("1", "school")));
  // The same subject, bound to another authority by now.
  CallerScope moved = caller_;
  moved.authority = Uuid("other");
  EXPECT_EQ(ReasonOf(DeclareUnit(moved, "2", Uuid("authority"), "school")),
            api::v1::REASON_UNIT_NOT_ALLOWED);
  EXPECT_EQ(Stream(Uuid("authority")).size(), 2u);
}

// Whoever is bound to no authority moves units, but not by the way.
TEST_F(AuthorityCommandsTest, WhatIsToTakeFromNobodyHandsNoUnitOver) {
  Declare("1");
  DeclareOther();
  api::v1::DeclareUnitRequest request;
  request.set_request_id(Uuid("request 2"));
  request.set_authority(Uuid("authority"));
  request.set_takes_from_nobody(true);
  request.mutable_unit()->set_unit(Uuid("school"));
  request.mutable_unit()->set_name("Skolan");
  request.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
  const auto declare = [&] { return *authorities_->DeclareUnit(unbound_, request); };
  EXPECT_FALSE(std::get<DeclareUnitResponse>(declare()).deduplicated()) << "it was nobody's";
  DeclareUnit(unbound_, "handover", Uuid("other"), "school");
  EXPECT_TRUE(std::get<DeclareUnitResponse>(declare()).deduplicated());
  for (const char* from : {"", "2030-01-01"}) {
    request.set_request_id(Uuid(std::string("request from ") + from));
    request.mutable_unit()->set_from(from);
    EXPECT_EQ(ReasonOf(declare()), api::v1::REASON_UNIT_NOT_ALLOWED) << from;
  }
  EXPECT_EQ(Stream(Uuid("authority")).size(), 2u);
  request.set_takes_from_nobody(false);
  EXPECT_FALSE(std::get<DeclareUnitResponse>(declare()).deduplicated());
}

TEST_F(AuthorityCommandsTest, AUnitIsItsAuthoritysInWhateverCaseThatWasWritten) {
  Declare("1");
  const std::string upper = absl::AsciiStrToUpper(Uuid("authority"));
  ASSERT_NE(upper, Uuid("authority"));
  const auto declared = DeclareUnit(unbound_, "2", upper, "school");
  ASSERT_TRUE(std::holds_alternative<DeclareUnitResponse>(declared));
  event::v1::UnitDeclared again;
  again.set_unit(Uuid("school"));
  EXPECT_FALSE(units_->TakesFromAnother(Uuid("authority"), again));
  EXPECT_EQ(ReasonOf(DeclareUnit("3", "school")), api::v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Stream(Uuid("authority")).size(), 3u);
}

TEST_F(AuthorityCommandsTest, ARetiredPrimarySaysThatItTakesNoMore) {
  Declare("1");
  ASSERT_TRUE(log_->Retire().ok());
  api::v1::DeclareUnitRequest request;
  request.set_request_id(Uuid("request 2"));
  request.set_authority(Uuid("authority"));
  request.mutable_unit()->set_unit(Uuid("school"));
  request.mutable_unit()->set_name("Skolan");
  request.mutable_unit()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
  const auto outcome = authorities_->DeclareUnit(caller_, request);
  EXPECT_TRUE(log::IsTakesNoAppends(outcome.status())) << outcome.status();
}

TEST_F(AuthorityCommandsTest, NamesEveryViolationOfAPolicy) {
  Declare("1");
  api::v1::PublishRoutineRequest request;
  request.set_request_id(Uuid("request 2"));
  request.set_authority(Uuid("authority"));
  request.set_validate_only(true);
  request.mutable_routine()->set_version("1");
  request.mutable_routine()->set_from("soon");
  request.mutable_routine()->add_limits();
  auto outcome = authorities_->PublishRoutine(caller_, request);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const auto& refusal = std::get<Rejection>(*outcome);
  EXPECT_EQ(refusal.field, "routine.from");
  ASSERT_EQ(refusal.others.size(), 1u);
  EXPECT_EQ(refusal.others[0].field, "routine.limits[0].leg");
  request.mutable_routine()->set_from("2026-02-01");
  request.mutable_routine()->clear_limits();
  outcome = authorities_->PublishRoutine(caller_, request);
  EXPECT_FALSE(std::get<PublishRoutineResponse>(*outcome).has_position());
  EXPECT_EQ(Stream(Uuid("authority")).size(), 1u);
}

}  // namespace
}  // namespace skyndsamt::commands
