#include "services/domain/field_rules.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/unknown_field_set.h"
#include "services/domain/field_formats.h"
#include "skyndsamt/event/v1/options.pb.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

using event::v1::DataClass;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// A message and all that it holds.
void Collect(const Descriptor* message, std::vector<const Descriptor*>& all) {
  for (const Descriptor* known : all) {
    if (known == message) return;
  }
  all.push_back(message);
  for (int i = 0; i < message->field_count(); ++i) {
    if (message->field(i)->message_type() != nullptr)
      Collect(message->field(i)->message_type(), all);
  }
}

// Every message that a client states and the log stores, from the three roots down.
std::vector<const Descriptor*> EventMessages() {
  std::vector<const Descriptor*> all;
  Collect(Fact::descriptor(), all);
  Collect(AuthorityEvent::descriptor(), all);
  Collect(event::v1::SystemEvent::descriptor(), all);
  return all;
}

const event::v1::Data& DataOf(const FieldDescriptor* field) {
  return field->options().GetExtension(event::v1::data);
}

TEST(FieldRules, EveryFieldOfEveryEventDeclaresWhatItHolds) {
  std::vector<const Descriptor*> messages = EventMessages();
  EXPECT_GT(messages.size(), 50u);
  Collect(event::v1::TimerEvent::descriptor(), messages);
  for (const Descriptor* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      const event::v1::Data& data = DataOf(field);
      EXPECT_FALSE(field->is_map()) << field->full_name() << ": a map has no order to hash";
      EXPECT_NE(data.class_(), DataClass::DATA_CLASS_UNSPECIFIED) << field->full_name();
      EXPECT_EQ(data.class_() == DataClass::DATA_CLASS_GROUP, field->message_type() != nullptr)
          << field->full_name();
      bool sealed = data.class_() == DataClass::DATA_CLASS_SEALED_TEXT ||
                    data.class_() == DataClass::DATA_CLASS_SEALED_CODE;
      if (data.person().empty()) continue;
      EXPECT_TRUE(sealed) << field->full_name() << " names a person, but is not sealed";
      const FieldDescriptor* person = message->FindFieldByName(data.person());
      ASSERT_NE(person, nullptr) << field->full_name() << " is sealed by a sibling it lacks";
      EXPECT_EQ(DataOf(person).class_(), DataClass::DATA_CLASS_REFERENCE) << field->full_name();
      EXPECT_FALSE(person->is_repeated()) << field->full_name();
    }
  }
}

TEST(FieldRules, EveryFieldHasAFormAndEveryKnownRequirementAField) {
  std::set<std::string> required;
  for (const Descriptor* message : EventMessages()) {
    const std::vector<FieldRule>& rules = RulesOf(message).fields;
    ASSERT_EQ(static_cast<int>(rules.size()), message->field_count());
    for (const FieldRule& rule : rules) {
      if (rule.required) required.insert(rule.field->full_name());
      if (DataOf(rule.field).class_() == DataClass::DATA_CLASS_TIME) {
        EXPECT_TRUE(rule.format == Format::kPastTime || rule.format == Format::kTime ||
                    rule.format == Format::kDuration || rule.format == Format::kLocalDate ||
                    rule.format == Format::kMonthDay);
      }
    }
  }
  EXPECT_EQ(required.size(), 37u) << "a required field was renamed or added";
}

// Each reference, by the form of its id: a new one must be thought about.
TEST(FieldRules, OnlyTheseReferencesAreChosenByTheClient) {
  std::set<std::string> chosen;
  for (const Descriptor* message : EventMessages()) {
    for (const FieldRule& rule : RulesOf(message).fields) {
      if (rule.format == Format::kId) {
        chosen.insert(message->name() + "." + rule.field->name());
      }
    }
  }
  const std::set<std::string> expected = {"Fact.id",
                                          "RelativeTime.after",
                                          "RelativeTime.before",
                                          "Imported.source",
                                          "ComplaintReceived.complaint",
                                          "ComplaintAnswered.complaint",
                                          "MeasureDecided.measure",
                                          "MeasureCarriedOut.measure",
                                          "MeasureWithdrawn.measure",
                                          "MeasureFollowedUp.measure",
                                          "DocumentsRequested.request",
                                          "DocumentsAnswered.request",
                                          "DocumentAdded.document",
                                          "Correction.of",
                                          "RoutinePublished.version",
                                          "ClosingDaysPublished.version",
                                          "YardsticksPublished.version",
                                          "RuleSetPublished.version",
                                          "Yardstick.id"};
  EXPECT_EQ(chosen, expected);
}

std::string FaultOf(const Fact& fact) {
  auto fault = CheckFields(fact, TestTimes(), TestNow(), "");
  return fault ? Reason_Name(fault->reason).substr(7) + " " + fault->field : "";
}

std::string FaultOf(const std::string& text) { return FaultOf(Read<Fact>(text)); }

TEST(FieldRules, RefuseAnIdOutOfItsForm) {
  EXPECT_EQ(FaultOf("id: 'a.b_c-9'"), "");
  EXPECT_EQ(FaultOf("id: 'a b'"), "FIELD_INVALID id");
  EXPECT_EQ(FaultOf("id: '" + std::string(65, 'a') + "'"), "FIELD_INVALID id");
  EXPECT_EQ(FaultOf("by_person: 'nobody'"), "FIELD_INVALID by_person");
  EXPECT_EQ(FaultOf("children: '$ADA' children: ''"), "FIELD_INVALID children[1]");
  std::string upper = Uuid("ADA");
  for (char& c : upper) c = absl::ascii_toupper(c);
  EXPECT_EQ(FaultOf("to_person: '" + upper + "'"), "FIELD_INVALID to_person");
  EXPECT_EQ(FaultOf("document_added { document: 'd' sha256: 'short' }"),
            "FIELD_INVALID document_added.sha256");
  EXPECT_EQ(FaultOf("document_added { document: 'd' sha256: '" + std::string(32, 'x') + "' }"), "");
}

TEST(FieldRules, RefuseATimeThatCannotBeReadOrCannotBeTrue) {
  EXPECT_EQ(FaultOf("happened { edtf: '2026-01-31' }"), "");
  EXPECT_EQ(FaultOf("happened { edtf: '2026-13-01' }"), "TIME_MALFORMED happened.edtf");
  EXPECT_EQ(FaultOf("happened { edtf: '' }"), "TIME_MALFORMED happened.edtf");
  EXPECT_EQ(FaultOf("happened { edtf: '2026-02-01' }"), "TIME_IN_FUTURE happened.edtf");
  EXPECT_EQ(FaultOf("happened { edtf: '2026-01-20/2026-01-10' }"),
            "INTERVAL_ENDS_BEFORE_BEGIN happened.edtf");
  EXPECT_EQ(FaultOf("happened { edtf: '" + std::string(65, '2') + "' }"),
            "TIME_MALFORMED happened.edtf");
  EXPECT_EQ(FaultOf("happened { relative { after: 'f' at_least: 'long' } }"),
            "TIME_MALFORMED happened.relative.at_least");
  EXPECT_EQ(FaultOf("measure_decided { measure: 'm' due: '2027-01-01' }"), "") << "a plan";
  EXPECT_EQ(FaultOf("order_received { deadline: 'soon' }"),
            "TIME_MALFORMED order_received.deadline");
  EXPECT_EQ(FaultOf("correction { of: 'f' replacement { happened { edtf: '2030' } } }"),
            "TIME_IN_FUTURE correction.replacement.happened.edtf");
}

TEST(FieldRules, AMalformedTimeIsToldTheFormThatItsFieldTakes) {
  const auto forms = [](const google::protobuf::Message& message) {
    std::string all;
    for (const Rejection& fault : FieldFaults(message, TestTimes(), TestNow(), "", 10)) {
      all += fault.field + ": " + std::string(fault.detail) + ", ";
    }
    return all;
  };
  EXPECT_EQ(forms(Read<event::v1::RoutinePublished>(
                "version: '1' from: 'soon' limits { leg: LEG_FOLLOW_UP limit: 'soon' } "
                "year_parts { part: YEAR_PART_AUTUMN_TERM first_day: '08-15' last_day: '?' }")),
            "from: date, limits[0].limit: duration, year_parts[0].first_day: day_of_year, "
            "year_parts[0].last_day: day_of_year, ");
  EXPECT_EQ(forms(Read<Fact>("happened { edtf: 'soon' }")), "happened.edtf: , ") << "EDTF";
}

TEST(FieldRules, RefuseACodeThatNoListHas) {
  Fact fact;
  fact.set_by(static_cast<event::v1::Party>(99));
  EXPECT_EQ(FaultOf(fact), "CODE_UNKNOWN by");
  Fact hurt = Read<Fact>("serious_event { hurt: HURT_PUPIL }");
  hurt.mutable_serious_event()->add_hurt(static_cast<event::v1::Hurt>(77));
  EXPECT_EQ(FaultOf(hurt), "CODE_UNKNOWN serious_event.hurt[1]");
  EXPECT_EQ(FaultOf("serious_event { hurt: HURT_UNSPECIFIED }"),
            "FIELD_INVALID serious_event.hurt[0]");
  EXPECT_EQ(FaultOf("incident_opened { unit: '$UNIT' place: 'a\\nb' }"),
            "FIELD_INVALID incident_opened.place");
  EXPECT_EQ(FaultOf("classified { local_grounds: '" + std::string(65, 'g') + "' }"),
            "FIELD_INVALID classified.local_grounds[0]");
}

TEST(FieldRules, TakeAMediaTypeAndNothingElseInItsPlace) {
  const auto fault = [](const std::string& type) {
    return FaultOf("document_added { document: 'd' media_type: '" + type + "' }");
  };
  for (const char* type : {"application/pdf", "image/svg+xml", "application/vnd.ms-excel"}) {
    EXPECT_EQ(fault(type), "");
  }
  for (const char* type : {"pdf", "Anna Andersson", "/pdf", "application/", "image/jpeg Anna",
                           "a/b/c", "Anna/Andersson"}) {
    EXPECT_EQ(fault(type), "FIELD_INVALID document_added.media_type") << type;
  }
}

TEST(FieldRules, RefuseTextThatIsTooLongOrNotUtf8) {
  Fact fact;
  fact.set_note(std::string(kMaxTextBytes, 'x'));
  EXPECT_EQ(FaultOf(fact), "");
  fact.set_note(std::string(kMaxTextBytes + 1, 'x'));
  EXPECT_EQ(FaultOf(fact), "TEXT_TOO_LONG note");
  fact.set_note("f\xc3\xb6rskolan");
  EXPECT_EQ(FaultOf(fact), "");
  for (const char* bad : {"\xff", "cut \xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    fact.set_note(bad);
    EXPECT_EQ(FaultOf(fact), "TEXT_NOT_UTF8 note");
  }
  fact.Clear();
  fact.set_id("\xff");
  EXPECT_EQ(FaultOf(fact), "TEXT_NOT_UTF8 id");
}

TEST(FieldRules, RefuseAFactWithoutWhatItIsAbout) {
  EXPECT_EQ(FaultOf("incident_opened {}"), "FIELD_INVALID incident_opened.unit");
  EXPECT_EQ(FaultOf("incident_opened { unit: '$UNIT' children {} }"),
            "FIELD_INVALID incident_opened.children[0].person");
  EXPECT_EQ(FaultOf("measure_decided {}"), "FIELD_INVALID measure_decided.measure");
  EXPECT_EQ(FaultOf("correction { withdrawn: true }"), "FIELD_INVALID correction.of");
  EXPECT_EQ(FaultOf("person_declared { name: 'Ada' }"), "FIELD_INVALID person_declared.person");
}

TEST(FieldRules, RefuseAFieldThatNobodyDeclared) {
  Fact fact = Read<Fact>("id: 'f' by: PARTY_STAFF report_received { reporter {} }");
  auto* reporter = fact.mutable_report_received()->mutable_reporter();
  reporter->GetReflection()->MutableUnknownFields(reporter)->AddLengthDelimited(99, "Ada Ek");
  auto fault = CheckFields(fact, TestTimes(), TestNow(), "facts[2]");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->reason, REASON_FIELD_INVALID);
  EXPECT_EQ(fault->field, "facts[2].report_received.reporter");
  fact.Clear();
  fact.GetReflection()->MutableUnknownFields(&fact)->AddVarint(99, 1);
  fault = CheckFields(fact, TestTimes(), TestNow(), "facts[2]");
  EXPECT_EQ(fault.value().field, "facts[2]");
}

TEST(FieldRules, RefuseAListWithoutEnd) {
  Fact fact;
  for (int i = 0; i < kMaxElements; ++i) fact.add_mentions(Uuid("ADA"));
  EXPECT_EQ(FaultOf(fact), "");
  fact.add_mentions(Uuid("ADA"));
  EXPECT_EQ(FaultOf(fact), "FIELD_INVALID mentions");
}

TEST(FieldRules, KnowDatesThatExist) {
  EXPECT_TRUE(IsLocalDate("2024-02-29"));
  for (const char* no : {"2025-02-29", "2025-2-01", "2025-13-01", "20250-1-01", "", "2025-01-00"}) {
    EXPECT_FALSE(IsLocalDate(no)) << no;
  }
}

}  // namespace
}  // namespace skyndsamt::domain
