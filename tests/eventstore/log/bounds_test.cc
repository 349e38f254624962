// Whatever waits is bounded in bytes: appends for the disk, answers for whoever asked, the group
// that one write takes, what the sequencer knows by heart, the ring that subscribers share.
#include <rocksdb/file_system.h>

#include <atomic>
#include <latch>
#include <string_view>
#include <thread>

#include "eventstore/log/sequencer.h"
#include "eventstore/log/store.h"
#include "eventstore/log/tail.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using BoundsTest = LogTest;

AppendRequest OneOf(size_t bytes, const std::string& stream = "s") {
  AppendBuilder builder;
  builder.To(StreamNamed(stream), Expected::Any(), {{std::string(bytes, 'x')}});
  return builder.Build();
}

// The courier's tasks are answers to what is still counted: who does not take them fills the queue.
TEST_F(BoundsTest, AnswersThatAreNotTakenCountAgainstTheQueue) {
  constexpr size_t kQueue = 200'000, kEach = 1'000, kTries = 2'000;
  options_.queue_bytes = kQueue;
  Reopen();
  std::latch gate(1);
  std::atomic<size_t> taken = 0, refused = 0;
  for (size_t i = 0; i < kTries; ++i) {
    log_->Append(OneOf(kEach), [&](absl::StatusOr<AppendOutcome> outcome) {
      if (!outcome.ok()) {
        EXPECT_EQ(outcome.status().code(), absl::StatusCode::kResourceExhausted);
        ++refused;
        return;
      }
      gate.wait();
      ++taken;
    });
  }
  EXPECT_EQ(taken, 0u);
  EXPECT_GE(refused, kTries - kQueue / kEach);
  gate.count_down();
  while (taken + refused < kTries) std::this_thread::yield();
  EXPECT_GT(taken, kQueue / kEach / 2);
  // There is room again, all of it: a moment after the last answer was taken.
  const auto fills = [&] { return log_->AppendAndWait(OneOf(kQueue - 1'000)).ok(); };
  while (!fills()) std::this_thread::yield();
}

// First answers to repeated requests too.
TEST_F(BoundsTest, RepeatedAnswersThatAreNotTakenCountAgainstTheQueue) {
  const auto again = [] {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{std::string(1'000, 'x')}}).Request("r", "p");
    return builder.Build();
  };
  options_.queue_bytes = 100'000;
  Reopen();
  ASSERT_TRUE(log_->AppendAndWait(again()).ok());
  std::latch gate(1);
  std::atomic<size_t> taken = 0, refused = 0;
  for (int i = 0; i < 1'000; ++i) {
    log_->Append(again(), [&](absl::StatusOr<AppendOutcome> outcome) {
      if (outcome.ok()) gate.wait();
      ++(outcome.ok() ? taken : refused);
    });
  }
  EXPECT_GE(refused, 900u);
  gate.count_down();
  while (taken + refused < 1'000) std::this_thread::yield();
  EXPECT_GT(taken, 50u);
}

// What is refused at the door leaves nothing behind: it is answered there and then.
TEST_F(BoundsTest, WhatIsRefusedAtTheDoorIsAnsweredOnTheCallersThread) {
  options_.queue_bytes = 1'000;
  Reopen();
  bool answered = false;
  const auto refuse = [&](absl::StatusOr<AppendOutcome> outcome) { answered = !outcome.ok(); };
  log_->Append(OneOf(2'000), refuse);
  EXPECT_TRUE(std::exchange(answered, false)) << "too much at once";
  log_->Append(AppendRequest{}, refuse);
  EXPECT_TRUE(answered) << "empty";
}

// How many bytes go to a write-ahead log between two syncs, which can be held up.
class GroupWatchingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  GroupWatchingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "GroupWatchingFileSystem"; }

  std::atomic<bool> held_up = false;
  std::atomic<size_t> largest = 0;
  std::atomic<size_t> groups = 0;

  rocksdb::IOStatus NewRandomRWFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSRandomRWFile> target;
    auto status = FileSystemWrapper::NewRandomRWFile(path, options, &target, debug);
    if (!status.ok() || !path.ends_with(".log")) {
      *file = std::move(target);
    } else {
      *file = std::make_unique<Wal>(*this, std::move(target));
    }
    return status;
  }

 private:
  class Wal : public rocksdb::FSRandomRWFileOwnerWrapper {
   public:
    Wal(GroupWatchingFileSystem& fs, std::unique_ptr<rocksdb::FSRandomRWFile> file)
        : FSRandomRWFileOwnerWrapper(std::move(file)), fs_(fs) {}
    rocksdb::IOStatus Write(uint64_t offset, const rocksdb::Slice& data,
                            const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      const std::string_view bytes(data.data(), data.size());
      const bool laid_ahead = bytes.find_first_not_of('\0') == std::string_view::npos;
      if (!laid_ahead) group_ += bytes.size();
      return target()->Write(offset, data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      while (fs_.held_up) std::this_thread::yield();
      if (group_ > fs_.largest) fs_.largest = group_;
      fs_.groups += group_ > 0;
      group_ = 0;
      return target()->Sync(options, debug);
    }

   private:
    GroupWatchingFileSystem& fs_;
    size_t group_ = 0;
  };
};

TEST_F(BoundsTest, AGroupTakesEightMebibytesAndOneAppendHoweverMuchWaits) {
  constexpr size_t kEach = 500'000, kAppends = 100;
  const auto watching = std::make_shared<GroupWatchingFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(watching);
  Close();
  options_.env = env.get();
  options_.memtable_bytes = 128u << 20;
  Open();
  watching->held_up = true;
  std::atomic<size_t> answered = 0;
  for (size_t i = 0; i < kAppends; ++i) {
    log_->Append(OneOf(kEach), [&](const absl::StatusOr<AppendOutcome>& outcome) {
      EXPECT_TRUE(outcome.ok()) << outcome.status();
      ++answered;
    });
  }
  watching->held_up = false;
  while (answered < kAppends) std::this_thread::yield();
  EXPECT_LE(watching->largest, (8u << 20) + kEach + 100'000);
  EXPECT_GE(watching->groups, 6u);
  Close();
}

class SequencerTest : public testing::Test {
 protected:
  SequencerTest() {
    const Options options = SmallOptions(directory_ / "log");
    std::filesystem::create_directories(options.directory);
    store_ = *Store::Open(options, /*create=*/true);
  }

  // One append to a stream of its own under a request of its own; nobody has it in the index.
  void Add(Sequencer& sequencer, uint64_t number, AppendGroup& group) {
    AppendBuilder builder;
    builder.To(StreamNamed(std::to_string(number)), Expected::Any(), {{"x"}});
    builder.Request(std::to_string(number) + "." + std::to_string(added_++), "p");
    Pending pending;
    pending.request = builder.Build();
    pending.heads.resize(1);
    sequencer.Add(std::move(pending), &group);
  }

  TempDirectory directory_;
  const ManualClock clock_{kStart};
  std::unique_ptr<Store> store_;
  RecentHeads recent_{1024};
  uint64_t added_ = 0;
};

TEST_F(SequencerTest, KnowsByHeartOnlyWhatSomebodyInFlightMayHaveMissed) {
  Sequencer sequencer(recent_, clock_, LogEnd(*store_, merkle::Tree(), 0));
  AppendGroup group;
  for (uint64_t i = 0; i < 1'000; ++i) Add(sequencer, i, group);
  EXPECT_EQ(sequencer.remembered(), 2'000u);
  sequencer.Forget(0);
  EXPECT_EQ(sequencer.remembered(), 2'000u);
  sequencer.Forget(600);
  EXPECT_EQ(sequencer.remembered(), 800u);
  // A stream that has grown since is known by its newest record.
  Add(sequencer, 999, group);
  sequencer.Forget(1'000);
  EXPECT_EQ(sequencer.remembered(), 2u);
  sequencer.Forget(1'001);
  EXPECT_EQ(sequencer.remembered(), 0u);
}

TEST_F(SequencerTest, HoldsNoMoreHoweverMuchPasses) {
  Sequencer sequencer(recent_, clock_, LogEnd(*store_, merkle::Tree(), 0));
  AppendGroup group;
  for (uint64_t i = 0; i < 20'000; ++i) {
    Add(sequencer, i % 300, group);
    if (i % 64 != 63) continue;
    sequencer.Forget(i >= 128 ? i - 128 : 0);  // the slowest looked two groups ago
    ASSERT_LE(sequencer.remembered(), 2 * 192u);
    group.Clear();
  }
}

TEST(InFlightTest, TheOldestLookHoldsUntilItHasLeft) {
  InFlight in_flight;
  const auto at = [](Position position) { return [position] { return position; }; };
  EXPECT_EQ(in_flight.Oldest(at(7)), 7u);
  const auto first = in_flight.Enter(at(3));
  const auto second = in_flight.Enter(at(5));
  const auto third = in_flight.Enter(at(6));
  in_flight.Leave(second);
  EXPECT_EQ(in_flight.Oldest(at(9)), 3u);
  in_flight.Leave(first);
  EXPECT_EQ(in_flight.Oldest(at(9)), 6u);
  in_flight.Leave(third);
  EXPECT_EQ(in_flight.Oldest(at(9)), 9u);
}

TEST(TailTest, TheRingHoldsNoMoreThanItsBytes) {
  constexpr size_t kRing = 50'000;
  merkle::Tree tree;
  std::vector<merkle::Tile> complete;
  Tail tail(tree, kRing);
  for (Position position = 0; position < 500; ++position) {
    auto record = std::make_shared<Record>();
    record->position = position;
    record->stored_bytes = 100 + 1'000 * (position % 7);
    tree.Append(Bytes32{}, &complete);
    tail.Publish({record}, std::make_shared<const merkle::Tree>(tree));
    size_t held = 0;
    for (Position from = position + 1; from-- > 0;) {
      std::vector<RecordPtr> records;
      if (!tail.ReadRing(from, 1, &records)) break;
      held += records.front()->stored_bytes;
    }
    ASSERT_LE(held, kRing);
    ASSERT_GT(held, position < 20 ? 0 : kRing / 2);
  }
}

}  // namespace
}  // namespace skyndsamt::log
