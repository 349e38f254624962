// What case files say of one authority and unit, laid over what has been declared.
#include "services/cli/organisation_merge.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/seeds.h"

namespace skyndsamt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A file that says this of the unit S, besides its name, and of the authority K.
CaseFile File(const std::string& unit, const std::string& authority = "") {
  auto read = ReadCaseFile(
      absl::StrCat(R"({"id": "x", "authority": {"name": "K")", authority.empty() ? "" : ", ",
                   authority, R"(}, "unit": {"name": "S")", unit.empty() ? "" : ", ", unit,
                   R"(}, "incidents": [{"id": "i1", "children": ["b"]}], "facts": []})"));
  const auto* problem = std::get_if<Problem>(&read);
  EXPECT_EQ(problem, nullptr) << problem->path << unit;
  return problem == nullptr ? std::get<CaseFile>(std::move(read)) : CaseFile();
}

// What a server has, and the files played into it.
class Server {
 public:
  // What a call with these files declares, each on a line: where it is said, and what; or the path
  // of the problem alone, with nothing declared.
  std::vector<std::string> Play(const std::vector<CaseFile>& files) {
    OrganisationMerge merge;
    if (authority_) merge.Has(*authority_);
    for (const auto& [from, unit] : units_) merge.Has(unit);
    for (size_t i = 0; i < files.size(); ++i) {
      if (auto problem = merge.Say(files[i], i)) return {problem->path};
    }
    std::vector<std::string> said;
    for (const Declaration& declaration : merge.New()) {
      said.push_back(absl::StrCat(declaration.file, " ", declaration.path));
      Take(declaration.event);
    }
    return said;
  }
  std::vector<std::string> Play(const CaseFile& file) { return Play(std::vector{file}); }

  // The unit as declared from a day, in short.
  std::string From(const std::string& day) const {
    const auto found = units_.find(day);
    if (found == units_.end()) return "nothing";
    const auto& unit = found->second;
    return absl::StrCat(unit.name(), " form ", unit.form(), " receiver ", unit.report_receiver(),
                        " code ", unit.school_unit_code(), " places ",
                        absl::StrJoin(unit.places(), "+"));
  }
  const std::map<std::string, event::v1::UnitDeclared>& units() const { return units_; }

 private:
  void Take(const event::v1::AuthorityEvent& event) {
    if (event.has_declared()) {
      authority_ = event.declared();
    } else {
      const auto& unit = event.unit_declared();
      if (unit.from().empty()) units_.clear();  // as the server does
      units_[unit.from()] = unit;
    }
  }

  std::optional<event::v1::AuthorityDeclared> authority_;
  std::map<std::string, event::v1::UnitDeclared> units_;
};

TEST(OrganisationMerge, WhatAFileLeavesOutIsAsItIs) {
  Server server;
  const CaseFile whole =
      File(R"("form": "preschool", "school_unit_code": "12345678")", R"("provider": "municipal")");
  EXPECT_THAT(server.Play(whole), ElementsAre("0 $.authority", "0 $.unit"));
  EXPECT_THAT(server.Play(File("")), IsEmpty());
  EXPECT_THAT(server.Play(File(R"("form": "preschool")")), IsEmpty());
  EXPECT_THAT(server.Play(whole), IsEmpty());
  EXPECT_EQ(server.From(""), "S form 1 receiver 0 code 12345678 places ");
}

TEST(OrganisationMerge, WhatIsSaidOtherwiseIsAProblemWithItsPath) {
  Server server;
  server.Play(File(R"("form": "preschool", "school_unit_code": "12345678", "principal": "r",
                      "changes": [{"from": "2021-01-01", "principal": "ny"}])",
                   R"("provider": "municipal", "organisation_number": "1234567890")"));
  const auto problem = [&](const std::string& unit, const std::string& authority = "") {
    return absl::StrJoin(server.Play(File(unit, authority)), " ");
  };
  EXPECT_EQ(problem(R"("form": "compulsory_school")"), "$.unit.form");
  EXPECT_EQ(problem(R"("school_unit_code": "12345679")"), "$.unit.school_unit_code");
  EXPECT_EQ(problem(R"("principal": "ny")"), "$.unit.principal");
  EXPECT_EQ(problem(R"("changes": [{"from": "2020-01-01", "form": "compulsory_school"},
                                   {"from": "2021-01-01", "principal": "r"}])"),
            "$.unit.changes[1].principal");
  EXPECT_EQ(problem("", R"("provider": "private")"), "$.authority.provider");
  EXPECT_EQ(problem("", R"("organisation_number": "1234567891")"),
            "$.authority.organisation_number");
  EXPECT_EQ(server.units().size(), 2u);
  Server none;
  EXPECT_THAT(none.Play(File(R"("changes": [{"from": "2021-01-01", "form": "preschool"},
                                            {"from": "2021-01-01", "form": "preschool_class"}])")),
              ElementsAre("$.unit.changes[1].form"));
}

TEST(OrganisationMerge, WhatNobodySaidBeforeIsAdded) {
  Server server;
  server.Play(File(R"("changes": [{"from": "2021-01-01", "report_receiver": "authority"}])"));
  EXPECT_THAT(server.Play(File(R"("changes": [{"from": "2021-01-01", "form": "preschool"}])",
                               R"("provider": "municipal")")),
              ElementsAre("0 $.authority", "0 $.unit.changes[0]"));
  EXPECT_EQ(server.From("2021-01-01"),
            absl::StrCat("S form 1 receiver ", event::v1::PARTY_AUTHORITY, " code  places "));
  EXPECT_EQ(server.From(""), "S form 0 receiver 0 code  places ");
}

TEST(OrganisationMerge, PlacesAreAddedAfterThoseThatAreThere) {
  Server server;
  server.Play(File(R"("places": ["hall", "gym"])"));
  EXPECT_THAT(server.Play(File("")), IsEmpty());
  EXPECT_THAT(server.Play(File(R"("places": ["gym"])")), IsEmpty());
  EXPECT_THAT(server.Play(File(R"("places": ["yard", "hall", "bus"])")), ElementsAre("0 $.unit"));
  EXPECT_EQ(server.From(""), "S form 0 receiver 0 code  places hall+gym+yard+bus");
  EXPECT_THAT(server.Play(File(R"("places": ["hall", "gym"])")), IsEmpty());
  // A unit that changed has the places that the change says.
  EXPECT_THAT(server.Play(File(R"("changes": [{"from": "2021-01-01", "places": ["lab", "gym"]}])")),
              ElementsAre("0 $.unit.changes[0]"));
  EXPECT_EQ(server.From("2021-01-01"), "S form 0 receiver 0 code  places lab+gym");
}

TEST(OrganisationMerge, AChangeGoesOnFromWhatWasDeclaredBeforeItsDay) {
  Server server;
  server.Play(File(R"("form": "preschool", "places": ["hall"], "changes": [
      {"from": "2021-01-01", "school_unit_code": "12345678"}])"));
  EXPECT_THAT(
      server.Play(File(R"("changes": [{"from": "2022-01-01", "report_receiver": "authority"}])")),
      ElementsAre("0 $.unit.changes[0]"));
  EXPECT_EQ(
      server.From("2022-01-01"),
      absl::StrCat("S form 1 receiver ", event::v1::PARTY_AUTHORITY, " code 12345678 places hall"));
}

// One declaration, so that nothing is lost where the play ends after it.
TEST(OrganisationMerge, APlaceOfAUnitThatHasChangedIsAddedToWhatItBecame) {
  Server server;
  const CaseFile first = File(
      R"("form": "preschool", "changes": [{"from": "2021-01-01", "form": "compulsory_school"}])");
  server.Play(first);
  const std::string always = server.From("");
  const CaseFile next = File(R"("places": ["hall"])");
  EXPECT_THAT(server.Play(next), ElementsAre("0 $.unit"));
  EXPECT_EQ(server.From(""), always);
  EXPECT_EQ(server.From("2021-01-01"), "S form 3 receiver 0 code  places hall");
  EXPECT_THAT(server.Play(next), IsEmpty());
  EXPECT_THAT(server.Play(first), IsEmpty());
}

TEST(OrganisationMerge, WhatAlwaysWasIsNotDeclaredAnewWhereDaysStand) {
  Server server;
  server.Play(File(R"("changes": [{"from": "2021-01-01", "form": "compulsory_school"}])"));
  EXPECT_THAT(server.Play(File(R"("form": "preschool")")), ElementsAre("$.unit"));
  EXPECT_EQ(server.units().size(), 2u);
}

TEST(OrganisationMerge, BeforeItsFirstDayAUnitIsWhatItIsFromThen) {
  Server server;
  server.Play(File(R"("form": "preschool", "from": "2020-01-01")"));
  EXPECT_THAT(server.Play(File(R"("form": "preschool")")), IsEmpty());
  EXPECT_THAT(server.Play(File(R"("places": ["hall"])")), ElementsAre("0 $.unit"));
  EXPECT_EQ(server.From(""), "nothing");
  EXPECT_EQ(server.From("2020-01-01"), "S form 1 receiver 0 code  places hall");
  EXPECT_THAT(server.Play(File(R"("school_unit_code": "12345678")")), ElementsAre("$.unit"));
}

// Its id is derived from the name in the files.
TEST(OrganisationMerge, AUnitThatWasGivenAnotherNameSinceKeepsIt) {
  const CaseFile file = File(R"("form": "preschool")");
  OrganisationMerge merge;
  event::v1::AuthorityDeclared authority = file.authority;
  authority.set_name("K, mended");
  merge.Has(authority);
  event::v1::UnitDeclared unit = file.unit;
  unit.set_name("S, mended");
  merge.Has(unit);
  EXPECT_EQ(merge.Say(file, 0), std::nullopt);
  EXPECT_THAT(merge.New(), IsEmpty());
}

TEST(OrganisationMerge, WhoOnlyNamesAUnitIsNotBlamedForIt) {
  Server server;
  server.Play(File(""));
  EXPECT_THAT(server.Play({File(R"("places": ["hall"])"), File("")}), ElementsAre("0 $.unit"));
}

// Files of a unit that always was, with up to two changes; few values, so that they often agree.
std::string RandomUnit(std::mt19937_64& dice) {
  const auto some = [&](const std::string& prefix, bool name) {
    std::vector<std::string> said;
    if (!prefix.empty()) said.push_back(prefix);
    const auto one_of = [&](const std::string& key, std::vector<std::string> values) {
      const size_t which = dice() % (2 * values.size() + 4);
      if (which < values.size()) said.push_back(absl::StrCat("\"", key, "\": ", values[which]));
    };
    one_of("form", {"\"preschool\"", "\"compulsory_school\""});
    one_of("report_receiver", {"\"authority\""});
    one_of("school_unit_code", {"\"12345678\"", "\"12345679\""});
    one_of("places", {R"(["hall"])", R"(["gym", "hall"])", R"(["yard"])"});
    if (name) one_of("name", {"\"T\""});
    return absl::StrJoin(said, ", ");
  };
  std::string unit = some("", false);
  std::vector<std::string> changes;
  for (const char* day : {"2021-01-01", "2022-01-01"}) {
    if (dice() % 3 != 0) continue;
    changes.push_back(absl::StrCat("{", some(absl::StrCat("\"from\": \"", day, "\""), true), "}"));
  }
  if (changes.empty()) return unit;
  return absl::StrCat(unit, unit.empty() ? "" : ", ", "\"changes\": [",
                      absl::StrJoin(changes, ", "), "]");
}

// Whether a unit still says all that it said.
void ExpectHolds(const event::v1::UnitDeclared& before, const event::v1::UnitDeclared& after) {
  if (before.form() != 0) {
    EXPECT_EQ(after.form(), before.form());
  }
  if (before.report_receiver() != 0) {
    EXPECT_EQ(after.report_receiver(), before.report_receiver());
  }
  if (!before.school_unit_code().empty()) {
    EXPECT_EQ(after.school_unit_code(), before.school_unit_code());
  }
  EXPECT_EQ(after.name(), before.name());
  ASSERT_GE(after.places_size(), before.places_size());
  for (int i = 0; i < before.places_size(); ++i) EXPECT_EQ(after.places(i), before.places(i));
}

TEST(OrganisationMerge, WhateverIsPlayedNothingDeclaredIsTakenBack) {
  size_t refused = 0, played = 0;
  for (uint64_t seed : testing::Seeds(300)) {
    SCOPED_TRACE(testing::Again(seed));
    std::mt19937_64 dice(seed);
    Server server;
    std::vector<CaseFile> accepted;
    for (int i = 0; i < 6; ++i) {
      const CaseFile file = File(RandomUnit(dice));
      const auto before = server.units();
      const auto said = server.Play(file);
      const bool problem = !said.empty() && said.front().starts_with("$");
      ++(problem ? refused : played);
      if (!problem) accepted.push_back(file);
      for (const auto& [from, unit] : before) {
        ASSERT_TRUE(server.units().contains(from));
        ExpectHolds(unit, server.units().at(from));
      }
      for (const CaseFile& one : accepted) EXPECT_THAT(server.Play(one), IsEmpty());
    }
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(played, 100u);
}

TEST(OrganisationMerge, TheOrderOfTheFilesOfACallChangesNothingButTheOrderOfPlaces) {
  size_t refused = 0, played = 0;
  for (uint64_t seed : testing::Seeds(500)) {
    SCOPED_TRACE(testing::Again(seed));
    std::mt19937_64 dice(seed);
    const CaseFile a = File(RandomUnit(dice)), b = File(RandomUnit(dice));
    Server one, other;
    const auto said = one.Play({a, b});
    const auto otherwise = other.Play({b, a});
    const bool problem = said.front().starts_with("$");
    ASSERT_EQ(otherwise.front().starts_with("$"), problem);
    ++(problem ? refused : played);
    auto left = one.units(), right = other.units();
    for (auto* units : {&left, &right}) {
      for (auto& [from, unit] : *units) {
        std::sort(unit.mutable_places()->begin(), unit.mutable_places()->end());
      }
    }
    ASSERT_EQ(left.size(), right.size());
    for (const auto& [from, unit] : left) {
      EXPECT_EQ(unit.SerializeAsString(), right.at(from).SerializeAsString());
    }
    if (problem) continue;
    EXPECT_THAT(one.Play(a), IsEmpty());
    EXPECT_THAT(one.Play(b), IsEmpty());
  }
  EXPECT_GT(refused, 20u);
  EXPECT_GT(played, 50u);
}

}  // namespace
}  // namespace skyndsamt::cli
