// Intake (anmälan): one call becomes the two facts that open an incident. Pure functions.
#pragma once

#include <string>

#include "eventstore/base/ids.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/incident_service.pb.h"

namespace skyndsamt::commands {

// incident_opened (fact id "opened", happened when the event happened, unknown where nothing is
// said) and report_received (fact id "report", happened when it was told, `now` where nothing is
// said, to the receiver, a member of staff where nothing is said).
api::v1::RecordFactsRequest FactsOfReport(const api::v1::ReceiveReportRequest& report, Micros now);

// A refusal of those facts, with the field of the report it speaks of.
domain::Rejection InReport(domain::Rejection rejection);

}  // namespace skyndsamt::commands
