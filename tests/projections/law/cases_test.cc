// All cases that are kept as data, published and authored: every leg of every one is exactly as
// expected, and together they meet every leg, state, verdict, remark and reason there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "case_data.h"
#include "services/cli/codes.h"

namespace skyndsamt::law::testing {
namespace {

using api::v1::LegTimeliness;
using nlohmann::json;

// A case file and what is expected of it.
struct KeptCase {
  std::string id;
  std::string path;
  json questions;
  bool published = false;
};

std::vector<KeptCase> FindCases() {
  std::vector<KeptCase> cases;
  for (const auto& [directory, published] :
       {std::pair(SKYNDSAMT_AUTHORED_CASES, false), {SKYNDSAMT_PUBLISHED_CASES, true}}) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".json" || name == "casefile.schema.json") continue;
      const std::string expected = std::string(SKYNDSAMT_EXPECTED) + "/" + name;
      cases.push_back(
          {entry.path().stem().string(), entry.path().string(),
           std::filesystem::exists(expected) ? json::parse(ReadWhole(expected)) : json(),
           published});
    }
  }
  std::ranges::sort(cases, {}, &KeptCase::id);
  return cases;
}

const std::vector<KeptCase>& AllCases() {
  static const std::vector<KeptCase> cases = FindCases();
  return cases;
}

class Cases : public ::testing::TestWithParam<KeptCase> {};

TEST_P(Cases, IsAnsweredAsExpected) {
  const KeptCase& kept = GetParam();
  ASSERT_TRUE(kept.questions.is_array() && !kept.questions.empty())
      << "expected/" << kept.id << ".json says nothing";
  const CaseData data(kept.path);
  for (const json& question : kept.questions) {
    SCOPED_TRACE(kept.id + ": " + question.at("why").get<std::string>());
    EXPECT_THAT(data.Answered(question), ::testing::ElementsAreArray(Expected(question)));
    for (const json& leg : question.value("legs", json::array())) {
      EXPECT_GT(leg.value("why", "").size(), 10u) << leg.at("leg") << " without a reason";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kept, Cases, ::testing::ValuesIn(AllCases()), [](const auto& kept) {
  std::string name = kept.param.id;
  std::ranges::replace_if(
      name, [](char c) { return !std::isalnum(c); }, '_');
  return name;
});

// Every case of every file is asked about: an incident's child that no question names is missing.
TEST(CasesKept, LeaveNoCaseUnasked) {
  for (const KeptCase& kept : AllCases()) {
    const CaseData data(kept.path);
    std::set<std::pair<std::string_view, std::string_view>> asked;
    for (const json& question : kept.questions) {
      const CaseFile about = data.At(question);
      asked.insert({about.incident, about.child});
    }
    size_t cases = 0;
    for (const auto& story : data.file().stories) {
      cases += std::max<size_t>(story.children.size(), 1);
    }
    EXPECT_EQ(asked.size(), cases) << kept.id;
  }
}

// What a decision tried was a duty: it is none that was not required. What it found breached was
// not done, or is told as late; what it found timely was done. No time that is measured against a
// limit or a yardstick says the opposite of what was found.
void Agrees(const std::string& finding, const LegTimeliness& leg) {
  const bool late = leg.routine().verdict() == api::v1::ROUTINE_VERDICT_LATE ||
                    leg.practice().position() == api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED;
  const bool timely = leg.routine().verdict() == api::v1::ROUTINE_VERDICT_WITHIN ||
                      leg.practice().position() == api::v1::PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED;
  const bool done = leg.state() == api::v1::LEG_STATE_FULFILLED;
  EXPECT_NE(leg.state(), api::v1::LEG_STATE_NOT_REQUIRED);
  if (finding == "breached" || finding == "late") {
    EXPECT_FALSE(timely);
    EXPECT_TRUE(finding == "late" || late || !done);
  } else {
    EXPECT_FALSE(late);
    EXPECT_TRUE(finding == "not_breached" || done);
  }
}

TEST(CasesKept, AgreeWithWhatWasPublished) {
  int compared = 0;
  for (const KeptCase& kept : AllCases()) {
    const CaseData data(kept.path);
    for (const cli::PublishedFinding& finding : data.file().published) {
      SCOPED_TRACE(kept.id + " " + event::v1::Leg_Name(finding.leg) + " " + finding.finding);
      int found = 0;
      for (const auto& story : data.file().stories) {
        if (!finding.incident.empty() && finding.incident != story.name) continue;
        json question = {{"incident", story.name}};
        if (!finding.child.empty()) question["child"] = finding.child;
        const api::v1::Timeliness answer = Judge(data.At(question));
        for (const LegTimeliness& leg : answer.legs()) {
          if (leg.leg() != finding.leg) continue;
          ++found;
          Agrees(finding.finding, leg);
        }
      }
      EXPECT_GE(found, 1) << "no leg was tried";
      compared += found;
    }
  }
  EXPECT_GE(compared, 20);
}

// What all cases together meet.
struct Met {
  std::set<std::string> legs, states_of_legs, routines, practices, remarks, reasons;
  std::set<event::v1::UnitForm> forms;
  std::set<event::v1::ProviderType> providers;
  std::set<event::v1::AccusedKind> accused;
  size_t authored = 0;
};

Met WhatIsMet() {
  Met met;
  for (const KeptCase& kept : AllCases()) {
    const CaseData data(kept.path);
    if (!kept.published) ++met.authored;
    met.forms.insert(data.file().unit.form());
    met.providers.insert(data.file().authority.provider());
    for (const auto& story : data.file().stories) {
      for (const auto& accused : story.facts.front().fact.incident_opened().accused()) {
        met.accused.insert(accused.kind());
      }
    }
    for (const json& question : kept.questions) {
      const auto bare = [](const std::string& name) {
        return name.substr(0, name.find_first_of("#:"));
      };
      for (const json& leg : question.value("legs", json::array())) {
        const std::string name = bare(leg.at("leg"));
        met.legs.insert(name);
        met.states_of_legs.insert(name + " " + leg.at("state").get<std::string>());
        met.routines.insert(leg.value("routine", "no_limit"));
        met.practices.insert(leg.value("practice", "no_yardstick"));
        for (const json& remark : leg.value("remarks", json::array())) met.remarks.insert(remark);
      }
      const json not_required = question.value("not_required", json::object());
      for (const auto& [leg, why] : not_required.items()) {
        met.reasons.insert(bare(leg) + " " + why.get<std::string>());
      }
    }
  }
  return met;
}

template <typename Enum>
std::set<std::string> AllCodes(std::set<std::string> but = {}) {
  std::set<std::string> codes;
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  for (int i = 1; i < type->value_count(); ++i) {
    const std::string code = cli::CodeOf(type->value(i));
    if (!but.contains(code)) codes.insert(code);
  }
  return codes;
}

TEST(CasesKept, MeetEveryLegVerdictRemarkAndReason) {
  const Met met = WhatIsMet();
  EXPECT_GE(met.authored, 40u);
  EXPECT_THAT(met.legs, ::testing::ContainerEq(AllCodes<event::v1::Leg>()));
  for (const std::string& leg : met.legs) {
    for (const char* state : {" fulfilled", " pending", " undetermined"}) {
      EXPECT_TRUE(met.states_of_legs.contains(leg + state)) << leg << state;
    }
  }
  EXPECT_THAT(met.routines, ::testing::ContainerEq(AllCodes<api::v1::RoutineVerdict>()));
  EXPECT_THAT(met.practices, ::testing::ContainerEq(AllCodes<api::v1::PracticePosition>()));
  // When something was entered is never read from a file that is brought in afterwards; that the
  // recipient had it directly is said of legs that are not required.
  EXPECT_THAT(met.remarks,
              ::testing::ContainerEq(AllCodes<api::v1::Remark>(
                  {"documented_late", "start_documented_late", "corrected_after_deadline",
                   "entered_after_inspection", "recipient_had_it_directly"})));
  EXPECT_THAT(met.reasons, ::testing::IsSupersetOf({"report_to_principal went_straight",
                                                    "report_to_principal principal_accused",
                                                    "report_to_principal receiver_is_authority",
                                                    "notify_authority went_straight",
                                                    "decide_measures not_substantiated",
                                                    "carry_out_measures withdrawn",
                                                    "follow_up not_substantiated",
                                                    "follow_up withdrawn",
                                                    "evaluate_measures no_measure",
                                                    "evaluate_measures not_substantiated",
                                                    "evaluate_measures withdrawn",
                                                    "inform_guardian adult_pupil",
                                                    "inform_guardian decision_not_to",
                                                    "inform_guardian guardian_suspected",
                                                    "feed_back_to_guardian adult_pupil",
                                                    "feed_back_to_guardian decision_not_to",
                                                    "feed_back_to_guardian guardian_suspected",
                                                    "feed_back_to_authority child_variant",
                                                    "work_environment_report only_child_hurt",
                                                    "police_report form_excepted",
                                                    "police_report no_policy_asks"}));
}

TEST(CasesKept, MeetEveryVariant) {
  const Met met = WhatIsMet();
  for (const auto form :
       {event::v1::UNIT_FORM_PRESCHOOL, event::v1::UNIT_FORM_PRESCHOOL_CLASS,
        event::v1::UNIT_FORM_COMPULSORY_SCHOOL, event::v1::UNIT_FORM_UPPER_SECONDARY,
        event::v1::UNIT_FORM_ADULT_EDUCATION, event::v1::UNIT_FORM_AFTER_SCHOOL,
        event::v1::UNIT_FORM_OPEN_ACTIVITY}) {
    EXPECT_TRUE(met.forms.contains(form)) << event::v1::UnitForm_Name(form);
  }
  EXPECT_TRUE(met.providers.contains(event::v1::PROVIDER_TYPE_MUNICIPAL));
  EXPECT_TRUE(met.providers.contains(event::v1::PROVIDER_TYPE_PRIVATE));
  for (int kind = 1; kind < event::v1::AccusedKind_ARRAYSIZE; ++kind) {
    const auto accused = static_cast<event::v1::AccusedKind>(kind);
    EXPECT_TRUE(met.accused.contains(accused)) << event::v1::AccusedKind_Name(accused);
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
