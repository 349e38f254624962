#include "projections/law/late_entries.h"

#include <algorithm>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/verdict_words.h"

namespace skyndsamt::law {
namespace {

using api::v1::LateEntry;
using api::v1::Remark;
using event::v1::Fact;

std::string DueText(const RoutineFinding& routine, Micros due) {
  return routine.due_instant ? FormatInstant(due) : FormatDay(DayOf(due));
}

bool Corrected(const CaseFile& file, const EffectiveFact& fact) {
  return fact.position != file.entries[fact.entry].position;
}

Phrase After(Remark remark) {
  switch (remark) {
    case api::v1::REMARK_DOCUMENTED_LATE:
      return {"skrevs in", "was entered"};
    case api::v1::REMARK_START_DOCUMENTED_LATE:
      return {"som startar tiden skrevs in", "which starts the time was entered"};
    default:
      return {"rättades", "was corrected"};
  }
}

LateEntry AfterDeadline(const LegAnswer& answer, const EffectiveFact& fact, Position position,
                        Micros recorded, Micros due, Remark remark) {
  const LegOutcome& leg = *answer.leg;
  LateEntry entry;
  entry.set_position(position);
  entry.set_fact(std::string(fact.id));
  entry.set_remark(remark);
  entry.set_leg(leg.leg);
  entry.set_round(leg.round);
  entry.set_measure(std::string(leg.measure));
  entry.set_guardian(std::string(leg.guardian));
  entry.set_request(std::string(leg.request));
  entry.set_due(DueText(answer.routine, due));
  const Words name = LegNamed(leg.leg, leg.round, leg.measure, leg.request);
  const Phrase what = After(remark);
  const std::string day = FormatDay(DayOf(recorded));
  *entry.mutable_text() =
      ToText({Cat("Uppgift ", fact.id, " ", what.sv, " ", day, ", efter att tiden för ”", name.sv,
                  "” hade gått ut (", entry.due(), ")."),
              Cat("Fact ", fact.id, " ", what.en, " ", day, ", after the time of \"", name.en,
                  "\" had run out (", entry.due(), ").")});
  return entry;
}

// Facts that describe rather than happen: when they were entered says nothing.
bool Describes(const Fact& fact) {
  return fact.has_person_declared() || fact.has_document_added() || fact.has_incidents_linked() ||
         fact.has_order_received();
}

// When the entry's fact happened; an open interval where that is not stated as a date.
Interval Happened(const CaseReading& reading, const Entry& entry) {
  for (const DatedFact* fact : reading.incident_facts()) {
    if (&fact->fact() == entry.fact) return fact->when;
  }
  auto stated = ParseEdtf(entry.fact->happened().edtf(), reading.policy());
  return stated.ok() ? *stated : Interval{};
}

// The first order that had certainly been received before the entry was made.
const DatedFact* OrderBefore(const CaseReading& reading, Micros recorded) {
  const DatedFact* first = nullptr;
  for (const DatedFact* fact : reading.incident_facts()) {
    if (!fact->fact().has_order_received() || !fact->happened || !fact->when.latest) continue;
    if (fact->contradicted || *fact->when.latest >= recorded) continue;
    if (first == nullptr || *fact->when.latest < *first->when.latest) first = fact;
  }
  return first;
}

bool DatesFromBefore(const Interval& when, const DatedFact& order) {
  const auto& announced = order.when.earliest ? order.when.earliest : order.when.latest;
  return !when.earliest || *when.earliest < *announced;
}

LateEntry AfterInspection(const Entry& entry, const Fact& about, const DatedFact& order) {
  LateEntry late;
  late.set_position(entry.position);
  late.set_fact(entry.fact->id());
  late.set_remark(api::v1::REMARK_ENTERED_AFTER_INSPECTION);
  late.set_order(std::string(order.stated->id));
  const std::string day = FormatDay(DayOf(entry.recorded));
  const Words when = TimeOf(order);
  const bool correction = entry.fact->has_correction();
  *late.mutable_text() =
      ToText({Cat(correction ? "Rättelse " : "Uppgift ", entry.fact->id(),
                  correction ? Cat(" av uppgift ", about.id()) : "", " skrevs in ", day,
                  ", efter att en tillsynsmyndighet hade hört av sig ", when.sv, " (uppgift ",
                  order.stated->id, "), och gäller tiden före."),
              Cat(correction ? "Correction " : "Fact ", entry.fact->id(),
                  correction ? Cat(" of fact ", about.id()) : "", " was entered ", day,
                  ", after a supervisory authority had given notice ", when.en, " (fact ",
                  order.stated->id, "), and concerns the time before.")});
  return late;
}

}  // namespace

bool Imported(const CaseFile& file, const EffectiveFact& fact) {
  return fact.imported_by->has_imported() || file.entries[fact.entry].fact->has_imported();
}

std::optional<Range> DocumentationLag(const CaseFile& file, const DatedFact& fact) {
  if (Imported(file, *fact.stated)) return std::nullopt;
  return law::Hours(fact.shown, At(fact.stated->first_recorded));
}

std::vector<LateEntry> EntriesAfterDeadline(const CaseReading& reading, const LegAnswer& answer) {
  std::vector<LateEntry> late;
  const CaseFile& file = reading.file();
  const auto& due = answer.routine.last_due;
  if (!due) return late;
  const auto add = [&](const EffectiveFact& fact, Remark documented, bool by_then) {
    const Entry& original = file.entries[fact.entry];
    if (by_then && !Imported(file, fact) && original.recorded > *due) {
      late.push_back(
          AfterDeadline(answer, fact, original.position, original.recorded, *due, documented));
    }
    if (Corrected(file, fact) && !fact.imported_by->has_imported() && fact.recorded > *due) {
      late.push_back(AfterDeadline(answer, fact, fact.position, fact.recorded, *due,
                                   api::v1::REMARK_CORRECTED_AFTER_DEADLINE));
    }
  };
  const auto& started = answer.leg->started;
  const auto& ended = answer.leg->ended;
  if (started && !started->inferred) {
    add(*started->stated(), api::v1::REMARK_START_DOCUMENTED_LATE, true);
  }
  if (ended) {
    const auto verdict = answer.routine.verdict;
    add(*ended->stated(), api::v1::REMARK_DOCUMENTED_LATE,
        verdict == api::v1::ROUTINE_VERDICT_WITHIN ||
            verdict == api::v1::ROUTINE_VERDICT_UNDETERMINED);
  }
  return late;
}

std::vector<LateEntry> EntriesAfterInspection(const CaseReading& reading) {
  std::vector<LateEntry> late;
  const CaseFile& file = reading.file();
  const std::span<const DatedFact* const> facts = reading.incident_facts();
  if (std::ranges::none_of(facts,
                           [](const DatedFact* f) { return f->fact().has_order_received(); }))
    return late;
  const std::vector<Standing> standing = StandingOf(file.entries, file.known_at);
  const std::vector<bool> concerns = EntriesConcerning(file.entries, standing, file.child);
  for (size_t i = 0; i < file.entries.size(); ++i) {
    const Entry& entry = file.entries[i];
    if (!concerns[i] || !standing[i].counted || entry.fact->has_imported()) continue;
    const DatedFact* order = OrderBefore(reading, entry.recorded);
    if (order == nullptr) continue;
    if (standing[i].correction) {
      if (!standing[i].corrects) continue;
      const Entry& corrected = file.entries[*standing[i].corrects];
      if (Describes(*corrected.fact) || corrected.recorded > *order->when.latest) continue;
      late.push_back(AfterInspection(entry, *corrected.fact, *order));
    } else if (!Describes(*entry.fact) && DatesFromBefore(Happened(reading, entry), *order)) {
      late.push_back(AfterInspection(entry, *entry.fact, *order));
    }
  }
  return late;
}

}  // namespace skyndsamt::law
