#include "case_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/str_join.h"
#include "projections/law/case_reading.h"
#include "projections/law/shipped_rules.h"
#include "services/cli/codes.h"
#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using api::v1::LegTimeliness;
using nlohmann::json;

constexpr Micros kSecond = 1'000'000;
// Files that do not say when their story is told are told on this day.
constexpr char kTold[] = "2026-01-01";

std::string_view CodeOf(Why why) {
  switch (why) {
    case Why::kWentStraight:
      return "went_straight";
    case Why::kPrincipalAccused:
      return "principal_accused";
    case Why::kReceiverIsAuthority:
      return "receiver_is_authority";
    case Why::kAdultPupil:
      return "adult_pupil";
    case Why::kDecisionNotTo:
      return "decision_not_to";
    case Why::kGuardianSuspected:
      return "guardian_suspected";
    case Why::kNotSubstantiated:
      return "not_substantiated";
    case Why::kWithdrawn:
      return "withdrawn";
    case Why::kNoMeasure:
      return "no_measure";
    case Why::kChildVariant:
      return "child_variant";
    case Why::kOnlyChildHurt:
      return "only_child_hurt";
    case Why::kNoPolicyAsks:
      return "no_policy_asks";
    case Why::kFormExcepted:
      return "form_excepted";
    case Why::kEndedByStatute:
      return "ended_by_statute";
    default:
      return "";
  }
}

std::string Text(const api::v1::Range& range) {
  std::string text = std::to_string(range.min());
  if (!range.has_max()) return text + "..";
  return range.max() == range.min() ? text : text + ".." + std::to_string(range.max());
}

std::string Join(std::vector<std::string> names) {
  std::ranges::sort(names);
  return absl::StrJoin(names, ",");
}

std::string Facts(const api::v1::Anchor& anchor) {
  std::vector<std::string> facts(anchor.contributing().begin(), anchor.contributing().end());
  if (!anchor.fact().empty()) facts.push_back(anchor.fact());
  return Join(facts);
}

std::string List(const json& object, const char* key) {
  return Join(object.value(key, std::vector<std::string>()));
}

// The expected leg of that name; null where it is none of `legs`.
const json* LegNamed(const json& question, const std::string& name) {
  if (!question.contains("legs")) return nullptr;
  for (const json& leg : question.at("legs")) {
    if (leg.at("leg") == name) return &leg;
  }
  return nullptr;
}

}  // namespace

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream whole;
  whole << in.rdbuf();
  return whole.str();
}

CaseData::CaseData(const std::string& path) {
  auto read = cli::ReadCaseFile(ReadWhole(path));
  if (const auto* problem = std::get_if<cli::Problem>(&read)) {
    ADD_FAILURE() << path << ": " << problem->path << ": " << problem->en;
    return;
  }
  file_ = std::get<cli::CaseFile>(std::move(read));
  DeclareUnit(file_.unit);
  for (const auto& change : file_.unit_changes) DeclareUnit(change);
  EXPECT_TRUE(policy_.Publish(0, ShippedRules()).ok());
  for (const auto& routine : file_.routines) EXPECT_TRUE(policy_.Publish(0, routine).ok());
  for (const auto& closing : file_.closing_days) EXPECT_TRUE(policy_.Publish(0, closing).ok());
  EXPECT_TRUE(policy_.Publish(0, file_.yardsticks).ok());
  // Brought in afterwards, one fact a second, in the file's order.
  const Micros first = EndOfTime("2100-01-01");
  for (cli::Story& story : file_.stories) {
    Incident incident{.story = &story, .entries = {}};
    for (cli::StoryFact& at : story.facts) {
      at.fact.mutable_imported()->set_told_at(file_.as_of.empty() ? kTold : file_.as_of);
      const auto n = static_cast<Micros>(incident.entries.size());
      incident.entries.push_back({.position = static_cast<Position>(n),
                                  .recorded = first + n * kSecond,
                                  .fact = &at.fact});
    }
    incidents_.push_back(std::move(incident));
  }
}

void CaseData::DeclareUnit(const event::v1::UnitDeclared& unit) {
  UnitTerms terms{.form = unit.form(),
                  .provider = file_.authority.provider(),
                  .report_receiver = unit.report_receiver(),
                  .principal = unit.principal()};
  if (!unit.from().empty()) {
    EXPECT_TRUE(ReadDay(unit.from(), terms.from).ok()) << unit.from();
  }
  Declare(terms, terms_);
}

CaseFile CaseData::At(const json& question) const {
  const std::string incident = question.value("incident", file_.stories.front().name);
  const auto found = std::ranges::find_if(
      incidents_, [&](const Incident& each) { return each.story->name == incident; });
  if (found == incidents_.end()) {
    ADD_FAILURE() << file_.id << " has no incident " << incident;
    return {};
  }
  static const std::string nobody;
  const auto& children = found->story->children;
  const std::string child = question.value("child", children.empty() ? nobody : children.front());
  CaseFile asked{
      .incident = found->story->incident,
      .child = nobody,
      .entries = found->entries,
      .unit = file_.unit.unit(),
      .terms = terms_,
      .policy = &policy_,
      .as_of = EndOfTime(question.value("as_of", file_.as_of.empty() ? kTold : file_.as_of)),
      .known_at = EndOfTime("2200-01-01")};
  for (const auto& [person, alias] : file_.aliases) {
    if (alias == child) asked.child = person;
  }
  const std::string known_at = question.value("known_at", "");
  for (const Entry& entry : found->entries) {
    if (entry.fact->id() == known_at) asked.known_at = entry.recorded;
  }
  return asked;
}

std::string CaseData::Name(const LegTimeliness& leg) const {
  std::string name = cli::CodeName(leg.leg());
  if (leg.round() != 0) name += "#" + std::to_string(leg.round());
  std::string which = leg.measure() + leg.request();
  if (const auto alias = file_.aliases.find(leg.guardian()); alias != file_.aliases.end()) {
    which = alias->second;
  }
  return which.empty() ? name : name + ":" + which;
}

std::string CaseData::Line(const LegTimeliness& leg, Why why, const json& question) const {
  std::string line = Name(leg) + " " + cli::CodeName(leg.state());
  if (leg.state() == api::v1::LEG_STATE_NOT_REQUIRED) {
    EXPECT_EQ(HasRemark(leg, api::v1::REMARK_RECIPIENT_HAD_IT_DIRECTLY), why == Why::kWentStraight);
    EXPECT_EQ(HasRemark(leg, api::v1::REMARK_PRINCIPAL_ACCUSED), why == Why::kPrincipalAccused);
    EXPECT_FALSE(leg.has_started() || leg.has_days() || leg.has_routine() || leg.has_practice());
    return line + " " + std::string(CodeOf(why));
  }
  if (leg.state() == api::v1::LEG_STATE_NOT_STARTED) return line;
  std::vector<std::string> remarks;
  for (const int remark : leg.remarks()) {
    remarks.push_back(cli::CodeName(static_cast<api::v1::Remark>(remark)));
  }
  line += " from " + Facts(leg.started()) + " to " + Facts(leg.ended()) + " days " + Days(leg) +
          " working " + WorkingDaysOf(leg) + " routine " + cli::CodeName(leg.routine().verdict()) +
          " due " + leg.routine().due() + " practice " + cli::CodeName(leg.practice().position()) +
          " remarks " + Join(remarks);
  const json* expected = LegNamed(question, Name(leg));
  if (expected == nullptr) return line;
  if (expected->contains("hours")) line += " hours " + Text(leg.hours());
  if (expected->contains("chain")) line += " chain " + Text(leg.whole_chain_days());
  if (expected->contains("basis")) {
    std::vector<std::string> basis;
    for (const auto& each : leg.basis()) basis.push_back(each.citation());
    line += " basis " + Join(basis);
  }
  return line;
}

std::vector<std::string> CaseData::Answered(const json& question) const {
  const CaseFile asked = At(question);
  const api::v1::Timeliness answer = Judge(asked);
  const CaseReading reading(asked);
  const Legs legs = LegsOf(reading);
  EXPECT_EQ(legs.size(), static_cast<size_t>(answer.legs_size()));
  std::vector<std::string> lines;
  for (int i = 0; i < answer.legs_size(); ++i) {
    lines.push_back(Line(answer.legs(i), legs[static_cast<size_t>(i)].why, question));
  }
  for (const auto& contradiction : answer.contradictions()) {
    lines.push_back("contradiction " +
                    Join({contradiction.facts().begin(), contradiction.facts().end()}));
  }
  lines.push_back("observations " + std::to_string(answer.observations_size()));
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> Expected(const json& question) {
  std::vector<std::string> lines;
  for (const json& leg : question.value("legs", json::array())) {
    std::string line = leg.at("leg").get<std::string>() + " " + leg.at("state").get<std::string>() +
                       " from " + List(leg, "from") + " to " + List(leg, "to") + " days " +
                       leg.value("days", "none") + " working " + leg.value("working", "none") +
                       " routine " + leg.value("routine", "no_limit") + " due " +
                       leg.value("due", "") + " practice " + leg.value("practice", "no_yardstick") +
                       " remarks " + List(leg, "remarks");
    if (leg.contains("hours")) line += " hours " + leg.at("hours").get<std::string>();
    if (leg.contains("chain")) line += " chain " + leg.at("chain").get<std::string>();
    if (leg.contains("basis")) line += " basis " + List(leg, "basis");
    lines.push_back(line);
  }
  const json not_required = question.value("not_required", json::object());
  for (const auto& [leg, why] : not_required.items()) {
    lines.push_back(leg + " not_required " + why.get<std::string>());
  }
  for (const json& leg : question.value("not_started", json::array())) {
    lines.push_back(leg.get<std::string>() + " not_started");
  }
  for (const json& facts : question.value("contradictions", json::array())) {
    lines.push_back("contradiction " + Join(facts.get<std::vector<std::string>>()));
  }
  lines.push_back("observations " + std::to_string(question.value("observations", 0)));
  std::ranges::sort(lines);
  return lines;
}

}  // namespace skyndsamt::law::testing
