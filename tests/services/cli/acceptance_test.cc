// The published cases, played from their files: what the product says of each leg that a decision
// was published about. State and bounds are read off each file by hand; so are the answers under
// two routines that the file does not have, a strict one (the same day) and a lax one (two hundred
// years), so that neither a wrong length nor a comparison the wrong way round can pass. Nothing is
// invented: where a source gives no date, no answer may be certain.
#include <set>

#include "services/cli/casefile.h"
#include "services/cli/codes.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

// One leg that was published about. `days` is "9", "32..161" or "0.." (no end); "" where no clock
// runs. `finding` is as the file has it: it must agree with what is expected here.
struct Leg {
  const char* file;
  const char* incident;
  const char* child;
  const char* leg;
  const char* finding;
  const char* state;
  const char* days;
  const char* practice;  // "" where no clock runs
  const char* strict;    // verdict under the strict routine
  const char* lax;
};

constexpr char kNone[] = "NO_YARDSTICK";
const Leg kLegs[] = {
    // Nothing is dated: the wait for the police stops no clock, and how long it was nobody knows,
    // nor
    // so whether a limit has passed.
    {"do-2013-police", "i1", "elev", "start_investigation", "breached", "PENDING", "0..", kNone,
     "UNDETERMINED", "UNDETERMINED"},
    // From December 2009 to 26 May 2015; nothing was concluded, carried out or closed.
    {"filipstad-2010", "i1", "elev", "start_investigation", "breached", "PENDING", "1972..2002",
     kNone, "LATE", "RUNNING"},
    {"filipstad-2010", "i1", "elev", "decide_measures", "breached", "NOT_STARTED", "", "", "", ""},
    {"filipstad-2010", "i1", "elev", "follow_up", "breached", "NOT_STARTED", "", "", "", ""},
    // From December 2021 to an inquiry of February to 11 May 2022; never reported by 11 May 2022.
    {"haninge-2021", "i1", "barnet i höstens händelse", "start_investigation", "late", "FULFILLED",
     "32..161", kNone, "LATE", "WITHIN"},
    {"haninge-2021", "i2", "barnet i januari", "report_to_principal", "breached", "PENDING",
     "72..157", kNone, "LATE", "RUNNING"},
    {"malmo-2012", "i1", "barn 1", "social_services_report", "late", "FULFILLED", "9",
     "AT_OR_ABOVE_CRITICISED", "LATE", "WITHIN"},
    {"malmo-2012", "i1", "barn 2", "social_services_report", "timely", "FULFILLED", "1",
     "AT_OR_BELOW_ACCEPTED", "LATE", "WITHIN"},
    // Contested, and so no answer that agrees with one court alone: from September 2011 to
    // 2 June 2014 nothing was opened.
    {"norrkoping-2011", "i1", "elev", "start_investigation", "late", "PENDING", "976..1005", kNone,
     "LATE", "RUNNING"},
    {"norrkoping-2011", "i1", "elev", "start_investigation", "not_breached", "PENDING", "976..1005",
     kNone, "LATE", "RUNNING"},
    // No date at all, and no end: every leg of the chain waits, or waits for the one before.
    {"osteraker", "i1", "barnet", "report_to_principal", "breached", "PENDING", "0..", kNone,
     "UNDETERMINED", "UNDETERMINED"},
    {"osteraker", "i1", "barnet", "notify_authority", "breached", "NOT_STARTED", "", "", "", ""},
    {"osteraker", "i1", "barnet", "start_investigation", "breached", "PENDING", "0..", kNone,
     "UNDETERMINED", "UNDETERMINED"},
    {"osteraker", "i1", "barnet", "complete_investigation", "breached", "NOT_STARTED", "", "", "",
     ""},
    {"osteraker", "i1", "barnet", "decide_measures", "breached", "NOT_STARTED", "", "", "", ""},
    // From the autumn term of 2017 to 30 April 2018 the principal was never told.
    {"osthammar-2017", "i1", "barnet", "report_to_principal", "breached", "PENDING", "120..272",
     kNone, "LATE", "RUNNING"},
    {"rh-2007-20", "i1", "", "work_environment_report", "timely", "FULFILLED", "10",
     "AT_OR_BELOW_ACCEPTED", "LATE", "WITHIN"},
    // "At once" is no date: done, and nobody can say within how many days.
    {"sundsvall-2011", "i1", "barnet", "decide_measures", "timely", "FULFILLED", "", kNone,
     "UNDETERMINED", "UNDETERMINED"},
    {"sundsvall-2011", "i1", "barnet", "carry_out_measures", "timely", "FULFILLED", "0..", kNone,
     "UNDETERMINED", "UNDETERMINED"},
    {"varmdo-a", "i1", "barnet", "start_investigation", "breached", "PENDING", "0..", kNone,
     "UNDETERMINED", "UNDETERMINED"},
};

std::string DaysOf(const json& leg) {
  if (!leg.contains("days")) return "";
  const json& days = leg.at("days");
  const std::string min = days.at("min").dump();
  if (!days.contains("max")) return min + "..";
  return days.at("max") == days.at("min") ? min : min + ".." + days.at("max").dump();
}

// The leg's answer in what was printed; null where there is none.
const json* Find(const std::vector<json>& answers, const Leg& wanted) {
  for (const json& answer : answers) {
    if (answer.at("incident") != wanted.incident) continue;
    if (answer.value("child", "") != wanted.child) continue;
    for (const json& leg : answer.at("legs")) {
      if (leg.at("leg") == wanted.leg) return &leg;
    }
  }
  return nullptr;
}

enum class Routine { kUnset, kStrict, kLax };

std::string VerdictUnder(const Leg& leg, Routine routine) {
  if (std::string(leg.state) == "NOT_STARTED") return "";
  return routine == Routine::kStrict ? leg.strict : routine == Routine::kLax ? leg.lax : "NO_LIMIT";
}

void ExpectAnswers(const std::string& file, Routine routine, const Ran& ran) {
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::vector<json> answers = ran.Lines();
  for (const Leg& expected : kLegs) {
    if (file != expected.file) continue;
    SCOPED_TRACE(file + " " + expected.leg + " " + expected.child);
    const json* leg = Find(answers, expected);
    ASSERT_NE(leg, nullptr);
    EXPECT_EQ(leg->at("state"), expected.state);
    EXPECT_EQ(DaysOf(*leg), expected.days);
    EXPECT_EQ(leg->value("practice", json::object()).value("position", ""), expected.practice);
    EXPECT_EQ(leg->value("routine", json::object()).value("verdict", ""),
              VerdictUnder(expected, routine));
  }
}

// The published cases' names, without what was made up to show the routine.
std::vector<std::string> Published() {
  std::vector<std::string> names;
  for (const std::string& path : AllCases()) {
    auto file = std::get<CaseFile>(ReadCaseFile(Slurp(path)));
    if (!file.authored) names.push_back(file.id);
  }
  return names;
}

TEST(Acceptance, ExpectsSomethingOfEveryPublishedFindingAndOfNothingElse) {
  std::multiset<std::string> published, expected;
  for (const std::string& name : Published()) {
    auto file = std::get<CaseFile>(ReadCaseFile(Slurp(Case(name))));
    EXPECT_FALSE(file.published.empty()) << name;
    for (const PublishedFinding& one : file.published) {
      published.insert(name + " " + one.incident + " " + one.child + " " + CodeName(one.leg) + " " +
                       one.finding);
    }
  }
  for (const Leg& leg : kLegs) {
    expected.insert(std::string(leg.file) + " " + leg.incident + " " + leg.child + " " + leg.leg +
                    " " + leg.finding);
  }
  EXPECT_EQ(published, expected);
}

// A leg that was criticised is never shown as within or accepted, one that was accepted never as
// criticised: whatever is expected above, it must not contradict what was published.
TEST(Acceptance, ExpectsNothingAgainstAPublishedFinding) {
  for (const Leg& leg : kLegs) {
    SCOPED_TRACE(std::string(leg.file) + " " + leg.leg);
    const bool criticised =
        std::string(leg.finding) == "late" || std::string(leg.finding) == "breached";
    EXPECT_NE(std::string(leg.practice),
              criticised ? "AT_OR_BELOW_ACCEPTED" : "AT_OR_ABOVE_CRITICISED");
    if (criticised && std::string(leg.state) == "FULFILLED") {
      EXPECT_NE(std::string(leg.days).substr(0, 1), "0") << "done, and perhaps at once";
    }
  }
}

class Played : public WithServer {};

TEST_F(Played, AnswersEveryPublishedCase) {
  for (const std::string& name : Published()) {
    ExpectAnswers(name, Routine::kUnset, Cli({"play", "--json", Case(name)}));
  }
}

// The case of another authority that has a routine for every leg that was published about.
std::string WithRoutine(const std::string& name, const std::string& limit) {
  nlohmann::ordered_json file = nlohmann::ordered_json::parse(Slurp(Case(name)));
  file["authority"]["name"] = file["authority"]["name"].get<std::string>() + " " + limit;
  std::set<std::string> legs;
  for (const auto& one : file["published"]) legs.insert(one["leg"].get<std::string>());
  file["routine"] = nlohmann::ordered_json::array();
  for (const std::string& leg : legs) {
    file["routine"].push_back({{"leg", leg}, {"from", "1900-01-01"}, {"limit", limit}});
  }
  return file.dump();
}

TEST_F(Played, ComparesEveryPublishedCaseWithAStrictAndALaxRoutine) {
  for (const std::string& name : Published()) {
    ExpectAnswers(
        name, Routine::kStrict,
        Cli({"play", "--json", directory_.Write(name + "-strict.json", WithRoutine(name, "P0D"))}));
    ExpectAnswers(
        name, Routine::kLax,
        Cli({"play", "--json", directory_.Write(name + "-lax.json", WithRoutine(name, "P200Y"))}));
  }
}

TEST(Demo, AnswersEveryPublishedCaseToldInItsOwnTime) {
  for (const std::string& name : Published()) {
    ExpectAnswers(name, Routine::kUnset, RunHere({"demo", "--json", Case(name)}));
  }
}

}  // namespace
}  // namespace skyndsamt::cli
