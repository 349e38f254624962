#include "projections/law/joined_legs.h"

#include <algorithm>
#include <utility>

namespace skyndsamt::law {
namespace {

bool SameDuty(const LegOutcome& a, const LegOutcome& b) {
  return a.leg == b.leg && a.round == b.round && a.measure == b.measure &&
         a.guardian == b.guardian && a.request == b.request;
}

// What is said of the duty where it does not arise.
LegOutcome Unstarted(const LegOutcome& leg) {
  return {.leg = leg.leg,
          .round = leg.round,
          .measure = leg.measure,
          .guardian = leg.guardian,
          .request = leg.request,
          .unit_at = leg.unit_at};
}

const Candidate* Find(const Moment& moment, const DatedFact* fact) {
  const auto found = std::ranges::find(moment.among, fact, &Candidate::fact);
  return found == moment.among.end() ? nullptr : &*found;
}

bool Same(const std::optional<Moment>& a, const std::optional<Moment>& b) {
  if (!a || !b) return !a && !b;
  return a->fact == b->fact && a->certain == b->certain && a->inferred == b->inferred &&
         a->substitute == b->substitute && a->latest == b->latest &&
         a->among.size() == b->among.size() &&
         std::ranges::all_of(a->among, [&](const Candidate& one) {
           const Candidate* other = Find(*b, one.fact);
           return other != nullptr && other->certain == one.certain;
         });
}

bool Same(const LegOutcome& a, const LegOutcome& b) {
  return a.state == b.state && a.why == b.why && Same(a.started, b.started) &&
         Same(a.ended, b.ended) && a.done_before == b.done_before;
}

Interval Covering(const Interval& a, const Interval& b) {
  const Interval both[] = {a, b};
  const Interval latest = LatestOf(both);
  Interval all = EarliestOf(both);
  all.latest = latest.latest;
  all.latest_precision = latest.latest_precision;
  all.latest_approximate = latest.latest_approximate;
  return all;
}

// One of the two, it is not certain which.
Moment OneOf(Moment a, const Moment& b) {
  for (Candidate& candidate : a.among) {
    const Candidate* other = Find(b, candidate.fact);
    candidate.certain = candidate.certain && other != nullptr && other->certain;
  }
  for (const Candidate& candidate : b.among) {
    if (Find(a, candidate.fact) == nullptr) a.among.push_back({candidate.fact, false});
  }
  if (a.latest != b.latest) {
    for (Candidate& candidate : a.among) candidate.certain = false;
  }
  a.others.clear();
  for (const Candidate& candidate : a.among) {
    if (candidate.fact != a.fact) a.others.push_back(candidate.fact);
  }
  a.when = Covering(a.when, b.when);
  a.certain = a.certain && b.certain;
  a.inferred = a.inferred || b.inferred;
  a.substitute = a.substitute || b.substitute;
  return a;
}

std::optional<Moment> OneOf(std::optional<Moment> a, const std::optional<Moment>& b) {
  if (a && b) return OneOf(*std::move(a), *b);
  std::optional<Moment> perhaps = a ? std::move(a) : b;
  if (!perhaps) return perhaps;
  perhaps->certain = false;
  for (Candidate& candidate : perhaps->among) candidate.certain = false;
  return perhaps;
}

// What only one reading remarks is no remark about the leg, unless it takes something away.
void JoinRemarks(LegOutcome& leg, const LegOutcome& other) {
  const auto stays = [](api::v1::Remark remark) {
    return remark == api::v1::REMARK_CONTRADICTED || remark == api::v1::REMARK_INFERRED_END ||
           remark == api::v1::REMARK_SUBSTITUTE_START;
  };
  const auto gone = std::ranges::remove_if(
      leg.remarks, [&](api::v1::Remark remark) { return !stays(remark) && !other.Has(remark); });
  leg.remarks.erase(gone.begin(), gone.end());
  for (const api::v1::Remark remark : other.remarks) {
    if (stays(remark) && !leg.Has(remark)) leg.remarks.push_back(remark);
  }
}

void Join(LegOutcome& leg, const LegOutcome& other) {
  if (leg.state != other.state) {
    leg.state = api::v1::LEG_STATE_UNDETERMINED;
    leg.why = leg.unit_at ? Why::kWhichUnit : Why::kWhichRound;
    leg.because.clear();
  }
  leg.started = OneOf(std::move(leg.started), other.started);
  leg.ended = OneOf(std::move(leg.ended), other.ended);
  leg.whole_chain_start = OneOf(std::move(leg.whole_chain_start), other.whole_chain_start);
  leg.ended_before_reopening =
      OneOf(std::move(leg.ended_before_reopening), other.ended_before_reopening);
  leg.ran_from = OneOf(std::move(leg.ran_from), other.ran_from);
  leg.given_up = OneOf(std::move(leg.given_up), other.given_up);
  leg.done_before = leg.done_before && other.done_before;
  leg.perhaps_not_required = leg.perhaps_not_required || other.perhaps_not_required;
  leg.plan_uncertain = leg.plan_uncertain || other.plan_uncertain || leg.plan_due != other.plan_due;
  if (leg.unit_at && other.unit_at) leg.unit_at = Covering(*leg.unit_at, *other.unit_at);
  JoinRemarks(leg, other);
}

// A measure's own date and what others ask for know no rounds.
bool RestsOnRounds(const LegOutcome& leg) {
  return leg.leg != event::v1::LEG_CARRY_OUT_MEASURES && leg.request.empty();
}

void MakeUncertain(LegOutcome& leg) {
  leg = PerhapsNotRequired(std::move(leg), Why::kWhichRound);
  leg.started = OneOf(std::move(leg.started), std::nullopt);
  leg.ended = OneOf(std::move(leg.ended), std::nullopt);
  leg.whole_chain_start.reset();
  leg.ended_before_reopening.reset();
}

}  // namespace

void JoinedLegs::Rebase(const CaseReading& of, std::optional<Moment>& moment) const {
  if (!moment) return;
  const auto own = [&](const DatedFact*& fact) {
    if (fact != nullptr) fact = &reading_.dated()[static_cast<size_t>(fact - of.dated().data())];
  };
  own(moment->fact);
  for (const DatedFact*& other : moment->others) own(other);
  for (Candidate& candidate : moment->among) own(candidate.fact);
}

void JoinedLegs::Rebase(const CaseReading& of, LegOutcome& leg) const {
  for (auto* moment : {&leg.started, &leg.ended, &leg.whole_chain_start,
                       &leg.ended_before_reopening, &leg.ran_from, &leg.given_up}) {
    Rebase(of, *moment);
  }
  for (const EffectiveFact*& fact : leg.because) {
    fact = &reading_.effective()[static_cast<size_t>(fact - of.effective().data())];
  }
}

void JoinedLegs::Add(const CaseReading& of, Legs legs) {
  for (LegOutcome& leg : legs) Rebase(of, leg);
  std::vector<bool> met(joined_.size(), !any_);
  size_t next = 0;  // where a leg that no reading had so far belongs: after the one before it
  for (LegOutcome& leg : legs) {
    const auto found = std::ranges::find_if(
        joined_, [&](const LegOutcome& joined) { return SameDuty(joined, leg); });
    const auto at = found == joined_.end() ? next : static_cast<size_t>(found - joined_.begin());
    const auto offset = static_cast<std::ptrdiff_t>(at);
    if (found == joined_.end()) {
      joined_.insert(joined_.begin() + offset, any_ ? Unstarted(leg) : leg);
      differs_.insert(differs_.begin() + offset, false);
      met.insert(met.begin() + offset, true);
    }
    met[at] = true;
    differs_[at] = differs_[at] || !Same(joined_[at], leg);
    Join(joined_[at], leg);
    next = at + 1;
  }
  for (size_t i = 0; i < joined_.size(); ++i) {
    if (met[i]) continue;
    const LegOutcome none = Unstarted(joined_[i]);
    differs_[i] = differs_[i] || !Same(joined_[i], none);
    Join(joined_[i], none);
  }
  any_ = true;
}

Legs JoinedLegs::Take(std::span<const DatedFact* const> undecided, bool all) && {
  for (size_t i = 0; i < joined_.size(); ++i) {
    LegOutcome& leg = joined_[i];
    if (!all && RestsOnRounds(leg)) {
      MakeUncertain(leg);
      differs_[i] = true;
    }
    if (!differs_[i]) continue;
    for (const DatedFact* fact : undecided) leg.which_round.push_back(fact->stated);
  }
  return std::move(joined_);
}

}  // namespace skyndsamt::law
