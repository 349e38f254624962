// A trail whose texts are asked for, where one of them does not open: what is damaged is said,
// never shown as if it had been erased.
#include <gtest/gtest.h>

#include "tests/projections/engine/temp_log.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::testing {
namespace {

using access::Role;
using event::v1::Fact;

// The first record with a sealed part, again in the same stream: its texts are bound to the event
// that they were sealed for, and do not open here.
void AppendWhatDoesNotOpen(log::EventLog& log, const std::string& incident) {
  const StreamId stream = *StreamId::Parse(incident);
  log::ReadOptions options;
  options.from = 0;
  const auto read = log.ReadStream(stream, options);
  ASSERT_TRUE(read.ok()) << read.status();
  const log::Record& sealed = read->records.back();
  ASSERT_FALSE(sealed.parts.empty());
  skyndsamt::log::v1::Body body;
  Fact fact;
  ASSERT_TRUE(body.ParseFromString(sealed.body) && fact.ParseFromString(body.event()));
  fact.set_id("damaged");
  body.set_event(fact.SerializeAsString());
  body.clear_request_hash();
  body.clear_fingerprint();
  log::PreparedEvent event;
  event.id = EventId::Random();
  event.type = sealed.type;
  event.body = body.SerializeAsString();
  event.parts = sealed.parts;
  Append(log, stream, {std::move(event)});
}

TEST(OpenedTrail, SaysThatATextCannotBeOpened) {
  RunningServer running;
  running.DeclareOrganisation();
  const std::string incident = running.OpenIncident(NewId());
  Fact fact = FactAt("n", "2026-03-01");
  fact.mutable_authority_notified();
  fact.set_note("Samtal med vårdnadshavaren");
  api::v1::RecordFactsResponse recorded;
  const std::string token = running.Token(Role::kCaseworker, {}, kAuthority);
  ASSERT_TRUE(api::v1::IncidentService::NewStub(running.channel())
                  ->RecordFacts(As(token).get(), Record(incident, {fact}), &recorded)
                  .ok());
  AppendWhatDoesNotOpen(running.log(), incident);
  auto cases = api::v1::CaseService::NewStub(running.channel());
  api::v1::ListAuditTrailRequest request;
  request.set_incident(incident);
  request.mutable_at_least()->set_log(running.log().origin());
  request.mutable_at_least()->set_position(running.log().committed() - 1);
  api::v1::ListAuditTrailResponse trail;
  ASSERT_TRUE(cases->ListAuditTrail(As(token).get(), request, &trail).ok());
  EXPECT_EQ(trail.entries_size(), 3) << "closed, there is nothing to open";
  request.set_open_sealed(true);
  const CallError error = ErrorOf(cases->ListAuditTrail(As(token).get(), request, &trail));
  EXPECT_EQ(error.code, grpc::StatusCode::INTERNAL) << error.reason;
}

// Texts as long as they may be: more than a client takes at once.
TEST(OpenedTrail, IsToldInPagesThatClientsTake) {
  RunningServer running;
  running.DeclareOrganisation();
  const std::string incident = running.OpenIncident(NewId());
  const std::string token = running.Token(Role::kCaseworker, {}, kAuthority);
  auto incidents = api::v1::IncidentService::NewStub(running.channel());
  api::v1::RecordFactsResponse recorded;
  int facts = 1;
  for (; facts < 200; facts += 10) {
    std::vector<Fact> told;
    for (int i = 0; i < 10; ++i) {
      told.push_back(FactAt("n" + std::to_string(facts + i), "2026-03-01"));
      told.back().mutable_authority_notified();
      told.back().set_note(std::string(32'000, 'a'));
    }
    ASSERT_TRUE(
        incidents->RecordFacts(As(token).get(), Record(incident, std::move(told)), &recorded).ok());
  }
  auto cases = api::v1::CaseService::NewStub(running.channel());
  api::v1::ListAuditTrailRequest request;
  request.set_incident(incident);
  request.set_page_size(500);
  request.set_open_sealed(true);
  *request.mutable_at_least() = recorded.position();
  int revision = 0;
  int pages = 0;
  do {
    api::v1::ListAuditTrailResponse page;
    ASSERT_TRUE(cases->ListAuditTrail(As(token).get(), request, &page).ok());
    EXPECT_LT(page.ByteSizeLong(), 4u << 20);
    for (const auto& entry : page.entries()) EXPECT_EQ(entry.revision(), revision++);
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(revision, facts);
  EXPECT_GT(pages, 1);
}

}  // namespace
}  // namespace skyndsamt::testing
