#include "services/cli/session.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace skyndsamt::cli {
namespace {

std::string PemOf(const std::string& path) {
  std::ostringstream pem;
  if (!path.empty()) pem << std::ifstream(path).rdbuf();
  return pem.str();
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const SessionOptions& options) {
  if (options.tls_ca.empty()) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({.pem_root_certs = PemOf(options.tls_ca),
                               .pem_private_key = PemOf(options.tls_key),
                               .pem_cert_chain = PemOf(options.tls_certificate)});
}

// A status that no server of ours wrote: the connection's own.
Failure ConnectionFailure(const grpc::Status& status) {
  const auto refused = [&status](const char* text) {
    Failure failure{kFailed, text, {}, {}};
    failure.code = static_cast<absl::StatusCode>(status.error_code());
    return failure;
  };
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return {kUnreachable, "the server cannot be reached\nservern kan inte nås", {}, {}};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {
          kUnreachable, "the server did not answer in time\nservern svarade inte i tid", {}, {}};
    case grpc::StatusCode::UNIMPLEMENTED:
      return refused("the server has no such call\nservern har inget sådant anrop");
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return refused("the message is too large\nmeddelandet är för stort");
    default:
      return refused("the call failed\nanropet misslyckades");
  }
}

}  // namespace

Failure FailureOf(const grpc::Status& status) {
  google::rpc::Status details;
  Failure failure;
  std::string sv, en;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      google::rpc::BadRequest bad;
      google::rpc::LocalizedMessage message;
      if (detail.UnpackTo(&info)) failure.reason = info.reason();
      if (detail.UnpackTo(&bad) && bad.field_violations_size() > 0) {
        failure.field = bad.field_violations(0).field();
        for (const auto& violation : bad.field_violations()) {
          failure.violations.push_back({violation.field(), violation.description()});
        }
      }
      if (detail.UnpackTo(&message)) (message.locale() == "sv" ? sv : en) = message.message();
    }
  }
  if (failure.reason.empty()) return ConnectionFailure(status);
  failure.code = static_cast<absl::StatusCode>(status.error_code());
  const bool unknown_outcome = status.error_code() == grpc::StatusCode::UNAVAILABLE;
  failure.exit_code = unknown_outcome ? kUnreachable : kFailed;
  failure.text = failure.reason;
  if (!failure.field.empty()) failure.text += " at " + failure.field;
  failure.text += "\n" + en + "\n" + sv;
  for (size_t i = 1; i < failure.violations.size(); ++i) {
    failure.text += "\nand at " + failure.violations[i].field + ": " + failure.violations[i].what;
  }
  return failure;
}

Session::Session(SessionOptions options, std::ostream* notices)
    : options_(std::move(options)),
      notices_(notices),
      channel_(grpc::CreateChannel(options_.server, CredentialsOf(options_))),
      incidents_(api::v1::IncidentService::NewStub(channel_)),
      cases_(api::v1::CaseService::NewStub(channel_)),
      events_(api::v1::EventService::NewStub(channel_)),
      organisation_(api::v1::OrganisationService::NewStub(channel_)),
      policy_(api::v1::PolicyService::NewStub(channel_)),
      operation_(api::v1::OperationService::NewStub(channel_)),
      development_(api::v1::DevelopmentService::NewStub(channel_)) {}

void Session::Prepare(grpc::ClientContext& context, bool deadline) const {
  if (deadline) context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  if (!options_.token.empty()) context.AddMetadata("authorization", "Bearer " + options_.token);
}

std::optional<Failure> Session::IssueToken(const api::v1::IssueTokenRequest& request,
                                           api::v1::IssueTokenResponse* response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
  grpc::Status status = development_->IssueToken(&context, request, response);
  if (status.ok()) return std::nullopt;
  if (status.error_code() != grpc::StatusCode::UNIMPLEMENTED) return FailureOf(status);
  return Failure{kFailed,
                 "this server issues no development tokens: give --token or SKYNDSAMT_TOKEN\n"
                 "servern ger inga utvecklingstoken: ange --token eller SKYNDSAMT_TOKEN",
                 {},
                 {}};
}

std::optional<Failure> Session::EnsureToken() {
  if (!options_.token.empty()) return std::nullopt;
  api::v1::IssueTokenRequest request;
  api::v1::IssueTokenResponse response;
  request.set_role("system");
  if (auto failure = IssueToken(request, &response)) return failure;
  options_.token = response.token();
  if (notices_ != nullptr) {
    *notices_ << "using a development token: this server gives one to anyone on this machine\n";
    notices_ = nullptr;
  }
  return std::nullopt;
}

}  // namespace skyndsamt::cli
