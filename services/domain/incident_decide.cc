// Decisions: whether the facts of a command may be recorded.
#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "services/domain/field_rules.h"
#include "services/domain/incident.h"
#include "services/domain/incident_checks.h"
#include "services/domain/rights.h"

namespace skyndsamt::domain {
namespace {

Refusal CheckShape(const Fact& fact, const CommandContext& context, const std::string& path) {
  if (auto refusal = CheckFields(fact, context.times, context.now, path)) return refusal;
  const char* missing = nullptr;
  if (fact.id().empty()) missing = ".id";
  if (fact.kind_case() == Fact::KIND_NOT_SET) missing = ".kind";
  if (fact.has_imported()) missing = ".imported";  // the server's to set
  if (missing == nullptr) return std::nullopt;
  return Rejection{api::v1::REASON_FIELD_INVALID, absl::StrCat(path, missing)};
}

Refusal CheckFact(const Incident& incident, const Fact& fact, const CommandContext& context,
                  const std::string& path) {
  if (auto refusal = CheckShape(fact, context, path)) return refusal;
  if (!incident.exists && !fact.has_incident_opened()) {
    return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, "incident"};
  }
  if (incident.exists && fact.has_incident_opened()) {
    return Rejection{api::v1::REASON_INCIDENT_EXISTS, absl::StrCat(path, ".incident_opened")};
  }
  if (incident.facts.contains(fact.id())) {
    return Rejection{api::v1::REASON_FACT_ID_TAKEN, absl::StrCat(path, ".id")};
  }
  if (auto refusal = CheckChildren(incident, fact, path)) return refusal;
  if (auto refusal = CheckWhen(incident, fact.happened(), fact.id(), context, path)) {
    return refusal;
  }
  if (fact.has_correction()) return CheckCorrection(incident, fact.correction(), context, path);
  if (auto refusal = CheckTaken(incident, fact, context.times, path)) return refusal;
  return CheckReferences(incident, fact, context, path);
}

void MarkImported(Fact& fact, const event::v1::Imported& imported) {
  *fact.mutable_imported() = imported;
  if (fact.correction().has_replacement()) {
    *fact.mutable_correction()->mutable_replacement()->mutable_imported() = imported;
  }
}

// What the work on a case consists of: it waits while the case is closed.
bool IsWorkOnTheCase(Fact::KindCase kind) {
  switch (kind) {
    case Fact::kInvestigatorAssigned:
    case Fact::kConflictDeclared:
    case Fact::kStaffInquiryHeld:
    case Fact::kInvestigationOpened:
    case Fact::kConversationHeld:
    case Fact::kFindingRecorded:
    case Fact::kInvestigationConcluded:
    case Fact::kClassified:
    case Fact::kTeamContacted:
    case Fact::kTeamConvened:
    case Fact::kMeasureDecided:
    case Fact::kMeasureCarriedOut:
    case Fact::kMeasureWithdrawn:
    case Fact::kCaseClosed:
      return true;
    default:
      return false;
  }
}

// Nothing of a story happened after it was told.
Micros EndOfStory(const RecordFacts& command) {
  if (!command.imported || command.imported->told_at().empty()) return command.now;
  const auto told = command.times->Bounds(command.imported->told_at()).latest;
  return std::min(told.value_or(command.now), command.now);
}

bool IsLegalTransition(Fact::KindCase kind) {
  return kind == Fact::kInvestigationConcluded || kind == Fact::kCaseClosed ||
         kind == Fact::kCaseReopened;
}

}  // namespace

bool IsLegalTransition(const Incident& incident, const Fact& fact) {
  if (!fact.has_correction()) return IsLegalTransition(fact.kind_case());
  if (IsLegalTransition(fact.correction().replacement().kind_case())) return true;
  const auto there = KindsThere(incident, fact.correction().of());
  return absl::c_any_of(there, [](Fact::KindCase kind) { return IsLegalTransition(kind); });
}

Decision Decide(const Incident& incident, RecordFacts command) {
  assert(command.times != nullptr);
  std::vector<Fact>& facts = command.facts;
  if (facts.empty() || facts.size() > kMaxFactsPerCommand) {
    return Rejection{api::v1::REASON_FIELD_INVALID, "facts"};
  }
  if (command.imported) {
    auto refusal = CheckFields(*command.imported, *command.times, command.now, "imported");
    if (refusal) return *std::move(refusal);
  }
  absl::flat_hash_set<std::string> ids;
  for (const Fact& fact : facts) ids.insert(fact.id());
  const bool imported = command.imported.has_value();
  const CommandContext context{*command.times, EndOfStory(command), ids, imported,
                               imported && !incident.opened_live};

  std::optional<Incident> after;  // what the facts before this one leave
  for (size_t i = 0; i < facts.size(); ++i) {
    const Incident& before = after ? *after : incident;
    const std::string path = absl::StrCat("facts[", i, "]");
    auto refusal = CheckFact(before, facts[i], context, path);
    if (!refusal && command.rights != nullptr) {
      refusal = CheckRights(before, facts[i], *command.rights, command.principal, path);
    }
    if (refusal) return *std::move(refusal);
    if (i + 1 == facts.size()) break;
    if (!after) after = incident;
    Evolve(*after, facts[i]);
  }
  if (command.imported) {
    for (Fact& fact : facts) MarkImported(fact, *command.imported);
  }
  return std::move(facts);
}

bool Takes(const Incident& incident, std::string_view child, Fact::KindCase kind) {
  if (!incident.exists) return kind == Fact::kIncidentOpened;
  auto found = incident.cases.find(std::string(child));
  if (found == incident.cases.end()) return false;
  switch (kind) {
    case Fact::KIND_NOT_SET:
    case Fact::kIncidentOpened:
      return false;
    case Fact::kCaseReopened:
      return found->second.closed;
    default:
      return !found->second.closed || !IsWorkOnTheCase(kind);
  }
}

std::string_view KindName(Fact::KindCase kind) {
  const auto* field = Fact::descriptor()->FindFieldByNumber(kind);
  if (field == nullptr || field->containing_oneof() == nullptr) return {};
  return field->name();
}

std::string_view KindName(const Fact& fact) { return KindName(fact.kind_case()); }

}  // namespace skyndsamt::domain
