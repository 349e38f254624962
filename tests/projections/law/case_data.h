// Cases kept as data: a case file in the public format (deploy/cases, and cases/ beside this file),
// and in expected/ what is to be answered about it, with the reason of each leg in a sentence. A
// case is read by the reader of the product and asked as the product asks.
//
// expected/ID.json is a list of questions:
//   {"why": "...", "incident": "i1", "child": "elev", "as_of": "2026-03-31", "known_at": "f4",
//    "legs": [{"leg": "notify_authority#1", "state": "fulfilled", "from": ["f2"], "to": ["f3"],
//              "days": "4", "working": "2", "routine": "late", "due": "2026-03-05",
//              "practice": "no_yardstick", "remarks": [], "hours": "0..1", "chain": "6",
//              "basis": ["..."], "why": "..."}],
//    "not_required": {"police_report": "no_policy_asks"}, "not_started": ["follow_up"],
//    "contradictions": [["f1", "f2"]], "observations": 1}
// A leg is named LEG, LEG#ROUND or LEG:WHICH (its measure, guardian or request). What is left out
// of a leg is: no days, routine no_limit, practice no_yardstick, no remarks; hours, chain and basis
// are compared only where they are given. `perhaps_not_required` says why nothing is certain, and
// `by_hand` that a length is beyond cases_against_python.py, which counts everything once more.
// `known_at` names the last fact that had been recorded. Every leg of the answer must be in one of
// the three lists.
#pragma once

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "projections/law/case_legs.h"
#include "projections/law/judge.h"
#include "services/cli/casefile.h"

namespace skyndsamt::law::testing {

std::string ReadWhole(const std::string& path);

// One case file, ready to be asked. Not to be moved: what it hands out points into it.
class CaseData {
 public:
  explicit CaseData(const std::string& path);
  CaseData(const CaseData&) = delete;
  CaseData& operator=(const CaseData&) = delete;

  // The case that a question is about, at the instants it names.
  CaseFile At(const nlohmann::json& question) const;
  const cli::CaseFile& file() const { return file_; }

  // The answer, leg by leg, each as one line, in order of their names.
  std::vector<std::string> Answered(const nlohmann::json& question) const;

 private:
  struct Incident {
    const cli::Story* story = nullptr;
    std::vector<Entry> entries;
  };

  void DeclareUnit(const event::v1::UnitDeclared& unit);
  std::string Name(const api::v1::LegTimeliness& leg) const;
  std::string Line(const api::v1::LegTimeliness& leg, Why why,
                   const nlohmann::json& question) const;

  cli::CaseFile file_;
  std::vector<Incident> incidents_;
  TermsByDay terms_{UnitTerms{}};
  PolicySet policy_;
};

// The same of what a question expects.
std::vector<std::string> Expected(const nlohmann::json& question);

}  // namespace skyndsamt::law::testing
