// The log through a real server: read, filtered, subscribed to and resumed, sealed parts closed.
#include <gtest/gtest.h>

#include <thread>

#include "projections/engine/runner.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;

class Events : public ::testing::Test {
 protected:
  Events() {
    running_.DeclareOrganisation();
    token_ = running_.Token(Role::kAuditor);
    Connect();
  }
  void Connect() { stub_ = api::v1::EventService::NewStub(running_.channel()); }
  api::v1::ReadEventsResponse Read(const api::v1::ReadEventsRequest& request) {
    api::v1::ReadEventsResponse response;
    const grpc::Status status = stub_->ReadEvents(As(token_).get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << ErrorOf(status).field;
    return response;
  }
  CallError Refused(const api::v1::ReadEventsRequest& request, const std::string& token) {
    api::v1::ReadEventsResponse response;
    return ErrorOf(stub_->ReadEvents(As(token).get(), request, &response));
  }

  RunningServer running_;
  std::string token_;
  std::unique_ptr<api::v1::EventService::Stub> stub_;
};

TEST_F(Events, ComeInOrderWithoutGaps) {
  for (int i = 0; i < 5; ++i) running_.OpenIncident(NewId());
  api::v1::ReadEventsRequest request;
  request.set_page_size(3);
  uint64_t next = 0;
  do {
    const auto response = Read(request);
    for (const auto& event : response.events()) {
      EXPECT_EQ(event.record().position().position(), next++);
      EXPECT_EQ(event.record().position().log(), running_.log().origin());
      EXPECT_FALSE(event.event().empty());
      EXPECT_EQ(event.record().leaf_data().substr(0, 17), "skyndsamt/leaf/v1");
    }
    EXPECT_EQ(response.reflects().position() + 1, running_.log().committed());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(next, running_.log().committed());
}

TEST_F(Events, OfOneStreamBackwardAndFiltered) {
  const std::string incident = running_.OpenIncident(NewId());
  running_.OpenIncident(NewId());
  api::v1::ReadEventsRequest request;
  request.set_stream(incident);
  auto response = Read(request);
  ASSERT_EQ(response.events_size(), 1);
  EXPECT_EQ(response.events(0).type(), "incident.incident_opened");
  EXPECT_EQ(response.events(0).stream(), incident);
  EXPECT_EQ(response.events(0).revision(), 0u);

  request.Clear();
  request.set_backward(true);
  request.set_page_size(1);
  response = Read(request);
  ASSERT_EQ(response.events_size(), 1);
  EXPECT_EQ(response.events(0).record().position().position() + 1, running_.log().committed());

  request.Clear();
  request.mutable_filter()->add_types("authority.unit_declared");
  EXPECT_EQ(Read(request).events_size(), 2);
  request.Clear();
  request.mutable_filter()->add_stream_kinds("incident");
  EXPECT_EQ(Read(request).events_size(), 2);
}

TEST_F(Events, FromAnInstant) {
  const std::string before = running_.OpenIncident(NewId());
  running_.clock().Advance(Micros{3'600'000'000});
  running_.OpenIncident(NewId());
  api::v1::ReadEventsRequest request;
  request.mutable_recorded_at()->set_seconds(kNoon / 1'000'000 + 1800);
  auto response = Read(request);
  ASSERT_EQ(response.events_size(), 1);
  EXPECT_EQ(response.events(0).type(), "incident.incident_opened");
  // In one stream: nothing of it was recorded since, then one.
  request.set_stream(before);
  EXPECT_EQ(Read(request).events_size(), 0);
  event::v1::Fact later = FactAt("later", "2026-03-01");
  later.mutable_staff_learned();
  api::v1::RecordFactsResponse recorded;
  auto incidents = api::v1::IncidentService::NewStub(running_.channel());
  ASSERT_TRUE(
      incidents
          ->RecordFacts(As(running_.Token(Role::kSystem)).get(), Record(before, {later}), &recorded)
          .ok());
  response = Read(request);
  ASSERT_EQ(response.events_size(), 1);
  EXPECT_EQ(response.events(0).revision(), 1u);
  request.mutable_recorded_at()->set_nanos(-1);
  EXPECT_EQ(Refused(request, token_).field, "recorded_at");
}

TEST_F(Events, AreNotForEveryone) {
  const std::string incident = running_.RecordOpening(NewId());
  api::v1::ReadEventsRequest request;
  EXPECT_EQ(Refused(request, running_.Token(Role::kCaseworker)).reason, "ROLE_NOT_ALLOWED");
  const std::string ours = running_.Token(Role::kAuditor, {}, kAuthority);
  const std::string theirs = running_.Token(Role::kAuditor, {}, NewId());
  EXPECT_EQ(Refused(request, ours).reason, "UNIT_NOT_ALLOWED");
  request.set_stream(incident);
  api::v1::ReadEventsResponse response;
  EXPECT_TRUE(stub_->ReadEvents(As(ours).get(), request, &response).ok());
  EXPECT_EQ(Refused(request, theirs).reason, "INCIDENT_UNKNOWN");
  request.set_stream("no uuid");
  EXPECT_EQ(Refused(request, token_).field, "stream");
}

// Who may see an incident, the views say: where they have stopped, it is not answered by what they
// knew.
TEST_F(Events, OfAnIncidentWaitForTheViewsThatSayWhoseItIs) {
  const std::string ours = running_.Token(Role::kAuditor, {}, kAuthority);
  api::v1::ReadEventsRequest request;
  request.set_stream(running_.OpenIncident(NewId()));
  running_.server().runner().Stop();
  running_.RecordOpening(NewId());
  EXPECT_EQ(Refused(request, ours).reason, "VIEW_BEHIND");
  EXPECT_EQ(Read(request).events_size(), 1) << "for whom it does not matter";
}

using Stream = std::unique_ptr<grpc::ClientReader<api::v1::SubscribeEventsResponse>>;

// Positions that come until `until` (exclusive), in the order they came.
std::vector<uint64_t> ReadUntil(grpc::ClientReader<api::v1::SubscribeEventsResponse>& stream,
                                uint64_t until, bool* caught_up = nullptr) {
  std::vector<uint64_t> seen;
  api::v1::SubscribeEventsResponse message;
  while ((seen.empty() || seen.back() + 1 < until) && stream.Read(&message)) {
    if (message.has_caught_up() && caught_up != nullptr) *caught_up = true;
    for (const auto& event : message.batch().events()) {
      seen.push_back(event.record().position().position());
    }
  }
  return seen;
}

TEST_F(Events, SubscriberCatchesUpThenFollows) {
  auto context = As(token_);
  api::v1::SubscribeEventsRequest request;
  request.set_beginning(true);
  Stream stream = stub_->SubscribeEvents(context.get(), request);
  const uint64_t before = running_.log().committed();
  auto seen = ReadUntil(*stream, before);
  bool caught_up = false;
  std::thread writer([&] {
    for (int i = 0; i < 20; ++i) running_.OpenIncident(NewId());
  });
  const auto live = ReadUntil(*stream, before + 20, &caught_up);
  writer.join();
  EXPECT_TRUE(caught_up);
  seen.insert(seen.end(), live.begin(), live.end());
  ASSERT_EQ(seen.size(), before + 20);
  for (uint64_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i);
  context->TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(Events, SubscriberResumesAcrossReconnectsAndRestarts) {
  std::vector<uint64_t> seen;
  api::v1::SubscribeEventsRequest request;
  request.set_beginning(true);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) running_.OpenIncident(NewId());
    auto context = As(token_);
    Stream stream = stub_->SubscribeEvents(context.get(), request);
    const auto more = ReadUntil(*stream, running_.log().committed());
    seen.insert(seen.end(), more.begin(), more.end());
    request.mutable_after()->set_log(running_.log().origin());
    request.mutable_after()->set_position(seen.back());
    context->TryCancel();
    stream->Finish();
    if (round == 1) {
      running_.Restart();
      Connect();
    }
  }
  ASSERT_EQ(seen.size(), running_.log().committed());
  for (uint64_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i);
}

TEST_F(Events, SubscriberFromTheEndSeesOnlyWhatIsNew) {
  running_.OpenIncident(NewId());
  auto context = As(token_);
  api::v1::SubscribeEventsRequest request;
  request.set_end(true);
  Stream stream = stub_->SubscribeEvents(context.get(), request);
  api::v1::SubscribeEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_TRUE(message.has_caught_up());
  const uint64_t next = running_.log().committed();
  running_.OpenIncident(NewId());
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_EQ(message.batch().events_size(), 1);
  EXPECT_EQ(message.batch().events(0).record().position().position(), next);
  context->TryCancel();
}

TEST_F(Events, SubscriberOfAnotherLogOrAFuturePositionIsRefused) {
  api::v1::SubscribeEventsRequest request;
  request.mutable_after()->set_log("another.log");
  auto first = As(token_);
  EXPECT_EQ(ErrorOf(stub_->SubscribeEvents(first.get(), request)->Finish()).field, "after.log");
  request.mutable_after()->set_log(running_.log().origin());
  request.mutable_after()->set_position(1'000'000);
  auto second = As(token_);
  EXPECT_EQ(ErrorOf(stub_->SubscribeEvents(second.get(), request)->Finish()).field,
            "after.position");
  auto third = As(running_.Token(Role::kStaff, {kUnit}));
  EXPECT_EQ(ErrorOf(stub_->SubscribeEvents(third.get(), request)->Finish()).reason,
            "ROLE_NOT_ALLOWED");
}

TEST_F(Events, ReaderThatDoesNotReadBlocksNobody) {
  auto context = As(token_, 60);
  api::v1::SubscribeEventsRequest request;
  request.set_beginning(true);
  Stream stream = stub_->SubscribeEvents(context.get(), request);
  auto incidents = api::v1::IncidentService::NewStub(running_.channel());
  const std::string system = running_.Token(Role::kSystem);
  const std::string incident = running_.OpenIncident(NewId());
  for (int i = 0; i < 100; ++i) {
    event::v1::Fact fact = FactAt("f" + std::to_string(i), "2026-03-01");
    fact.mutable_principal_updated();
    fact.set_note(std::string(10'000, 'x'));
    api::v1::RecordFactsResponse response;
    ASSERT_TRUE(incidents->RecordFacts(As(system).get(), Record(incident, {fact}), &response).ok());
  }
  const auto seen = ReadUntil(*stream, running_.log().committed());
  ASSERT_EQ(seen.size(), running_.log().committed());
  for (uint64_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], i);
  context->TryCancel();
}

TEST_F(Events, SubscriberWhomNothingConcernsLearnsHowFarItIs) {
  running_.RecordMany(125, 90);
  const uint64_t committed = running_.log().committed();
  ASSERT_GT(committed, 11'000u);
  api::v1::SubscribeEventsRequest request;
  request.set_beginning(true);
  request.mutable_filter()->add_types("incident.case_closed");
  auto context = As(token_);
  Stream stream = stub_->SubscribeEvents(context.get(), request);
  api::v1::SubscribeEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_TRUE(message.has_checkpoint()) << message.ShortDebugString();
  EXPECT_EQ(message.checkpoint().log(), running_.log().origin());
  const uint64_t passed = message.checkpoint().position();
  EXPECT_GT(passed, 0u);
  EXPECT_LT(passed, committed);
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_TRUE(message.has_caught_up()) << message.ShortDebugString();
  EXPECT_EQ(message.caught_up().position(), committed - 1);
  context->TryCancel();

  // Whoever goes on from there misses nothing and sees nothing twice.
  *request.mutable_after() = message.caught_up();
  request.mutable_after()->set_position(passed);
  request.clear_filter();
  auto resumed = As(token_);
  Stream rest = stub_->SubscribeEvents(resumed.get(), request);
  const auto seen = ReadUntil(*rest, committed);
  ASSERT_EQ(seen.size(), committed - passed - 1);
  EXPECT_EQ(seen.front(), passed + 1);
  resumed->TryCancel();
}

TEST_F(Events, LiveSubscriberThatStopsReadingFallsBehindAndIsToldSo) {
  auto context = As(token_, 60);
  api::v1::SubscribeEventsRequest request;
  request.set_end(true);
  Stream stream = stub_->SubscribeEvents(context.get(), request);
  api::v1::SubscribeEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_TRUE(message.has_caught_up());
  uint64_t next = running_.log().committed();

  // More than the log keeps in memory for those who follow (16 MiB) and the connection can hold.
  running_.RecordMany(40, 30, 30'000);
  const uint64_t committed = running_.log().committed();
  int behind = 0;
  int caught_up = 0;
  while (caught_up == 0 && stream->Read(&message)) {
    for (const auto& event : message.batch().events()) {
      ASSERT_EQ(event.record().position().position(), next++);
    }
    if (message.has_fell_behind()) {
      ++behind;
      EXPECT_EQ(message.fell_behind().position() + 1, next);
    }
    caught_up += message.has_caught_up();
  }
  EXPECT_EQ(behind, 1);
  EXPECT_EQ(caught_up, 1);
  EXPECT_EQ(next, committed);
  context->TryCancel();
}

}  // namespace
}  // namespace skyndsamt::testing
