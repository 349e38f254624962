// RecordFacts over a real log and a real key store: what is recorded, refused, answered again.
#include <atomic>
#include <thread>

#include "skyndsamt/log/v1/log.pb.h"
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using api::v1::RecordFactsResponse;
using domain::Rejection;

class RecordFactsTest : public House {
 protected:
  void OpenIncident(const std::string& name = "incident") {
    MustRecord(Request("open " + name, name, {kOpened}));
  }
};

TEST_F(RecordFactsTest, RecordsFactsWithTheirPlaces) {
  const auto response = MustRecord(Request("1", "incident", {kOpened, kLearned}));
  EXPECT_EQ(response.incident(), Uuid("incident"));
  ASSERT_EQ(response.facts_size(), 2);
  EXPECT_EQ(response.facts(0).id(), "opened");
  EXPECT_EQ(response.facts(0).revision(), 0u);
  EXPECT_EQ(response.facts(1).revision(), 1u);
  EXPECT_EQ(response.facts(1).position().position(), response.facts(0).position().position() + 1);
  EXPECT_EQ(response.position().position(), response.facts(1).position().position());
  EXPECT_EQ(response.position().log(), log_->origin());
  EXPECT_EQ(response.revision(), 1u);
  EXPECT_FALSE(response.deduplicated());
  EXPECT_GT(response.next_actions_size(), 0);
  const auto records = Stream(Uuid("incident"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].type, "incident.incident_opened");
  EXPECT_EQ(records[1].type, "incident.staff_learned");
  log::v1::Body body;
  ASSERT_TRUE(body.ParseFromString(records[1].body));
  EXPECT_EQ(body.actor().id(), "caseworker-1");
  EXPECT_EQ(body.actor().role(), "caseworker");
  EXPECT_EQ(body.index(), 1u);
  EXPECT_EQ(body.count(), 2u);
}

TEST_F(RecordFactsTest, AnswersTheSameRequestAgain) {
  const auto open = Request("1", "incident", {kOpened});
  const auto more = Request("2", "incident", {kLearned});
  const auto first = MustRecord(open);
  const auto second = MustRecord(more);
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    for (const auto& [request, answer] : {std::pair{open, first}, std::pair{more, second}}) {
      auto again = MustRecord(request);
      EXPECT_TRUE(again.deduplicated());
      EXPECT_GT(again.next_actions_size(), 0);
      again.set_deduplicated(false);
      again.clear_next_actions();
      auto expected = answer;
      expected.clear_next_actions();
      EXPECT_EQ(again.SerializeAsString(), expected.SerializeAsString());
    }
  }
  EXPECT_EQ(Stream(Uuid("incident")).size(), 2u);
}

// The unit has lost its yard since: that the opening was recorded goes before what would be said
// now.
TEST_F(RecordFactsTest, AnswersAnOpeningAgainThatWouldBeRefusedNow) {
  const auto request = Request("1", "incident", {kOpened});
  MustRecord(request);
  directory_of_units_.Add(Uuid("unit"), {"hall"});
  EXPECT_TRUE(MustRecord(request).deduplicated()) << "in memory";
  Restart();
  EXPECT_TRUE(MustRecord(request).deduplicated()) << "after a restart";
  ExpectRefused(Record(Request("2", "another", {kOpened})), api::v1::REASON_CODE_UNKNOWN,
                "facts[0].incident_opened.place");
}

TEST_F(RecordFactsTest, RefusesARequestIdForAnotherCommand) {
  MustRecord(Request("1", "incident", {kOpened}));
  MustRecord(Request("2", "incident", {kLearned}));
  const std::string other = "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}";
  for (const bool restart : {false, true}) {
    if (restart) Restart();
    // Another fact; a fact that is refused besides; another expectation; another incident.
    auto expecting = Request("2", "incident", {kLearned});
    expecting.mutable_expected_revision()->set_exactly(0);
    for (const auto& request :
         {Request("2", "incident", {other}), Request("2", "incident", {kOpened}), expecting,
          Request("1", "incident", {kLearned}), Request("2", "elsewhere", {kOpened})}) {
      EXPECT_TRUE(std::holds_alternative<RequestReused>(Record(request)))
          << request.ShortDebugString();
    }
  }
  EXPECT_EQ(Stream(Uuid("incident")).size(), 2u);
  EXPECT_EQ(Stream(Uuid("elsewhere")).size(), 0u);
}

TEST_F(RecordFactsTest, KeepsRequestIdsOfCallersApart) {
  MustRecord(Request("1", "incident", {kOpened}));
  CallerScope other = caller_;
  other.subject = "caseworker-2";
  const auto outcome = Record(other, Request("1", "incident", {kLearned}));
  EXPECT_TRUE(std::holds_alternative<RecordFactsResponse>(outcome));
}

TEST_F(RecordFactsTest, ScopesImportsToAuthorityAndSource) {
  auto request = Request("1", "incident", {kOpened});
  request.mutable_imported()->set_source("case-4711");
  request.mutable_imported()->set_told_at("2026-01-20");
  MustRecord(request);
  CallerScope colleague = caller_;
  colleague.subject = "caseworker-2";
  const auto again = Record(colleague, request);
  ASSERT_TRUE(std::holds_alternative<RecordFactsResponse>(again));
  EXPECT_TRUE(std::get<RecordFactsResponse>(again).deduplicated());

  auto other_file = Request("1", "incident", {kLearned});
  other_file.mutable_imported()->set_source("case-4712");
  const auto recorded = Record(colleague, other_file);
  ASSERT_TRUE(std::holds_alternative<RecordFactsResponse>(recorded));
  EXPECT_FALSE(std::get<RecordFactsResponse>(recorded).deduplicated());
  const auto records = Stream(Uuid("incident"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(Opened(records[0]).fact.imported().source(), "case-4711");
  EXPECT_EQ(Opened(records[1]).fact.imported().source(), "case-4712");
}

TEST_F(RecordFactsTest, RecordsAllFactsOrNone) {
  OpenIncident();
  const auto outcome = Record(Request("2", "incident",
                                      {kLearned,
                                       "id: 'x' happened { edtf: '2027-01-01' } "
                                       "principal_informed {}"}));
  ExpectRefused(outcome, api::v1::REASON_TIME_IN_FUTURE, "facts[1].happened.edtf");
  EXPECT_EQ(Stream(Uuid("incident")).size(), 1u);
  // A refusal is not remembered: the id may be used again.
  MustRecord(Request("2", "incident", {kLearned}));
}

TEST_F(RecordFactsTest, RefusesWhatItCannotName) {
  auto request = Request("1", "incident", {kOpened});
  request.set_incident("no uuid");
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, "incident");
  request = Request("1", "incident", {kOpened});
  request.set_request_id("");
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, "request_id");
  ExpectRefused(Record(Request("1", "incident", {kLearned})), api::v1::REASON_INCIDENT_UNKNOWN,
                "incident");
  request = Request("1", "incident", {kOpened});
  request.mutable_facts(0)->mutable_incident_opened()->set_unit(Uuid("nowhere"));
  ExpectRefused(Record(request), api::v1::REASON_UNIT_UNKNOWN, "facts[0].incident_opened.unit");
  request = Request("1", "incident", {kOpened});
  request.mutable_facts(0)->mutable_incident_opened()->set_place("moon");
  ExpectRefused(Record(request), api::v1::REASON_CODE_UNKNOWN, "facts[0].incident_opened.place");
  request = Request("1", "incident", {kOpened});
  request.mutable_facts(0)->mutable_happened()->set_edtf("2026-01-40");
  ExpectRefused(Record(request), api::v1::REASON_TIME_MALFORMED, "facts[0].happened.edtf");
  EXPECT_EQ(log_->committed(), 0u);
  // Nothing that was refused stands in the way.
  OpenIncident();
}

TEST_F(RecordFactsTest, RefusesAFactThatNoRecordCanHold) {
  OpenIncident();
  std::string grounds, mentions;
  for (int i = 0; i < 20; ++i) grounds += " local_grounds: 'grund" + std::to_string(i) + "'";
  for (int i = 0; i < 1000; ++i) mentions += " mentions: '" + Uuid(std::to_string(i)) + "'";
  const auto request = Request("2", "incident",
                               {kLearned, "id: 'c' happened { edtf: '2026-01-12' }" + mentions +
                                              " classified { type: "
                                              "CONDUCT_TYPE_HARASSMENT" +
                                              grounds + " }"});
  ExpectRefused(Record(request), api::v1::REASON_MESSAGE_TOO_LARGE, "facts[1]");
  EXPECT_EQ(Stream(Uuid("incident")).size(), 1u);
  MustRecord(Request("3", "incident", {kLearned}));
}

TEST_F(RecordFactsTest, ValidatesWithoutRecording) {
  OpenIncident();
  const Position before = log_->committed();
  auto request = Request("2", "incident", {kLearned});
  request.set_validate_only(true);
  const auto response = MustRecord(request);
  EXPECT_FALSE(response.has_position());
  EXPECT_EQ(response.revision(), 0u);
  EXPECT_EQ(log_->committed(), before);
  request.set_validate_only(false);
  MustRecord(request);
  request.set_validate_only(true);
  EXPECT_TRUE(MustRecord(request).deduplicated());
  request.set_request_id(Uuid("another request"));
  ExpectRefused(Record(request), api::v1::REASON_FACT_ID_TAKEN, "facts[0].id");
}

TEST_F(RecordFactsTest, TellsWhichCommandsWouldRead) {
  const auto open = Request("1", "incident", {kOpened});
  const auto more = Request("2", "incident", {kLearned});
  EXPECT_FALSE(commands_->WouldBlock(open));
  EXPECT_TRUE(commands_->WouldBlock(more));
  MustRecord(open);
  EXPECT_FALSE(commands_->WouldBlock(more));
  Restart();
  EXPECT_TRUE(commands_->WouldBlock(more));
  MustRecord(more);
  EXPECT_FALSE(commands_->WouldBlock(more));
}

TEST_F(RecordFactsTest, FoldsAgainWhatTheCacheHasLetGo) {
  Close();
  incident_options_.cache_bytes = 16 * 4096;
  Open();
  for (int i = 0; i < 200; ++i) OpenIncident("incident " + std::to_string(i));
  int folded_again = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "incident " + std::to_string(i);
    const auto request = Request("more " + name, name, {kLearned});
    folded_again += commands_->WouldBlock(request);
    EXPECT_EQ(MustRecord(request).revision(), 1u);
  }
  EXPECT_GT(folded_again, 100);
}

TEST_F(RecordFactsTest, LosesNoFactOfManyThreadsOnOneIncident) {
  OpenIncident();
  constexpr int kThreads = 64, kEach = 20;
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::vector<uint64_t> revisions;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        const auto response = MustRecord(Request(id, "incident",
                                                 {"id: 'f" + id +
                                                  "' happened { edtf: '2026-01-20' } "
                                                  "note: 'n' principal_updated {}"}));
        const std::lock_guard lock(mutex);
        revisions.push_back(response.revision());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::sort(revisions.begin(), revisions.end());
  ASSERT_EQ(revisions.size(), size_t{kThreads * kEach});
  for (size_t i = 0; i < revisions.size(); ++i) EXPECT_EQ(revisions[i], i + 1);
  const auto records = Stream(Uuid("incident"));
  EXPECT_EQ(records.size(), size_t{kThreads * kEach + 1});
}

TEST_F(RecordFactsTest, CountsOneRequestOnceHoweverOftenItArrivesAtOnce) {
  OpenIncident();
  for (int round = 0; round < 20; ++round) {
    const std::string id = std::to_string(round);
    const auto request = Request(id, "incident",
                                 {"id: 'f" + id +
                                  "' happened { edtf: "
                                  "'2026-01-20' } principal_updated {}"});
    std::atomic<int> fresh = 0, repeated = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] { ++(MustRecord(request).deduplicated() ? repeated : fresh); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(fresh, 1);
    EXPECT_EQ(repeated, 7);
  }
  EXPECT_EQ(Stream(Uuid("incident")).size(), 21u);
}

TEST_F(RecordFactsTest, OpensAnIncidentOnceHoweverManyTry) {
  for (int round = 0; round < 20; ++round) {
    const std::string name = "incident " + std::to_string(round);
    std::atomic<int> opened = 0, existed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        const auto outcome = Record(Request(name + std::to_string(t), name, {kOpened}));
        if (std::holds_alternative<RecordFactsResponse>(outcome)) ++opened;
        if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
          existed += rejection->reason == api::v1::REASON_INCIDENT_EXISTS;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(existed, 7);
  }
}

// Opening again an incident that no cache knows takes it to be new at first. Who comes meanwhile is
// decided on what is in the log, and answered again by the incident's own keys.
TEST_F(RecordFactsTest, DecidesNothingOnAnIncidentThatOnlySeemsNew) {
  constexpr int kIncidents = 300, kOthers = 3;
  const auto of = [](const std::string& what, int incident, const std::string& fact) {
    const std::string name = "incident " + std::to_string(incident);
    return Request(what + name, name, {fact});
  };
  const auto other = [&](int incident, int thread) {
    const std::string id = "k" + std::to_string(thread);
    return of(id, incident, "id: '" + id + "' happened { edtf: '2026-01-12' } staff_learned {}");
  };
  for (int i = 0; i < kIncidents; ++i) MustRecord(of("first", i, kOpened));
  Restart();
  for (int i = 0; i < kIncidents; ++i) {
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      ExpectRefused(Record(of("second", i, kOpened)), api::v1::REASON_INCIDENT_EXISTS,
                    "facts[0].incident_opened");
    });
    for (int t = 0; t < kOthers; ++t) {
      threads.emplace_back([&, t] { MustRecord(other(i, t)); });
    }
    for (auto& thread : threads) thread.join();
  }
  Restart();
  for (int i = 0; i < kIncidents * kOthers; ++i) {
    EXPECT_TRUE(MustRecord(other(i / kOthers, i % kOthers)).deduplicated()) << i;
  }
}

// Another writer on the same stream: the command is decided anew, and says so where it may not.
TEST_F(RecordFactsTest, DecidesAnewWhenAnotherWriterWasFirst) {
  OpenIncident();
  IncidentCommands other(*log_, *keys_, *units_, clock_, {});
  const auto by_other = [&](const api::v1::RecordFactsRequest& request) {
    std::promise<void> done;
    other.RecordFacts(caller_, request, [&](auto outcome) {
      EXPECT_TRUE(outcome.ok() && std::holds_alternative<RecordFactsResponse>(*outcome));
      done.set_value();
    });
    done.get_future().wait();
  };
  by_other(Request("2", "incident", {kLearned}));
  const auto response = MustRecord(
      Request("3", "incident", {"id: 'p' happened { edtf: '2026-01-13' } principal_informed {}"}));
  EXPECT_EQ(response.revision(), 2u);

  by_other(Request("4", "incident",
                   {"id: 'a' happened { edtf: '2026-01-13' } "
                    "authority_notified {}"}));
  auto exactly = Request("5", "incident",
                         {"id: 'b' happened { edtf: '2026-01-13' } "
                          "principal_updated {}"});
  exactly.mutable_expected_revision()->set_exactly(2);
  const auto outcome = Record(exactly);
  const auto* conflict = std::get_if<ConflictOutcome>(&outcome);
  ASSERT_NE(conflict, nullptr) << outcome.index();
  EXPECT_EQ(conflict->conflict.current_revision(), 3u);
  ASSERT_EQ(conflict->conflict.missed_size(), 1);
  EXPECT_EQ(conflict->conflict.missed(0).id(), "a");
}

TEST_F(RecordFactsTest, LeavesStreamsOfOtherKindsAlone) {
  event::v1::RuleSetPublished rules;
  rules.set_version("1");
  ASSERT_TRUE(PublishRuleSetIfNew(*log_, rules).ok());
  auto request = Request("1", "incident", {kLearned});
  request.set_incident(FormatUuid(DerivedUuid("system", "rules")));
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, "incident");
  *request.mutable_facts(0) = FactOf(kOpened);
  ExpectRefused(Record(request), api::v1::REASON_FIELD_INVALID, "incident");
}

}  // namespace
}  // namespace skyndsamt::commands
