// The load of complete durable commands, from a named mix, over gRPC: every one is identified,
// folded, decided, sealed in at least one part, appended, synced and answered, and the views
// follow.
//
// The mix "caseday": of ten commands one is an intake (ReceiveReport, two sealed texts) and nine
// record one fact on an incident chosen uniformly among all that were opened: staff_learned,
// principal_informed, authority_notified, investigation_opened, two conversations, finding,
// guardian_informed and measure_decided, each with its sealed text of about 200 bytes. Where a
// caseworker's frontend sends the revision it saw, the mix asks that the incident exists: of its
// calls in flight several may be for one incident, and none shall be refused for another.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/bench/load.h"

namespace skyndsamt::bench {

// A server with development tokens and a unit; what is needed to send commands to it.
class CommandLoad {
 public:
  // Connects, gets a token, declares an authority and a unit. Aborts the bench when it cannot.
  static std::unique_ptr<CommandLoad> Connect(const std::string& address, uint64_t seed);
  virtual ~CommandLoad() = default;

  // Opens `count` incidents by intake, `in_flight` at a time; they join those commands choose from.
  virtual void OpenIncidents(uint64_t count, int in_flight) = 0;
  // Incidents 0..count-1 of this seed exist already, opened by an earlier process.
  virtual void AssumeIncidents(uint64_t count) = 0;
  virtual StartCall Mix() = 0;
  // Largest number of committed records any view has not taken.
  virtual uint64_t ViewLag() = 0;
  virtual uint64_t Records() = 0;
};

}  // namespace skyndsamt::bench
