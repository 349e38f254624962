// Random commands about one incident, the same for the same seed: facts of every kind, at stated
// and relative times, corrected, corrected again and moved to another unit, now and then imported;
// mostly such as the incident takes, some that it must refuse. Reusable by any test that needs
// traffic which looks like real handling. Ids of two seeds are never the same. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "eventstore/base/ids.h"
#include "services/domain/incident.h"

namespace skyndsamt::domain {

class RandomFacts {
 public:
  // `faults` is the share of facts made wrong on purpose, 0 for none.
  explicit RandomFacts(uint64_t seed, double faults = 0.1)
      : random_(seed),
        scope_("random facts " + std::to_string(seed)),
        of_seed_("." + std::to_string(seed)),
        faults_(faults) {
    for (int i = 0; i < 8; ++i) people_.push_back(NewUuid());
  }

  // A corrected opening may put the incident in one of these.
  void MayMoveTo(std::vector<std::string> units) { units_ = std::move(units); }

  // The first fact of an incident in `unit`, about 0-3 children.
  Fact Opening(const std::string& unit) {
    Fact fact = Blank();
    auto& opened = *fact.mutable_incident_opened();
    opened.set_unit(unit);
    opened.set_place("hallen");
    opened.set_description(Words());
    int children = Below(4);
    for (int i = 0; i < children; ++i) {
      auto& child = *opened.add_children();
      child.set_person(people_[i]);
      if (Chance(0.1)) child.set_adult_pupil(event::v1::ANSWER_YES);
    }
    for (int i = Below(3); i > 0; --i) {
      auto& accused = *opened.add_accused();
      if (Chance(0.7)) accused.set_person(people_[4 + Below(2)]);
      accused.set_kind(static_cast<event::v1::AccusedKind>(1 + Below(7)));
    }
    return fact;
  }

  // 1-4 facts; each may build on the ones before it.
  std::vector<Fact> Command(const Incident& incident, const std::string& unit) {
    std::vector<Fact> facts;
    Incident state = incident;
    if (!state.exists) facts.push_back(Opening(unit));
    if (!state.exists) Evolve(state, facts.back());
    for (int i = Below(4); i >= 0; --i) {
      facts.push_back(Next(state));
      if (Chance(faults_)) Spoil(facts.back(), state);
      Evolve(state, facts.back());
    }
    return facts;
  }

  // One fact that is right in itself and refers to what exists, of any kind but the opening.
  Fact Next(const Incident& incident) {
    constexpr int kKinds = Fact::kCorrection - Fact::kIncidentOpened;
    Fact fact = Blank();
    auto kind = static_cast<Fact::KindCase>(Fact::kIncidentOpened + 1 + Below(kKinds));
    if (Chance(0.15)) kind = Fact::kCorrection;
    SetKind(fact, kind, incident);
    if (!incident.facts.empty() && Chance(0.15)) SetRelativeTime(fact, incident);
    if (!incident.children.empty() && Chance(0.5)) fact.add_children(Any(incident.children));
    return fact;
  }

  // Of one command in ten, from where it was brought in.
  std::optional<event::v1::Imported> Import() {
    if (!Chance(0.1)) return std::nullopt;
    event::v1::Imported imported;
    imported.set_source("register-" + std::to_string(Below(3)));
    imported.set_told_at("2026-01-20");
    return imported;
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint64_t>(bound)); }
  bool Chance(double share) { return std::uniform_real_distribution<>(0, 1)(random_) < share; }
  std::string NewUuid() { return FormatUuid(DerivedUuid(scope_, std::to_string(++made_))); }
  std::string NewId(const char* kind) { return kind + std::to_string(++made_) + of_seed_; }
  const std::string& Any(const std::vector<std::string>& list) { return list[Below(list.size())]; }
  std::string Words() { return std::string(1 + Below(40), 'a' + Below(26)) + " åäö"; }

  // A key of a table. Sorted first: the order of a table differs from run to run.
  template <typename Table>
  std::string AnyKey(const Table& table, const char* otherwise) {
    std::vector<std::string> keys;
    for (const auto& row : table) {
      if constexpr (std::is_same_v<typename Table::value_type, std::string>) {
        keys.push_back(row);
      } else {
        keys.push_back(row.first);
      }
    }
    if (keys.empty()) return otherwise;
    std::sort(keys.begin(), keys.end());
    return Any(keys);
  }

  // An id for what begins: now and then one that is known only by what became of it.
  template <typename Table, typename Flag>
  std::string Begun(const Table& table, Flag begun, const char* kind) {
    std::vector<std::string> ends;
    for (const auto& [id, state] : table) {
      if (!(state.*begun)) ends.push_back(id);
    }
    if (ends.empty() || Chance(0.5)) return NewId(kind);
    std::sort(ends.begin(), ends.end());
    return Any(ends);
  }

  Fact Blank() {
    static const char* const kTimes[] = {
        "2025-11-03", "2025-12", "2025", "unknown", "2025-10-01/2025-11-15", "../2025-12-24"};
    Fact fact;
    fact.set_id(NewId("f"));
    if (Chance(0.9)) fact.mutable_happened()->set_edtf(kTimes[Below(6)]);
    if (Chance(0.7)) fact.set_by(static_cast<event::v1::Party>(Below(14)));
    if (Chance(0.5)) fact.set_to(static_cast<event::v1::Party>(Below(14)));
    if (Chance(0.3)) fact.set_by_person(Any(people_));
    if (Chance(0.3)) fact.set_channel(static_cast<event::v1::Channel>(Below(9)));
    if (Chance(0.3)) fact.set_note(Words());
    if (fact.has_happened() || Chance(0.5)) fact.add_mentions(Any(people_));
    return fact;
  }

  void SetRelativeTime(Fact& fact, const Incident& incident) {
    static const std::pair<const char*, const char*> kSpans[] = {
        {"P3D", ""}, {"", "P7D"}, {"P7D", "P14D"}, {"P1M", "P3M"}, {"", ""}};
    auto& relative = *fact.mutable_happened()->mutable_relative();
    const std::string anchor = AnyKey(incident.facts, "f0");
    Chance(0.5) ? relative.set_after(anchor) : relative.set_before(anchor);
    const auto& [at_least, at_most] = kSpans[Below(5)];
    relative.set_at_least(at_least);
    relative.set_at_most(at_most);
  }

  // Sets the kind, with references that the incident has where it has any.
  void SetKind(Fact& fact, Fact::KindCase kind, const Incident& incident) {
    const auto* field = Fact::descriptor()->FindFieldByNumber(kind);
    fact.GetReflection()->MutableMessage(&fact, field);
    switch (kind) {
      case Fact::kPersonDeclared:
        fact.mutable_person_declared()->set_person(Any(people_));
        fact.mutable_person_declared()->set_name(Words());
        if (Chance(0.6)) fact.mutable_person_declared()->add_guardian_of(people_[Below(4)]);
        if (Chance(0.3)) fact.mutable_person_declared()->set_suspected(event::v1::ANSWER_YES);
        return;
      case Fact::kReportReceived:
        fact.mutable_report_received()->set_what_happened(Words());
        fact.mutable_report_received()->set_adults_present(Below(3));
        return;
      case Fact::kInvestigatorAssigned:
        fact.mutable_investigator_assigned()->set_investigator(Any(people_));
        return;
      case Fact::kConflictDeclared:
        fact.mutable_conflict_declared()->set_person(Any(people_));
        return;
      case Fact::kConversationHeld:
        fact.mutable_conversation_held()->set_person(Any(people_));
        fact.mutable_conversation_held()->set_account(Words());
        return;
      case Fact::kInvestigationConcluded:
        fact.mutable_investigation_concluded()->set_finding(
            static_cast<event::v1::Finding>(Below(4)));
        return;
      case Fact::kClassified:
        fact.mutable_classified()->set_type(static_cast<event::v1::ConductType>(1 + Below(8)));
        fact.mutable_classified()->add_grounds(static_cast<event::v1::Ground>(1 + Below(7)));
        return;
      case Fact::kIncidentsLinked:
        fact.mutable_incidents_linked()->set_other(NewUuid());
        return;
      case Fact::kDocumentAdded:
        fact.mutable_document_added()->set_document(NewId("d"));
        fact.mutable_document_added()->set_sha256(std::string(32, 'h'));
        return;
      case Fact::kCorrection:
        return SetCorrection(*fact.mutable_correction(), incident);
      default:
        return SetReference(fact, kind, incident);
    }
  }

  // Measures, requests and complaints: begun, or what became of them, in either order.
  void SetReference(Fact& fact, Fact::KindCase kind, const Incident& incident) {
    switch (kind) {
      case Fact::kMeasureDecided:
        fact.mutable_measure_decided()->set_measure(
            Begun(incident.measures, &MeasureState::decided, "m"));
        fact.mutable_measure_decided()->set_due("2026-03-01");
        return;
      case Fact::kMeasureCarriedOut:
        return fact.mutable_measure_carried_out()->set_measure(AnyKey(incident.measures, "m0"));
      case Fact::kMeasureWithdrawn:
        return fact.mutable_measure_withdrawn()->set_measure(AnyKey(incident.measures, "m0"));
      case Fact::kMeasureFollowedUp:
        fact.mutable_measure_followed_up()->set_measure(AnyKey(incident.measures, "m0"));
        fact.mutable_measure_followed_up()->set_effect(static_cast<event::v1::Effect>(Below(5)));
        return;
      case Fact::kComplaintReceived:
        return fact.mutable_complaint_received()->set_complaint(
            Begun(incident.complaints, &QuestionState::asked, "c"));
      case Fact::kComplaintAnswered:
        return fact.mutable_complaint_answered()->set_complaint(AnyKey(incident.complaints, "c0"));
      case Fact::kDocumentsRequested:
        return fact.mutable_documents_requested()->set_request(
            Begun(incident.requests, &QuestionState::asked, "r"));
      case Fact::kDocumentsAnswered:
        return fact.mutable_documents_answered()->set_request(AnyKey(incident.requests, "r0"));
      default:
        return;
    }
  }

  void SetCorrection(event::v1::Correction& correction, const Incident& incident) {
    correction.set_of(Chance(0.3) ? AnyCorrection(incident) : AnyKey(incident.facts, "f0"));
    if (Chance(0.1)) correction.set_of(OpeningOf(incident));
    correction.set_reason(Words());
    const bool opening = IsOpening(incident, correction.of());
    if (!opening && Chance(0.5)) return correction.set_withdrawn(true);
    Fact& replacement = *correction.mutable_replacement();
    replacement = opening ? Opening(units_.empty() ? incident.unit : Any(units_)) : Blank();
    replacement.clear_id();
    if (opening) return;
    if (Chance(0.1)) SetRelativeTime(replacement, incident);
    constexpr int kOrdinary = Fact::kCaseReopened - Fact::kIncidentOpened;
    auto kind = static_cast<Fact::KindCase>(Fact::kIncidentOpened + 1 + Below(kOrdinary));
    SetKind(replacement, kind, incident);
  }

  // Fact ids whose entry in the journal is so; sorted.
  template <typename Which>
  std::vector<std::string> IdsWhere(const Incident& incident, const Which& which) {
    std::vector<std::string> ids;
    for (const auto& [id, index] : incident.facts) {
      if (which(incident.journal[index])) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::string AnyCorrection(const Incident& incident) {
    const auto ids = IdsWhere(incident, [](const JournalEntry& entry) { return entry.correction; });
    return ids.empty() ? AnyKey(incident.facts, "f0") : Any(ids);
  }
  std::string OpeningOf(const Incident& incident) {
    const auto ids = IdsWhere(incident, [](const JournalEntry& entry) {
      return !entry.correction && entry.effect.kind == Fact::kIncidentOpened;
    });
    return ids.empty() ? "f0" : ids.front();
  }
  // Whether the fact is the opening, or corrects it.
  static bool IsOpening(const Incident& incident, const std::string& id) {
    const auto found = incident.facts.find(id);
    if (found == incident.facts.end()) return false;
    const JournalEntry* entry = &incident.journal[found->second];
    while (entry->correction && entry->corrects != JournalEntry::kNone) {
      entry = &incident.journal[entry->corrects];
    }
    return !entry->correction && entry->effect.kind == Fact::kIncidentOpened;
  }

  // Makes a fact wrong in one of the ways that the decider must refuse.
  void Spoil(Fact& fact, const Incident& incident) {
    switch (Below(6)) {
      case 0:
        return fact.set_id(AnyKey(incident.facts, ""));
      case 1:
        return fact.mutable_happened()->set_edtf("2999-01-01");
      case 2:
        return fact.mutable_happened()->set_edtf("no time");
      case 3:
        return fact.add_children(NewUuid());
      case 4:
        return fact.set_by(static_cast<event::v1::Party>(999));
      default:
        return fact.mutable_happened()->mutable_relative()->set_after("nothing");
    }
  }

  std::mt19937_64 random_;
  const std::string scope_;
  const std::string of_seed_;
  double faults_;
  int made_ = 0;
  std::vector<std::string> people_;
  std::vector<std::string> units_;
};

}  // namespace skyndsamt::domain
