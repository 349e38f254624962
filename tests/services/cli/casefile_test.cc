// Reading case files: what is in them, what is refused and where.
#include "services/cli/casefile.h"

#include <map>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/cli/codes.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A small file with one fact, to which a test does something.
std::string Small(const std::string& fact_tail = "", const std::string& file_tail = "") {
  return R"({"id": "small", "authority": {"name": "Kommunen"}, "unit": {"name": "Skolan"},
    "incidents": [{"id": "i1", "children": ["barn"]}],
    "facts": [{"id": "f1", "fact": "staff_learned", "happened": "2021-10")" +
         fact_tail + "}]" + file_tail + "}";
}

// The same, of a unit that changes.
std::string Changing(const std::string& changes) {
  std::string text = Small();
  const std::string unit = R"("name": "Skolan")";
  text.insert(text.find(unit) + unit.size(), R"(, "places": ["hall"], "changes": )" + changes);
  return text;
}

std::string PathOfProblem(const std::string& text) {
  auto read = ReadCaseFile(text);
  const auto* problem = std::get_if<Problem>(&read);
  return problem == nullptr ? "(read)" : problem->path;
}

TEST(CaseFile, ReadsEveryPublishedCase) {
  for (const std::string& path : AllCases()) {
    auto read = ReadCaseFile(Slurp(path));
    const auto* problem = std::get_if<Problem>(&read);
    ASSERT_EQ(problem, nullptr) << path << ": " << problem->path << ": " << problem->en;
  }
  EXPECT_EQ(AllCases().size(), 12u);
}

TEST(CaseFile, TranslatesMalmoToTheApisFacts) {
  auto file = std::get<CaseFile>(ReadCaseFile(Slurp(Case("malmo-2012"))));
  EXPECT_EQ(file.authority.provider(), event::v1::PROVIDER_TYPE_PRIVATE);
  EXPECT_EQ(file.unit.form(), event::v1::UNIT_FORM_PRESCHOOL);
  ASSERT_EQ(file.stories.size(), 1u);
  const Story& story = file.stories[0];
  ASSERT_EQ(story.facts.size(), 7u);
  const auto& opening = story.facts[0].fact;
  EXPECT_EQ(opening.incident_opened().unit(), file.unit.unit());
  EXPECT_EQ(opening.incident_opened().children_size(), 2);
  EXPECT_EQ(opening.incident_opened().accused(0).kind(), event::v1::ACCUSED_KIND_STAFF);
  EXPECT_EQ(opening.happened().edtf(), "../2012-06-26");
  const auto& learned = story.facts[1].fact;
  EXPECT_TRUE(learned.has_staff_learned());
  ASSERT_EQ(learned.children_size(), 1);
  EXPECT_EQ(learned.children(0), file.PersonId("barn 1"));
  EXPECT_TRUE(story.facts[5].fact.children().empty()) << "a fact without child holds for all";
  EXPECT_EQ(file.published[0].finding, "late");
}

TEST(CaseFile, DerivesIdsFromAuthorityFileAndName) {
  auto file = std::get<CaseFile>(ReadCaseFile(Small()));
  EXPECT_EQ(file.stories[0].incident, IncidentId("Kommunen", "small", "i1"));
  EXPECT_NE(IncidentId("Kommunen", "small", "i1"), IncidentId("Kommunen", "other", "i1"));
  EXPECT_NE(IncidentId("a", "bc", "i"), IncidentId("ab", "c", "i"));
  EXPECT_EQ(PersonIdOf("Kommunen", "barn"), file.PersonId("barn"));
  EXPECT_NE(PersonIdOf("Kommunen", "barn"), PersonIdOf("Annan", "barn"));
}

TEST(CaseFile, PublishesARoutineVersionPerDateThatHoldsWhatCameBefore) {
  auto file = std::get<CaseFile>(ReadCaseFile(Small("", R"(, "routine": [
      {"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"},
      {"leg": "report_to_principal", "from": "2020-01-01", "words": "omgående"},
      {"leg": "notify_authority", "from": "2021-01-01", "limit": "P3D", "days": "working"}])")));
  ASSERT_EQ(file.routines.size(), 2u);
  EXPECT_EQ(file.routines[0].limits_size(), 2);
  EXPECT_EQ(file.routines[1].from(), "2021-01-01");
  ASSERT_EQ(file.routines[1].limits_size(), 2);
  EXPECT_EQ(file.routines[1].limits(0).limit(), "P3D");
  EXPECT_EQ(file.routines[1].limits(0).days(), event::v1::DAY_COUNT_WORKING);
  EXPECT_EQ(file.routines[1].limits(1).words(), "omgående");
}

TEST(CaseFile, ALimitForOneFormOfUnitLeavesThoseForTheOthersAsTheyWere) {
  auto file = std::get<CaseFile>(ReadCaseFile(Small("", R"(, "routine": [
      {"leg": "notify_authority", "from": "2020-01-01", "limit": "P7D"},
      {"leg": "notify_authority", "from": "2021-01-01", "limit": "P5D",
       "forms": ["preschool", "after_school"]},
      {"leg": "notify_authority", "from": "2022-01-01", "limit": "P3D", "forms": ["preschool"]},
      {"leg": "notify_authority", "from": "2023-01-01", "limit": "P2D"},
      {"leg": "notify_authority", "from": "2024-01-01", "limit": "P1D",
       "forms": ["after_school"]}])")));
  const auto said = [&](int version) {
    std::map<std::string, std::string> limits;
    for (const auto& limit : file.routines[version].limits()) {
      if (limit.forms().empty()) limits["the others"] = limit.limit();
      for (int form : limit.forms()) {
        limits[event::v1::UnitForm_Name(form).substr(sizeof("UNIT_FORM"))] = limit.limit();
      }
    }
    return limits;
  };
  using Said = std::map<std::string, std::string>;
  ASSERT_EQ(file.routines.size(), 5u);
  EXPECT_EQ(said(1), (Said{{"the others", "P7D"}, {"PRESCHOOL", "P5D"}, {"AFTER_SCHOOL", "P5D"}}));
  EXPECT_EQ(said(2), (Said{{"the others", "P7D"}, {"PRESCHOOL", "P3D"}, {"AFTER_SCHOOL", "P5D"}}));
  EXPECT_EQ(said(3), (Said{{"the others", "P2D"}, {"PRESCHOOL", "P3D"}, {"AFTER_SCHOOL", "P5D"}}));
  EXPECT_EQ(said(4), (Said{{"the others", "P2D"}, {"PRESCHOOL", "P3D"}, {"AFTER_SCHOOL", "P1D"}}));
  EXPECT_EQ(file.routines[4].limits_size(), 3) << "one that names no form any more is gone";
}

TEST(CaseFile, AUnitBecomesWhatItsChangesSayAndStaysWhatTheyLeaveOut) {
  auto file = std::get<CaseFile>(ReadCaseFile(Changing(R"([
      {"from": "2021-02-01", "report_receiver": "authority", "principal": "rektorn"},
      {"from": "2021-03-01", "form": "preschool", "places": ["gård"]}])")));
  EXPECT_EQ(file.unit.from(), "");
  ASSERT_EQ(file.unit_changes.size(), 2u);
  EXPECT_EQ(file.unit_changes[0].from(), "2021-02-01");
  EXPECT_EQ(file.unit_changes[0].places(0), "hall");
  const auto& last = file.unit_changes[1];
  EXPECT_EQ(last.unit(), file.unit.unit());
  EXPECT_EQ(last.name(), "Skolan");
  EXPECT_EQ(last.report_receiver(), event::v1::PARTY_AUTHORITY);
  EXPECT_EQ(last.principal(), file.PersonId("rektorn"));
  EXPECT_EQ(last.form(), event::v1::UNIT_FORM_PRESCHOOL);
  ASSERT_EQ(last.places_size(), 1);
  EXPECT_EQ(last.places(0), "gård");
  EXPECT_EQ(PathOfProblem(Changing("{}")), "$.unit.changes");
  EXPECT_EQ(PathOfProblem(Changing("[1]")), "$.unit.changes[0]");
  EXPECT_EQ(PathOfProblem(Changing("[{}]")), "$.unit.changes[0].from");
  EXPECT_EQ(PathOfProblem(Changing(R"([{"from": "2021-02-01", "unit": "x"}])")),
            "$.unit.changes[0].unit");
  EXPECT_EQ(PathOfProblem(Changing(R"([{"from": "2021-02-01", "form": "x"}])")),
            "$.unit.changes[0].form");
}

TEST(CaseFile, SaysWhereTheFaultIs) {
  EXPECT_EQ(PathOfProblem(Small()), "(read)");
  EXPECT_EQ(PathOfProblem(Small(R"(, "happened": "2022")")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(Small(R"(, "note": null)")), "$.facts[0].note");
  EXPECT_EQ(PathOfProblem(Small(R"(, "hapened": "2022")")), "$.facts[0].hapened");
  EXPECT_EQ(PathOfProblem(Small(R"(, "by": "caretaker")")), "$.facts[0].by");
  EXPECT_EQ(PathOfProblem(Small(R"(, "by": "unspecified")")), "$.facts[0].by");
  EXPECT_EQ(PathOfProblem(Small(R"(, "child": "nobody")")), "$.facts[0].child");
  EXPECT_EQ(PathOfProblem(Small(R"(, "incident": "i2")")), "$.facts[0].incident");
  EXPECT_EQ(PathOfProblem(Small(R"(, "by_person": "nobody")")), "$.facts[0].by_person");
  EXPECT_EQ(PathOfProblem(Small(R"(, "note": "")")), "$.facts[0].note");
  EXPECT_EQ(PathOfProblem(Small(R"(, "measure": "m1")")), "$.facts[0].measure");
  EXPECT_EQ(PathOfProblem(Small("", R"(, "extra": 1)")), "$.extra");
  EXPECT_EQ(PathOfProblem(Small("", R"(, "as_of": "2021-10")")), "$.as_of");
  EXPECT_EQ(PathOfProblem(Small("", R"(, "routine": [{"leg": "notify_authority"}])")),
            "$.routine[0].from");
  EXPECT_EQ(PathOfProblem(Small("", R"(, "published": [{"leg": "x"}])")), "$.published[0].leg");
}

TEST(CaseFile, RefusesWhatAPlainJsonParserLetsThrough) {
  EXPECT_EQ(PathOfProblem(R"({"id": "a", "id": "b"})"), "$.id");
  EXPECT_EQ(PathOfProblem(R"({"facts": [{"a": {"b": 1, "b": 2}}]})"), "$.facts[0].a.b");
  EXPECT_EQ(PathOfProblem(R"({"facts": [1, [2, null]]})"), "$.facts[1][1]");
  for (const char* text : {R"({"id": "a",})", "{\"id\": \"a\"} x", "", "{", R"({"id": "\xff"})",
                           R"({"id": "a" /* b */})"}) {
    auto read = ReadCaseFile(text);
    const auto* problem = std::get_if<Problem>(&read);
    ASSERT_NE(problem, nullptr) << text;
    EXPECT_THAT(problem->en, HasSubstr("line 1"));
    EXPECT_THAT(problem->path, StartsWith("$"));
  }
  std::string deep(200, '[');
  EXPECT_THAT(PathOfProblem(deep), StartsWith("$[0][0]"));
}

TEST(CaseFile, RefusesTimesThatCannotBe) {
  auto with = [](const std::string& happened) {
    std::string text = Small();
    return text.replace(text.find("\"2021-10\""), 9, happened);
  };
  EXPECT_EQ(PathOfProblem(with(R"("soon")")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"("2021-13")")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"("2021-10/2021-09")")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with("2021")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"({"after": "f2"})")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"({"after": "f1"})")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"({"at_least": "P1M"})")), "$.facts[0].happened");
  EXPECT_EQ(PathOfProblem(with(R"({"after": "incident_opened", "at_least": "month"})")),
            "$.facts[0].happened.at_least");
  EXPECT_EQ(PathOfProblem(with(R"({"after": "incident_opened", "at_least": "P1M"})")), "(read)");
}

TEST(CaseFile, IsToldAtOneInstant) {
  for (const char* none : {"2024-05-01/2024-06-01", "2024-05-01T10:00/2024-06-01T11:00",
                           "2024-05-01/2024-05-01", "../2024-06-01", "2024-06-01/..", "unknown"}) {
    EXPECT_EQ(PathOfProblem(Small("", absl::StrCat(R"(, "as_of": ")", none, "\""))), "$.as_of")
        << none;
  }
  for (const char* one : {"2024-06-01", "2024-06-01T11:00", "2024-06-01T11:00:30+02:00"}) {
    EXPECT_EQ(PathOfProblem(Small("", absl::StrCat(R"(, "as_of": ")", one, "\""))), "(read)")
        << one;
  }
}

// Before anything of it is recorded, and whatever the server has the unit's places to be.
TEST(CaseFile, RefusesAPlaceThatTheUnitHasNot) {
  const auto placed = [](std::string text, const std::string& place) {
    const std::string incident = R"("id": "i1",)";
    return text.insert(text.find(incident) + incident.size(), R"( "place": ")" + place + R"(",)");
  };
  const std::string changing = Changing(R"([{"from": "2021-03-01", "places": ["gård"]}])");
  EXPECT_EQ(PathOfProblem(placed(Small(), "hall")), "$.incidents[0].place");
  EXPECT_EQ(PathOfProblem(placed(changing, "gym")), "$.incidents[0].place");
  EXPECT_EQ(PathOfProblem(placed(changing, "hall")), "(read)");
  EXPECT_EQ(PathOfProblem(placed(changing, "gård")), "(read)") << "from a change on";
}

TEST(CaseFile, RefusesACorrectionThatBothReplacesAndWithdraws) {
  const auto with = [](const std::string& outcome) {
    return PathOfProblem(Small(
        R"(}, {"id": "c", "fact": "correction", "of": "f1", "happened": "2021-11")" + outcome));
  };
  const std::string replacement =
      R"(, "replacement": {"fact": "staff_learned", "happened": "2021-10-02"})";
  const std::string withdrawn = R"(, "withdrawn": true)";
  EXPECT_EQ(with(replacement), "(read)");
  EXPECT_EQ(with(withdrawn), "(read)");
  EXPECT_EQ(with(replacement + withdrawn), "$.facts[1].withdrawn");
  EXPECT_EQ(with(withdrawn + replacement), "$.facts[1].withdrawn");
}

TEST(CaseFile, RefusesWhatCertainlyHappenedAfterItIsTold) {
  const auto with = [](const std::string& happened, const std::string& as_of,
                       const std::string& fact_tail = "") {
    std::string text = Small(fact_tail, R"(, "as_of": ")" + as_of + R"(")");
    return text.replace(text.find("\"2021-10\""), 9, "\"" + happened + "\"");
  };
  const std::string at = "$.facts[0].happened";
  EXPECT_EQ(PathOfProblem(with("2021-10-06", "2021-10-05")), at);
  EXPECT_EQ(PathOfProblem(with("2021-10-05T12:01", "2021-10-05T12:00+02:00")), at);
  EXPECT_EQ(PathOfProblem(with("2021-11/..", "2021-10-05")), at);
  EXPECT_EQ(PathOfProblem(with("2022-12~", "2021-10-05")), at);
  EXPECT_EQ(PathOfProblem(with("VT2023", "2021-10-05")), at);
  for (const char* perhaps :
       {"2021-10-05", "2021-10", "2021", "../2021-12", "unknown", "2021-10-06~", "HT2021"}) {
    EXPECT_EQ(PathOfProblem(with(perhaps, "2021-10-05")), "(read)") << perhaps;
  }
  std::string incident = with("2021-10-05", "2021-10-05");
  const std::string id = R"("id": "i1")";
  incident.insert(incident.find(id) + id.size(), R"(, "happened": "2021-10-06")");
  EXPECT_EQ(PathOfProblem(incident), "$.incidents[0].happened");
  const std::string correction =
      R"(}, {"id": "f2", "fact": "correction", "of": "f1", "happened": "2021-10-05", "replacement":
          {"fact": "staff_learned", "happened": "2021-10-07"})";
  EXPECT_EQ(PathOfProblem(with("2021-10-05", "2021-10-05", correction)),
            "$.facts[1].replacement.happened");
}

// --- the schema and the protos say the same

std::set<std::string> SchemaKeys(const nlohmann::json& object) {
  std::set<std::string> keys;
  const auto& properties = object.at("properties");
  for (const auto& [key, value] : properties.items()) keys.insert(key);
  return keys;
}

std::set<std::string> FieldNames(const Descriptor* message) {
  std::set<std::string> names;
  for (int i = 0; i < message->field_count(); ++i) names.insert(message->field(i)->name());
  return names;
}

void ExpectCodes(const nlohmann::json& defs, const google::protobuf::EnumDescriptor* type) {
  std::set<std::string> codes;
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() != 0) codes.insert(CodeOf(type->value(i)));
  }
  const auto& listed = defs.at("enum_" + type->name()).at("enum");
  EXPECT_EQ(codes, std::set<std::string>(listed.begin(), listed.end())) << type->name();
}

TEST(CaseFileSchema, HasEveryFactEveryFieldAndEveryCode) {
  nlohmann::json schema = nlohmann::json::parse(Slurp(Case("casefile.schema")));
  const auto& defs = schema.at("$defs");
  std::set<std::string> kinds;
  const auto* oneof = event::v1::Fact::descriptor()->oneof_decl(0);
  for (int i = 0; i < oneof->field_count(); ++i) {
    const FieldDescriptor* kind = oneof->field(i);
    if (kind->name() == "incident_opened") continue;
    kinds.insert(kind->name());
    std::set<std::string> fields = FieldNames(kind->message_type());
    std::string def = "fact_" + kind->name();
    if (fields.empty()) {
      EXPECT_FALSE(defs.contains(def)) << def;
      continue;
    }
    EXPECT_EQ(SchemaKeys(defs.at(def)), fields) << def;
    for (int f = 0; f < kind->message_type()->field_count(); ++f) {
      const FieldDescriptor* field = kind->message_type()->field(f);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) ExpectCodes(defs, field->enum_type());
    }
  }
  const auto& listed = defs.at("fact").at("properties").at("fact").at("enum");
  EXPECT_EQ(kinds, std::set<std::string>(listed.begin(), listed.end()));
  for (const auto* type :
       {event::v1::Party_descriptor(), event::v1::Channel_descriptor(), event::v1::Leg_descriptor(),
        event::v1::AccusedKind_descriptor(), event::v1::UnitForm_descriptor(),
        event::v1::ProviderType_descriptor(), event::v1::DayCount_descriptor(),
        event::v1::PolicyReach_descriptor(), event::v1::YearPart_descriptor(),
        event::v1::YardstickOutcome_descriptor(), event::v1::YardstickPrecision_descriptor()}) {
    ExpectCodes(defs, type);
  }
  const auto& yardstick = schema.at("properties").at("yardsticks").at("items");
  EXPECT_EQ(SchemaKeys(yardstick), FieldNames(event::v1::Yardstick::descriptor()));
}

TEST(PolicySchema, HasEveryFieldAndEveryCode) {
  const nlohmann::json schema =
      nlohmann::json::parse(Slurp(std::string(SKYNDSAMT_POLICIES) + "/policy.schema.json"));
  const auto& defs = schema.at("$defs");
  std::set<std::string> parts = FieldNames(api::v1::PolicyDraft::descriptor());
  parts.insert({"about", "authority"});
  EXPECT_EQ(SchemaKeys(schema), parts);
  for (const auto* message :
       {event::v1::RoutinePublished::descriptor(), event::v1::RoutineLimit::descriptor(),
        event::v1::YearPartBounds::descriptor(), event::v1::ClosingDaysPublished::descriptor(),
        event::v1::ClosedSpan::descriptor(), event::v1::YardsticksPublished::descriptor(),
        event::v1::Yardstick::descriptor(), event::v1::RuleSetPublished::descriptor(),
        event::v1::Statute::descriptor()}) {
    EXPECT_EQ(SchemaKeys(defs.at(message->name())), FieldNames(message)) << message->name();
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor* field = message->field(i);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) ExpectCodes(defs, field->enum_type());
    }
  }
}

}  // namespace
}  // namespace skyndsamt::cli
