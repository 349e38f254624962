// The relay against a real broker: what arrives, what it refuses, and why it stops.
#include <filesystem>

#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/kafka/relay_position.h"
#include "eventstore/log/backup.h"
#include "skyndsamt/log/v1/relay.pb.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/topic_publisher.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using State = RelayStatus::State;

// Options for a topic that a test makes itself, as an operator might.
void MakeTopic(const RelayOptions& options, TopicSpec spec) {
  const absl::Status made = EnsureTopics(options.connection, {spec}, absl::Seconds(60));
  ASSERT_TRUE(made.ok()) << made;
}

bool Stops(const Relay& relay) {
  return Eventually([&] { return relay.Status().state == State::kStopped; });
}

bool Waits(const Relay& relay, const std::string& why) {
  return Eventually([&] {
    const RelayStatus status = relay.Status();
    return status.state == State::kWaiting && status.reason.find(why) != std::string::npos;
  });
}

TEST_F(RelayTest, TheTopicIsTheLogWhateverWasThereBeforeAndComesAfter) {
  AddMany(2500);
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  AddMany(300);
  Add("alone", {{"one more"}});
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(relay->Status().epoch, 1u);
  ExpectTopicIsLog();
}

TEST_F(RelayTest, ValuesInJsonHoldTheSameBytes) {
  AddMany(200);
  const auto relay = StartRelay(Options(ValueFormat::kJson), ValueFormat::kJson);
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

TEST_F(RelayTest, KcatSeesTheHeadersOfACloudEvent) {
  Add("s", {{"text"}});
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  process::Child kcat({"/usr/bin/kcat", "-C", "-b", SharedCluster().bootstrap(), "-t",
                       names_.events, "-o", "beginning", "-e", "-q", "-f", "%k %h\n"});
  const std::string line = kcat.ReadLine();
  EXPECT_THAT(line, StartsWith(log::StreamNamed("s").ToString() + " content-type=application/"
                                                                  "protobuf,ce_specversion=1.0"));
  EXPECT_THAT(line,
              AllOf(HasSubstr("ce_type=case.noted"), HasSubstr("ce_source=skyndsamt.local/log"),
                    HasSubstr("ce_sequence=00000000000000000000")));
}

TEST_F(RelayTest, AJavaClientSeesThemToo) {
  Add("s", {{"text"}});
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  process::Child java({"/usr/bin/java", "-cp", SKYNDSAMT_KAFKA_LIBS "/*",
                       "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server",
                       SharedCluster().bootstrap(), "--topic", names_.events, "--from-beginning",
                       "--isolation-level", "read_committed", "--max-messages", "1", "--property",
                       "print.headers=true", "--property", "print.key=true"});
  const std::string line = java.ReadLine();
  EXPECT_THAT(line, AllOf(StartsWith("content-type:application/protobuf,ce_specversion:1.0"),
                          HasSubstr("ce_sequence:00000000000000000000"),
                          HasSubstr(log::StreamNamed("s").ToString())));
}

TEST_F(RelayTest, ARestartGoesOnWithTheNextEpochAndRepeatsNothing) {
  for (uint64_t epoch = 1; epoch <= 3; ++epoch) {
    AddMany(100);
    const auto relay = StartRelay(Options());
    ASSERT_TRUE(CatchesUp(*relay));
    EXPECT_EQ(relay->Status().epoch, epoch);
  }
  ExpectTopicIsLog();
}

TEST_F(RelayTest, TheOlderOfTwoRelaysEnds) {
  AddMany(100);
  const auto older = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*older));
  const auto newer = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*newer));
  AddMany(100);
  ASSERT_TRUE(Stops(*older));
  EXPECT_THAT(older->Status().reason, StartsWith("fenced: another relay has taken over"));
  ASSERT_TRUE(CatchesUp(*newer));
  ExpectTopicIsLog();
}

TEST_F(RelayTest, OfManyStartedAtOnceOneGoesOn) {
  AddMany(500);
  std::vector<std::unique_ptr<Relay>> relays;
  for (int i = 0; i < 4; ++i) relays.push_back(StartRelay(Options()));
  const auto in_state = [&](State state) {
    return std::count_if(relays.begin(), relays.end(),
                         [&](const auto& relay) { return relay->Status().state == state; });
  };
  // Each that is fenced learns of it when it has something to send.
  EXPECT_TRUE(Eventually([&] {
    AddMany(20);
    return in_state(State::kStopped) == 3 && in_state(State::kRunning) == 1;
  }));
  for (const auto& relay : relays) {
    const RelayStatus status = relay->Status();
    if (status.state == State::kStopped) {
      EXPECT_THAT(status.reason, StartsWith("fenced:"));
    } else {
      EXPECT_TRUE(CatchesUp(*relay));
    }
  }
  ExpectTopicIsLog();
}

TEST_F(RelayTest, TopicsAreMadeAsTheDesignSays) {
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS, SharedCluster().bootstrap(),
                        names_.events, names_.relay_position});
  EXPECT_EQ(admin.ReadLine(), "1 delete -1 -1 1179648 1 false");
  EXPECT_EQ(admin.ReadLine(), "1 compact 604800000 -1 1179648 1 false");
}

TEST_F(RelayTest, ATopicThatContradictsTheDesignIsRefusedUntilItDoesNot) {
  RelayOptions options = Options();
  TopicSpec compacted = options.topic;
  compacted.kept = Kept::kNewest;
  MakeTopic(options, compacted);
  AddMany(20);
  const auto relay = StartRelay(options);
  ASSERT_TRUE(Waits(*relay, "cleanup.policy is compact, must be delete"));
  EXPECT_THAT(relay->Status().reason, HasSubstr("topic " + names_.events));
  EXPECT_EQ(relay->Status().sent, 0u);
  process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS, SharedCluster().bootstrap(),
                        names_.events, "--set",
                        "cleanup.policy=delete,retention.ms=-1,retention.bytes=-1,"
                        "unclean.leader.election.enable=false"});
  EXPECT_EQ(admin.Wait(), 0);
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

// The events as they are, but for one that it cannot make anything of.
class AllButOne final : public Mapping {
 public:
  AllButOne(EventsMapping events, Position bad) : events_(std::move(events)), bad_(bad) {}
  absl::Status Map(const log::Record& record, std::optional<Position> previous,
                   Emit emit) override {
    if (record.position == bad_) return absl::DataLossError("no sense in it");
    return events_.Map(record, previous, emit);
  }

 private:
  EventsMapping events_;
  const Position bad_;
};

TEST_F(RelayTest, ARecordThatCannotBeMappedStopsItThereAndTheAppendsBeforeItsOwnAreSent) {
  AddMany(100);  // twenty an append, and none is torn
  const auto relay = Relay::Start(
      Options(), *log_,
      std::make_unique<AllButOne>(
          EventsMapping(names_.events, 0, log_->origin(), ValueFormat::kProtobuf), 50));
  ASSERT_TRUE(Stops(*relay));
  EXPECT_EQ(relay->Status().reason,
            "poisoned: position 50 cannot be sent and is not skipped: no sense in it");
  EXPECT_EQ(relay->Status().sent, 40u);
  EXPECT_EQ(relay->Status().backlog(), 60u);
  EXPECT_EQ(ReadTopic(SharedCluster().bootstrap(), names_.events, 40).records, 40u);
}

// A topic that takes fifty thousand bytes at once, though the relay demands more.
class RelayToASmallTopic : public RelayTest {
 protected:
  RelayToASmallTopic() {
    options_to_small_ = Options();
    const auto first = StartRelay(options_to_small_);
    EXPECT_TRUE(CatchesUp(*first));
    first->Stop();
    process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS,
                          SharedCluster().bootstrap(), names_.events, "--set",
                          "cleanup.policy=delete,retention.ms=-1,retention.bytes=-1,"
                          "unclean.leader.election.enable=false,max.message.bytes=50000"});
    EXPECT_EQ(admin.Wait(), 0);
    options_to_small_.topic.max_message_bytes = 1000;  // so that the check lets it through
    AddMany(120);
  }
  // One append.
  void AddOfSizes(const std::vector<size_t>& sizes) {
    std::vector<log::NewEvent> events;
    for (const size_t size : sizes) events.push_back({.text = std::string(size, 'x')});
    Add("sized", events);
  }
  void ExpectStopsAt(Position position, uint64_t sent) {
    const auto relay = StartRelay(options_to_small_);
    ASSERT_TRUE(Stops(*relay));
    EXPECT_THAT(relay->Status().reason,
                StartsWith("poisoned: position " + std::to_string(position) + " cannot be sent"));
    EXPECT_EQ(relay->Status().sent, sent);
    const auto kafka = ReadSent(options_to_small_, log_->origin());
    ASSERT_TRUE(kafka.ok()) << kafka.status();
    EXPECT_EQ(kafka->last, sent - 1);
    EXPECT_EQ(ReadTopic(SharedCluster().bootstrap(), names_.events, sent).records, sent);
  }

  RelayOptions options_to_small_;
};

TEST_F(RelayToASmallTopic, ARecordThatIsTooLargeStopsItThereAndIsNotSkipped) {
  AddOfSizes({100'000});
  AddMany(20);
  ExpectStopsAt(120, 120);
}

// What had been sent of it would hold a replica back that has to take its primary's place.
TEST_F(RelayToASmallTopic, AnAppendOfWhichOneRecordIsTooLargeLeavesNothingOfItOnTheTopic) {
  AddOfSizes({100, 100, 100'000});
  AddMany(20);
  ExpectStopsAt(122, 120);
  ExpectStopsAt(122, 120);  // and nothing when it is started again
}

TEST_F(RelayToASmallTopic, AnAppendThatIsTooLargeAtOnceGoesRecordByRecordInOneTransaction) {
  AddOfSizes({30'000, 30'000, 30'000, 100});
  AddMany(20);
  const auto relay = StartRelay(options_to_small_);
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

// Other batches are under way when it is refused.
TEST_F(RelayToASmallTopic, ARecordThatIsTooLargeIsFoundInAnAppendOfThousands) {
  options_to_small_.connection.properties = {{"batch.size", "40000"}};
  std::vector<size_t> sizes(6000, 10);
  sizes[5000] = 100'000;
  AddOfSizes(sizes);
  ExpectStopsAt(5120, 120);
}

TEST_F(RelayTest, TheLargestRecordThatTheLogTakesArrivesInEitherFormat) {
  // A body of its own size and as many small parts as fit: the worst case for JSON.
  log::PreparedEvent event;
  event.id = EventId::Random();
  event.type = "case.noted";
  vault::SealedPart part;
  part.ciphertext = std::string(17, 'c');
  event.parts.assign(3100, part);
  event.Prepare();
  log::AppendRequest request;
  request.streams.push_back({log::StreamNamed("s"), log::Expected::Any(), {event}});
  ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  Add("t", {{std::string(log::kMaxRecordBytes - 500, 'b')}});
  const auto protobuf = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*protobuf));
  ExpectTopicIsLog();
}

TEST_F(RelayTest, TheLargestRecordArrivesAsJson) {
  log::PreparedEvent event;
  event.id = EventId::Random();
  event.type = "case.noted";
  vault::SealedPart part;
  part.ciphertext = std::string(17, 'c');
  event.parts.assign(3100, part);
  event.Prepare();
  log::AppendRequest request;
  request.streams.push_back({log::StreamNamed("s"), log::Expected::Any(), {event}});
  ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  const auto relay = StartRelay(Options(ValueFormat::kJson), ValueFormat::kJson);
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

TEST_F(RelayTest, ALogThatWasRestoredFromABackupIsNotRelayed) {
  AddMany(100);
  auto backup = log_->Backup(directory_ / "backup");
  ASSERT_TRUE(backup.ok()) << backup.status();
  AddMany(100);
  {
    const auto relay = StartRelay(Options());
    ASSERT_TRUE(CatchesUp(*relay));
  }
  Close();
  std::filesystem::remove_all(options_.directory);
  ASSERT_TRUE(log::Restore(directory_ / "backup", options_.directory).ok());
  Open();
  {
    const auto behind = StartRelay(Options());
    ASSERT_TRUE(Stops(*behind));
    EXPECT_THAT(behind->Status().reason, StartsWith("ahead: Kafka has 200 records"));
  }
  AddMany(150);
  const auto different = StartRelay(Options());
  ASSERT_TRUE(Stops(*different));
  EXPECT_THAT(different->Status().reason, StartsWith("different: the root over the first 200"));
}

TEST_F(RelayTest, ATornTransactionIsHealedFromWhatTheTopicHas) {
  AddMany(60);
  {
    const auto relay = StartRelay(Options());
    ASSERT_TRUE(CatchesUp(*relay));
  }
  // The position of an earlier moment, as if the last transaction's had been lost.
  const RelayOptions options = Options();
  auto reader = PartitionReader::Open(options.connection, names_.relay_position, 0);
  ASSERT_TRUE(reader.ok());
  auto last = FindLast(**reader, log_->origin(), absl::Seconds(60));
  ASSERT_TRUE(last.ok() && last->has_value()) << last.status();
  log::v1::RelayPosition earlier;
  ASSERT_TRUE(earlier.ParseFromString(*(*last)->value));
  earlier.set_size(40);
  earlier.set_last_sent(39);
  earlier.set_root(std::string(View(*log_->Root(40))));
  Message message = **last;
  message.value = earlier.SerializeAsString();
  auto publisher = TopicPublisher::Open(options.connection);
  ASSERT_TRUE(publisher.ok());
  const absl::Status published = (*publisher)->Publish(message, absl::Seconds(60));
  ASSERT_TRUE(published.ok()) << published;
  AddMany(20);
  const auto relay = StartRelay(options);
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

// Sends a marker for each event of a stream, and nothing for the rest.
class OneStream final : public Mapping {
 public:
  OneStream(std::string topic, StreamId stream) : topic_(std::move(topic)), stream_(stream) {}
  absl::Status Map(const log::Record& record, std::optional<Position> previous,
                   Emit emit) override {
    if (record.stream != stream_) return absl::OkStatus();
    Message message{.topic = topic_, .key = "k", .value = "v"};
    message.headers.push_back({std::string(kSequence), SequenceText(record.position)});
    if (previous) {
      message.headers.push_back({std::string(kPreviousSequence), SequenceText(*previous)});
    }
    emit(message);
    emit(message);
    return absl::OkStatus();
  }

 private:
  const std::string topic_;
  const StreamId stream_;
};

TEST_F(RelayTest, AMappingMaySendSeveralMessagesForSomeRecordsAndNoneForOthers) {
  RelayOptions options = Options();
  options.topic.name = names_.statistics;
  options.name = "statistics";
  for (int restart = 0; restart < 3; ++restart) {
    Add("mine", {{"a"}});
    AddMany(30);
    Add("mine", {{"b"}});
    AddMany(30);
    const auto relay = Relay::Start(
        options, *log_, std::make_unique<OneStream>(names_.statistics, log::StreamNamed("mine")));
    ASSERT_TRUE(CatchesUp(*relay));
  }
  auto reader = PartitionReader::Open(options.connection, names_.statistics, 0);
  ASSERT_TRUE(reader.ok() && (*reader)->StartAt(0).ok());
  std::vector<ReadMessage> all;
  ASSERT_TRUE(Eventually([&] {
    auto some = (*reader)->Read(100, absl::Seconds(1));
    if (some.ok()) all.insert(all.end(), some->begin(), some->end());
    return (*reader)->at_end();
  }));
  ASSERT_EQ(all.size(), 12u) << "two messages for each of six records";
  std::string before;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string* previous = all[i].Find(kPreviousSequence);
    EXPECT_EQ(previous == nullptr ? "" : *previous, before);
    if (i % 2 == 1) before = *all[i].Find(kSequence);
  }
}

}  // namespace
}  // namespace skyndsamt::kafka
