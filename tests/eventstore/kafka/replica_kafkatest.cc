// A replica against a real broker: it becomes its primary's log, is killed at random and goes on,
// and stops at whatever could not be that log, saying where.
#include <csignal>
#include <filesystem>
#include <random>
#include <sstream>
#include <thread>

#include "eventstore/kafka/start_offset.h"
#include "eventstore/log/fsck.h"
#include "tests/eventstore/kafka/replica_fixture.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;

// Records of the log on the topic as a relay sends them, one by one and in any order.
class Sender {
 public:
  Sender(const ConnectionOptions& connection, const TopicNames& names, const std::string& origin)
      : names_(names),
        origin_(origin),
        encoder_(names.events, 0, origin, ValueFormat::kProtobuf),
        publisher_(*TopicPublisher::Open(connection)) {}

  void Send(const log::Record& record) {
    const auto message = encoder_.Encode(record, std::nullopt);
    ASSERT_TRUE(message.ok());
    ASSERT_TRUE(publisher_->Publish(**message, absl::Seconds(60)).ok());
  }
  void Note(const std::string& note) {
    const Message message{.topic = names_.checkpoints, .key = origin_, .value = note};
    ASSERT_TRUE(publisher_->Publish(message, absl::Seconds(60)).ok());
  }

 private:
  const TopicNames names_;
  const std::string origin_;
  CloudEventEncoder encoder_;
  const std::unique_ptr<TopicPublisher> publisher_;
};

class ReplicaStops : public ReplicaTest {
 protected:
  ReplicaStops() {
    MakeTopics();
    for (int i = 0; i < 6; ++i) Add("s", {{std::to_string(i)}});
    all_ = log_->ReadAll({})->records;
    sender_ = std::make_unique<Sender>(Connection(), names_, options_.origin);
  }
  std::vector<log::Record> all_;
  std::unique_ptr<Sender> sender_;
};

TEST_F(ReplicaTest, BecomesItsPrimarysLogAndComparesEveryCheckpoint) {
  const auto relay = StartRelay(Options());
  const auto publisher = StartPublisher(*log_);
  const auto replica = StartReplica();  // before there is anything, topics included
  for (int i = 0; i < 10; ++i) {
    AddMany(250);
    Sign();
    publisher->Wake();
  }
  ASSERT_TRUE(CatchesUp(*relay));
  ASSERT_TRUE(Publishes(*publisher, log_->committed()));
  ASSERT_TRUE(HasAll(*replica)) << replica->Status().reason;
  ExpectSameRoots();
  EXPECT_EQ(copy_->Checkpoints(0, 100)->size(), 10u);
  replica->Stop();
  // It goes on from its own log.
  AddMany(60);
  Sign();
  publisher->Wake();
  copy_.reset();
  const auto again = StartReplica();
  ASSERT_TRUE(HasAll(*again)) << again->Status().reason;
  ExpectSameRoots();
  again->Stop();
  copy_.reset();
  const auto report = log::Fsck(replica_options_, {}, {Signer().verifier()});
  ASSERT_TRUE(report.ok() && report->clean()) << report->findings.front().what;
  EXPECT_EQ(report->checkpoints, 11u);
}

TEST_F(ReplicaTest, CheckpointsArePublishedInOrderAcrossRestartsOfEitherSide) {
  const auto published = [&] {
    std::vector<std::string> notes;
    auto reader = PartitionReader::Open(Connection(), names_.checkpoints, 0);
    EXPECT_TRUE(reader.ok() && (*reader)->StartAt(0).ok());
    EXPECT_TRUE(Eventually([&] {
      const auto messages = (*reader)->Read(100, absl::Milliseconds(100));
      EXPECT_TRUE(messages.ok()) << messages.status();
      if (!messages.ok()) return true;
      for (const ReadMessage& message : *messages) {
        EXPECT_EQ(message.key, options_.origin);
        notes.push_back(*message.value);
      }
      return (*reader)->at_end();
    }));
    return notes;
  };
  const auto add_and_sign = [&](int checkpoints) {
    for (int i = 0; i < checkpoints; ++i) {
      AddMany(20);
      Sign();
    }
  };
  MakeTopics();
  add_and_sign(3);
  {
    const auto publisher = StartPublisher(*log_);
    ASSERT_TRUE(Publishes(*publisher, 60));
    SharedCluster().Stop(0);
    add_and_sign(2);
    publisher->Wake();
    SharedCluster().Start(0);
    ASSERT_TRUE(Publishes(*publisher, 100));
  }
  add_and_sign(1);
  const auto publisher = StartPublisher(*log_);
  ASSERT_TRUE(Publishes(*publisher, 120));
  std::vector<std::string> kept;
  const auto checkpoints = log_->Checkpoints(0, 10);
  for (const auto& checkpoint : *checkpoints) kept.push_back(checkpoint.note);
  // One that was written as the broker stopped may be there twice.
  auto notes = published();
  notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
  EXPECT_EQ(notes, kept);
}

TEST_F(ReplicaTest, GoesOnInTheMiddleOfALongTopic) {
  AddMany(5000);
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  auto reader = PartitionReader::Open(Connection(), names_.events, 0);
  ASSERT_TRUE(reader.ok());
  for (const Position due : {0u, 1u, 2500u, 4999u, 5000u}) {
    const auto start = FindStart(**reader, due, absl::Seconds(120));
    ASSERT_TRUE(start.ok()) << start.status();
    ASSERT_TRUE((*reader)->StartAt(*start).ok());
    std::vector<ReadMessage> messages;
    ASSERT_TRUE(Eventually([&] {
      messages = *(*reader)->Read(1, absl::Milliseconds(100));
      return !messages.empty();
    }));
    EXPECT_EQ(*ParseSequence(*messages[0].Find(kSequence)), std::min<Position>(due, 4999));
  }
}

// Killed at any moment, it knows from its own log where it was.
TEST_F(ReplicaTest, KilledAtRandomItGoesOnAndIsTheSameLog) {
  std::mt19937_64 random(TestSeed());
  const auto relay = StartRelay(Options());
  const auto publisher = StartPublisher(*log_);
  std::jthread primary([&](const std::stop_token& enough) {
    for (int i = 0; !enough.stop_requested(); ++i) {
      AddMany(40);
      if (i % 3 == 0) Sign();
      publisher->Wake();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  const std::vector<std::string> command = {SKYNDSAMT_REPLICA_PROCESS, replica_options_.directory,
                                            SharedCluster().bootstrap(), prefix_,
                                            Signer().verifier().Encode()};
  uint64_t before = 0;
  for (int kill = 0; kill < 12; ++kill) {
    process::Child replica(command);
    // After so many steps, or while it is still looking for where to go on.
    for (uint64_t steps = random() % 20; steps > 0; --steps) {
      const std::string line = replica.ReadLine();
      ASSERT_FALSE(line.empty() || line.starts_with("stopped")) << line;
      std::istringstream words(line);
      std::string word;
      uint64_t records = 0;
      if (words >> word >> records) {
        EXPECT_GE(records, before) << "what it had is gone";
        before = records;
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
    replica.Kill();
  }
  primary.request_stop();
  primary.join();
  Sign();
  publisher->Wake();
  ASSERT_TRUE(CatchesUp(*relay));
  const auto replica = StartReplica();
  ASSERT_TRUE(HasAll(*replica)) << replica->Status().reason;
  ExpectSameRoots();
  replica->Stop();
  copy_.reset();
  const auto report = log::Fsck(replica_options_, {}, {Signer().verifier()});
  ASSERT_TRUE(report.ok() && report->clean()) << report->findings.front().what;
}

TEST_F(ReplicaStops, AtAGap) {
  for (const size_t i : {0u, 1u, 3u, 4u}) sender_->Send(all_[i]);
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), HasSubstr("record 2 is missing: record 3 came instead"));
  EXPECT_EQ(copy_->committed(), 2u);
}

TEST_F(ReplicaStops, NotAtWhatCameTwice) {
  for (const size_t i : {0u, 1u, 2u, 1u, 2u, 3u, 0u, 4u, 5u}) sender_->Send(all_[i]);
  const auto replica = StartReplica();
  EXPECT_TRUE(HasAll(*replica)) << replica->Status().reason;
  ExpectSameRoots();
}

TEST_F(ReplicaStops, AtWhatCameTwiceAndNotTheSame) {
  for (const size_t i : {0u, 1u, 2u}) sender_->Send(all_[i]);
  log::Record other = all_[1];
  other.parts.emplace_back();
  log::PreparedEvent digest;
  digest.parts = other.parts;
  digest.Prepare();
  other.leaf_data.replace(other.leaf_data.size() - 2, 2, digest.parts_digest);
  sender_->Send(other);
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), HasSubstr("record 1: it came twice, and not the same"));
}

TEST_F(ReplicaStops, AtARecordThatWasTouched) {
  sender_->Send(all_[0]);
  log::Record touched = all_[1];
  touched.body.back() ^= 1;
  sender_->Send(touched);
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), HasSubstr("record 1: the body is not the one"));
}

TEST_F(ReplicaStops, AtAnotherLogsRecord) {
  Sender stranger(Connection(), names_, "another.log");
  stranger.Send(all_[0]);
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), HasSubstr("the topic holds the log another.log"));
}

TEST_F(ReplicaStops, AtAHistoryThatIsNotTheOneThatWasSigned) {
  for (const log::Record& record : all_) sender_->Send(record);
  sender_->Note(merkle::SignCheckpoint({options_.origin, 3, *log_->Root(3)}, Signer()));
  const auto replica = StartReplica();
  ASSERT_TRUE(Eventually([&] { return replica->Status().checkpoint == 3; }));
  // The same key signs another past: records that were changed after they had been sent.
  sender_->Note(merkle::SignCheckpoint({options_.origin, 5, Bytes32{1}}, Signer()));
  EXPECT_THAT(StopsBecause(*replica),
              HasSubstr("this copy is not what its primary signed: the first 5 records"));
  EXPECT_EQ(copy_->committed(), 6u);
}

TEST_F(ReplicaStops, AtACheckpointThatNobodyTrustedHasSigned) {
  for (const log::Record& record : all_) sender_->Send(record);
  sender_->Note(merkle::SignCheckpoint({options_.origin, 3, *log_->Root(3)}, Signer(9)));
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), HasSubstr("the checkpoint at offset 0 is refused"));
}

TEST_F(ReplicaStops, OnlyForGoodReasons) {
  for (const log::Record& record : all_) sender_->Send(record);
  const auto replica = StartReplica();
  ASSERT_TRUE(HasAll(*replica));
  SharedCluster().Stop(0);
  // It has all there was, and does not say that it has all there is.
  EXPECT_TRUE(
      Eventually([&] { return replica->Status().state == ReplicaStatus::State::kWaiting; }));
  EXPECT_FALSE(replica->Status().caught_up);
  EXPECT_THAT(replica->Status().reason, HasSubstr("asking how far " + prefix_));
  SharedCluster().Start(0);
  for (int i = 6; i < 9; ++i) {
    Add("s", {{std::to_string(i)}});
    sender_->Send(log_->ReadAll({.from = static_cast<uint64_t>(i)})->records[0]);
  }
  EXPECT_TRUE(HasAll(*replica)) << replica->Status().reason;
  ExpectSameRoots();
}

}  // namespace
}  // namespace skyndsamt::kafka
