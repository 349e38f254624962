#include "projections/law/case_reading.h"

#include <algorithm>

#include "projections/law/civil_time.h"
#include "projections/law/duration.h"
#include "projections/law/edtf.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::RelativeTime;

// The interval as stated; undated where nothing is, or where the time is relative. What cannot be
// read bounds nothing: the domain refuses it at the door.
Interval Stated(const Fact& fact) {
  if (fact.happened().form_case() != event::v1::When::kEdtf) return {};
  auto read = ParseEdtf(fact.happened().edtf());
  return read.ok() ? *read : Interval{};
}

Duration ReadDuration(const std::string& text, const Duration& otherwise) {
  if (text.empty()) return otherwise;
  auto read = ParseDuration(text);
  return read.ok() ? *read : otherwise;
}

// The instant at which an imported story is told, read once for all its facts.
class ToldAt {
 public:
  std::optional<Micros> Of(const Fact& entry) {
    const std::string& text = entry.imported().told_at();
    if (text.empty()) return std::nullopt;
    if (text != text_) {
      text_ = text;
      auto read = ParseEdtf(text);
      latest_ = read.ok() ? read->latest : std::nullopt;
    }
    return latest_;
  }

 private:
  std::string text_;
  std::optional<Micros> latest_;
};

bool Earlier(const std::optional<Micros>& a, const std::optional<Micros>& b) {
  // An open latest bound is later than any.
  if (!a) return false;
  return !b || *a < *b;
}

}  // namespace

bool Moment::contradicted() const {
  return fact != nullptr && (fact->contradicted || std::ranges::any_of(others, [](const auto* f) {
                               return f->contradicted;
                             }));
}

namespace {

// The common part of EarliestOf and LatestOf. `best(a, b)`: a is to be named rather than b.
template <typename Best, typename Combine>
std::optional<Moment> Choose(const Candidates& candidates, Best best, Combine combine) {
  if (candidates.empty()) return std::nullopt;
  Moment moment;
  moment.certain = std::ranges::any_of(candidates, &Candidate::certain);
  absl::InlinedVector<Interval, 4> certain;
  for (const Candidate& candidate : candidates) {
    if (candidate.certain != moment.certain) continue;
    certain.push_back(candidate.fact->when);
    if (moment.fact == nullptr || best(*candidate.fact, *moment.fact)) moment.fact = candidate.fact;
  }
  moment.when = combine(std::span<const Interval>(certain));
  return moment;
}

}  // namespace

std::optional<Moment> EarliestOf(const Candidates& candidates) {
  auto moment = Choose(
      candidates,
      [](const DatedFact& a, const DatedFact& b) { return Earlier(a.when.latest, b.when.latest); },
      [](std::span<const Interval> times) { return EarliestOf(times); });
  if (!moment) return moment;
  for (const Candidate& candidate : candidates) {
    const Interval& when = candidate.fact->when;
    if (candidate.fact == moment->fact || CertainlyBefore(moment->when, when)) continue;
    if (!candidate.certain && moment->certain) {
      // It may have been this one, earlier: the bound moves back and stays sound.
      const Interval both[] = {moment->when, when};
      Interval earliest = EarliestOf(both);
      earliest.latest = moment->when.latest;
      earliest.latest_precision = moment->when.latest_precision;
      earliest.latest_approximate = moment->when.latest_approximate;
      moment->when = earliest;
    }
    moment->others.push_back(candidate.fact);
  }
  return moment;
}

std::optional<Moment> LatestOf(const Candidates& candidates) {
  auto moment = Choose(
      candidates,
      [](const DatedFact& a, const DatedFact& b) {
        return a.when.earliest && (!b.when.earliest || *a.when.earliest > *b.when.earliest);
      },
      [](std::span<const Interval> times) { return LatestOf(times); });
  if (!moment) return moment;
  for (const Candidate& candidate : candidates) {
    const Interval& when = candidate.fact->when;
    if (candidate.fact == moment->fact || CertainlyBefore(when, moment->when)) continue;
    if (!candidate.certain && moment->certain) {
      const Interval both[] = {moment->when, when};
      Interval latest = LatestOf(both);
      latest.earliest = moment->when.earliest;
      latest.earliest_precision = moment->when.earliest_precision;
      latest.earliest_approximate = moment->when.earliest_approximate;
      moment->when = latest;
    }
    moment->others.push_back(candidate.fact);
  }
  return moment;
}

bool SameDay(const Interval& a, const Interval& b) {
  return a.earliest && a.latest && b.earliest && b.latest &&
         DayOf(*a.earliest) == DayOf(*a.latest) && DayOf(*b.earliest) == DayOf(*b.latest) &&
         DayOf(*a.earliest) == DayOf(*b.earliest);
}

CaseReading::CaseReading(const CaseFile& file)
    : file_(file),
      effective_(EffectiveFacts(file.entries, file.known_at)),
      case_facts_(ReadCase(effective_, file.child)) {
  BuildNetwork();
  ReadNetwork();
}

void CaseReading::BuildNetwork() {
  ToldAt told_at;
  dated_.reserve(effective_.size());
  for (const EffectiveFact& effective : effective_) {
    DatedFact dated{.stated = &effective};
    Micros bound = effective.recorded;
    if (const auto told = told_at.Of(*effective.imported_by)) bound = std::min(bound, *told);
    const Interval stated = Stated(*effective.fact);
    dated.shown = NotAfter(stated, bound);
    dated.point = network_.AddPoint(NotAfter(Widened(stated), bound));
    dated_.push_back(dated);
  }
  for (const DatedFact& dated : dated_) {
    if (dated.fact().happened().form_case() != event::v1::When::kRelative) continue;
    const RelativeTime& relative = dated.fact().happened().relative();
    const bool after = relative.anchor_case() == RelativeTime::kAfter;
    const std::string& id = after ? relative.after() : relative.before();
    const auto anchor =
        std::ranges::find_if(dated_, [&](const DatedFact& d) { return d.stated->id == id; });
    if (anchor == dated_.end() || anchor->point == dated.point) continue;
    Relation relation{.from = after ? anchor->point : dated.point,
                      .to = after ? dated.point : anchor->point,
                      .at_most = std::nullopt,
                      .stated_by = dated.point};
    relation.at_least = ReadDuration(relative.at_least(), relation.at_least);
    if (!relative.at_most().empty()) {
      relation.at_most = ReadDuration(relative.at_most(), relation.at_least);
    }
    network_.AddRelation(relation);
  }
}

void CaseReading::ReadNetwork() {
  network_.Solve();
  for (const auto& found : network_.contradictions()) {
    auto& facts = contradictions_.emplace_back();
    for (const size_t point : found.points) facts.push_back(&dated_[point]);
  }
  for (DatedFact& dated : dated_) {
    dated.when = network_.Narrowed(dated.point);
    dated.contradicted = network_.contradicted(dated.point);
    if (!dated.shown.approximate()) dated.shown = dated.when;
    if (CertainlyAfter(dated.when, file_.as_of)) continue;
    dated.happened = CertainlyBy(dated.when, file_.as_of);
    incident_facts_.push_back(&dated);
    if (Concerns(dated.fact(), file_.child)) facts_.push_back(&dated);
  }
}

bool CaseReading::IsPoint(const Moment& moment) {
  return moment.fact != nullptr && moment.others.empty() && !moment.inferred;
}

bool CaseReading::CertainlyBefore(const DatedFact& a, const DatedFact& b) const {
  return network_.CertainlyBefore(a.point, b.point);
}

bool CaseReading::CertainlyBefore(const Moment& a, const Moment& b) const {
  if (law::CertainlyBefore(a.when, b.when)) return true;
  return IsPoint(a) && IsPoint(b) && network_.CertainlyBefore(a.fact->point, b.fact->point);
}

Range CaseReading::CalendarDays(const Moment& from, const Moment& to) const {
  if (IsPoint(from) && IsPoint(to)) return network_.CalendarDays(from.fact->point, to.fact->point);
  return law::CalendarDays(from.when, to.when);
}

Range CaseReading::Hours(const Moment& from, const Moment& to) const {
  if (IsPoint(from) && IsPoint(to)) return network_.Hours(from.fact->point, to.fact->point);
  return law::Hours(from.when, to.when);
}

}  // namespace skyndsamt::law
