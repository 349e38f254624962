#include "tests/bench/commands.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>

#include "eventstore/base/ids.h"
#include "skyndsamt/api/v1/incident_service.grpc.pb.h"
#include "skyndsamt/api/v1/operation_service.grpc.pb.h"
#include "skyndsamt/api/v1/organisation_service.grpc.pb.h"

namespace skyndsamt::bench {
namespace {

constexpr char kText[] =
    "Barnet berättar att ett annat barn knuffade det vid gungorna och sade att det inte fick vara "
    "med; två vuxna var på gården och såg det. Samtal hölls samma dag med båda barnen.";

void Check(const grpc::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench: %s: code %d %s\n", what, status.error_code(),
               status.error_message().c_str());
  std::exit(1);
}

// A number scattered over 64 bits (splitmix64): cheap, seeded, the same on every machine.
uint64_t Scatter(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

template <typename Request, typename Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;
};

class CommandLoadImpl : public CommandLoad {
 public:
  CommandLoadImpl(const std::string& address, uint64_t seed)
      : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())),
        incidents_(api::v1::IncidentService::NewStub(channel_)),
        operation_(api::v1::OperationService::NewStub(channel_)),
        scope_("bench/" + std::to_string(seed)),
        unit_(Named("unit", 0)) {
    channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(60));
    authorization_ = Token("system");
    Organise();
    authorization_ = Token("caseworker");
  }

  void OpenIncidents(uint64_t count, int in_flight) override {
    std::mutex mutex;
    std::condition_variable changed;
    int waiting = 0;
    for (uint64_t n = 0; n < count; ++n) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return waiting < in_flight; });
      ++waiting;
      lock.unlock();
      OpenIncident([&](bool ok) {
        if (!ok) std::exit(1);
        std::lock_guard guard(mutex);
        --waiting;
        changed.notify_one();
      });
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return waiting == 0; });
  }

  void AssumeIncidents(uint64_t count) override { opened_ = next_ = count; }

  StartCall Mix() override {
    // Loads number their calls from 0, each anew; a command that was seen before is only answered.
    return [this](uint64_t, std::function<void(bool)> done) {
      const uint64_t number = commands_.fetch_add(1);
      if (number % 10 == 9) return OpenIncident(std::move(done));
      Record(Scatter(number) % opened_, number, static_cast<int>(number % 10), std::move(done));
    };
  }

  uint64_t ViewLag() override {
    uint64_t lag = 0;
    const api::v1::ServerStatus status = Status();
    for (const auto& view : status.views()) lag = std::max<uint64_t>(lag, view.lag());
    return lag;
  }
  uint64_t Records() override { return Status().records(); }

 private:
  std::string Named(const char* kind, uint64_t number) const {
    return FormatUuid(DerivedUuid(scope_ + kind, std::to_string(number)));
  }

  void Authorize(grpc::ClientContext& context) const {
    context.AddMetadata("authorization", authorization_);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(25));
  }

  std::string Token(const std::string& role) {
    auto stub = api::v1::DevelopmentService::NewStub(channel_);
    grpc::ClientContext context;
    api::v1::IssueTokenRequest request;
    api::v1::IssueTokenResponse response;
    request.set_subject("bench");
    request.set_role(role);
    request.set_valid_seconds(36000);
    Check(stub->IssueToken(&context, request, &response), "token");
    return "Bearer " + response.token();
  }

  void Organise() {
    auto stub = api::v1::OrganisationService::NewStub(channel_);
    api::v1::DeclareAuthorityRequest authority;
    authority.set_request_id(Named("declare-authority", 0));
    authority.mutable_authority()->set_authority(Named("authority", 0));
    authority.mutable_authority()->set_name("Kommunen");
    authority.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
    api::v1::DeclareAuthorityResponse declared;
    grpc::ClientContext first;
    Authorize(first);
    Check(stub->DeclareAuthority(&first, authority, &declared), "authority");
    api::v1::DeclareUnitRequest unit;
    unit.set_request_id(Named("declare-unit", 0));
    unit.set_authority(Named("authority", 0));
    unit.mutable_unit()->set_unit(unit_);
    unit.mutable_unit()->set_name("Förskolan");
    unit.mutable_unit()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
    api::v1::DeclareUnitResponse answered;
    grpc::ClientContext second;
    Authorize(second);
    Check(stub->DeclareUnit(&second, unit, &answered), "unit");
  }

  api::v1::ServerStatus Status() {
    grpc::ClientContext context;
    context.AddMetadata("authorization", Token("operator"));
    api::v1::ServerStatus status;
    Check(operation_->GetServerStatus(&context, {}, &status), "status");
    return status;
  }

  // Once it is answered, and all before it, commands choose it too.
  void OpenIncident(std::function<void(bool)> done) {
    uint64_t incident = 0;
    {
      const std::lock_guard lock(opening_mutex_);
      incident = next_++;
      opening_.insert(incident);
    }
    Intake(incident, [this, incident, done = std::move(done)](bool ok) {
      {
        const std::lock_guard lock(opening_mutex_);
        opening_.erase(incident);
        opened_ = opening_.empty() ? next_ : *opening_.begin();
      }
      done(ok);
    });
  }

  void Intake(uint64_t incident, std::function<void(bool)> done) {
    auto* call = new Call<api::v1::ReceiveReportRequest, api::v1::ReceiveReportResponse>;
    Authorize(call->context);
    auto& request = call->request;
    request.set_request_id(Named("intake", incident));
    request.set_incident(Named("incident", incident));
    request.set_unit(unit_);
    request.add_children()->set_person(Named("child", incident));
    request.add_accused()->set_kind(event::v1::ACCUSED_KIND_CHILD);
    request.mutable_reporter()->set_party(event::v1::PARTY_GUARDIAN);
    request.set_channel(event::v1::CHANNEL_ORAL);
    request.set_what_happened(kText);
    request.set_believed_reason("Det är inte första gången.");
    incidents_->async()->ReceiveReport(&call->context, &request, &call->response,
                                       [call, done = std::move(done)](const grpc::Status& status) {
                                         Report(status);
                                         delete call;
                                         done(status.ok());
                                       });
  }

  void Record(uint64_t incident, uint64_t number, int kind, std::function<void(bool)> done) {
    auto* call = new Call<api::v1::RecordFactsRequest, api::v1::RecordFactsResponse>;
    Authorize(call->context);
    call->request.set_incident(Named("incident", incident));
    call->request.set_request_id(Named("record", number));
    call->request.mutable_expected_revision()->set_exists(true);
    Fill(*call->request.add_facts(), incident, number, kind);
    incidents_->async()->RecordFacts(&call->context, &call->request, &call->response,
                                     [call, done = std::move(done)](const grpc::Status& status) {
                                       Report(status);
                                       delete call;
                                       done(status.ok());
                                     });
  }

  void Fill(event::v1::Fact& fact, uint64_t incident, uint64_t number, int kind) const {
    fact.set_id("f" + std::to_string(number));
    fact.mutable_happened()->set_edtf("2026-03-17T09:30+01:00");
    fact.set_by(event::v1::PARTY_STAFF);
    if (kind < 4 || kind == 7) fact.set_note(kText);
    switch (kind) {
      case 0:
        fact.mutable_staff_learned();
        break;
      case 1:
        fact.mutable_principal_informed();
        break;
      case 2:
        fact.mutable_authority_notified();
        break;
      case 3:
        fact.mutable_investigation_opened();
        break;
      case 4:
      case 5: {
        auto& held = *fact.mutable_conversation_held();
        held.set_with(event::v1::CONVERSATION_WITH_CHILD);
        held.set_person(Named("child", incident));
        held.set_account(kText);
        break;
      }
      case 6:
        fact.mutable_finding_recorded()->set_text(kText);
        break;
      case 7:
        fact.mutable_guardian_informed();
        break;
      default: {
        auto& decided = *fact.mutable_measure_decided();
        decided.set_measure("m" + std::to_string(number));
        decided.set_level(event::v1::MEASURE_LEVEL_GROUP);
        decided.set_due("2026-04-17");
        decided.set_what(kText);
      }
    }
  }

  // The first refusal is worth a line: a bench of refusals measures nothing.
  static void Report(const grpc::Status& status) {
    static std::atomic<bool> said{false};
    if (status.ok() || said.exchange(true)) return;
    std::fprintf(stderr, "bench: a command was refused: code %d %s\n", status.error_code(),
                 status.error_message().c_str());
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<api::v1::IncidentService::Stub> incidents_;
  std::unique_ptr<api::v1::OperationService::Stub> operation_;
  const std::string scope_;
  const std::string unit_;
  std::string authorization_;
  std::atomic<uint64_t> commands_{0};  // of the mix
  std::mutex opening_mutex_;
  std::set<uint64_t> opening_;
  uint64_t next_ = 0;
  std::atomic<uint64_t> opened_{0};  // incidents below it are there
};

}  // namespace

std::unique_ptr<CommandLoad> CommandLoad::Connect(const std::string& address, uint64_t seed) {
  return std::make_unique<CommandLoadImpl>(address, seed);
}

}  // namespace skyndsamt::bench
