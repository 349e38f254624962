// A real server on a free loopback port with a data directory of its own, and what a test needs to
// call it: tokens, stubs, an organisation, and errors taken apart. Time stands still at noon UTC on
// Monday 2 March 2026 until a test moves it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "services/access/identity.h"
#include "services/server/config.h"
#include "services/server/server.h"
#include "skyndsamt/api/v1/case_service.grpc.pb.h"
#include "skyndsamt/api/v1/errors.pb.h"
#include "skyndsamt/api/v1/event_service.grpc.pb.h"
#include "skyndsamt/api/v1/incident_service.grpc.pb.h"
#include "skyndsamt/api/v1/operation_service.grpc.pb.h"
#include "skyndsamt/api/v1/organisation_service.grpc.pb.h"

namespace skyndsamt::testing {

inline constexpr Micros kNoon = 1'772'452'800'000'000;  // 2026-03-02T12:00:00Z
inline constexpr char kAuthority[] = "a0000000-0000-4000-8000-000000000001";
inline constexpr char kUnit[] = "b0000000-0000-4000-8000-000000000001";
inline constexpr char kOtherUnit[] = "b0000000-0000-4000-8000-000000000002";

// A call's error as a client of the public protos sees it.
struct CallError {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string reason;
  std::string domain;
  std::string field;
  std::vector<std::string> fields;  // of every violation
  std::string sv;
  std::string en;
  api::v1::RevisionConflict conflict;
};
CallError ErrorOf(const grpc::Status& status);

class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// One thread at a time.
class RunningServer {
 public:
  explicit RunningServer(server::Config config = Quiet());
  // The usual configuration without reminders, which would take positions of their own.
  static server::Config Quiet();
  ~RunningServer();

  // Stops, and opens the same data again.
  void Restart();
  void Stop();

  // What the next Restart goes by.
  server::Config& config() { return config_; }
  server::Server& server() { return *server_; }
  log::EventLog& log() { return server_->event_log(); }
  ManualClock& clock() { return clock_; }
  const std::string& data() const { return directory_.path(); }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  std::string Token(access::Role role, std::vector<std::string> units = {},
                    std::string authority = "", int seconds = 3600);

  // Declares the authority with its two units; the positions are in the views when it returns.
  void DeclareOrganisation();
  // Opens an incident about one child and answers its id; `recorded` gets where. The views may not
  // have it yet.
  std::string RecordOpening(const std::string& child, const std::string& unit = kUnit,
                            log::v1::LogPosition* recorded = nullptr);
  // The same, and the views have it when it returns.
  std::string OpenIncident(const std::string& child, const std::string& unit = kUnit);
  // So many incidents with so many facts each, whose notes have so many characters.
  void RecordMany(int incidents, int facts, size_t note = 0);
  // Has everything that is recorded signed; the key that verifies it.
  std::string Sign();

 private:
  void Start();

  TempDirectory directory_;
  ManualClock clock_{kNoon};
  server::Config config_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A context with a token and a deadline; a token of "" sends none.
std::unique_ptr<grpc::ClientContext> As(const std::string& token, int seconds = 20);

// A raw call without a token: the answer's bytes, or nothing if there was none.
std::string Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                const std::string& bytes);
// The bytes of grpc.health.v1's answer; kServing if the server is ready.
std::string Health(const RunningServer& running);
inline const std::string kServing("\x08\x01", 2);

std::string NewId();

// A fact with its id and a time, its kind left to the caller.
event::v1::Fact FactAt(const std::string& id, const std::string& edtf);
// A command of these facts on an incident, with a request id of its own.
api::v1::RecordFactsRequest Record(const std::string& incident, std::vector<event::v1::Fact> facts);
// The command that opens an incident.
api::v1::RecordFactsRequest Opening(const std::string& incident, const std::string& unit,
                                    const std::string& child);

}  // namespace skyndsamt::testing
