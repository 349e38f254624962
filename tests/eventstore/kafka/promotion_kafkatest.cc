// A replica takes its primary's place, end to end against a real broker: refused while it is
// behind, another log, or the primary lives; afterwards the old primary's relay sends nothing more,
// and a foreign reader sees every position once.
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/partition_reader.h"
#include "tests/eventstore/kafka/promotion_fixture.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(PromotionTest, TheReplicaGoesOnWhereThePrimaryEnded) {
  StartBoth();
  StopPrimary();
  std::vector<std::string> steps;
  PromotionOptions options = PromoteOptions();
  options.on_step = [&](std::string_view step) { steps.emplace_back(step); };
  const auto promoted = Promote(options, *copy_);
  ASSERT_TRUE(promoted.ok()) << promoted.status();
  EXPECT_EQ(promoted->records, 500u);
  EXPECT_EQ(promoted->epoch, 2u);
  EXPECT_EQ(promoted->lost, 0u);
  EXPECT_EQ(steps.size(), 4u);
  OpenPromoted();
  EXPECT_EQ(promoted_->primary_id(), promoted->id);
  EXPECT_EQ(AddToPromoted("after"), 500u);
  ASSERT_TRUE(PromotedCatchesUp());
  EXPECT_EQ(promoted_relay_->Status().epoch, 3u);
  ExpectTopicIsPromotedLog();
}

// The old primary was not gone after all: its relay and its publisher find themselves replaced, and
// nothing that it appends comes to the topic. Started again, it is the same.
TEST_F(PromotionTest, AnOldPrimaryThatLivesSendsNothingMore) {
  StartBoth();
  ASSERT_TRUE(Promote(PromoteOptions(), *copy_).ok());
  OpenPromoted();
  EXPECT_EQ(AddToPromoted("new"), 500u);
  EXPECT_TRUE(
      Eventually([&] { return publisher_->Status().state == PublisherStatus::State::kStopped; }));
  EXPECT_EQ(publisher_->Status().reason, kPromotedElsewhere);
  for (int i = 0; i < 3; ++i) Add("s", {{"old"}});
  const auto stopped = [](const Relay& relay) {
    return Eventually([&] { return relay.Status().state == RelayStatus::State::kStopped; });
  };
  EXPECT_TRUE(stopped(*relay_));
  EXPECT_EQ(relay_->Status().reason, kPromotedElsewhere);
  relay_ = StartRelay(Options());
  EXPECT_TRUE(stopped(*relay_));
  EXPECT_EQ(relay_->Status().reason, kPromotedElsewhere);
  EXPECT_EQ(AddToPromoted("newer"), 501u);
  ASSERT_TRUE(PromotedCatchesUp());
  ExpectTopicIsPromotedLog();
}

TEST_F(PromotionTest, IsRefusedWhileTheReplicaIsBehind) {
  StartBoth();
  AddMany(20);
  ASSERT_TRUE(CatchesUp(*relay_));
  StopPrimary();
  PromotionOptions options = PromoteOptions();
  options.accept_loss = true;  // what is on the topic can be had
  EXPECT_THAT(RefusedBecause(options),
              StartsWith("behind: Kafka has 520 records, this copy has 500"));
  CatchUp();
  EXPECT_TRUE(Promote(options, *copy_).ok());
}

// No replica can ever have an append whose end never came. What there is of it may be given up; not
// what came before it, which can be had. Then the topic ends with another history than the promoted
// log has, and is not continued, but made anew.
TEST_F(PromotionTest, TheBeginningOfAnAppendWhoseEndNeverCameIsGivenUpIfThatIsAccepted) {
  StartBoth();
  AddMany(20);
  ASSERT_TRUE(CatchesUp(*relay_));
  ASSERT_NO_FATAL_FAILURE(TearTheLastAppend());
  PromotionOptions options = PromoteOptions();
  options.accept_loss = true;
  EXPECT_THAT(RefusedBecause(options),
              StartsWith("behind: Kafka has 522 records, this copy has 500: run it as a replica"));
  CatchUpTo(520);
  EXPECT_THAT(RefusedBecause(PromoteOptions()),
              StartsWith("behind: Kafka, with part of an append whose end never came, has 522 "
                         "records, this copy has 520"));
  const auto promoted = Promote(options, *copy_);
  ASSERT_TRUE(promoted.ok()) << promoted.status();
  EXPECT_EQ(promoted->records, 520u);
  EXPECT_EQ(promoted->lost, 2u);
  OpenPromoted();
  EXPECT_THAT(PromotedStopsBecause(), StartsWith("ahead: Kafka has position 521"));
  for (int i = 0; i < 5; ++i) AddToPromoted("after");
  EXPECT_THAT(PromotedStopsBecause(), StartsWith("different: Kafka has another record"));
  process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS, SharedCluster().bootstrap(),
                        names_.events, "--delete"});
  ASSERT_EQ(admin.Wait(), 0);
  StartPromotedRelay();
  ASSERT_TRUE(PromotedCatchesUp());
  ExpectTopicIsPromotedLog();
}

TEST_F(PromotionTest, IsRefusedWhileThePrimaryWrites) {
  StartBoth();
  PromotionOptions options = PromoteOptions();
  options.quiet = absl::Seconds(60);
  options.on_step = [&](std::string_view step) {
    if (step.find("watching") != std::string_view::npos) AddMany(20);
  };
  EXPECT_THAT(RefusedBecause(options), StartsWith("the primary still writes"));
  // It was not fenced.
  AddMany(20);
  EXPECT_TRUE(CatchesUp(*relay_));
  EXPECT_TRUE(copy_->is_replica());
}

TEST_F(PromotionTest, IsRefusedWhenThePrimaryWroteUntilItWasFenced) {
  StartBoth();
  PromotionOptions options = PromoteOptions();
  options.on_step = [&](std::string_view step) {
    if (step.find("fencing") == std::string_view::npos) return;
    AddMany(20);
    ASSERT_TRUE(CatchesUp(*relay_));
  };
  EXPECT_THAT(RefusedBecause(options), StartsWith("the primary wrote until it was fenced"));
  // Its relay takes over again: nobody was promoted.
  AddMany(20);
  EXPECT_TRUE(CatchesUp(*relay_));
  ExpectTopicIsLog();
}

TEST_F(PromotionTest, IsRefusedWhenThePrimarySignsWhileItIsWatched) {
  StartBoth();
  EXPECT_THAT(RefusedBecause(SigningAt("watching")), StartsWith("the primary still writes"));
  EXPECT_THAT(RefusedBecause(PromoteOptions()),
              StartsWith("behind: the primary has signed 520 records, this copy has 500"));
  EXPECT_TRUE(copy_->is_replica());
}

TEST_F(PromotionTest, IsRefusedWhenThePrimarySignedUntilItsRelayWasFenced) {
  StartBoth();
  EXPECT_THAT(RefusedBecause(SigningAt("fencing")),
              StartsWith("the primary wrote until it was fenced"));
}

// Its place is taken then, and its publisher ends; the copy is none the less no primary before
// somebody has decided about what was signed.
TEST_F(PromotionTest, IsRefusedWhenThePrimarySignedUntilItsPublisherWasFenced) {
  StartBoth();
  EXPECT_THAT(RefusedBecause(SigningAt("taking")),
              StartsWith("the primary signed until it was fenced"));
  EXPECT_TRUE(copy_->is_replica());
  EXPECT_TRUE(
      Eventually([&] { return publisher_->Status().state == PublisherStatus::State::kStopped; }));
  EXPECT_EQ(publisher_->Status().reason, kPromotedElsewhere);
  EXPECT_THAT(RefusedBecause(PromoteOptions()), StartsWith("behind: the primary has signed 520"));
  PromotionOptions options = PromoteOptions();
  options.accept_loss = true;
  const auto promoted = Promote(options, *copy_);
  ASSERT_TRUE(promoted.ok()) << promoted.status();
  EXPECT_EQ(promoted->lost, 20u);
}

// It had looked whether it was the primary before it was replaced, and stood still before it
// published.
TEST_F(PromotionTest, APrimaryThatWasPromotedAwayPublishesNoCheckpointAnyMore) {
  StartBoth();
  StopPrimary();
  AddMany(20);
  Sign();
  const std::string note = (*log_->NewestCheckpoint())->note;
  const auto paused = FencedPublisher::Open(
      Connection(), CheckpointsTransactionalId(names_.transactions, options_.origin),
      absl::Seconds(30));
  ASSERT_TRUE(paused.ok()) << paused.status();
  const auto promoted = Promote(PromoteOptions(), *copy_);
  ASSERT_TRUE(promoted.ok()) << promoted.status();
  const absl::Status late =
      (*paused)->Publish({{.topic = names_.checkpoints, .key = options_.origin, .value = note}});
  EXPECT_FALSE(late.ok());
  EXPECT_EQ(PublishedCheckpoint(), 500u);
}

// What holds for that one holds for the publisher itself: it publishes under that id.
TEST_F(PromotionTest, WhoeverTakesTheCheckpointsIdOverFencesTheirPublisher) {
  StartBoth();
  const auto another = FencedPublisher::Open(
      Connection(), CheckpointsTransactionalId(names_.transactions, options_.origin),
      absl::Seconds(30));
  ASSERT_TRUE(another.ok()) << another.status();
  AddMany(20);
  Sign();
  publisher_->Wake();
  // Fenced, it takes the id back as the primary that it still is.
  ASSERT_TRUE(Publishes(*publisher_, 520));
  EXPECT_FALSE(
      (*another)
          ->Publish({{.topic = names_.checkpoints, .key = options_.origin, .value = "late"}})
          .ok());
  EXPECT_EQ(PublishedCheckpoint(), 520u);
}

TEST_F(PromotionTest, IsRefusedForAnotherHistory) {
  StartBoth();
  StopPrimary();
  // As many records, but others.
  log::Options other = log::SmallOptions(directory_ / "other");
  auto log = log::EventLog::Open(other, clock_);
  ASSERT_TRUE(log.ok());
  std::swap(log_, *log);
  AddMany(500);
  copy_.reset();
  replica_options_.directory = directory_ / "other replica";
  OpenReplica();
  log::ReadOptions all;
  all.max_records = 1000;
  ASSERT_TRUE(copy_->Ingest(log_->ReadAll(all)->records).ok());
  EXPECT_THAT(RefusedBecause(PromoteOptions()), StartsWith("different: the first 500 records"));
}

TEST_F(PromotionTest, IsRefusedWhenThePrimarySignedMoreThanItSent) {
  ASSERT_NO_FATAL_FAILURE(SignMoreThanIsSent());
  EXPECT_THAT(RefusedBecause(PromoteOptions()),
              StartsWith("behind: the primary has signed 520 records, this copy has 500"));
}

// What nobody has can only be given up. The retired primary, started again, finds out, takes
// nothing more, and has everything that it had: in a copy that is opened as a log of its own.
TEST_F(PromotionTest, AfterALossTheRetiredPrimaryRefusesAndKeepsWhatWasGivenUp) {
  PromoteWithLoss(1);
  ExpectTopicIsPromotedLog();
  const Bytes32 root = *log_->Root(520);
  relay_ = StartRelay(Options());
  publisher_ = StartPublisher(*log_);
  EXPECT_TRUE(Eventually([&] { return relay_->Status().state == RelayStatus::State::kStopped; }));
  EXPECT_EQ(relay_->Status().reason, kPromotedElsewhere);
  EXPECT_TRUE(
      Eventually([&] { return publisher_->Status().state == PublisherStatus::State::kStopped; }));
  EXPECT_EQ(publisher_->Status().reason, kPromotedElsewhere);
  StopPrimary();
  ASSERT_TRUE(log_->Retire().ok());  // as the server does then
  log::AppendBuilder builder;
  builder.To(log::StreamNamed("s"), log::Expected::Any(), {{"late"}});
  EXPECT_THAT(std::string(log_->AppendAndWait(builder.Build()).status().message()),
              HasSubstr("another copy of this log was promoted"));
  Close();
  EXPECT_THAT(std::string(log::EventLog::Open(options_, clock_).status().message()),
              HasSubstr("replica was promoted in its place"));
  ExpectTopicIsPromotedLog();
  std::filesystem::copy(options_.directory, directory_ / "kept",
                        std::filesystem::copy_options::recursive);
  options_.directory = directory_ / "kept";
  std::filesystem::remove(options_.directory + "/ROLE");
  Open();
  EXPECT_EQ(log_->committed(), 520u);
  EXPECT_EQ(*log_->Root(520), root);
  EXPECT_EQ(log_->ReadAll({.from = 500})->records.size(), 20u);
}

// Whoever holds the checkpoint of what was given up sees that the log has forked as soon as the new
// history is that long: a replica stops there.
TEST_F(PromotionTest, AfterALossAReplicaStopsAtTheCheckpointOfWhatWasGivenUp) {
  PromoteWithLoss(30);
  replica_options_.directory = directory_ / "third";
  copy_.reset();
  const auto replica = StartReplica();
  EXPECT_THAT(StopsBecause(*replica), StartsWith("this copy is not what its primary signed"));
}

// A consumer had counted the records that were given up, from a topic that is lost as well. It
// follows the log to where the new primary feeds it, and stops where the histories part from what
// it counted, before it has counted anything of the new one.
TEST_F(PromotionTest, AfterALossAConsumerThatHadReadMoreStops) {
  const auto count = [&](const std::string& topic, uint64_t until) {
    return RunToItsEnd(
        {"/usr/bin/env", "PYTHON=/usr/bin/python3", "GENERATED=" + (directory_ / "generated"),
         SKYNDSAMT_COUNT_STEPS, "--bootstrap", SharedCluster().bootstrap(), "--database",
         directory_ / "counts.db", "--topic", topic, "--until", std::to_string(until)});
  };
  PromoteWithLoss(30);
  const TopicNames lost(prefix_ + "lost.");
  RelayOptions options = EventsRelay(Connection(), lost, 1, ValueFormat::kProtobuf);
  options.transactional_prefix = prefix_ + "lost.relay.";
  const auto relay = Relay::Start(
      options, *log_,
      std::make_unique<EventsMapping>(lost.events, 0, log_->origin(), ValueFormat::kProtobuf));
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(count(lost.events, 520).code, 0);
  process::Child moved({"/usr/bin/python3", "-c",
                        "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as database:\n"
                        "  database.execute('update place set topic = ?, at_offset = 0', "
                        "(sys.argv[2],))",
                        directory_ / "counts.db", names_.events});
  ASSERT_EQ(moved.Wait(), 0);
  const Ended ended = count(names_.events, 530);
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.said,
              HasSubstr("another history: position 519 is not the record that was taken"));
  EXPECT_THAT(ended.said, Not(HasSubstr("counted 529")));
}

TEST_F(PromotionTest, IsRefusedForAPrimaryAndWhereNothingWasSent) {
  StartBoth();
  EXPECT_EQ(Promote(PromoteOptions(), *log_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  StopPrimary();
  PromotionOptions options = PromoteOptions();
  replica_options_.directory = directory_ / "elsewhere";
  replica_options_.origin = "another.log";
  copy_.reset();
  OpenReplica();
  EXPECT_THAT(RefusedBecause(options), HasSubstr("nothing was sent"));
}

// Replicas follow the new primary as they followed the old one.
TEST_F(PromotionTest, AnotherReplicaGoesOnWithThePromotedOne) {
  StartBoth();
  StopPrimary();
  ASSERT_TRUE(Promote(PromoteOptions(), *copy_).ok());
  OpenPromoted();
  for (int i = 0; i < 50; ++i) AddToPromoted(std::to_string(i));
  log::Checkpointer checkpointer(*promoted_, Signer(), {.every = std::chrono::hours(24)});
  ASSERT_TRUE(checkpointer.SignNow().ok());
  const auto publisher = StartPublisher(*promoted_);
  ASSERT_TRUE(Publishes(*publisher, 550));
  ASSERT_TRUE(PromotedCatchesUp());
  std::swap(log_, promoted_);
  replica_options_.directory = directory_ / "third";
  CatchUp();
  ExpectSameRoots();
  std::swap(log_, promoted_);
}

}  // namespace
}  // namespace skyndsamt::kafka
