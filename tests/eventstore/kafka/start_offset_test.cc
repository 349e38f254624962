// Where a reader goes on, found by bisection: on topics with markers between the messages, with
// records that were sent twice, and with an aged-out beginning.
#include "eventstore/kafka/start_offset.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "eventstore/kafka/cloud_event.h"

namespace skyndsamt::kafka {
namespace {

// A partition in memory: positions at offsets, in between what a transaction's markers take.
class Partition final : public PartitionReader {
 public:
  void Add(Position position) { positions_[end_++] = position; }
  void AddMarker() { ++end_; }
  void Forget(int64_t below) { begin_ = below; }
  const std::map<int64_t, Position>& positions() const { return positions_; }
  size_t looks() const { return looks_; }

  absl::StatusOr<OffsetRange> Range(absl::Duration) override { return OffsetRange{begin_, end_}; }
  absl::Status StartAt(int64_t offset) override {
    EXPECT_GE(offset, begin_);
    next_ = offset;
    at_end_ = false;
    ++looks_;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<ReadMessage>> Read(size_t max, absl::Duration) override {
    std::vector<ReadMessage> messages;
    for (auto it = positions_.lower_bound(next_); it != positions_.end() && messages.size() < max;
         ++it) {
      ReadMessage message;
      message.offset = it->first;
      message.headers.push_back({std::string(kSequence), SequenceText(it->second)});
      messages.push_back(std::move(message));
      next_ = it->first + 1;
    }
    at_end_ = messages.empty();
    return messages;
  }
  bool at_end() const override { return at_end_; }
  uint64_t behind() const override { return static_cast<uint64_t>(at_end_ ? 0 : end_ - next_); }

 private:
  std::map<int64_t, Position> positions_;
  int64_t begin_ = 0, end_ = 0, next_ = 0;
  size_t looks_ = 0;
  bool at_end_ = false;
};

Position Start(Partition& partition, Position due) {
  const auto start = FindStart(partition, due, absl::Seconds(10));
  EXPECT_TRUE(start.ok()) << start.status();
  return static_cast<Position>(*start);
}

TEST(StartOffset, OfAnEmptyTopicIsItsBeginning) {
  Partition partition;
  EXPECT_EQ(Start(partition, 0), 0u);
  EXPECT_EQ(Start(partition, 17), 0u);
}

TEST(StartOffset, OfAReaderWithNothingIsTheFirstWithoutALook) {
  Partition partition;
  for (Position i = 0; i < 100; ++i) partition.Add(i);
  EXPECT_EQ(Start(partition, 0), 0u);
  EXPECT_EQ(partition.looks(), 0u);
}

// From there on every record that is due comes, none of them left out, and little before it.
TEST(StartOffset, LeavesNothingOutWhateverTheTopicLooksLike) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    Partition partition;
    Position next = 0, end = 0;
    const size_t batches = random() % 60;
    for (size_t batch = 0; batch < batches; ++batch) {
      // A transaction that was torn is sent again from somewhere before.
      if (random() % 10 == 0) next -= random() % (next + 1) / 4;
      for (size_t i = 0; i < 1 + random() % 5; ++i) partition.Add(next++);
      end = std::max(end, next);
      for (size_t i = 0; i < random() % 3; ++i) partition.AddMarker();
    }
    while (next < end) partition.Add(next++);  // what is sent again is sent again to its end
    if (end > 0 && random() % 3 == 0) {
      auto kept = partition.positions().begin();
      std::advance(kept, random() % partition.positions().size());
      partition.Forget(kept->first);
    }
    const Position due = random() % (end + 3);
    const auto start = static_cast<int64_t>(Start(partition, due));
    Position wanted = due;
    for (auto it = partition.positions().lower_bound(start); it != partition.positions().end();
         ++it) {
      if (it->second == wanted) ++wanted;
    }
    const bool was_there =
        due < end && partition.positions().lower_bound(start) != partition.positions().end();
    const bool forgotten = was_there && partition.positions().lower_bound(start)->second > due;
    if (!forgotten) {
      EXPECT_EQ(wanted, std::max(due, end)) << "seed " << seed;
    }
    EXPECT_LE(partition.looks(), 12u) << "seed " << seed;
  }
}

TEST(StartOffset, AMessageWithoutASequenceIsRefused) {
  class Unnumbered final : public PartitionReader {
    absl::StatusOr<OffsetRange> Range(absl::Duration) override { return OffsetRange{0, 9}; }
    absl::Status StartAt(int64_t) override { return absl::OkStatus(); }
    absl::StatusOr<std::vector<ReadMessage>> Read(size_t, absl::Duration) override {
      return std::vector<ReadMessage>(1);
    }
    bool at_end() const override { return false; }
    uint64_t behind() const override { return 9; }
  } unnumbered;
  EXPECT_EQ(FindStart(unnumbered, 3, absl::Seconds(1)).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace skyndsamt::kafka
