#include "projections/law/moment.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

bool Earlier(const std::optional<Micros>& a, const std::optional<Micros>& b) {
  // An open latest bound is later than any.
  if (!a) return false;
  return !b || *a < *b;
}

// Those of the candidates that may be the earliest (or latest): not those that another, certain one
// certainly comes before (or after). Of two at the same instant the first stays.
template <typename Outdoes>
Candidates MayBeMeant(const Candidates& candidates, Outdoes outdoes) {
  Candidates kept;
  for (size_t i = 0; i < candidates.size(); ++i) {
    bool outdone = false;
    for (size_t j = 0; j < candidates.size() && !outdone; ++j) {
      const DatedFact& other = *candidates[j].fact;
      outdone = i != j && candidates[j].certain && outdoes(other, *candidates[i].fact) &&
                (j < i || !outdoes(*candidates[i].fact, other));
    }
    if (!outdone) kept.push_back(candidates[i]);
  }
  return kept;
}

// The common part of EarliestOf and LatestOf. `best(a, b)`: a is to be named rather than b.
template <typename Best, typename Combine>
Moment Choose(Candidates among, Best best, Combine combine) {
  Moment moment;
  moment.certain = std::ranges::any_of(among, &Candidate::certain);
  absl::InlinedVector<Interval, 4> certain;
  for (const Candidate& candidate : among) {
    if (candidate.certain != moment.certain) continue;
    certain.push_back(candidate.fact->when);
    if (moment.fact == nullptr || best(*candidate.fact, *moment.fact)) moment.fact = candidate.fact;
  }
  moment.when = combine(std::span<const Interval>(certain));
  for (const Candidate& candidate : among) {
    if (candidate.fact != moment.fact) moment.others.push_back(candidate.fact);
  }
  moment.among = std::move(among);
  return moment;
}

}  // namespace

bool Moment::contradicted() const {
  return std::ranges::any_of(among, [](const Candidate& one) { return one.fact->contradicted; });
}

std::optional<Moment> EarliestOf(const Candidates& candidates) {
  if (candidates.empty()) return std::nullopt;
  Moment moment = Choose(
      MayBeMeant(candidates,
                 [](const DatedFact& a, const DatedFact& b) {
                   return a.times->CertainlyNotAfter(a.point, b.point);
                 }),
      [](const DatedFact& a, const DatedFact& b) { return Earlier(a.when.latest, b.when.latest); },
      [](std::span<const Interval> times) { return EarliestOf(times); });
  for (const Candidate& candidate : moment.among) {
    if (candidate.certain || !moment.certain) continue;
    // It may have been this one, earlier: the bound moves back and stays sound.
    const Interval both[] = {moment.when, candidate.fact->when};
    Interval earliest = EarliestOf(both);
    earliest.latest = moment.when.latest;
    earliest.latest_precision = moment.when.latest_precision;
    earliest.latest_approximate = moment.when.latest_approximate;
    moment.when = earliest;
  }
  return moment;
}

std::optional<Moment> LatestOf(const Candidates& candidates) {
  if (candidates.empty()) return std::nullopt;
  Moment moment = Choose(
      MayBeMeant(candidates,
                 [](const DatedFact& a, const DatedFact& b) {
                   return b.times->CertainlyNotAfter(b.point, a.point);
                 }),
      [](const DatedFact& a, const DatedFact& b) {
        return a.when.earliest && (!b.when.earliest || *a.when.earliest > *b.when.earliest);
      },
      [](std::span<const Interval> times) { return LatestOf(times); });
  moment.latest = true;
  for (const Candidate& candidate : moment.among) {
    if (candidate.certain || !moment.certain) continue;
    const Interval both[] = {moment.when, candidate.fact->when};
    Interval latest = LatestOf(both);
    latest.earliest = moment.when.earliest;
    latest.earliest_precision = moment.when.earliest_precision;
    latest.earliest_approximate = moment.when.earliest_approximate;
    moment.when = latest;
  }
  return moment;
}

bool CertainlyByTheDayOf(const Interval& a, const Interval& b) {
  return a.latest && b.earliest && DayOf(*a.latest) <= DayOf(*b.earliest);
}

Moment MomentOf(const DatedFact& fact) {
  Moment moment{.when = fact.when, .fact = &fact};
  moment.among.push_back({&fact, true});
  return moment;
}

namespace {

bool Certain(const Moment& moment) {
  return std::ranges::any_of(moment.among, &Candidate::certain);
}

// What holds of the moment if it holds of any fact that is certain (`any`), or of every one. Where
// none is certain it must hold of all.
template <typename Holds>
bool ForSome(const Moment& moment, bool any, Holds holds) {
  if (!any || !Certain(moment)) return std::ranges::all_of(moment.among, holds);
  return std::ranges::any_of(moment.among,
                             [&](const Candidate& one) { return one.certain && holds(one); });
}

// Whether two moments are in the order in which some of their facts are: the earliest of several is
// no later than any that is certain, and no earlier than all of them; for the latest it is the
// other way round. Of what is only bounded by a fact nothing says that it comes after another.
template <typename Ordered>
bool InOrder(const Moment& a, const Moment& b, Ordered ordered) {
  if (a.among.empty() || b.among.empty() || b.inferred) return false;
  return ForSome(a, !a.latest, [&](const Candidate& one) {
    return ForSome(b, b.latest,
                   [&](const Candidate& other) { return ordered(*one.fact, *other.fact); });
  });
}

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

// The length between two moments from the lengths between their facts. The end is the earliest of
// its facts: possibly any of them, and no later than any that is certain. So is the start, unless
// it is the latest: then it is no earlier than any that is certain.
template <typename Between>
int64_t Least(const Moment& from, const Moment& to, Between between) {
  int64_t least = from.latest ? kUnbounded : 0;
  for (const Candidate& start : from.among) {
    if (!from.latest && !start.certain) continue;
    int64_t from_it = kUnbounded;
    for (const Candidate& end : to.among) {
      from_it = std::min(from_it, between(*start.fact, *end.fact).min);
    }
    least = from.latest ? std::min(least, from_it) : std::max(least, from_it);
  }
  return least;
}

template <typename Between>
int64_t Most(const Moment& from, const Moment& to, Between between) {
  int64_t most = kUnbounded;
  for (const Candidate& end : to.among) {
    if (!end.certain) continue;
    int64_t to_it = from.latest ? kUnbounded : 0;
    for (const Candidate& start : from.among) {
      if (from.latest && !start.certain) continue;
      const int64_t max = between(*start.fact, *end.fact).max.value_or(kUnbounded);
      to_it = from.latest ? std::min(to_it, max) : std::max(to_it, max);
    }
    most = std::min(most, to_it);
  }
  return most;
}

// What was not recorded lies somewhere before the fact that bounds it.
template <typename Between>
Range Narrowest(const Moment& from, const Moment& to, Between between) {
  Range out;
  if (!to.inferred) out.min = Least(from, to, between);
  const int64_t most = from.inferred ? kUnbounded : Most(from, to, between);
  if (most != kUnbounded) out.max = most;
  return out;
}

}  // namespace

bool CertainlyBefore(const DatedFact& a, const DatedFact& b) {
  return a.times->CertainlyBefore(a.point, b.point);
}

bool CertainlyBefore(const Moment& a, const Moment& b) {
  return law::CertainlyBefore(a.when, b.when) ||
         InOrder(a, b, [](const DatedFact& x, const DatedFact& y) {
           return x.times->CertainlyBefore(x.point, y.point);
         });
}

bool CertainlyNotAfter(const Moment& a, const Moment& b) {
  return (a.when.latest && b.when.earliest && *a.when.latest <= *b.when.earliest) ||
         InOrder(a, b, [](const DatedFact& x, const DatedFact& y) {
           return x.times->CertainlyNotAfter(x.point, y.point);
         });
}

Range CalendarDays(const Moment& from, const Moment& to) {
  if (!Certain(from) || !Certain(to) || to.latest) return law::CalendarDays(from.when, to.when);
  return Narrowest(from, to, [](const DatedFact& a, const DatedFact& b) {
    return a.times->CalendarDays(a.point, b.point);
  });
}

Range Hours(const Moment& from, const Moment& to) {
  if (!Certain(from) || !Certain(to) || to.latest) return law::Hours(from.when, to.when);
  return Narrowest(from, to, [](const DatedFact& a, const DatedFact& b) {
    return a.times->Hours(a.point, b.point);
  });
}

}  // namespace skyndsamt::law
