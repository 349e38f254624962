// What somebody has asked for and is owed an answer to, each request on its own. Pure, thread-safe.
#pragma once

#include "projections/law/leg.h"

namespace skyndsamt::law {

// Begäran om allmän handling: one leg for each request, from when it was made (to any employee) to
// when it was answered. For public providers tryckfrihetsförordningen 2 kap. 15-16 §§.
Legs AnswerDocumentsRequests(const CaseReading& reading);

// Klagomål: one leg for each complaint, from when it was received to when it was answered.
// Skollagen (2010:800) 4 kap.
Legs AnswerComplaints(const CaseReading& reading);

}  // namespace skyndsamt::law
