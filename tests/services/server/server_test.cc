// The server as a whole: health, reflection, two in one process, draining, and what it says
// when it cannot start.
#include "services/server/server.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

TEST(Server, AnswersHealth) {
  RunningServer running;
  EXPECT_EQ(Health(running), kServing);
}

TEST(Server, AnswersReflectionUnlessToldNotTo) {
  const std::string list_services("\x3a\x01*", 3);
  const char* method = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
  {
    RunningServer running;
    const std::string services = Ask(running.channel(), method, list_services);
    for (const char* name : {"IncidentService", "CaseService", "EventService",
                             "OrganisationService", "PolicyService", "OperationService"}) {
      EXPECT_NE(services.find(std::string("skyndsamt.api.v1.") + name), std::string::npos) << name;
    }
  }
  server::Config silent;
  silent.reflection = false;
  RunningServer running(silent);
  EXPECT_EQ(Ask(running.channel(), method, list_services), "");
}

TEST(Server, DescribesHealthByReflection) {
  RunningServer running;
  const std::string symbol = "grpc.health.v1.Health";
  const std::string file_of_symbol =
      "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol;
  const std::string answer =
      Ask(running.channel(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
          file_of_symbol);
  for (const char* name : {"grpc/health/v1/health.proto", "HealthCheckRequest", "Watch"}) {
    EXPECT_NE(answer.find(name), std::string::npos) << name;
  }
}

TEST(Server, TwoInOneProcessKnowNothingOfEachOther) {
  RunningServer one, two;
  one.DeclareOrganisation();
  EXPECT_NE(one.server().port(), two.server().port());
  EXPECT_EQ(one.log().committed(), two.log().committed() + 3);
  auto stub = api::v1::OperationService::NewStub(two.channel());
  api::v1::ServerStatus status;
  EXPECT_EQ(
      ErrorOf(stub->GetServerStatus(As(one.Token(Role::kOperator)).get(), {}, &status)).reason,
      "IDENTITY_INVALID");
  EXPECT_TRUE(stub->GetServerStatus(As(two.Token(Role::kOperator)).get(), {}, &status).ok());
}

TEST(Server, SecondOnTheSameDataIsRefusedAndHarmsNothing) {
  RunningServer running;
  running.DeclareOrganisation();
  server::Config config;
  config.data = running.data();
  config.listen = "127.0.0.1:0";
  config.development_tokens = true;
  config.log_level = "off";
  const auto second = server::Server::Start(config, running.clock());
  EXPECT_FALSE(second.ok());
  EXPECT_FALSE(second.status().message().empty());
  running.OpenIncident(NewId());
}

TEST(Server, AKeyStoreThatIsOlderThanItsLogIsRefused) {
  namespace fs = std::filesystem;
  RunningServer running;
  running.DeclareOrganisation();
  running.OpenIncident(NewId());
  running.Stop();
  const fs::path data = running.data();
  fs::copy(data / "keys", data / "older", fs::copy_options::recursive);
  running.Restart();
  running.OpenIncident(NewId());
  running.Stop();
  fs::rename(data / "keys", data / "newer");
  fs::rename(data / "older", data / "keys");
  server::Config config;
  config.data = data;
  config.listen = "127.0.0.1:0";
  config.development_tokens = true;
  config.log_level = "off";
  const auto refused = server::Server::Start(config, running.clock());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss) << refused.status();
  fs::rename(data / "keys", data / "older");
  fs::rename(data / "newer", data / "keys");
  running.Restart();
  running.OpenIncident(NewId());
}

TEST(Server, KeepsItsDataFromOtherUsers) {
  namespace fs = std::filesystem;
  const TempDirectory directory;
  const ManualClock clock(kNoon);
  const auto modes = [&](const std::string& data) {
    server::Config config = RunningServer::Quiet();
    config.data = data;
    config.listen = "127.0.0.1:0";
    config.development_tokens = true;
    config.log_level = "off";
    EXPECT_TRUE(server::Server::Start(config, clock).ok());
    std::map<std::string, fs::perms> found;
    for (const char* part : {"", "/log", "/keys", "/views", "/statistics"}) {
      if (fs::exists(data + part)) found[part] = fs::status(data + part).permissions();
    }
    return found;
  };
  const mode_t usual = ::umask(022);
  for (const char* data : {"/above/data", "/slash/"}) {
    for (const auto& [part, mode] : modes(directory.path() + data)) {
      EXPECT_EQ(mode, fs::perms::owner_all) << data << part;
    }
  }
  EXPECT_EQ(fs::status(directory.path() + "/above").permissions(), fs::perms(0755));
  // A directory that is there is as its owner wants it; what is made in it is private all the same.
  fs::create_directory(directory.path() + "/there");
  fs::permissions(directory.path() + "/there", fs::perms(0750));
  const auto there = modes(directory.path() + "/there");
  ::umask(usual);
  EXPECT_EQ(there.at(""), fs::perms(0750));
  for (const char* part : {"/log", "/keys", "/views"}) {
    EXPECT_EQ(there.at(part), fs::perms::owner_all) << part;
  }
}

TEST(Server, SecondOnTheSamePortIsRefused) {
  RunningServer running;
  TempDirectory data;
  server::Config config;
  config.data = data.path();
  config.listen = running.server().address();
  config.development_tokens = true;
  config.log_level = "off";
  const auto second = server::Server::Start(config, running.clock());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable) << second.status();
}

TEST(Server, KeepsEverythingAcrossARestart) {
  RunningServer running;
  running.DeclareOrganisation();
  const std::string child = NewId(), incident = running.OpenIncident(child);
  const Position committed = running.log().committed();
  running.Restart();
  EXPECT_EQ(running.log().committed(), committed);
  auto stub = api::v1::CaseService::NewStub(running.channel());
  api::v1::GetCaseRequest request;
  request.set_incident(incident);
  api::v1::Case found;
  const std::string token = running.Token(Role::kAuditor);
  EXPECT_TRUE(stub->GetCase(As(token).get(), request, &found).ok());
}

// Why a call that asks for so large a list fails.
std::string ReasonOfListing(api::v1::CaseService::Stub& stub, const std::string& token,
                            size_t bytes, uint64_t at_least) {
  api::v1::ListCasesRequest request;
  request.mutable_at_least()->set_position(at_least);
  request.set_incident(std::string(bytes, 'x'));
  api::v1::ListCasesResponse response;
  return ErrorOf(stub.ListCases(As(token, 60).get(), request, &response)).reason;
}

TEST(Server, DrainEndsStreamsAndAnswersCallsUnderWay) {
  constexpr size_t kLarge = 1'000'000;
  server::Config config = RunningServer::Quiet();
  config.bytes_under_way = 6 * kLarge;  // room for one large call, which holds four times its size
  RunningServer running(config);
  running.DeclareOrganisation();
  auto stub = api::v1::EventService::NewStub(running.channel());
  auto context = As(running.Token(Role::kAuditor), 60);
  api::v1::SubscribeEventsRequest request;
  request.set_end(true);
  auto stream = stub->SubscribeEvents(context.get(), request);
  api::v1::SubscribeEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  // Waits for a position that never comes; the drain must not wait as long.
  auto cases = api::v1::CaseService::NewStub(running.channel());
  std::string reason;
  const std::string token = running.Token(Role::kAuditor);
  std::thread waiting([&] {
    do reason = ReasonOfListing(*cases, token, kLarge, 1'000'000);
    while (reason == "QUEUE_FULL");  // the one below was there first
  });
  while (ReasonOfListing(*cases, token, kLarge, 0) != "QUEUE_FULL") std::this_thread::yield();
  running.server().Drain(std::chrono::seconds(10));
  waiting.join();
  EXPECT_EQ(reason, "VIEW_BEHIND");
  EXPECT_FALSE(stream->Read(&message));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  api::v1::ReadEventsResponse response;
  EXPECT_EQ(stub->ReadEvents(As(running.Token(Role::kAuditor)).get(), {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  running.server().Drain(std::chrono::seconds(10));
}

TEST(Server, LosesNothingThatWasAnsweredWhileDraining) {
  RunningServer running;
  running.DeclareOrganisation();
  const std::string token = running.Token(Role::kSystem);
  std::atomic<int> recorded{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, channel = running.channel()] {
      auto stub = api::v1::IncidentService::NewStub(channel);
      api::v1::RecordFactsResponse response;
      while (stub->RecordFacts(As(token).get(), Opening(NewId(), kUnit, NewId()), &response).ok()) {
        ++recorded;
      }
    });
  }
  while (recorded < 50) std::this_thread::yield();
  const Position before = 4;  // rule set, authority, two units
  running.server().Drain(std::chrono::seconds(10));
  for (std::thread& caller : callers) caller.join();
  running.Restart();
  EXPECT_GE(running.log().committed(), before + recorded);
}

TEST(Server, SignalDrains) {
  RunningServer running;
  std::thread sender([] {
    struct sigaction now {};
    while (::sigaction(SIGTERM, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::kill(::getpid(), SIGTERM);
  });
  EXPECT_TRUE(server::RunUntilSignal(running.server(), std::chrono::seconds(5)).ok());
  sender.join();
  EXPECT_EQ(Health(running), "");
}

// Queries that wait for a position that does not come: each holds what it asked.
TEST(Server, CallsUnderWayAreBoundedInBytes) {
  constexpr int kCalls = 40;
  server::Config config;
  config.bytes_under_way = 6 << 20;
  RunningServer running(config);
  running.DeclareOrganisation();
  const std::string token = running.Token(Role::kAuditor);
  auto stub = api::v1::CaseService::NewStub(running.channel());
  struct Call {
    std::unique_ptr<grpc::ClientContext> context;
    api::v1::ListCasesRequest request;
    api::v1::ListCasesResponse response;
    grpc::Status status;
  };
  std::vector<Call> calls(kCalls);
  std::atomic<int> ended = 0;
  for (Call& call : calls) {
    call.context = As(token, 8);
    call.request.mutable_at_least()->set_position(1'000'000);
    call.request.set_incident(std::string(200'000, 'x'));
    stub->async()->ListCases(call.context.get(), &call.request, &call.response,
                             [&](grpc::Status status) {
                               call.status = std::move(status);
                               ++ended;
                             });
  }
  while (ended < kCalls) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  // Those that are let in wait until the deadline, which the caller may notice first.
  int refused = 0;
  int waited = 0;
  for (const Call& call : calls) {
    const std::string reason = ErrorOf(call.status).reason;
    refused += reason == "QUEUE_FULL";
    waited +=
        reason == "VIEW_BEHIND" || call.status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  }
  EXPECT_GE(refused, kCalls - 8);
  EXPECT_EQ(refused + waited, kCalls);
  // What has ended gives its share back: more than was left.
  std::string reason;
  do {
    api::v1::ListCasesRequest large;
    large.set_incident(std::string(200'000, 'x'));
    api::v1::ListCasesResponse response;
    reason = ErrorOf(stub->ListCases(As(token).get(), large, &response)).reason;
  } while (reason == "QUEUE_FULL");
  EXPECT_EQ(reason, "FIELD_INVALID");
}

TEST(RateLimits, ApplyPerIdentity) {
  server::Config config;
  config.calls_per_second = 1;
  RunningServer running(config);
  auto stub = api::v1::OperationService::NewStub(running.channel());
  const std::string token = running.Token(Role::kOperator);
  api::v1::ServerStatus answer;
  std::string reason;
  for (int i = 0; i < 10 && reason.empty(); ++i) {
    const grpc::Status status = stub->GetServerStatus(As(token).get(), {}, &answer);
    if (!status.ok()) reason = ErrorOf(status).reason;
  }
  EXPECT_EQ(reason, "RATE_LIMITED");
}

}  // namespace
}  // namespace skyndsamt::testing
