#include "tests/services/server/running_server.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "services/access/development_issuer.h"

namespace skyndsamt::testing {

CallError ErrorOf(const grpc::Status& status) {
  CallError error;
  error.code = status.error_code();
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::LocalizedMessage words;
    if (any.UnpackTo(&info)) {
      error.reason = info.reason();
      error.domain = info.domain();
    } else if (any.UnpackTo(&bad)) {
      error.field = bad.field_violations(0).field();
      for (const auto& violation : bad.field_violations()) {
        error.fields.push_back(violation.field());
      }
    } else if (any.UnpackTo(&words)) {
      (words.locale() == "sv" ? error.sv : error.en) = words.message();
    } else {
      any.UnpackTo(&error.conflict);
    }
  }
  return error;
}

TempDirectory::TempDirectory() : path_(::testing::TempDir() + "skyndsamt-" + NewId()) {
  std::filesystem::create_directories(path_);
}

TempDirectory::~TempDirectory() { std::filesystem::remove_all(path_); }

server::Config RunningServer::Quiet() {
  server::Config config;
  config.reminders = false;
  return config;
}

RunningServer::RunningServer(server::Config config) : config_(std::move(config)) {
  config_.data = directory_.path();
  if (config_.listen == server::Config().listen) config_.listen = "127.0.0.1:0";
  config_.development_tokens = true;
  config_.log_level = "off";
  config_.reserve_bytes = 0;
  Start();
}

RunningServer::~RunningServer() { Stop(); }

void RunningServer::Start() {
  auto started = server::Server::Start(config_, clock_);
  if (!started.ok()) {
    ADD_FAILURE() << started.status();
    std::abort();
  }
  server_ = *std::move(started);
  // Without this, channels to one port would share the connection of a server that has gone.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel_ =
      grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), arguments);
}

void RunningServer::Stop() {
  channel_.reset();
  if (server_ != nullptr) server_->Drain(std::chrono::seconds(5));
  server_.reset();
}

void RunningServer::Restart() {
  Stop();
  Start();
}

std::string RunningServer::Token(access::Role role, std::vector<std::string> units,
                                 std::string authority, int seconds) {
  const access::Identity identity{access::kDevelopmentIssuer, "tester", role, std::move(authority),
                                  std::move(units)};
  const auto issued = server_->development_issuer()->Issue(identity, seconds);
  EXPECT_TRUE(issued.ok()) << issued.status();
  return issued->token;
}

std::string RunningServer::Sign() {
  api::v1::GetCheckpointRequest request;
  request.set_sign(true);
  api::v1::Checkpoint checkpoint;
  const grpc::Status asked = api::v1::EventService::NewStub(channel_)->GetCheckpoint(
      As(Token(access::Role::kSystem)).get(), request, &checkpoint);
  EXPECT_TRUE(asked.ok()) << asked.error_message();
  return checkpoint.verifier_key();
}

void RunningServer::DeclareOrganisation() {
  const std::string token = Token(access::Role::kSystem);
  auto stub = api::v1::OrganisationService::NewStub(channel_);
  api::v1::DeclareAuthorityRequest authority;
  authority.set_request_id(NewId());
  authority.mutable_authority()->set_authority(kAuthority);
  authority.mutable_authority()->set_name("Exempelkommun");
  authority.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  api::v1::DeclareAuthorityResponse declared;
  grpc::Status status = stub->DeclareAuthority(As(token).get(), authority, &declared);
  ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  for (const char* id : {kUnit, kOtherUnit}) {
    api::v1::DeclareUnitRequest unit;
    unit.set_request_id(NewId());
    unit.set_authority(kAuthority);
    unit.mutable_unit()->set_unit(id);
    unit.mutable_unit()->set_name("Förskolan");
    unit.mutable_unit()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
    api::v1::DeclareUnitResponse response;
    status = stub->DeclareUnit(As(token).get(), unit, &response);
    ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  }
}

std::string RunningServer::RecordOpening(const std::string& child, const std::string& unit,
                                         log::v1::LogPosition* recorded) {
  const std::string incident = NewId();
  auto stub = api::v1::IncidentService::NewStub(channel_);
  api::v1::RecordFactsResponse response;
  const grpc::Status status = stub->RecordFacts(As(Token(access::Role::kSystem)).get(),
                                                Opening(incident, unit, child), &response);
  EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  if (recorded != nullptr) *recorded = response.position();
  return incident;
}

std::string RunningServer::OpenIncident(const std::string& child, const std::string& unit) {
  api::v1::GetCaseRequest request;
  const std::string incident = RecordOpening(child, unit, request.mutable_at_least());
  request.set_incident(incident);
  api::v1::Case opened;
  const grpc::Status read = api::v1::CaseService::NewStub(channel_)->GetCase(
      As(Token(access::Role::kSystem)).get(), request, &opened);
  EXPECT_TRUE(read.ok()) << read.error_message();
  return incident;
}

void RunningServer::RecordMany(int incidents, int facts, size_t note) {
  auto stub = api::v1::IncidentService::NewStub(channel_);
  for (int i = 0; i < incidents; ++i) {
    std::vector<event::v1::Fact> all;
    for (int j = 0; j < facts; ++j) {
      all.push_back(FactAt("f" + std::to_string(j), "2026-03-01"));
      all.back().mutable_principal_updated();
      all.back().set_note(std::string(note, 'x'));
    }
    const std::string incident = RecordOpening(NewId());
    api::v1::RecordFactsResponse response;
    const grpc::Status status = stub->RecordFacts(As(Token(access::Role::kSystem)).get(),
                                                  Record(incident, std::move(all)), &response);
    ASSERT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
  }
}

// On a bidirectional stream: a unary call looks the same on the wire.
std::string Ask(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                const std::string& bytes) {
  grpc::GenericStub stub(channel);
  auto context = As("");
  grpc::CompletionQueue queue;
  void* tag;
  bool ok = false;
  auto call = stub.PrepareCall(context.get(), method, &queue);
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  if (!ok) return "";
  grpc::Slice slice(bytes);
  call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  queue.Next(&tag, &ok);
  call->WritesDone(nullptr);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  queue.Next(&tag, &ok);
  std::string out;
  if (ok) {
    grpc::Slice whole;
    if (answer.DumpToSingleSlice(&whole).ok()) {
      out.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  return out;
}

std::string Health(const RunningServer& running) {
  return Ask(running.channel(), "/grpc.health.v1.Health/Check", "");
}

std::unique_ptr<grpc::ClientContext> As(const std::string& token, int seconds) {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
  return context;
}

std::string NewId() { return FormatUuid(RandomUuid()); }

event::v1::Fact FactAt(const std::string& id, const std::string& edtf) {
  event::v1::Fact fact;
  fact.set_id(id);
  fact.mutable_happened()->set_edtf(edtf);
  return fact;
}

api::v1::RecordFactsRequest Record(const std::string& incident,
                                   std::vector<event::v1::Fact> facts) {
  api::v1::RecordFactsRequest request;
  request.set_incident(incident);
  request.set_request_id(NewId());
  for (event::v1::Fact& fact : facts) *request.add_facts() = std::move(fact);
  return request;
}

api::v1::RecordFactsRequest Opening(const std::string& incident, const std::string& unit,
                                    const std::string& child) {
  event::v1::Fact fact = FactAt("opened", "2026-02-27");
  fact.mutable_incident_opened()->set_unit(unit);
  auto* exposed = fact.mutable_incident_opened()->add_children();
  exposed->set_person(child);
  auto* accused = fact.mutable_incident_opened()->add_accused();
  accused->set_kind(event::v1::ACCUSED_KIND_CHILD);
  return Record(incident, {fact});
}

}  // namespace skyndsamt::testing
