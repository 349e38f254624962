// The trail as a reader has it: the whole routine of seed 000 told step by step in both languages,
// no two different steps in the same words, and a table that says who recorded each.
#include <map>
#include <set>

#include "services/cli/casefile.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Trail : public WithServer {
 protected:
  void SetUp() override {
    WithServer::SetUp();
    file_ = std::get<CaseFile>(ReadCaseFile(Slurp(Case("sandsbro-routine"))));
    Ran ran = Cli({"play", "--json", Case("sandsbro-routine")});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  std::vector<json> EntriesOf(const Story& story) const {
    Ran ran = Cli({"trail", story.incident, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.Lines();
  }

  // Names of the file in the place of the short ids that words hold.
  std::string Named(std::string text) const {
    std::map<std::string, std::string> names;
    for (const auto& [person, alias] : file_.aliases) names[person.substr(0, 8)] = alias;
    for (const Story& story : file_.stories) names[story.incident.substr(0, 8)] = story.name;
    names[file_.unit.unit().substr(0, 8)] = "enheten";
    for (const auto& [id, name] : names) {
      for (size_t at = 0; (at = text.find(id, at)) != text.npos; at += name.size()) {
        text.replace(at, id.size(), name);
      }
    }
    return text;
  }

  CaseFile file_;
};

TEST_F(Trail, TellsTheRoutineAsItIsKept) {
  for (const std::string language : {"sv", "en"}) {
    std::string told;
    for (const Story& story : file_.stories) {
      told += story.name + "\n";
      for (const json& entry : EntriesOf(story)) {
        const std::string id = entry.at("fact").at("id");
        told += "  " + id + ": " + Named(entry.at("what").at(language)) + "\n";
      }
    }
    EXPECT_EQ(told, Slurp(std::string(SKYNDSAMT_TRAILS) + "/sandsbro-routine." + language + ".txt"))
        << "where the words are meant, the file is now\n"
        << told;
  }
}

TEST_F(Trail, NoTwoDifferentStepsHaveTheSameWords) {
  for (const Story& story : file_.stories) {
    for (const std::string language : {"sv", "en"}) {
      std::map<std::string, json> told;
      for (const json& entry : EntriesOf(story)) {
        json says = entry.at("fact");
        says.erase("id");
        says.erase("happened");
        const std::string words = entry.at("what").at(language);
        const auto [other, added] = told.emplace(words, says);
        EXPECT_TRUE(added || other->second == says) << words << "\n" << says << other->second;
      }
      EXPECT_GT(told.size(), 25u);
    }
  }
}

TEST_F(Trail, OfTheTableNoNameOfAFactIsBrokenAndWhoRecordedItIsThere) {
  const std::string token = Cli({"token", "--role", "system", "--subject", "auditor-7"}).out;
  Ran ran = Cli({"play", Case("malmo-2012"), "--token", token.substr(0, token.size() - 1)});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const auto malmo = std::get<CaseFile>(ReadCaseFile(Slurp(Case("malmo-2012"))));
  EXPECT_THAT(Cli({"trail", malmo.stories[0].incident}).out,
              AllOf(HasSubstr("system"), HasSubstr("auditor-7")));
  std::string tables;
  std::set<std::string> kinds;
  for (const Story& story : file_.stories) {
    tables += Cli({"trail", story.incident}).out;
    for (const StoryFact& one : story.facts) {
      kinds.insert(event::v1::Fact::descriptor()->FindFieldByNumber(one.fact.kind_case())->name());
    }
  }
  EXPECT_GT(kinds.size(), 30u);
  for (const std::string& kind : kinds) EXPECT_THAT(tables, HasSubstr(kind));
}

TEST_F(Trail, ShowsStatedTimesWholeAndByTheClockHere) {
  const std::string path = directory_.Write("stated.json", R"({"id": "s", "as_of": "2024-06-01",
      "authority": {"name": "K"}, "unit": {"name": "S", "form": "preschool"},
      "incidents": [{"id": "i1", "happened": "2024-02-29T23:30Z", "children": ["a"]}],
      "facts": [{"id": "f1", "fact": "staff_learned",
                 "happened": "2024-03-01T10:00/2024-03-09T11:00"},
                {"id": "f2", "fact": "principal_informed", "happened": "2024-03-10T23:30Z"}]})");
  ASSERT_EQ(Cli({"play", path}).code, 0);
  const auto stated = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
  EXPECT_THAT(Cli({"trail", stated.stories[0].incident}).out,
              AllOf(HasSubstr("  2024-03-01 00:30    "), HasSubstr("  2024-03-01 10:00 /  "),
                    HasSubstr("  2024-03-09 11:00    "), HasSubstr("  2024-03-11 00:30    ")));
  // The incident itself, and among all that happened.
  EXPECT_THAT(Cli({"pattern", "--child", stated.PersonId("a")}).out,
              AllOf(HasSubstr("1  2024-03-01 00:30           –  "),
                    HasSubstr("1  2024-03-01 00:30  "), HasSubstr("1  2024-03-01 10:00 /  "),
                    HasSubstr("   2024-03-09 11:00"), HasSubstr("1  2024-03-11 00:30  ")));
}

TEST_F(Trail, OpenedShowsWhatWasWrittenUnderItsEntry) {
  const std::string path = directory_.Write("noted.json", R"({"id": "n", "as_of": "2021-03-31",
      "authority": {"name": "K"}, "unit": {"name": "S", "form": "preschool"},
      "incidents": [{"id": "i1", "children": ["a"]}],
      "facts": [{"id": "p", "fact": "principal_informed", "happened": "2021-03-01",
                 "note": "Läraren berättade i korridoren att hon hört ropen.\nstruck through by x"}
               ]})");
  Ran played = Cli({"play", path});
  ASSERT_EQ(played.code, 0) << played.err;
  const auto noted = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
  const std::string closed = Cli({"trail", noted.stories[0].incident}).out;
  EXPECT_THAT(closed, AllOf(HasSubstr("  sealed: note"), Not(HasSubstr("Läraren"))));
  const std::string open = Cli({"trail", noted.stories[0].incident, "--open"}).out;
  EXPECT_THAT(open, AllOf(HasSubstr("  note: Läraren berättade i korridoren att"),
                          Not(HasSubstr("sealed:"))));
  EXPECT_THAT(open, Not(HasSubstr("  struck through by x"))) << "no line of the table's own";
}

TEST_F(Trail, TheWorklistTellsAnIncidentsChildrenApart) {
  const std::string path = directory_.Write("two.json", R"({"id": "w", "as_of": "2021-03-31",
      "authority": {"name": "K"}, "unit": {"name": "S", "form": "preschool"},
      "incidents": [{"id": "i1", "children": ["a", "b"]}],
      "facts": [{"id": "p", "fact": "principal_informed", "happened": "2021-03-01"}]})");
  ASSERT_EQ(Cli({"play", path}).code, 0);
  const auto two = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
  const std::string table = Cli({"worklist", "--unit", two.unit.unit()}).out;
  EXPECT_THAT(table, HasSubstr("CHILD"));
  for (const char* child : {"a", "b"}) {
    EXPECT_THAT(table,
                HasSubstr(two.PersonId(child).substr(0, 8) + "  " + two.stories[0].incident));
  }
  Ran which = Cli({"case", two.stories[0].incident});
  EXPECT_EQ(which.code, 1);
  const std::string hint = "skyndsamt case --of " + two.stories[0].incident;
  EXPECT_THAT(which.err,
              AllOf(HasSubstr("several children"), HasSubstr("flera barn"), HasSubstr(hint)));
  const std::string cases = Cli({"case", "--of", two.stories[0].incident}).out;
  for (const char* child : {"a", "b"}) EXPECT_THAT(cases, HasSubstr(two.PersonId(child)));
  EXPECT_THAT(cases, Not(HasSubstr(file_.stories[0].incident)));
}

}  // namespace
}  // namespace skyndsamt::cli
