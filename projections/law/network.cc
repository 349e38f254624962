#include "projections/law/network.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

constexpr Micros kSecond = 1'000'000;
constexpr Micros kHour = 3'600 * kSecond;
constexpr Micros kDay = 24 * kHour;
// Stockholm's clock face and the passing of time never differ by more over any span: the offset
// has always been between one and two hours.
constexpr Micros kClockChange = kHour;
// Longer spans (400 years) bound nothing that matters; so sums stay within int64.
constexpr int64_t kFarDays = 146'097;
// Beyond this a start is not known well enough to say anything of its months.
constexpr int64_t kAnchoredDays = 4 * 366;
// Layers settle in two or three rounds; stopping early leaves bounds that are wider, never wrong.
constexpr int kMostRounds = 6;

const absl::CivilDay kEpoch(1970, 1, 1);

int64_t FloorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// What a duration allows between two points, in both layers.
struct Span {
  DayBounds days;
  int64_t least_micros = 0;
  int64_t most_micros = 0;
  bool far = false;  // too long to bound from above
};

// The date part of a duration, in days: months by their least and most, or, where the start is
// known to lie in [first, last], by what they are from any day of these.
DayBounds DatePart(const Duration& duration, std::optional<absl::CivilDay> first,
                   std::optional<absl::CivilDay> last) {
  DayBounds out = DaysOfMonths(duration.months);
  if (duration.months != 0 && first && last && *first <= *last && *last - *first <= kAnchoredDays) {
    out = {kFarDays, 0};
    const auto consider = [&](absl::CivilDay start) {
      if (start < *first || start > *last) return;
      const int64_t days = AddMonths(start, duration.months) - start;
      out = {std::min(out.least, days), std::max(out.most, days)};
    };
    consider(*first);
    // Within a month all days up to the 28th take the same time; the last three may be cut short.
    for (absl::CivilMonth month(*first); month <= absl::CivilMonth(*last); ++month) {
      consider(absl::CivilDay(month));
      for (absl::CivilDay day(month.year(), month.month(), 28); absl::CivilMonth(day) == month;
           ++day) {
        consider(day);
      }
    }
  }
  return {out.least + duration.days, out.most + duration.days};
}

Span SpanOf(const Duration& duration, DayBounds days) {
  Span out{.days = days, .far = days.most > kFarDays};
  out.days.least = std::min(days.least, kFarDays);
  const bool dated = days.most != 0;
  const Micros seconds = duration.seconds * kSecond;
  if (!duration.timed) {
    // "The seventh day after, at any hour."
    out.least_micros = (out.days.least - 1) * kDay + 1 - kClockChange;
    out.most_micros = out.far ? 0 : (days.most + 1) * kDay - 1 + kClockChange;
  } else {
    out.least_micros = out.days.least * kDay - (dated ? kClockChange : 0) + seconds;
    out.most_micros = out.far ? 0 : days.most * kDay + (dated ? kClockChange : 0) + seconds;
    // How many midnights can lie between: as few as the clock change and two whole days leave out.
    out.days.least = -FloorDiv(kDay - 1 + kClockChange - out.least_micros, kDay);
    const bool at_once = out.most_micros == 0;
    out.days.most = at_once ? 0 : FloorDiv(out.most_micros + kClockChange + kDay - 1, kDay);
  }
  // Never before: what is after follows in both layers.
  out.least_micros = std::max<int64_t>(0, out.least_micros);
  out.days.least = std::max<int64_t>(0, out.days.least);
  return out;
}

std::optional<absl::CivilDay> DayOfBound(std::optional<Micros> bound) {
  if (!bound) return std::nullopt;
  return DayOf(*bound);
}

}  // namespace

size_t Network::AddPoint(const Interval& stated) {
  Point& point = points_.emplace_back();
  point.stated = point.narrowed = stated;
  return points_.size() - 1;
}

void Network::AddRelation(const Relation& relation) {
  assert(relation.from < points_.size() && relation.to < points_.size());
  assert(relation.from != relation.to && relation.stated_by < points_.size());
  relations_.push_back(relation);
}

void Network::Solve() {
  for (size_t p = 0; p < points_.size(); ++p) {
    const Interval& stated = points_[p].stated;
    if (stated.earliest && stated.latest && *stated.latest < *stated.earliest) {
      points_[p].crossed = points_[p].contradicted = true;
      contradictions_.push_back({{p}});
    }
  }
  while (true) {
    Reset();
    if (relations_.empty()) return;
    std::optional<Because> contradiction;
    bool changed = true;
    for (int round = 0; changed && !contradiction && round < kMostRounds; ++round) {
      changed = false;
      contradiction = Narrow(changed);
    }
    if (!contradiction) break;
    NoteContradiction(*contradiction);
  }
  for (size_t v = 0; v < point_of_variable_.size(); ++v) {
    most_days_.push_back(MostFrom(days_, v));
    most_instants_.push_back(MostFrom(instants_, v));
  }
}

std::vector<std::optional<int64_t>> Network::MostFrom(const DifferenceBounds& layer,
                                                      size_t variable) {
  auto reach = layer.From(variable);
  work_ += reach.work;
  return std::move(reach.most);
}

void Network::NoteContradiction(const Because& because) {
  contradictions_.push_back({because});
  for (size_t p : because) points_[p].contradicted = true;
  const size_t dropped = std::erase_if(relations_, [&](const Relation& relation) {
    return std::binary_search(because.begin(), because.end(), relation.stated_by);
  });
  // Bounds that were stated cannot contradict without a relation: crossed points were left out.
  assert(dropped > 0);
  static_cast<void>(dropped);
}

void Network::Reset() {
  point_of_variable_ = {kNone};
  for (Point& point : points_) {
    point.narrowed = point.stated;
    point.variable = kNone;
  }
  for (const Relation& relation : relations_) {
    for (size_t p : {relation.from, relation.to}) {
      if (points_[p].variable != kNone) continue;
      points_[p].variable = point_of_variable_.size();
      points_[p].earliest_because = points_[p].latest_because = {p};
      point_of_variable_.push_back(p);
    }
  }
  days_ = instants_ = DifferenceBounds(point_of_variable_.size());
}

std::optional<Network::Because> Network::Narrow(bool& changed) {
  for (const bool in_days : {true, false}) {
    DifferenceBounds& layer = in_days ? days_ : instants_;
    layer = Build(in_days);
    if (auto because = layer.Contradiction()) return because;
    changed = Apply(layer, in_days) || changed;
  }
  return std::nullopt;
}

DifferenceBounds Network::Build(bool in_days) const {
  DifferenceBounds layer(point_of_variable_.size());
  const auto value = [in_days](Micros at) { return in_days ? DayOf(at) - kEpoch : at; };
  for (size_t v = 1; v < point_of_variable_.size(); ++v) {
    const Point& point = points_[point_of_variable_[v]];
    if (point.crossed) continue;
    if (const auto at = point.narrowed.earliest) {
      layer.Add({v, 0, -value(*at), point.earliest_because});
    }
    if (const auto at = point.narrowed.latest) {
      layer.Add({0, v, value(*at), point.latest_because});
    }
  }
  for (const Relation& relation : relations_) AddRelationTo(layer, relation, in_days);
  return layer;
}

void Network::AddRelationTo(DifferenceBounds& layer, const Relation& relation, bool in_days) const {
  const Point& from = points_[relation.from];
  const size_t a = from.variable;
  const size_t b = points_[relation.to].variable;
  const auto first = from.crossed ? std::nullopt : DayOfBound(from.narrowed.earliest);
  const auto last = from.crossed ? std::nullopt : DayOfBound(from.narrowed.latest);
  const auto because = [&](const Duration& duration) {
    Because out{relation.stated_by};
    if (duration.months != 0 && first && last) {
      Unite(out, from.earliest_because);
      Unite(out, from.latest_because);
    }
    return out;
  };
  // "A month after the 31st" is the last of the next, which no number of days says.
  const auto anchored = [&](const Duration& duration, std::optional<absl::CivilDay> day) {
    return in_days && day && duration.months != 0 && !duration.timed &&
           DaysOfMonths(duration.months).most <= kFarDays;
  };
  const Duration& least = relation.at_least;
  if (anchored(least, first)) {
    Because why{relation.stated_by};
    Unite(why, from.earliest_because);
    layer.Add({b, 0, kEpoch - AddToDay(*first, least), why});
  }
  const Span lower = SpanOf(least, DatePart(least, first, last));
  layer.Add({b, a, in_days ? -lower.days.least : -lower.least_micros, because(least)});
  if (!relation.at_most) return;
  const Duration& most = *relation.at_most;
  if (anchored(most, last)) {
    Because why{relation.stated_by};
    Unite(why, from.latest_because);
    layer.Add({0, b, AddToDay(*last, most) - kEpoch, why});
  }
  const Span upper = SpanOf(most, DatePart(most, first, last));
  if (upper.far) return;
  layer.Add({a, b, in_days ? upper.days.most : upper.most_micros, because(most)});
}

// Takes the layer's tightest bounds over into the points.
bool Network::Apply(const DifferenceBounds& layer, bool in_days) {
  bool changed = false;
  const auto latest = layer.From(0);
  const auto earliest = layer.From(0, true);
  work_ += latest.work + earliest.work;
  for (size_t v = 1; v < point_of_variable_.size(); ++v) {
    Point& point = points_[point_of_variable_[v]];
    if (point.crossed) continue;
    Interval& narrowed = point.narrowed;
    if (earliest.most[v]) {
      const int64_t value = -*earliest.most[v];
      const Micros at = in_days ? StartOf(kEpoch + value) : value;
      if (!narrowed.earliest || at > *narrowed.earliest) {
        narrowed.earliest = at;
        point.earliest_because = layer.WhyOf(earliest, v, true);
        Describe(point.earliest_because, narrowed.earliest_precision,
                 narrowed.earliest_approximate);
        changed = true;
      }
    }
    if (latest.most[v]) {
      const int64_t value = *latest.most[v];
      const Micros at = in_days ? EndOf(kEpoch + value) : value;
      if (!narrowed.latest || at < *narrowed.latest) {
        narrowed.latest = at;
        point.latest_because = layer.WhyOf(latest, v);
        Describe(point.latest_because, narrowed.latest_precision, narrowed.latest_approximate);
        changed = true;
      }
    }
  }
  return changed;
}

void Network::Describe(const Because& because, Precision& precision, bool& approximate) const {
  approximate = std::any_of(because.begin(), because.end(),
                            [this](size_t p) { return points_[p].stated.approximate(); });
  precision = Precision::kSecond;
  const auto take = [&](const std::optional<Micros>& at, Precision unit, bool vague) {
    if (at && (vague || !approximate)) precision = std::max(precision, unit);
  };
  for (size_t p : because) {
    const Interval& stated = points_[p].stated;
    take(stated.earliest, stated.earliest_precision, stated.earliest_approximate);
    take(stated.latest, stated.latest_precision, stated.latest_approximate);
  }
}

bool Network::related(size_t a, size_t b) const {
  return points_[a].variable != kNone && points_[b].variable != kNone;
}

const std::optional<int64_t>& Network::MostBetween(const Most& most, size_t from, size_t to) const {
  return most[points_[from].variable][points_[to].variable];
}

Range Network::CalendarDays(size_t from, size_t to) const {
  if (!related(from, to)) return law::CalendarDays(Narrowed(from), Narrowed(to));
  const std::optional<int64_t> most = MostBetween(most_days_, from, to);
  const std::optional<int64_t> back = MostBetween(most_days_, to, from);
  Range out;
  if (back) out.min = std::max<int64_t>(0, -*back);
  if (most) out.max = std::max<int64_t>(0, *most);
  return out;
}

Range Network::Hours(size_t from, size_t to) const {
  if (!related(from, to)) return law::Hours(Narrowed(from), Narrowed(to));
  const std::optional<int64_t> most = MostBetween(most_instants_, from, to);
  const std::optional<int64_t> back = MostBetween(most_instants_, to, from);
  Range out;
  if (back) out.min = std::max<int64_t>(0, -*back) / kHour;
  if (most) out.max = std::max<int64_t>(0, *most + 1) / kHour;
  return out;
}

bool Network::CertainlyBefore(size_t a, size_t b) const {
  if (!related(a, b)) return law::CertainlyBefore(Narrowed(a), Narrowed(b));
  const std::optional<int64_t> in_days = MostBetween(most_days_, b, a);
  if (in_days && *in_days < 0) return true;
  const std::optional<int64_t> in_instants = MostBetween(most_instants_, b, a);
  return in_instants && *in_instants < 0;
}

bool Network::CertainlyNotAfter(size_t a, size_t b) const {
  if (!related(a, b)) {
    const auto& latest = Narrowed(a).latest;
    const auto& earliest = Narrowed(b).earliest;
    return latest && earliest && *latest <= *earliest;
  }
  const std::optional<int64_t> in_instants = MostBetween(most_instants_, b, a);
  return in_instants && *in_instants <= 0;
}

}  // namespace skyndsamt::law
