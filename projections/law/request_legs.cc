#include "projections/law/request_legs.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

// The request a fact makes, or answers; null where it does neither.
using Named = const std::string* (*)(const Fact&);

const std::string* DocumentsRequested(const Fact& fact) {
  return fact.has_documents_requested() ? &fact.documents_requested().request() : nullptr;
}
const std::string* DocumentsAnswered(const Fact& fact) {
  return fact.has_documents_answered() ? &fact.documents_answered().request() : nullptr;
}
const std::string* ComplaintReceived(const Fact& fact) {
  return fact.has_complaint_received() ? &fact.complaint_received().complaint() : nullptr;
}
const std::string* ComplaintAnswered(const Fact& fact) {
  return fact.has_complaint_answered() ? &fact.complaint_answered().complaint() : nullptr;
}

std::optional<Moment> First(const CaseReading& reading, Named named, std::string_view id) {
  return EarliestOf(reading.Those([&](const Fact& fact) {
    const std::string* found = named(fact);
    return found != nullptr && *found == id;
  }));
}

Legs OneEach(const CaseReading& reading, event::v1::Leg leg, Named asked, Named answered) {
  std::vector<std::string_view> ids;
  for (const DatedFact* dated : reading.facts()) {
    for (const std::string* id : {asked(dated->fact()), answered(dated->fact())}) {
      if (id != nullptr && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
    }
  }
  Legs legs;
  for (const std::string_view id : ids) {
    legs.push_back(Decide(leg, First(reading, asked, id), First(reading, answered, id)));
    legs.back().request = id;
  }
  return legs;
}

}  // namespace

Legs AnswerDocumentsRequests(const CaseReading& reading) {
  return OneEach(reading, event::v1::LEG_ANSWER_DOCUMENTS_REQUEST, DocumentsRequested,
                 DocumentsAnswered);
}

Legs AnswerComplaints(const CaseReading& reading) {
  return OneEach(reading, event::v1::LEG_ANSWER_COMPLAINT, ComplaintReceived, ComplaintAnswered);
}

}  // namespace skyndsamt::law
