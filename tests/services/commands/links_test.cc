// What an incident may be tied to: another that is there, and that the caller may see.
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

// Sees one unit.
class Sees final : public UnitSight {
 public:
  explicit Sees(std::string unit) : unit_(std::move(unit)) {}
  bool SeesUnit(const std::string& unit) const override { return unit == unit_; }

 private:
  const std::string unit_;
};

class LinksTest : public House {
 protected:
  LinksTest() {
    directory_of_units_.Add(Uuid("elsewhere"));
    MustRecord(Request("open", "incident", {kOpened}));
  }
  void OpenElsewhere() {
    MustRecord(Request("open other", "other",
                       {"id: 'o' happened { edtf: '2026-01-12' } incident_opened { unit: "
                        "'$elsewhere' }"}));
  }
};

constexpr char kField[] = "facts[0].incidents_linked.other";
constexpr char kToOther[] =
    "id: 'l' incidents_linked { other: '$other' relation: LINK_RELATION_SAME_PLACE }";

TEST_F(LinksTest, AnIncidentIsNotTiedToItself) {
  const std::string self = "incidents_linked { other: '$incident' }";
  auto request = Request("1", "incident", {"id: 'l' " + self});
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, kField);
  request.mutable_imported()->set_source("binder");
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, kField);
  ExpectRefused(Record(Request("2", "incident",
                               {kLearned, "id: 'k2' correction { of: 'k' replacement { " + self +
                                              " } reason: 'Fel' }"})),
                api::v1::REASON_FIELD_INVALID,
                "facts[1].correction.replacement.incidents_linked.other");
}

TEST_F(LinksTest, AnIncidentNobodyHasOpenedIsUnknownUntilItIs) {
  const auto request = Request("1", "incident", {kToOther});
  ExpectRefused(Record(request), api::v1::REASON_INCIDENT_UNKNOWN, kField);
  auto asked = request;
  asked.set_validate_only(true);
  ExpectRefused(Record(asked), api::v1::REASON_INCIDENT_UNKNOWN, kField);
  OpenElsewhere();
  MustRecord(request);
  EXPECT_TRUE(MustRecord(request).deduplicated());
  Restart();
  EXPECT_TRUE(commands_->WouldBlock(Request("2", "incident", {kToOther}))) << "the other is read";
  EXPECT_TRUE(MustRecord(request).deduplicated());
}

TEST_F(LinksTest, AnIncidentOutOfSightIsAsIfItWereNotThere) {
  OpenElsewhere();
  const Sees own(Uuid("unit")), elsewhere(Uuid("elsewhere"));
  CallerScope caller = caller_;
  caller.sight = &own;
  ExpectRefused(Record(caller, Request("1", "incident", {kToOther})),
                api::v1::REASON_INCIDENT_UNKNOWN, kField);
  MustRecord(Request("2", "incident", {kToOther}));  // by one who sees every unit
  caller.sight = &elsewhere;
  MustRecord(Request("open third", "third",
                     {"id: 'o' happened { edtf: '2026-01-12' } incident_opened { unit: "
                      "'$elsewhere' }"}));
  const auto outcome = Record(caller, Request("3", "third", {kToOther}));
  EXPECT_TRUE(std::holds_alternative<api::v1::RecordFactsResponse>(outcome));
}

TEST_F(LinksTest, AStreamThatIsNoIncidentIsNone) {
  const std::string authority = Uuid("authority");
  api::v1::DeclareAuthorityRequest request;
  request.set_request_id(Uuid("declare"));
  request.mutable_authority()->set_authority(authority);
  request.mutable_authority()->set_name("Exempelkommun");
  ASSERT_TRUE(authorities_->DeclareAuthority(caller_, request).ok());
  ExpectRefused(
      Record(Request("1", "incident", {"id: 'l' incidents_linked { other: '$authority' }"})),
      api::v1::REASON_INCIDENT_UNKNOWN, kField);
}

TEST_F(LinksTest, WhatIsBroughtInMayNameWhatComesAfterIt) {
  auto old = Request("1", "incident", {kToOther});
  old.mutable_imported()->set_source("binder");
  MustRecord(old);
}

}  // namespace
}  // namespace skyndsamt::commands
