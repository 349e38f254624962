// A whole Skyndsamt in one object: event log, keys, views and gRPC services, wired floor by floor.
//
//   Config config;
//   config.data = "/var/lib/skyndsamt";
//   config.development_tokens = true;
//   SystemClock clock;
//   auto server = Server::Start(config, clock);     // serving from here on
//   RunUntilSignal(**server);                       // SIGTERM or SIGINT drains
//
// Several servers may run in one process, each with its own data directory.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "services/server/config.h"

namespace skyndsamt::log {
class EventLog;
}
namespace skyndsamt::access {
class DevelopmentIssuer;
}
namespace skyndsamt::engine {
class Runner;
}

namespace skyndsamt::server {

// Thread-safe, but for destruction.
class Server {
 public:
  // Opens the stores, publishes the shipped rule set where the log lacks it, starts the runner and
  // serves. Errors: what CheckConfig says; what the stores say (another process, damage, disk);
  // UNAVAILABLE if an address cannot be bound. `clock` must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config, const Clock& clock);
  virtual ~Server() = default;  // drains first if nobody did

  virtual int port() const = 0;
  virtual std::string address() const = 0;  // host:port that clients on this machine dial
  virtual int metrics_port() const = 0;     // 0 where metrics_address is not set

  // NOT_SERVING, ends every stream, lets calls under way finish until the deadline, then cancels
  // them; the stores close when the object goes. The second call does nothing.
  virtual void Drain(std::chrono::milliseconds deadline = std::chrono::seconds(20)) = 0;

  virtual log::EventLog& event_log() = 0;
  virtual engine::Runner& runner() = 0;
  // Null unless development tokens are on.
  virtual const access::DevelopmentIssuer* development_issuer() const = 0;
};

// Waits for SIGTERM or SIGINT, whichever thread the kernel gives it to, then drains. One caller at
// a time in a process; the signals' earlier handlers are put back afterwards.
absl::Status RunUntilSignal(Server& server,
                            std::chrono::milliseconds deadline = std::chrono::seconds(20));

}  // namespace skyndsamt::server
