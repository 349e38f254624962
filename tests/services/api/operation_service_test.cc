// What those who run the server ask of it: status, backup, and development tokens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using ::testing::ElementsAre;

class Operations : public ::testing::Test {
 protected:
  Operations() {
    token_ = running_.Token(Role::kOperator);
    stub_ = api::v1::OperationService::NewStub(running_.channel());
  }
  grpc::Status Backup(const std::string& token, const std::string& directory,
                      std::vector<std::string>* steps, uint64_t* records) {
    auto context = As(token);
    api::v1::CreateBackupRequest request;
    request.set_directory(directory);
    auto stream = stub_->CreateBackup(context.get(), request);
    api::v1::CreateBackupResponse message;
    while (stream->Read(&message)) {
      steps->push_back(message.step());
      *records = message.records();
    }
    return stream->Finish();
  }

  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::OperationService::Stub> stub_;
};

TEST_F(Operations, StatusTellsRecordsAndViews) {
  running_.DeclareOrganisation();
  api::v1::ServerStatus status;
  ASSERT_TRUE(stub_->GetServerStatus(As(token_).get(), {}, &status).ok());
  EXPECT_EQ(status.records(), running_.log().committed());
  EXPECT_EQ(status.committed().position() + 1, status.records());
  EXPECT_GT(status.views_size(), 0);
  EXPECT_TRUE(status.development_tokens());
  EXPECT_FALSE(status.version().empty());
  const std::string staff = running_.Token(Role::kStaff, {kUnit});
  EXPECT_EQ(ErrorOf(stub_->GetServerStatus(As(staff).get(), {}, &status)).reason,
            "ROLE_NOT_ALLOWED");
}

TEST_F(Operations, BackupHoldsEveryRecordAndOpens) {
  running_.DeclareOrganisation();
  for (int i = 0; i < 5; ++i) running_.OpenIncident(NewId());
  TempDirectory target;
  std::vector<std::string> steps;
  uint64_t records = 0;
  const grpc::Status status = Backup(token_, target.path() + "/copy", &steps, &records);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(steps, ElementsAre("copying", "done"));
  EXPECT_EQ(records, running_.log().committed());

  log::Options options;
  options.directory = target.path() + "/copy/log";
  options.origin = running_.log().origin();
  options.create_if_missing = false;
  auto copy = log::EventLog::Open(options, running_.clock());
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ((*copy)->committed(), records);
  EXPECT_EQ(*(*copy)->Root(records), *running_.log().Root(records));
  EXPECT_TRUE(std::filesystem::exists(target.path() + "/copy/keys"));
}

// A log without its keys would look whole, and what is sealed in it would be lost.
TEST_F(Operations, ABackupWhoseCallerGoesAwayIsWholeOrNotThere) {
  running_.DeclareOrganisation();
  for (int i = 0; i < 5; ++i) running_.OpenIncident(NewId());
  int begun = 0;
  for (int i = 0; i < 12; ++i) {
    TempDirectory target;
    const std::string copy = target.path() + "/copy";
    api::v1::CreateBackupRequest request;
    request.set_directory(copy);
    auto context = As(token_);
    auto stream = stub_->CreateBackup(context.get(), request);
    api::v1::CreateBackupResponse message;
    ASSERT_TRUE(stream->Read(&message));
    std::this_thread::sleep_for(std::chrono::milliseconds(i));
    context->TryCancel();
    stream->Finish();
    std::vector<std::string> steps;
    uint64_t records = 0;  // the next is refused while one is being made
    while (ErrorOf(Backup(token_, target.path() + "/next", &steps, &records)).reason ==
           "QUEUE_FULL") {
    }
    ASSERT_EQ(std::filesystem::exists(copy + "/log/FORMAT"),
              std::filesystem::exists(copy + "/keys/README"));
    begun += std::filesystem::exists(copy + "/log") ? 1 : 0;
  }
  EXPECT_GT(begun, 0);
}

TEST_F(Operations, BackupTouchesNothingThatIsThere) {
  TempDirectory target;
  std::filesystem::create_directories(target.path() + "/something");
  std::vector<std::string> steps;
  uint64_t records = 0;
  const CallError refused = ErrorOf(Backup(token_, target.path(), &steps, &records));
  EXPECT_EQ(refused.field, "directory");
  EXPECT_NE(refused.en.find("not empty"), std::string::npos) << refused.en;
  EXPECT_NE(refused.sv.find("inte tom"), std::string::npos) << refused.sv;
  EXPECT_EQ(ErrorOf(Backup(token_, "relative/path", &steps, &records)).field, "directory");
  EXPECT_EQ(ErrorOf(Backup(token_, "", &steps, &records)).field, "directory");
  EXPECT_TRUE(steps.empty());
  EXPECT_EQ(ErrorOf(Backup(running_.Token(Role::kAuditor), target.path(), &steps, &records)).reason,
            "ROLE_NOT_ALLOWED");
}

TEST_F(Operations, DevelopmentTokensAreIssuedAndWork) {
  auto development = api::v1::DevelopmentService::NewStub(running_.channel());
  api::v1::IssueTokenRequest request;
  request.set_role("operator");
  request.set_valid_seconds(60);
  api::v1::IssueTokenResponse issued;
  ASSERT_TRUE(development->IssueToken(As("").get(), request, &issued).ok());
  EXPECT_EQ(issued.expires(), "2026-03-02T12:01:00Z");
  api::v1::ServerStatus status;
  EXPECT_TRUE(stub_->GetServerStatus(As(issued.token()).get(), {}, &status).ok());
  const auto field = [&](const api::v1::IssueTokenRequest& wrong) {
    return ErrorOf(development->IssueToken(As("").get(), wrong, &issued)).field;
  };
  request.set_role("king");
  EXPECT_EQ(field(request), "role");
  request.set_role("staff");
  request.add_units("7");
  EXPECT_EQ(field(request), "units");
  request.clear_units();
  request.set_authority("8");
  EXPECT_EQ(field(request), "authority");
  request.clear_authority();
  request.set_valid_seconds(-1);
  EXPECT_EQ(field(request), "valid_seconds");
}

}  // namespace
}  // namespace skyndsamt::testing
