// What the relay makes of the protocol's errors, injected into a mock cluster.
#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <thread>

#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/kafka/relay_position.h"
#include "tests/eventstore/kafka/mock_cluster.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/process/black_hole.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using State = RelayStatus::State;
using Errors = std::vector<rd_kafka_resp_err_t>;

class RelayFaults : public log::LogTest {
 protected:
  RelayFaults() { connection_.bootstrap = cluster_.bootstrap(); }
  ~RelayFaults() override { Close(); }

  RelayOptions Options() const {
    RelayOptions options = EventsRelay(connection_, names_, 3, ValueFormat::kProtobuf);
    options.ensure_topics = false;  // the mock knows no configuration
    options.transaction_timeout = absl::Seconds(6);
    options.shortest_pause = absl::Milliseconds(20);
    options.longest_pause = absl::Milliseconds(100);
    options.batch_records = 16;
    return options;
  }
  std::unique_ptr<Relay> StartRelay() { return StartRelay(Options()); }
  std::unique_ptr<Relay> StartRelay(const RelayOptions& options) {
    return Relay::Start(
        options, *log_,
        std::make_unique<EventsMapping>(names_.events, 0, log_->origin(), ValueFormat::kProtobuf));
  }
  // Appends are answered while nothing answers the relay: each is in the backlog at once, before
  // and after the relay has given up for the first time; and a stop is heard.
  void ExpectAppendsGoOnWithout(const std::string& broker) {
    connection_.bootstrap = broker;
    RelayOptions options = EventsRelay(connection_, names_, 3, ValueFormat::kProtobuf);
    options.patience = absl::Milliseconds(300);
    options.shortest_pause = absl::Milliseconds(10);
    const auto relay = StartRelay(options);
    for (uint64_t i = 1; i <= 20; ++i) {
      AddSome();
      EXPECT_EQ(relay->Status().backlog(), 10 * i);
      if (i < 10) continue;
      ASSERT_TRUE(Eventually([&] { return relay->Status().state == State::kWaiting; }));
      EXPECT_NE(relay->Status().reason, "");
    }
    relay->Stop();
    EXPECT_EQ(relay->Status().state, State::kStopped);
    EXPECT_EQ(relay->Status().sent, 0u);
  }
  void AddSome() { Add("s", std::vector<log::NewEvent>(10, {"text"})); }
  static bool Eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 48'000 && !holds(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return holds();
  }
  static bool Stops(const Relay& relay) {
    return Eventually([&] { return relay.Status().state == State::kStopped; });
  }
  static bool CatchesUp(const Relay& relay) {
    return Eventually([&] {
      const RelayStatus status = relay.Status();
      return status.state == State::kRunning && status.backlog() == 0;
    });
  }

  // A reader that skips what is at or below its position and stops at a gap: its position at the
  // topic's end.
  Position ReadAsAConsumerDoes() {
    auto reader = PartitionReader::Open(connection_, names_.events, 0);
    EXPECT_TRUE(reader.ok() && (*reader)->StartAt(0).ok());
    Position next = 0;
    EXPECT_TRUE(Eventually([&] {
      auto messages = (*reader)->Read(100, absl::Milliseconds(100));
      if (!messages.ok()) return false;
      for (const ReadMessage& message : *messages) {
        const Position position = *ParseSequence(*message.Find(kSequence));
        EXPECT_LE(position, next) << "a gap";
        next = std::max(next, position + 1);
      }
      return (*reader)->at_end();
    }));
    return next;
  }
  // The next error of a commit, and one record more for it to meet.
  void FailNextCommit(const Errors& errors) {
    cluster_.Answer(Request::kEndTransaction, errors);
    AddSome();
  }

  const TopicNames names_;
  MockCluster cluster_{{names_.events, names_.relay_position}};
  ConnectionOptions connection_;
  const std::shared_ptr<log::CountingFileSystem> fs_ = std::make_shared<log::CountingFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fs_);
};

TEST_F(RelayFaults, ErrorsThatMayPassAreOutlived) {
  const auto relay = StartRelay();
  ASSERT_TRUE(CatchesUp(*relay));
  FailNextCommit({RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                  RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                  RD_KAFKA_RESP_ERR__TRANSPORT});
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(relay->Status().epoch, 1u) << "the same producer goes on";
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayFaults, OneThatIsFencedByNobodyGoesOnWithTheNextEpoch) {
  const auto relay = StartRelay();
  ASSERT_TRUE(CatchesUp(*relay));
  for (const auto error :
       {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH}) {
    const uint64_t epoch = relay->Status().epoch;
    FailNextCommit({error});
    ASSERT_TRUE(Eventually([&] { return relay->Status().epoch > epoch; }))
        << rd_kafka_err2name(error);
    ASSERT_TRUE(CatchesUp(*relay));
  }
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayFaults, ATransactionThatTheCoordinatorKnowsNothingOfIsSentAgain) {
  const auto relay = StartRelay();
  ASSERT_TRUE(CatchesUp(*relay));
  for (const auto error :
       {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
        RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID}) {
    FailNextCommit({error});
    ASSERT_TRUE(CatchesUp(*relay)) << rd_kafka_err2name(error) << ": " << relay->Status().reason;
  }
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayFaults, OneThatIsFencedBecauseAnotherTookOverEnds) {
  const auto relay = StartRelay();
  AddSome();
  ASSERT_TRUE(CatchesUp(*relay));
  log::v1::RelayPosition other;
  other.set_log(log_->origin());
  other.set_epoch(relay->Status().epoch + 1);
  other.set_size(log_->committed());
  other.set_root(std::string(View(*log_->Root(log_->committed()))));
  other.set_last_sent(log_->committed() - 1);
  other.set_relay(std::string(16, 'o'));
  auto publisher = TopicPublisher::Open(connection_);
  ASSERT_TRUE(publisher.ok());
  const absl::Status published = (*publisher)
                                     ->Publish({.topic = names_.relay_position,
                                                .key = log_->origin(),
                                                .value = other.SerializeAsString()},
                                               absl::Seconds(60));
  ASSERT_TRUE(published.ok()) << published;
  // Before it has written anything: what it had written would stand here for all to read.
  cluster_.Answer(Request::kAddPartitions, {RD_KAFKA_RESP_ERR_PRODUCER_FENCED});
  AddSome();
  ASSERT_TRUE(Stops(*relay));
  EXPECT_THAT(relay->Status().reason, StartsWith("fenced: another relay has taken over"));
}

// A topic that begins in the midst of the log, and kept all it ever had, was made anew while it was
// written to.
TEST_F(RelayFaults, ATopicThatLacksItsBeginningIsNotGoneOnWith) {
  AddSome();
  const auto record = log_->ReadAll({.from = 4, .max_records = 1});
  CloudEventEncoder encoder(names_.events, 0, log_->origin(), ValueFormat::kProtobuf);
  const auto message = encoder.Encode(record->records[0], 3);
  auto publisher = TopicPublisher::Open(connection_);
  ASSERT_TRUE(message.ok() && publisher.ok());
  ASSERT_TRUE((*publisher)->Publish(**message, absl::Seconds(60)).ok());
  const auto relay = StartRelay();
  ASSERT_TRUE(Eventually([&] {
    const RelayStatus status = relay->Status();
    return status.state == State::kStopped || status.backlog() == 0;
  }));
  EXPECT_EQ(relay->Status().state, State::kStopped);
  EXPECT_THAT(relay->Status().reason, StartsWith("different: the topic lacks its beginning"));
}

// A reader of committed transactions never sees part of an append, nor does whoever takes over from
// a relay that ended between two of them.
TEST_F(RelayFaults, AnAppendIsNeverTornBetweenTransactions) {
  for (int i = 0; i < 3; ++i) AddSome();  // of ten; a transaction holds sixteen records at most
  log::AppendBuilder builder;
  builder.To(log::StreamNamed("s"), log::Expected::Any(),
             std::vector<log::NewEvent>(40, {.text = "text"}));
  log::AppendRequest request = builder.Build();
  request.streams[0].events[25].schema = 77;
  ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  // One of the forty, whose append is larger than a transaction, cannot be mapped.
  class Picky final : public Mapping {
   public:
    explicit Picky(EventsMapping mapping) : mapping_(std::move(mapping)) {}
    absl::Status Map(const log::Record& record, std::optional<Position> previous,
                     Emit emit) override {
      if (record.schema == 77) return absl::DataLossError("not this one");
      return mapping_.Map(record, previous, emit);
    }

   private:
    EventsMapping mapping_;
  };
  RelayOptions options = Options();
  const auto relay = Relay::Start(options, *log_,
                                  std::make_unique<Picky>(EventsMapping(
                                      names_.events, 0, log_->origin(), ValueFormat::kProtobuf)));
  ASSERT_TRUE(Stops(*relay));
  EXPECT_THAT(relay->Status().reason, StartsWith("poisoned: position 55 cannot be sent"));
  EXPECT_EQ(relay->Status().sent, 30u);
  EXPECT_EQ(ReadAsAConsumerDoes(), 30u);
}

TEST_F(RelayFaults, WhatIsRefusedForItsSizeStopsItAtThatPosition) {
  AddSome();
  const auto relay = StartRelay();
  ASSERT_TRUE(CatchesUp(*relay));
  cluster_.Answer(Request::kProduce, Errors(200, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE));
  AddSome();
  ASSERT_TRUE(Stops(*relay));
  EXPECT_THAT(relay->Status().reason, StartsWith("poisoned: position 10 cannot be sent"));
  EXPECT_EQ(relay->Status().sent, 10u);
}

TEST_F(RelayFaults, ABatchThatIsRefusedForItsSizeGoesInSmallerOnes) {
  const auto relay = StartRelay();
  ASSERT_TRUE(CatchesUp(*relay));
  cluster_.Answer(Request::kProduce, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  for (int i = 0; i < 5; ++i) AddSome();
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

// Of an append of 64 the brokers refuse what comes second, and of that, if for good, what is last.
TEST_F(RelayFaults, AnAppendThatIsRefusedGoesInPiecesUntilItIsTakenOrTheRecordStandsAlone) {
  const auto refused = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, taken = RD_KAFKA_RESP_ERR_NO_ERROR;
  connection_.properties = {{"linger.ms", "1000"}};  // a piece is one request
  for (const bool for_good : {false, true}) {
    // What is answered after each refusal; they differ, since the same is told once.
    std::vector<Errors> then{{}, {taken, RD_KAFKA_RESP_ERR_INVALID_RECORD}, {taken, taken}};
    if (for_good) then[2].push_back(refused);
    RelayOptions options = Options();
    options.on_change = [&, refusals = 0u](const RelayStatus& status) mutable {
      if (status.state != State::kWaiting) return;
      if (status.reason.starts_with("delivering a message")) ++refusals;
      cluster_.Forget(Request::kProduce);
      cluster_.Answer(Request::kProduce, then.at(refusals));
    };
    const auto relay = StartRelay(options);
    ASSERT_TRUE(CatchesUp(*relay));
    cluster_.Answer(Request::kProduce, Errors(20, refused));
    Add("s", std::vector<log::NewEvent>(64, {"text"}));
    ASSERT_TRUE(for_good ? Stops(*relay) : CatchesUp(*relay)) << relay->Status().reason;
    if (for_good) {
      EXPECT_THAT(relay->Status().reason, StartsWith("poisoned: position 67 cannot be sent"));
    }
    EXPECT_EQ(relay->Status().sent, 64u);
  }
}

// Reads of the log that fail: in a log whose store is read, not the recent commits in memory, with
// a relay that has to read it.
class RelayReadFaults : public RelayFaults {
 protected:
  RelayReadFaults() {
    options_.env = env_.get();
    options_.block_cache_bytes = 1;  // whatever is read, is read from the files
  }
  // With fifty records more to send, and whatever was injected for the reads to come.
  std::unique_ptr<Relay> StartOn(const std::function<void()>& inject) {
    Reopen();
    for (int i = 0; i < 5; ++i) {
      Add("s", std::vector<log::NewEvent>(10, {.text = std::string(1000, 'x')}));
    }
    Reopen();
    said_.clear();
    inject();
    RelayOptions options = Options();
    options.on_change = [this](const RelayStatus& status) { said_.push_back(status.reason); };
    return StartRelay(options);
  }
  static bool StopsOrCatchesUp(const Relay& relay) {
    return Eventually([&] {
      const RelayStatus status = relay.Status();
      return status.state == State::kStopped ||
             (status.state == State::kRunning && status.backlog() == 0);
    });
  }

  std::vector<std::string> said_;  // by a relay that has been stopped
};

// Whichever of its reads fails, once, and wherever that is in an append: it is tried again, and
// nobody has to come.
TEST_F(RelayReadFaults, OneThatFailsOnceIsTriedAgainAndNothingIsSkipped) {
  int64_t tried_again = 0;
  for (int64_t failing = 0; failing < 16; ++failing) {
    const auto relay = StartOn([&] { fs_->FailOnceAfter(failing); });
    ASSERT_TRUE(StopsOrCatchesUp(*relay));
    EXPECT_EQ(relay->Status().state, State::kRunning) << relay->Status().reason;
    relay->Stop();
    tried_again += std::count_if(said_.begin(), said_.end(), [](const std::string& reason) {
      return reason.starts_with("unreadable: position ");
    });
    fs_->FailNoMore();
  }
  EXPECT_GT(tried_again, 0);
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayReadFaults, ThatGoOnEndItAtThePositionAndItGoesOnFromThereWhenStartedAnew) {
  for (int64_t failing = 0; failing < 16; failing += 3) {
    auto relay = StartOn([&] { fs_->FailAfter(failing); });
    ASSERT_TRUE(StopsOrCatchesUp(*relay));
    if (relay->Status().state == State::kStopped) {
      EXPECT_THAT(relay->Status().reason, StartsWith("unreadable: position "));
      EXPECT_THAT(relay->Status().reason, HasSubstr("injected"));
      EXPECT_GT(std::count(said_.begin(), said_.end(), relay->Status().reason), 1) << "tried again";
    } else {
      EXPECT_GT(failing, 0) << "it had read everything before";
    }
    fs_->FailNoMore();
    relay = StartRelay();
    ASSERT_TRUE(CatchesUp(*relay)) << relay->Status().reason;
  }
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayReadFaults, ADamagedLogEndsItAtOnce) {
  const auto relay = StartOn([&] {
    fs_->FailDamaged();
    fs_->FailOnceAfter(0);
  });
  ASSERT_TRUE(StopsOrCatchesUp(*relay));
  EXPECT_EQ(relay->Status().state, State::kStopped);
  EXPECT_THAT(relay->Status().reason, StartsWith("unreadable: position "));
  relay->Stop();
  EXPECT_EQ(std::count(said_.begin(), said_.end(), relay->Status().reason), 1) << "once";
}

// Transactions mean nothing here, and still every reader that keeps its position sees every record
// in order, whatever fails when.
TEST_F(RelayFaults, APositionKeepingReaderMissesNothingUnderAnyMixOfErrors) {
  const std::vector<Request> requests = {Request::kProduce,         Request::kListOffsets,
                                         Request::kFindCoordinator, Request::kInitProducerId,
                                         Request::kAddPartitions,   Request::kEndTransaction};
  const Errors errors = {
      RD_KAFKA_RESP_ERR__TRANSPORT,
      RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
      RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
      RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
      RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,
      RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
      RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
  };
  std::mt19937_64 random(17);
  const auto relay = StartRelay();
  for (int round = 0; round < 40; ++round) {
    const Request request = requests[random() % requests.size()];
    Errors some;
    for (uint64_t i = 0; i <= random() % 3; ++i) some.push_back(errors[random() % errors.size()]);
    cluster_.Answer(request, some);
    AddSome();
    if (random() % 2 == 0) continue;
    ASSERT_TRUE(CatchesUp(*relay)) << "round " << round << ": " << relay->Status().reason;
  }
  for (const Request request : requests) cluster_.Forget(request);
  ASSERT_TRUE(CatchesUp(*relay)) << relay->Status().reason;
  EXPECT_EQ(ReadAsAConsumerDoes(), log_->committed());
}

TEST_F(RelayFaults, ABrokerThatRefusesIsWaitedForAndAppendsGoOn) {
  ExpectAppendsGoOnWithout("127.0.0.1:1");
}

TEST_F(RelayFaults, ABrokerThatTakesConnectionsAndAnswersNothingIsWaitedForAndAppendsGoOn) {
  const process::BlackHole hole;
  ExpectAppendsGoOnWithout(hole.address());
}

}  // namespace
}  // namespace skyndsamt::kafka
