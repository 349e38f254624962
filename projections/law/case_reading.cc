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
Interval Stated(const Fact& fact, const PartsOfYear& parts) {
  if (fact.happened().form_case() != event::v1::When::kEdtf) return {};
  auto read = ParseEdtf(fact.happened().edtf(), parts);
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

// A correction that leaves the fact's kind and time alone: what the original said of them stands.
bool SaysTheSame(const Fact& original, const Fact& now) {
  return original.kind_case() == now.kind_case() &&
         original.happened().SerializeAsString() == now.happened().SerializeAsString();
}

// The interval as narrow as what is supposed of its fact makes it.
Interval Narrowed(Interval when, std::span<const Supposed> supposed, std::string_view fact) {
  for (const Supposed& one : supposed) {
    if (one.fact != fact) continue;
    if (one.earliest && (!when.earliest || *when.earliest < *one.earliest)) {
      when.earliest = one.earliest;
      when.earliest_precision = Precision::kMinute;
      when.earliest_approximate = false;
    }
    if (one.latest && (!when.latest || *one.latest < *when.latest)) {
      when.latest = one.latest;
      when.latest_precision = PrecisionOfLast(*one.latest);
      when.latest_approximate = false;
    }
  }
  return when;
}

}  // namespace

CaseReading::CaseReading(const CaseFile& file)
    : file_(file),
      known_policy_(file.policy == nullptr ? nullptr : file.policy->KnownAt(file.known_at)),
      policy_(known_policy_ == nullptr ? &KnownPolicy::Empty() : known_policy_.get()),
      effective_(EffectiveFacts(file.entries, file.known_at)),
      case_facts_(ReadCase(effective_, file.child)) {
  ReadOtherPolicies();
  BuildNetwork();
  ReadNetwork();
}

void CaseReading::ReadOtherPolicies() {
  for (const UnitTerms& terms : file_.terms) {
    if (terms.policy != nullptr) {
      others_.emplace_back(terms.policy, terms.policy->KnownAt(file_.known_at));
    }
  }
  if (others_.empty()) return;
  for (size_t i = 0; i < file_.terms.size(); ++i) {
    const UnitTerms& terms = file_.terms[i];
    const bool last = i + 1 == file_.terms.size();
    closed_.Append(PolicyOf(terms).ClosedAt(file_.unit), terms.from,
                   last ? absl::CivilDay::max() : file_.terms[i + 1].from - 1);
  }
}

absl::InlinedVector<TermsAndClock, 2> CaseReading::UnitFor(
    const ClockTimes& clock, const std::optional<Interval>& unit_at) const {
  absl::InlinedVector<TermsAndClock, 2> found;
  for (const TermsIn& unit : UnitIn(unit_at.value_or(clock.started))) {
    found.push_back({unit.terms, {unit_at ? clock.started : unit.when, clock.stopped}});
  }
  return found;
}

const KnownPolicy& CaseReading::PolicyOf(const UnitTerms& terms) const {
  if (terms.policy == nullptr) return *policy_;
  return *std::ranges::find(others_, terms.policy, [](const auto& one) {
            return one.first;
          })->second;
}

void CaseReading::BuildNetwork() {
  ToldAt told_at;
  dated_.reserve(effective_.size());
  for (const EffectiveFact& effective : effective_) {
    DatedFact dated{.stated = &effective, .times = &network_};
    const Fact& original = *file_.entries[effective.entry].fact;
    const bool unmoved = SaysTheSame(original, *effective.fact);
    Micros bound = unmoved ? effective.first_recorded : effective.recorded;
    const auto told = told_at.Of(unmoved ? original : *effective.imported_by);
    if (told) bound = std::min(bound, *told);
    const Interval stated = Stated(*effective.fact, *policy_);
    dated.shown = NotAfter(stated, bound);
    dated.point =
        network_.AddPoint(Narrowed(NotAfter(Widened(stated), bound), file_.supposed, effective.id));
    dated_.push_back(dated);
  }
  for (const DatedFact& dated : dated_) {
    if (dated.fact().happened().form_case() != event::v1::When::kRelative) continue;
    const RelativeTime& relative = dated.fact().happened().relative();
    const bool after = relative.anchor_case() == RelativeTime::kAfter;
    const DatedFact* anchor = Find(after ? relative.after() : relative.before());
    if (anchor == nullptr || anchor->point == dated.point) continue;
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
  for (const Supposed& one : file_.supposed) {
    const DatedFact* from = Find(one.after);
    const DatedFact* to = Find(one.fact);
    if (from == nullptr || to == nullptr || from == to) continue;
    network_.AddRelation({.from = from->point,
                          .to = to->point,
                          .at_least = one.at_least,
                          .at_most = one.at_most,
                          .stated_by = to->point});
  }
}

const DatedFact* CaseReading::Find(std::string_view id) const {
  const auto found =
      std::ranges::find_if(dated_, [&](const DatedFact& d) { return d.stated->id == id; });
  return id.empty() || found == dated_.end() ? nullptr : &*found;
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

const EffectiveFact* CaseReading::Accusing(
    std::initializer_list<event::v1::AccusedKind> kinds) const {
  for (const EffectiveFact& effective : effective_) {
    for (const auto& accused : effective.fact->incident_opened().accused()) {
      if (std::ranges::find(kinds, accused.kind()) != kinds.end()) return &effective;
    }
  }
  return nullptr;
}

}  // namespace skyndsamt::law
