// Streams and the token they were opened with: whoever is not believed any more hears nothing more.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using api::v1::SubscribeEventsResponse;

constexpr int kValidSeconds = 60;
constexpr Micros kSecond = 1'000'000;
constexpr Micros kLeeway = 5 * kSecond;
constexpr int kPatience = 60;  // seconds; long before it has passed, a stream has ended

class ExpiredStreams : public ::testing::Test {
 protected:
  using Stream = std::unique_ptr<grpc::ClientReader<SubscribeEventsResponse>>;

  ExpiredStreams() {
    running_.DeclareOrganisation();
    brief_ = running_.Token(Role::kAuditor, {}, "", kValidSeconds);
  }
  Stream FromTheEnd(grpc::ClientContext& context) {
    api::v1::SubscribeEventsRequest request;
    request.set_end(true);
    Stream stream = events_->SubscribeEvents(&context, request);
    SubscribeEventsResponse message;
    EXPECT_TRUE(stream->Read(&message));
    EXPECT_TRUE(message.has_caught_up());
    return stream;
  }
  // To the last instant of the leeway, and past it.
  void LetItGrowOld() { running_.clock().Advance(kValidSeconds * kSecond + kLeeway - 1); }
  void LetItExpire() { running_.clock().Advance(1); }
  CallError AnswerToAnyOtherCall() {
    api::v1::ReadEventsResponse response;
    return ErrorOf(events_->ReadEvents(As(brief_).get(), {}, &response));
  }

  RunningServer running_;
  std::unique_ptr<api::v1::EventService::Stub> events_ =
      api::v1::EventService::NewStub(running_.channel());
  std::string brief_;
};

void ExpectSame(const CallError& error, const CallError& other) {
  EXPECT_EQ(error.code, other.code);
  EXPECT_EQ(error.reason, other.reason);
  EXPECT_EQ(error.sv, other.sv);
  EXPECT_EQ(error.en, other.en);
}

TEST_F(ExpiredStreams, SubscriberThatWaitsIsLetGoAndGoesOnWithANewToken) {
  auto context = As(brief_, kPatience);
  Stream stream = FromTheEnd(*context);
  LetItGrowOld();
  running_.OpenIncident(NewId());
  SubscribeEventsResponse message;
  ASSERT_TRUE(stream->Read(&message)) << "is believed to the end of the leeway";
  ASSERT_EQ(message.batch().events_size(), 1);

  LetItExpire();
  EXPECT_FALSE(stream->Read(&message));
  const CallError ended = ErrorOf(stream->Finish());
  EXPECT_EQ(ended.code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ended.reason, "IDENTITY_INVALID");
  ExpectSame(ended, AnswerToAnyOtherCall());

  api::v1::SubscribeEventsRequest request;
  *request.mutable_after() = message.batch().events(0).record().position();
  running_.OpenIncident(NewId());
  auto again = As(running_.Token(Role::kAuditor), kPatience);
  Stream rest = events_->SubscribeEvents(again.get(), request);
  ASSERT_TRUE(rest->Read(&message));
  ASSERT_EQ(message.batch().events_size(), 1);
  EXPECT_EQ(message.batch().events(0).record().position().position(),
            request.after().position() + 1);
  again->TryCancel();
}

TEST_F(ExpiredStreams, WatchOfCasesIsLetGo) {
  auto context = As(brief_, kPatience);
  auto watch = api::v1::CaseService::NewStub(running_.channel())->WatchCases(context.get(), {});
  api::v1::WatchCasesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  LetItGrowOld();
  LetItExpire();
  EXPECT_FALSE(watch->Read(&message));
  ExpectSame(ErrorOf(watch->Finish()), AnswerToAnyOtherCall());
}

TEST_F(ExpiredStreams, OneOfAnotherTokenGoesOn) {
  auto brief = As(brief_, kPatience);
  auto lasting = As(running_.Token(Role::kAuditor), kPatience);
  Stream ends = FromTheEnd(*brief);
  Stream goes_on = FromTheEnd(*lasting);
  LetItGrowOld();
  LetItExpire();
  SubscribeEventsResponse message;
  EXPECT_FALSE(ends->Read(&message));
  running_.OpenIncident(NewId());
  EXPECT_TRUE(goes_on->Read(&message));
  EXPECT_EQ(message.batch().events_size(), 1);
  lasting->TryCancel();
}

// Tokens expire while events come, some callers hang up, and at last the server stops: each stream
// ends once, whatever came first.
TEST_F(ExpiredStreams, ManyEndEachOnceWhileEventsComeAndCallersHangUp) {
  constexpr int kStreams = 32;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<Stream> streams;
  for (int i = 0; i < kStreams; ++i) {
    contexts.push_back(As(brief_, kPatience));
    streams.push_back(FromTheEnd(*contexts.back()));
  }
  LetItGrowOld();
  std::thread hanging_up([&] {
    LetItExpire();
    for (int i = 0; i < kStreams; i += 2) contexts[i]->TryCancel();
  });
  for (int i = 0; i < 20; ++i) running_.RecordOpening(NewId());
  hanging_up.join();
  for (int i = 0; i < kStreams; ++i) {
    SubscribeEventsResponse message;
    while (streams[i]->Read(&message)) {
    }
    const grpc::StatusCode code = streams[i]->Finish().error_code();
    if (i % 2 == 0 && code == grpc::StatusCode::CANCELLED) continue;
    EXPECT_EQ(code, grpc::StatusCode::UNAUTHENTICATED) << i;
  }
}

}  // namespace
}  // namespace skyndsamt::testing
