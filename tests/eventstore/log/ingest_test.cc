// A replica becomes, byte for byte, the log it is fed, however the feeding is cut up, and shows no
// part of an append; promoted, it goes on as a primary.
#include <filesystem>
#include <fstream>
#include <future>
#include <map>

#include "eventstore/log/backup.h"
#include "eventstore/log/fsck.h"
#include "eventstore/log/store.h"
#include "tests/eventstore/log/ingest_fixture.h"

namespace skyndsamt::log {
namespace {

using Rows = std::map<std::string, std::string>;

// Every row of every column family of a closed log.
std::map<std::string, Rows> Contents(const Options& options) {
  auto store = Store::OpenReadOnly(options);
  EXPECT_TRUE(store.ok()) << store.status();
  std::map<std::string, Rows> contents;
  rocksdb::ReadOptions read;
  read.total_order_seek = true;
  for (size_t i = 0; i < kFamilyNames.size(); ++i) {
    Rows& rows = contents[kFamilyNames[i]];
    const std::unique_ptr<rocksdb::Iterator> it(
        (*store)->db().NewIterator(read, (*store)->family(static_cast<Family>(i))));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      rows[it->key().ToString()] = it->value().ToString();
    }
    EXPECT_TRUE(it->status().ok());
  }
  return contents;
}

TEST_F(IngestTest, MakesTheSameBytesHoweverTheFeedingIsCutUp) {
  for (uint64_t seed = 0; seed < 6; ++seed) {
    std::mt19937_64 random(seed);
    const size_t appends = 1 + random() % 300;
    for (size_t i = 0; i < appends; ++i) {
      AppendAtRandom(random);
      if (random() % 100 == 0) Reopen();
    }
    const std::vector<Record> all = All();
    for (Position due = 0; due < all.size();) {
      // Now and then what came before comes again, and the replica begins anew from its own log.
      Position from = due;
      if (random() % 4 == 0) from -= random() % (due + 1);
      const size_t to = std::min<size_t>(all.size(), due + 1 + random() % 60);
      const auto next = Feed(
          {all.begin() + static_cast<ptrdiff_t>(from), all.begin() + static_cast<ptrdiff_t>(to)});
      ASSERT_TRUE(next.ok()) << next.status();
      ASSERT_EQ(*next, to);
      due = *next;
      if (random() % 16 == 0) {
        replica_.reset();
        OpenReplica();
        due = replica_->committed();
      }
    }
    EXPECT_EQ(replica_->committed(), all.size());
    EXPECT_EQ(*replica_->Root(all.size()), *log_->Root(all.size()));
    CloseAll();
    ASSERT_EQ(Contents(options_), Contents(replica_options_)) << "seed " << seed;
    const auto report = Fsck(replica_options_);
    ASSERT_TRUE(report.ok() && report->clean()) << report->findings.front().what;
    for (const auto& options : {options_, replica_options_}) {
      std::filesystem::remove_all(options.directory);
    }
    Open();
    OpenReplica();
  }
}

TEST_F(IngestTest, NeverShowsPartOfAnAppend) {
  const auto all = SixRecords();
  auto subscription = replica_->Subscribe(0, {});
  EXPECT_EQ(*Feed({all.begin(), all.begin() + 5}), 5u);
  EXPECT_EQ(replica_->committed(), 3u);
  EXPECT_EQ(TextsOf(replica_->ReadAll({})->records), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(subscription->Poll()->records.size(), 3u);
  EXPECT_FALSE((*replica_->Head(StreamNamed("u"))).has_value());
  subscription.reset();
  // A new process knows nothing of what was held back, and asks for it again.
  replica_.reset();
  OpenReplica();
  EXPECT_EQ(replica_->committed(), 3u);
  EXPECT_EQ(*Feed({}), 3u);
  EXPECT_EQ(*Feed({all.begin() + 3, all.end()}), 6u);
  EXPECT_EQ(replica_->committed(), 6u);
}

TEST_F(IngestTest, WakesSubscribers) {
  const auto all = SixRecords();
  const auto subscription = replica_->Subscribe(0, {});
  ASSERT_EQ(subscription->Poll()->kind, Delivery::Kind::kCaughtUp);
  std::promise<void> woken;
  subscription->WhenReady([&] { woken.set_value(); });
  ASSERT_TRUE(Feed(all).ok());
  woken.get_future().wait();
  EXPECT_EQ(subscription->Poll()->records.size(), 6u);
}

TEST_F(IngestTest, TakesNoAppendsAndAPrimaryIngestsNothing) {
  AppendBuilder builder;
  builder.To(StreamNamed("s"), Expected::Any(), {{"0"}});
  EXPECT_EQ(replica_->AppendAndWait(builder.Build()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log_->Ingest({}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log_->Promote(PrimaryId::Random()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(replica_->is_replica());
  EXPECT_FALSE(log_->is_replica());
}

TEST_F(IngestTest, ItsDirectoryIsNeverOpenedInTheOtherRole) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  CloseAll();
  Options as_primary = replica_options_;
  as_primary.replica = false;
  EXPECT_EQ(EventLog::Open(as_primary, clock_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Options as_replica = options_;
  as_replica.replica = true;
  EXPECT_EQ(EventLog::Open(as_replica, clock_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  OpenReplica();
  Open();
}

TEST_F(IngestTest, ARetiredPrimaryTakesNothingMoreAndDoesNotOpenAgain) {
  Add("s", {{"0"}});
  EXPECT_EQ(replica_->Retire().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(log_->Retire().ok());
  AppendBuilder late;
  late.To(StreamNamed("s"), Expected::Any(), {{"x"}});
  EXPECT_EQ(CodeOf(late), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log_->health().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log_->ReadAll({})->records.size(), 1u);
  Close();
  const auto again = EventLog::Open(options_, clock_);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(again.status().message().find("'promotion'"), std::string::npos);
}

TEST_F(IngestTest, ADamagedRoleIsNoRole) {
  CloseAll();
  for (const char* text : {"", "skyndsamt-role 1\n", "skyndsamt-role 1\nreplica",
                           "skyndsamt-role 1\nprimary \n", "skyndsamt-role 2\nreplica\n"}) {
    std::ofstream(RolePath(replica_options_.directory)) << text;
    EXPECT_EQ(EventLog::Open(replica_options_, clock_).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST_F(IngestTest, AStartCutShortLeavesAReplicaOrNothing) {
  Options options = SmallOptions(directory_ / "started");
  std::filesystem::create_directory(options.directory);
  std::filesystem::copy(RolePath(replica_options_.directory), RolePath(options.directory));
  EXPECT_EQ(EventLog::Open(options, clock_).status().code(), absl::StatusCode::kFailedPrecondition);
  options.replica = true;
  EXPECT_TRUE(EventLog::Open(options, clock_).ok());
}

TEST_F(IngestTest, ABackupOfAReplicaIsAReplica) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  ASSERT_TRUE(replica_->Backup(directory_ / "backup").ok());
  replica_options_.directory = directory_ / "restored";
  ASSERT_TRUE(Restore(directory_ / "backup", replica_options_.directory).ok());
  replica_options_.replica = false;
  EXPECT_EQ(EventLog::Open(replica_options_, clock_).status().code(),
            absl::StatusCode::kFailedPrecondition);
  replica_options_.replica = true;
  OpenReplica();
  EXPECT_EQ(replica_->committed(), 6u);
}

TEST_F(IngestTest, PromotedItHonoursRequestIdsAndGoesOn) {
  ASSERT_TRUE(Feed(SixRecords()).ok());
  EXPECT_TRUE(replica_->primary_id().empty());
  const PrimaryId id = PrimaryId::Random();
  ASSERT_TRUE(replica_->Promote(id).ok());
  AppendBuilder early;
  early.To(StreamNamed("s"), Expected::Any(), {{"x"}});
  EXPECT_FALSE(replica_->AppendAndWait(early.Build()).ok());
  CloseAll();
  options_ = replica_options_;
  options_.replica = false;
  Open();
  EXPECT_EQ(log_->primary_id(), id);
  AppendBuilder again;
  again.To(StreamNamed("s"), Expected::Any(), {{"3"}, {"4"}});
  again.To(StreamNamed("u"), Expected::None(), {{"5"}}).Request("three", "payload");
  const Appended first = Added(again);
  EXPECT_TRUE(first.deduplicated);
  EXPECT_EQ(first.first, 3u);
  EXPECT_EQ(first.count, 3u);
  EXPECT_EQ(first.revisions, (std::vector<Revision>{3, 0}));
  AppendBuilder reused;
  reused.To(StreamNamed("s"), Expected::Any(), {{"x"}}).Request("three", "other");
  EXPECT_TRUE(std::holds_alternative<RequestReused>(Try(reused)));
  EXPECT_EQ(Add("s", {{"6"}}, Expected::Exactly(3)).first, 6u);
  Close();
  EXPECT_TRUE(Fsck(options_)->clean());
}

}  // namespace
}  // namespace skyndsamt::log
