#include "services/domain/incident_checks.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::domain {
namespace {

using api::v1::Reason;
using event::v1::Correction;
using event::v1::When;

Rejection Refuse(Reason reason, const std::string& path, const std::string& field) {
  return {reason, absl::StrCat(path, ".", field)};
}

bool SameFact(const Incident& incident, const std::string& a, const std::string& b) {
  auto first = incident.facts.find(a);
  auto second = incident.facts.find(b);
  return first != incident.facts.end() && second != incident.facts.end() &&
         first->second == second->second;
}

Refusal MustBeNew(bool known, const std::string& path, const std::string& field) {
  if (!known) return std::nullopt;
  return Refuse(api::v1::REASON_FACT_ID_TAKEN, path, field);
}

template <typename Table, typename Begun>
bool HasBegun(const Table& table, const std::string& id, Begun begun) {
  const auto found = table.find(id);
  return found != table.end() && found->second.*begun;
}

// Whether who is to investigate had, by all that is certain, declared a conflict before.
bool InConflict(const Incident& incident, const std::string& person, const std::string& assigned,
                const TimeCheck& times) {
  return absl::c_any_of(incident.conflicts, [&](const Conflict& conflict) {
    if (conflict.person != person) return false;
    if (conflict.when.empty() || assigned.empty()) return true;
    const TimeBounds declared = times.Bounds(conflict.when), when = times.Bounds(assigned);
    return CertainlyBefore(declared, when) || declared == when;
  });
}

Refusal CheckInvestigator(const Incident& incident, const Fact& fact, const CommandContext& context,
                          const std::string& path) {
  const std::string& person = fact.investigator_assigned().investigator();
  if (context.old_case || (!incident.accused.contains(person) &&
                           !InConflict(incident, person, fact.happened().edtf(), context.times))) {
    return std::nullopt;
  }
  return Refuse(api::v1::REASON_CONFLICT_OF_INTEREST, path, "investigator_assigned.investigator");
}

Refusal CheckOpening(const event::v1::IncidentOpened& opened, const std::string& path) {
  absl::flat_hash_set<std::string> children;
  for (int i = 0; i < opened.children_size(); ++i) {
    if (children.insert(opened.children(i).person()).second) continue;
    return Refuse(api::v1::REASON_FIELD_INVALID, path,
                  absl::StrCat("incident_opened.children[", i, "].person"));
  }
  return std::nullopt;
}

// The incident as it would be had nothing stood in the place of `of`.
Incident Without(const Incident& incident, const std::string& of) {
  Incident without = incident;
  Fact withdrawal;
  withdrawal.mutable_correction()->set_of(of);
  withdrawal.mutable_correction()->set_withdrawn(true);
  Evolve(without, withdrawal);
  return without;
}

Refusal CheckReplacement(const Incident& incident, const Correction& correction, uint32_t root,
                         const CommandContext& context, const std::string& path) {
  const Fact& fact = correction.replacement();
  const bool opening = incident.journal[root].effect.kind == Fact::kIncidentOpened;
  if (!fact.id().empty() && fact.id() != correction.of()) {
    return Refuse(api::v1::REASON_FIELD_INVALID, path, "id");
  }
  if (fact.kind_case() == Fact::KIND_NOT_SET) {
    return Refuse(api::v1::REASON_FIELD_INVALID, path, "kind");
  }
  if (fact.has_correction() || fact.has_incident_opened() != opening) {
    return Refuse(api::v1::REASON_FIELD_INVALID, path, std::string(KindName(fact)));
  }
  if (fact.has_imported()) return Refuse(api::v1::REASON_FIELD_INVALID, path, "imported");
  if (auto refusal = CheckChildren(incident, fact, path)) return refusal;
  if (auto refusal = CheckWhen(incident, fact.happened(), correction.of(), context, path)) {
    return refusal;
  }
  if (opening) return CheckOpening(fact.incident_opened(), path);
  return CheckReferences(Without(incident, correction.of()), fact, context, path);
}

}  // namespace

uint32_t RootOf(const Incident& incident, uint32_t index) {
  while (incident.journal[index].corrects != JournalEntry::kNone) {
    index = incident.journal[index].corrects;
  }
  return index;
}

std::vector<Fact::KindCase> KindsThere(const Incident& incident, const std::string& of) {
  std::vector<Fact::KindCase> kinds;
  const auto found = incident.facts.find(of);
  if (found == incident.facts.end()) return kinds;
  const uint32_t root = RootOf(incident, found->second);
  for (uint32_t i = root; i < incident.journal.size(); ++i) {
    const Fact::KindCase kind = incident.journal[i].effect.kind;
    if (kind != Fact::KIND_NOT_SET && RootOf(incident, i) == root) kinds.push_back(kind);
  }
  return kinds;
}

Refusal CheckWhen(const Incident& incident, const When& when, const std::string& self,
                  const CommandContext& context, const std::string& path) {
  if (!when.has_relative()) return std::nullopt;
  const event::v1::RelativeTime& relative = when.relative();
  if (relative.anchor_case() == event::v1::RelativeTime::ANCHOR_NOT_SET) {
    return Refuse(api::v1::REASON_FIELD_INVALID, path, "happened.relative");
  }
  const std::string& anchor = relative.has_after() ? relative.after() : relative.before();
  bool known = incident.facts.contains(anchor) || context.ids.contains(anchor);
  if (!known || anchor == self || SameFact(incident, anchor, self)) {
    return Refuse(api::v1::REASON_REFERENCE_UNKNOWN, path,
                  relative.has_after() ? "happened.relative.after" : "happened.relative.before");
  }
  TimeFault fault = context.times.Span(relative.at_least(), relative.at_most());
  if (fault == TimeFault::kNone) return std::nullopt;
  return Refuse(ReasonOf(fault), path, "happened.relative.at_most");
}

Refusal CheckChildren(const Incident& incident, const Fact& fact, const std::string& path) {
  absl::flat_hash_set<std::string> own;  // of an opening
  for (const auto& child : fact.incident_opened().children()) own.insert(child.person());
  for (int i = 0; i < fact.children_size(); ++i) {
    const std::string& child = fact.children(i);
    bool known = fact.has_incident_opened() ? own.contains(child) : incident.cases.contains(child);
    if (!known) {
      return Refuse(api::v1::REASON_CASE_UNKNOWN, path, absl::StrCat("children[", i, "]"));
    }
    for (int j = 0; j < i; ++j) {
      if (fact.children(j) == child) {
        return Refuse(api::v1::REASON_FIELD_INVALID, path, absl::StrCat("children[", i, "]"));
      }
    }
  }
  return std::nullopt;
}

namespace {

// Whether the fact is of a time at which the case, closed since, was certainly open. Closing and
// reopening are of the order in which they were recorded.
bool WasOpenThen(const CaseState& state, const Fact& fact, const TimeCheck& times) {
  const Fact::KindCase kind = fact.kind_case();
  if (kind == Fact::kCaseClosed || kind == Fact::kCaseReopened || kind == Fact::kIncidentOpened) {
    return false;
  }
  return !state.closed_when.empty() && !fact.happened().edtf().empty() &&
         CertainlyBefore(times.Bounds(fact.happened().edtf()), times.Bounds(state.closed_when));
}

}  // namespace

Refusal CheckTaken(const Incident& incident, const Fact& fact, const TimeCheck& times,
                   const std::string& path) {
  const Fact::KindCase kind = fact.kind_case();
  const Reason reason =
      kind == Fact::kCaseReopened ? api::v1::REASON_CASE_NOT_CLOSED : api::v1::REASON_CASE_CLOSED;
  const auto refuses = [&](const std::string& child, const CaseState& state) {
    return !Takes(incident, child, kind) && !WasOpenThen(state, fact, times);
  };
  const auto refused = [&] { return Refuse(reason, path, std::string(KindName(kind))); };
  if (fact.children().empty()) {
    for (const auto& [child, state] : incident.cases) {
      if (refuses(child, state)) return refused();
    }
  }
  for (const std::string& child : fact.children()) {
    if (refuses(child, incident.cases.at(child))) return refused();
  }
  return std::nullopt;
}

Refusal CheckReferences(const Incident& incident, const Fact& fact, const CommandContext& context,
                        const std::string& path) {
  switch (fact.kind_case()) {
    case Fact::kIncidentOpened:
      return CheckOpening(fact.incident_opened(), path);
    case Fact::kMeasureDecided:
      return MustBeNew(
          HasBegun(incident.measures, fact.measure_decided().measure(), &MeasureState::decided),
          path, "measure_decided.measure");
    case Fact::kComplaintReceived:
      return MustBeNew(HasBegun(incident.complaints, fact.complaint_received().complaint(),
                                &QuestionState::asked),
                       path, "complaint_received.complaint");
    case Fact::kDocumentsRequested:
      return MustBeNew(
          HasBegun(incident.requests, fact.documents_requested().request(), &QuestionState::asked),
          path, "documents_requested.request");
    case Fact::kDocumentAdded:
      return MustBeNew(incident.documents.contains(fact.document_added().document()), path,
                       "document_added.document");
    case Fact::kInvestigatorAssigned:
      return CheckInvestigator(incident, fact, context, path);
    default:
      return std::nullopt;
  }
}

Refusal CheckCorrection(const Incident& incident, const Correction& correction,
                        const CommandContext& context, const std::string& path) {
  if (!context.imported && absl::StripAsciiWhitespace(correction.reason()).empty()) {
    return Refuse(api::v1::REASON_FIELD_INVALID, path, "correction.reason");
  }
  auto of = incident.facts.find(correction.of());
  if (of == incident.facts.end()) {
    return Refuse(api::v1::REASON_REFERENCE_UNKNOWN, path, "correction.of");
  }
  const uint32_t root = RootOf(incident, of->second);
  switch (correction.outcome_case()) {
    case Correction::kReplacement:
      return CheckReplacement(incident, correction, root, context,
                              absl::StrCat(path, ".correction.replacement"));
    case Correction::kWithdrawn: {
      bool opening =
          of->second == root && incident.journal[root].effect.kind == Fact::kIncidentOpened;
      if (correction.withdrawn() && !opening) return std::nullopt;
      return Refuse(api::v1::REASON_FIELD_INVALID, path, "correction.withdrawn");
    }
    default:
      return Refuse(api::v1::REASON_FIELD_INVALID, path, "correction");
  }
}

}  // namespace skyndsamt::domain
