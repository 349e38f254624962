// What is checked of a command around the decider: the revision the caller expects, and the unit
// and place that an incident is put in. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "eventstore/base/ids.h"
#include "services/commands/units.h"
#include "services/domain/incident.h"
#include "services/domain/rejection.h"
#include "skyndsamt/api/v1/incident_service.pb.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::commands {

// The caller named a revision and the incident is at another.
struct Stale {
  Revision expected;
};
using Refusal = std::variant<domain::Rejection, Stale>;

// True if the command opens an incident and is to be recorded: it can be tried without reading, for
// the append itself finds out whether the incident is new. Any other command needs its state.
bool OpensAnIncident(const api::v1::RecordFactsRequest& request);

// `last` is the incident's last revision, absent where nothing is recorded.
std::optional<Refusal> CheckExpectation(const std::optional<Revision>& last,
                                        const api::v1::ExpectedRevision& expected);

// A legal transition names the revision that its author has seen: two people must not conclude,
// close or reopen a case past each other. Not asked of an import, nor of the command that opens the
// incident.
std::optional<Refusal> CheckNamesRevision(const domain::Incident& incident,
                                          const api::v1::RecordFactsRequest& request);

// The unit an incident is placed in must be known, and the place, where one is named, on a list
// that was ever declared for it: a report may be late, and its place be of the time before a
// change. `path` is the fact's in the request.
std::optional<domain::Rejection> CheckUnit(const Units& units, const event::v1::Fact& fact,
                                           const std::string& path);

// The incident that a fact ties this one to, and the field that names it.
struct Link {
  std::string other;
  std::string field;
};
// `path` is the fact's in the request; nullopt if it ties none.
std::optional<Link> LinkOf(const event::v1::Fact& fact, const std::string& path);

}  // namespace skyndsamt::commands
