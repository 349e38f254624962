// What the tests of wrong input share: one real server that every test leaves as it found it, and
// refusals taken apart. One thread at a time.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "grpcpp/generic/generic_stub.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {

using access::Role;
using grpc::StatusCode;

// One server for all: every test leaves it as it found it.
class WrongInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    running_ = new RunningServer();
    running_->DeclareOrganisation();
    child_ = NewId();
    incident_ = running_->OpenIncident(child_);
  }
  static void TearDownTestSuite() {
    delete running_;
    running_ = nullptr;
  }

  void SetUp() override {
    stub_ = api::v1::IncidentService::NewStub(running_->channel());
    token_ = running_->Token(Role::kCaseworker, {}, kAuthority);
    before_ = running_->log().committed();
  }
  void TearDown() override {
    EXPECT_EQ(running_->log().committed(), before_) << "something was recorded";
  }

  grpc::Status Send(const api::v1::RecordFactsRequest& request, const std::string& token) {
    api::v1::RecordFactsResponse response;
    return stub_->RecordFacts(As(token).get(), request, &response);
  }

  void Expect(const grpc::Status& status, StatusCode code, const std::string& reason,
              const std::string& field) {
    const CallError error = ErrorOf(status);
    EXPECT_EQ(error.code, code) << status.error_message();
    EXPECT_EQ(error.reason, reason);
    EXPECT_EQ(error.domain, "skyndsamt");
    EXPECT_EQ(error.field, field);
    EXPECT_FALSE(error.sv.empty() || error.en.empty());
    EXPECT_NE(error.sv, error.en);
  }
  void ExpectRefused(const event::v1::Fact& fact, StatusCode code, const std::string& reason,
                     const std::string& field) {
    Expect(Send(Record(incident_, {fact}), token_), code, reason, field);
  }

  // RecordFacts with bytes as they are, past the stub's own serialisation.
  grpc::Status SendBytes(const std::string& bytes) {
    grpc::GenericStub generic(running_->channel());
    grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    auto context = As(token_);
    grpc::CompletionQueue queue;
    auto call = generic.PrepareUnaryCall(
        context.get(), "/skyndsamt.api.v1.IncidentService/RecordFacts", request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag;
    bool ok = false;
    EXPECT_TRUE(queue.Next(&tag, &ok) && ok);
    return status;
  }

  inline static RunningServer* running_ = nullptr;
  inline static std::string child_;
  inline static std::string incident_;
  std::unique_ptr<api::v1::IncidentService::Stub> stub_;
  std::string token_;
  Position before_ = 0;
};

}  // namespace skyndsamt::testing
