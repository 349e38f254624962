// A connection to a server, with a token and with every refusal turned into words.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "skyndsamt/api/v1/case_service.grpc.pb.h"
#include "skyndsamt/api/v1/event_service.grpc.pb.h"
#include "skyndsamt/api/v1/incident_service.grpc.pb.h"
#include "skyndsamt/api/v1/operation_service.grpc.pb.h"
#include "skyndsamt/api/v1/organisation_service.grpc.pb.h"

namespace skyndsamt::cli {

// What the program answers to its caller. Listed in --help.
enum ExitCode {
  kOk = 0,
  kFailed = 1,       // refused by the server or the file's reader, or failed on the way
  kUsage = 2,        // the command line itself is wrong
  kUnreachable = 3,  // no server there, or it stopped answering: outcome unknown, try again
  kDamaged = 4,      // fsck, restore or start-up found damage
};

// One thing that is wrong with a request.
struct Violation {
  std::string field;  // path in the request
  std::string what;   // in English
};

// Why a command ends here. `text` is for people, in English and Swedish, and holds no input.
struct Failure {
  int exit_code = kFailed;
  std::string text;
  std::string reason;  // UPPER_SNAKE of api.v1.Reason; empty where the server gave none
  std::string field;   // path in the request
  // Everything that is wrong, the first with `field`; where the server looked for it all.
  std::vector<Violation> violations{};
  // gRPC's code, for programs; kUnknown: that of the reason or of the exit code.
  absl::StatusCode code = absl::StatusCode::kUnknown;
};

// A refused call in words: reason, field, Swedish and English text.
Failure FailureOf(const grpc::Status& status);

struct SessionOptions {
  std::string server = "127.0.0.1:7443";
  std::string token;  // empty: ask a development server for one
  // PEM files. Without a CA no TLS (loopback); the other two where the server asks who calls
  // (mutual TLS), both or neither.
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  std::chrono::seconds deadline{25};
};

// One thread at a time.
class Session {
 public:
  // Notices (that a development token is used) go to `notices`, once.
  Session(SessionOptions options, std::ostream* notices);

  // Nullopt on success. Asks for a development token first if there is none.
  template <typename Interface, typename Request, typename Response>
  std::optional<Failure> Call(Interface& stub,
                              grpc::Status (Interface::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                              const Request& request, Response* response) {
    if (auto failure = EnsureToken()) return failure;
    grpc::ClientContext context;
    Prepare(context, true);
    grpc::Status status = (stub.*method)(&context, request, response);
    if (status.ok()) return std::nullopt;
    return FailureOf(status);
  }

  std::optional<Failure> EnsureToken();
  // A new development token: the one at hand ends by the server's clock.
  std::optional<Failure> IssueToken(const api::v1::IssueTokenRequest& request,
                                    api::v1::IssueTokenResponse* response);
  void ForgetToken() { options_.token.clear(); }
  // Identity and, where wanted, the deadline.
  void Prepare(grpc::ClientContext& context, bool deadline) const;

  api::v1::IncidentService::StubInterface& incidents() { return *incidents_; }
  api::v1::CaseService::StubInterface& cases() { return *cases_; }
  api::v1::EventService::StubInterface& events() { return *events_; }
  api::v1::OrganisationService::StubInterface& organisation() { return *organisation_; }
  api::v1::PolicyService::StubInterface& policy() { return *policy_; }
  api::v1::OperationService::StubInterface& operation() { return *operation_; }

 private:
  SessionOptions options_;
  std::ostream* notices_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<api::v1::IncidentService::StubInterface> incidents_;
  std::unique_ptr<api::v1::CaseService::StubInterface> cases_;
  std::unique_ptr<api::v1::EventService::StubInterface> events_;
  std::unique_ptr<api::v1::OrganisationService::StubInterface> organisation_;
  std::unique_ptr<api::v1::PolicyService::StubInterface> policy_;
  std::unique_ptr<api::v1::OperationService::StubInterface> operation_;
  std::unique_ptr<api::v1::DevelopmentService::StubInterface> development_;
};

}  // namespace skyndsamt::cli
