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

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/law/case_facts.h"
#include "projections/law/effective_facts.h"
#include "projections/law/judge.h"
#include "projections/law/known_policy.h"
#include "projections/law/moment.h"
#include "projections/law/network.h"

namespace skyndsamt::law {

// What the unit was, and a duty's times as far as it was so.
struct TermsAndClock {
  const UnitTerms* terms = nullptr;
  ClockTimes clock{};
};

class CaseReading {
 public:
  explicit CaseReading(const CaseFile& file);
  CaseReading(const CaseReading&) = delete;
  CaseReading& operator=(const CaseReading&) = delete;

  const CaseFile& file() const { return file_; }
  // The case's, as known at the file's known_at: of the authority that has the unit as declared
  // last. All of it but routines is taken from here: the rule set is the same for all, yardsticks
  // have no first day, and stated seasons are read as that authority speaks.
  const KnownPolicy& policy() const { return *policy_; }
  // What the unit was at some instant of `when`: at least one.
  absl::InlinedVector<TermsIn, 2> UnitIn(const Interval& when) const {
    return InForce(file_.terms, when);
  }
  // The terms that a duty may go by, each with its clock started while they were in force; or those
  // of `unit_at`, whenever it started.
  absl::InlinedVector<TermsAndClock, 2> UnitFor(const ClockTimes& clock,
                                                const std::optional<Interval>& unit_at) const;
  // What it is at as_of.
  const UnitTerms& UnitNow() const { return InForceAt(file_.terms, file_.as_of); }
  // Of the authority that had the unit on those terms, which are the file's.
  const KnownPolicy& PolicyOf(const UnitTerms& terms) const;
  // The closing days of the case's unit, each of the authority that had it then.
  const ClosedDays& closed() const {
    return others_.empty() ? policy_->ClosedAt(file_.unit) : closed_;
  }
  const CaseFacts& case_facts() const { return case_facts_; }
  // The facts that concern the child, in log order, without those that certainly come after as_of.
  std::span<const DatedFact* const> facts() const { return facts_; }
  // The same for the whole incident: what is reported once for all children.
  std::span<const DatedFact* const> incident_facts() const { return incident_facts_; }
  // Every fact that stands, of any child and time: who the people are does not depend on as_of.
  std::span<const EffectiveFact> effective() const { return effective_; }
  // The fact that names an accused of one of these kinds; null if none does.
  const EffectiveFact* Accusing(std::initializer_list<event::v1::AccusedKind> kinds) const;
  // Every fact that stands with its bounds, in log order, of any child and time.
  std::span<const DatedFact> dated() const { return dated_; }
  // What it took to read it, and what it takes to go through its facts for so many duties: the same
  // for the same case, for whoever reads it many times. In bounds that the network goes through
  // (a few ns each); a fact to read takes about a hundred of them, one to go through five.
  size_t WorkFor(size_t duties) const {
    return network_.work() + dated_.size() * (100 + 5 * duties);
  }
  // The fact that stands with this id; null if none does.
  const DatedFact* Find(std::string_view id) const;
  // For each contradiction the facts that cannot all be true.
  std::span<const std::vector<const DatedFact*>> contradictions() const { return contradictions_; }

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
  void ReadOtherPolicies();
  void BuildNetwork();
  void ReadNetwork();

  const CaseFile& file_;
  std::shared_ptr<const KnownPolicy> known_policy_;  // null where there is no policy
  const KnownPolicy* policy_;
  // Of other authorities that had the unit, if any, and then the closing days of all.
  std::vector<std::pair<const PolicySet*, std::shared_ptr<const KnownPolicy>>> others_;
  ClosedDays closed_;
  std::vector<EffectiveFact> effective_;
  CaseFacts case_facts_;
  std::vector<DatedFact> dated_;
  std::vector<const DatedFact*> facts_;
  std::vector<const DatedFact*> incident_facts_;
  std::vector<std::vector<const DatedFact*>> contradictions_;
  Network network_;
};

}  // namespace skyndsamt::law
