#include "services/commands/admission.h"

namespace skyndsamt::commands {

using domain::Rejection;
using event::v1::Fact;

bool OpensAnIncident(const api::v1::RecordFactsRequest& request) {
  const auto expected = request.expected_revision().expected_case();
  const bool may_be_new = expected == api::v1::ExpectedRevision::EXPECTED_NOT_SET ||
                          expected == api::v1::ExpectedRevision::kNone;
  return may_be_new && !request.validate_only() && request.facts_size() > 0 &&
         request.facts(0).has_incident_opened();
}

std::optional<Refusal> CheckExpectation(const std::optional<Revision>& last,
                                        const api::v1::ExpectedRevision& expected) {
  switch (expected.expected_case()) {
    case api::v1::ExpectedRevision::EXPECTED_NOT_SET:
      return std::nullopt;
    case api::v1::ExpectedRevision::kNone:
      if (!last) return std::nullopt;
      return Rejection{api::v1::REASON_INCIDENT_EXISTS, "expected_revision"};
    case api::v1::ExpectedRevision::kExists:
    case api::v1::ExpectedRevision::kExactly:
      break;
  }
  if (!last) return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, "incident"};
  if (!expected.has_exactly() || expected.exactly() == *last) return std::nullopt;
  return Stale{expected.exactly()};
}

std::optional<Refusal> CheckNamesRevision(const domain::Incident& incident,
                                          const api::v1::RecordFactsRequest& request) {
  if (!incident.exists || request.has_imported() || request.expected_revision().has_exactly()) {
    return std::nullopt;
  }
  for (const Fact& fact : request.facts()) {
    if (!domain::IsLegalTransition(incident, fact)) continue;
    return Rejection{api::v1::REASON_REVISION_REQUIRED, "expected_revision"};
  }
  return std::nullopt;
}

std::optional<Rejection> CheckUnit(const Units& units, const Fact& fact, const std::string& path) {
  if (fact.correction().has_replacement()) {
    return CheckUnit(units, fact.correction().replacement(), path + ".correction.replacement");
  }
  if (!fact.has_incident_opened()) return std::nullopt;
  const auto& opened = fact.incident_opened();
  if (units.Find(opened.unit()) == nullptr) {
    return Rejection{api::v1::REASON_UNIT_UNKNOWN, path + ".incident_opened.unit"};
  }
  // A place stands in clear for ever: what is on no list may be a name or a home.
  if (opened.place().empty() || units.HasDeclared(opened.unit(), opened.place())) {
    return std::nullopt;
  }
  return Rejection{api::v1::REASON_CODE_UNKNOWN, path + ".incident_opened.place"};
}

std::optional<Link> LinkOf(const Fact& fact, const std::string& path) {
  if (fact.correction().has_replacement()) {
    return LinkOf(fact.correction().replacement(), path + ".correction.replacement");
  }
  if (!fact.has_incidents_linked()) return std::nullopt;
  return Link{fact.incidents_linked().other(), path + ".incidents_linked.other"};
}

}  // namespace skyndsamt::commands
