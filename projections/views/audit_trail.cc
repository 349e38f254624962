#include "projections/views/audit_trail.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "projections/law/calendar.h"
#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/known_policy.h"
#include "projections/law/wording.h"
#include "projections/views/fact_words.h"

namespace skyndsamt::views {
namespace {

using api::v1::AuditEntry;
using law::Interval;
using law::Standing;

class Trail {
 public:
  Trail(const FactStream& stream, const std::string& origin, const law::PolicySet& policy)
      : stream_(stream),
        origin_(origin),
        policy_(policy),
        known_(policy.KnownAt(std::numeric_limits<Micros>::max())),
        standing_(law::StandingOf(stream.entries(), std::numeric_limits<Micros>::max())),
        wards_(WardsOf(law::EffectiveFacts(stream.entries(), std::numeric_limits<Micros>::max()))) {
    ReadRelativeTimes();
  }

  // An empty child is all of them.
  std::vector<bool> Concerning(std::string_view child) const {
    if (child.empty()) return std::vector<bool>(standing_.size(), true);
    return law::EntriesConcerning(stream_.entries(), standing_, child);
  }

  AuditEntry Entry(size_t i) const {
    const law::Entry& from = stream_.entries()[i];
    const log::Record& record = stream_.records()[i];
    const auto& body = *stream_.bodies()[i];
    AuditEntry entry;
    entry.mutable_position()->set_log(origin_);
    entry.mutable_position()->set_position(from.position);
    entry.set_revision(record.revision);
    *entry.mutable_fact() = *from.fact;
    entry.set_recorded(law::FormatInstant(from.recorded));
    entry.set_actor(body.actor().id());
    entry.set_role(body.actor().role());
    *entry.mutable_what() = WhatChanged(*from.fact, wards_);
    entry.set_imported(from.fact->has_imported());
    AddTimes(i, entry);
    if (standing_[i].corrects) entry.set_corrects(IdOf(*standing_[i].corrects));
    for (const size_t by : standing_[i].corrected_by) entry.add_corrected_by(IdOf(by));
    for (const auto& sealed : body.sealed()) {
      // A stream's first event also binds the key of its requests' fingerprints: no field of the
      // fact.
      if (sealed.field_path() != "fingerprint") entry.add_sealed_fields(sealed.field_path());
    }
    return entry;
  }

 private:
  const std::string& IdOf(size_t i) const { return stream_.entries()[i].fact->id(); }

  // A relative time is as narrow as the facts that stand make it.
  void ReadRelativeTimes() {
    const auto is_relative = [](const law::Entry& entry) {
      return entry.fact->happened().has_relative();
    };
    if (std::ranges::none_of(stream_.entries(), is_relative)) return;
    law::CaseFile file;
    file.entries = stream_.entries();
    file.policy = &policy_;
    file.as_of = file.known_at = stream_.entries().back().recorded;
    const law::CaseReading reading(file);
    for (const law::DatedFact* fact : reading.incident_facts()) {
      if (fact->fact().happened().has_relative()) relative_[&fact->fact()] = fact->shown;
    }
  }

  Interval Happened(size_t i) const {
    const law::Entry& entry = stream_.entries()[i];
    const auto relative = relative_.find(entry.fact);
    if (relative != relative_.end()) return relative->second;
    auto stated = law::ParseEdtf(entry.fact->happened().edtf(), *known_);
    return law::NotAfter(stated.ok() ? *stated : Interval{}, entry.recorded);
  }

  void AddTimes(size_t i, AuditEntry& entry) const {
    const law::Entry& from = stream_.entries()[i];
    const Interval happened = Happened(i);
    entry.set_happened(law::AsStated(*from.fact));
    if (happened.earliest) entry.set_happened_earliest(law::FormatInstant(*happened.earliest));
    if (happened.latest) entry.set_happened_latest(law::FormatInstant(*happened.latest));
    if (from.fact->has_imported()) return;  // no documentation lag is read from an old case
    const law::Range lag = law::Hours(happened, law::At(from.recorded));
    constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
    auto* hours = entry.mutable_documentation_lag_hours();
    hours->set_min(static_cast<int32_t>(std::min(lag.min, kMost)));
    if (lag.max) hours->set_max(static_cast<int32_t>(std::min(*lag.max, kMost)));
  }

  const FactStream& stream_;
  const std::string& origin_;
  const law::PolicySet& policy_;
  const std::shared_ptr<const law::KnownPolicy> known_;
  const std::vector<Standing> standing_;
  const Wards wards_;
  std::map<const event::v1::Fact*, Interval> relative_;
};

}  // namespace

std::vector<AuditEntry> TrailOf(const FactStream& stream, std::string_view child,
                                const std::string& origin, const law::PolicySet& policy) {
  std::vector<AuditEntry> entries;
  const Trail trail(stream, origin, policy);
  const std::vector<bool> concerns = trail.Concerning(child);
  for (size_t i = 0; i < stream.entries().size(); ++i) {
    if (concerns[i]) entries.push_back(trail.Entry(i));
  }
  return entries;
}

}  // namespace skyndsamt::views
