// One case as a question sees it: its facts with the tightest bounds that are certain, those that
// had certainly not happened at `as_of` left out.
//
// - Nothing is recorded before it happened: the instant of recording, and for an imported fact the
//   instant its story is told at, bounds every fact from above.
// - Approximate bounds are widened by one unit first (interval.h), so that whatever is certain here
//   survives moving them.
// - Dates, relative times and the orders they imply are taken together (network.h).
// - At `as_of` a fact has happened for certain only if its latest bound lies at or before it, and
//   certainly not if its earliest lies after it; between them it is only possible. Bounds are never
//   clipped into certainty.
//
// A reading is built for one question and not changed; it may be asked from any thread. It points
// into the case file's entries.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "projections/law/case_facts.h"
#include "projections/law/effective_facts.h"
#include "projections/law/interval.h"
#include "projections/law/judge.h"
#include "projections/law/network.h"

namespace skyndsamt::law {

// A fact and when it happened.
struct DatedFact {
  const EffectiveFact* stated = nullptr;
  Interval when{};            // tightest; what verdicts rest on
  Interval shown{};           // for people: as stated where it was approximate, else `when`
  bool happened = false;      // certainly so at as_of; false: possibly
  bool contradicted = false;  // no verdict may rest on it
  size_t point = 0;           // in the network of times

  const event::v1::Fact& fact() const { return *stated->fact; }
};

// A fact that may be what a leg looks for. `certain`: it has happened, and it belongs here.
struct Candidate {
  const DatedFact* fact = nullptr;
  bool certain = true;
};
using Candidates = absl::InlinedVector<Candidate, 4>;

// One end of a leg: the earliest (or latest) of one or several facts.
struct Moment {
  Interval when{};
  const DatedFact* fact = nullptr;                    // the one that is named
  absl::InlinedVector<const DatedFact*, 2> others{};  // those that may equally be the one meant
  bool certain = true;      // false: whether there is such a fact at all is not certain
  bool inferred = false;    // known only to lie before `fact`: an opening bounded by the conclusion
  bool substitute = false;  // named in place of the start that the table gives

  bool contradicted() const;
};

// The earliest of several: (least of the earliest bounds, least of the latest bounds), and every
// fact that contributes is named. What is only possible can make it earlier, never later; where
// nothing is certain the moment itself is not. Absent when nothing is given.
std::optional<Moment> EarliestOf(const Candidates& candidates);
// The latest of several, in the same way: what is only possible can make it later.
std::optional<Moment> LatestOf(const Candidates& candidates);

// Both lie within one and the same local day.
bool SameDay(const Interval& a, const Interval& b);

class CaseReading {
 public:
  explicit CaseReading(const CaseFile& file);
  CaseReading(const CaseReading&) = delete;
  CaseReading& operator=(const CaseReading&) = delete;

  const CaseFile& file() const { return file_; }
  const CaseFacts& case_facts() const { return case_facts_; }
  // The facts that concern the child, in log order, without those that certainly come after as_of.
  std::span<const DatedFact* const> facts() const { return facts_; }
  // The same for the whole incident: what is reported once for all children.
  std::span<const DatedFact* const> incident_facts() const { return incident_facts_; }
  // Every fact that stands, of any child and time: who the people are does not depend on as_of.
  std::span<const EffectiveFact> effective() const { return effective_; }
  // For each contradiction the facts that cannot all be true.
  std::span<const std::vector<const DatedFact*>> contradictions() const { return contradictions_; }

  bool CertainlyBefore(const DatedFact& a, const DatedFact& b) const;
  bool CertainlyBefore(const Moment& a, const Moment& b) const;
  // What lies between two moments, never wider than the network's own answer.
  Range CalendarDays(const Moment& from, const Moment& to) const;
  Range Hours(const Moment& from, const Moment& to) const;

  // The facts of the child for which `take` says true, each as certain as its having happened.
  template <typename Take>
  Candidates Those(Take take) const {
    Candidates found;
    for (const DatedFact* fact : facts_) {
      if (take(fact->fact())) found.push_back({fact, fact->happened});
    }
    return found;
  }

 private:
  void BuildNetwork();
  void ReadNetwork();
  // Earlier than the network's own bound of its fact: only then can the network say more.
  static bool IsPoint(const Moment& moment);

  const CaseFile& file_;
  std::vector<EffectiveFact> effective_;
  CaseFacts case_facts_;
  std::vector<DatedFact> dated_;
  std::vector<const DatedFact*> facts_;
  std::vector<const DatedFact*> incident_facts_;
  std::vector<std::vector<const DatedFact*>> contradictions_;
  Network network_;
};

}  // namespace skyndsamt::law
