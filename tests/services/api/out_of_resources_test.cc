// A server that cannot record, through the whole of it: what the caller is told, that reading goes
// on, and that nothing acknowledged is lost.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <limits>

#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;

class OutOfResources : public ::testing::Test {
 protected:
  OutOfResources() {
    running_.DeclareOrganisation();
    child_ = NewId();
    incident_ = running_.OpenIncident(child_);
  }

  api::v1::RecordFactsRequest Told(const std::string& id) const {
    Fact fact = FactAt(id, "2026-03-01");
    fact.mutable_principal_informed();
    return Record(incident_, {fact});
  }
  grpc::Status Send(const api::v1::RecordFactsRequest& request) {
    auto stub = api::v1::IncidentService::NewStub(running_.channel());
    api::v1::RecordFactsResponse response;
    return stub->RecordFacts(As(running_.Token(Role::kSystem)).get(), request, &response);
  }
  void ExpectRefused(const grpc::Status& status, grpc::StatusCode code, const std::string& reason) {
    const CallError error = ErrorOf(status);
    EXPECT_EQ(error.code, code) << status.error_message();
    EXPECT_EQ(error.reason, reason);
    EXPECT_EQ(error.field, "");
    EXPECT_FALSE(error.sv.empty() || error.en.empty());
  }
  void ExpectReadingGoesOn() {
    auto cases = api::v1::CaseService::NewStub(running_.channel());
    api::v1::GetCaseRequest request;
    request.set_incident(incident_);
    request.mutable_at_least()->set_log(running_.log().origin());
    request.mutable_at_least()->set_position(running_.log().committed() - 1);
    api::v1::Case found;
    const grpc::Status status =
        cases->GetCase(As(running_.Token(Role::kSystem)).get(), request, &found);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(found.child(), child_);
  }

  RunningServer running_;
  std::string child_, incident_;
};

TEST_F(OutOfResources, BelowTheReserveNothingIsRecordedAndReadingGoesOn) {
  running_.config().reserve_bytes = std::numeric_limits<int64_t>::max();
  running_.Restart();
  const Position before = running_.log().committed();
  ExpectRefused(Send(Told("f1")), grpc::StatusCode::RESOURCE_EXHAUSTED, "DISK_RESERVE");
  ExpectReadingGoesOn();
  EXPECT_EQ(running_.log().committed(), before);
  running_.config().reserve_bytes = 0;
  running_.Restart();
  EXPECT_TRUE(Send(Told("f1")).ok());
}

// No file of this process may grow while it lives: what a full quota does to a server.
class NoFileGrows {
 public:
  NoFileGrows() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit none = before_;
    none.rlim_cur = 1;
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoFileGrows() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(OutOfResources, AFailedWriteIsOfUnknownOutcomeUntilTheLogIsOpenedAgain) {
  const Position before = running_.log().committed();
  const auto request = Told("f1");
  ExpectReadingGoesOn();  // and the views have written what there is
  {
    const NoFileGrows full;
    ExpectRefused(Send(request), grpc::StatusCode::UNAVAILABLE, "LOG_UNAVAILABLE");
  }
  ExpectRefused(Send(Told("f2")), grpc::StatusCode::UNAVAILABLE, "LOG_UNAVAILABLE");
  ExpectReadingGoesOn();
  running_.Restart();
  EXPECT_TRUE(Send(request).ok()) << "the same request id is the way to find out";
  EXPECT_EQ(running_.log().committed(), before + 1);
  ExpectReadingGoesOn();
}

}  // namespace
}  // namespace skyndsamt::testing
