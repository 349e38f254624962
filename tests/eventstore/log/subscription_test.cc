// Subscribing: catching up, then live; filtered; behind; woken; never a gap.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using Kind = Delivery::Kind;

class SubscriptionTest : public LogTest {
 protected:
  ~SubscriptionTest() override {
    subscription_.reset();
    Close();
  }
  void Subscribe(Position from, Filter filter = {}) {
    subscription_ = log_->Subscribe(from, std::move(filter));
  }
  Delivery Poll(size_t max_records = 256, size_t max_bytes = 1u << 20) {
    auto delivery = subscription_->Poll(max_records, max_bytes);
    EXPECT_TRUE(delivery.ok()) << delivery.status();
    return *std::move(delivery);
  }
  static std::vector<std::string> Texts(const Delivery& delivery) {
    std::vector<std::string> texts;
    for (const auto& record : delivery.records) texts.push_back(TextOf(*record));
    return texts;
  }

  const std::shared_ptr<CountingFileSystem> fs_ = std::make_shared<CountingFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fs_);
  std::unique_ptr<Subscription> subscription_;
};

TEST_F(SubscriptionTest, CatchesUpThenIsLive) {
  Add("s", {{"0"}, {"1"}});
  Reopen();  // so that the ring is empty and the store is read
  Subscribe(0);
  Delivery delivery = Poll();
  EXPECT_EQ(delivery.kind, Kind::kRecords);
  EXPECT_EQ(Texts(delivery), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(delivery.position, 2u);
  delivery = Poll();
  EXPECT_EQ(delivery.kind, Kind::kCaughtUp);
  EXPECT_EQ(delivery.position, 2u);
  EXPECT_EQ(Poll().kind, Kind::kNothing);
  Add("s", {{"2"}});
  delivery = Poll();
  EXPECT_EQ(delivery.kind, Kind::kRecords);
  EXPECT_EQ(Texts(delivery), std::vector<std::string>{"2"});
  EXPECT_EQ(Poll().kind, Kind::kNothing);
  EXPECT_EQ(subscription_->next(), 3u);
}

TEST_F(SubscriptionTest, StartsAnywhereAlsoBeyondTheEnd) {
  Add("s", {{"0"}, {"1"}, {"2"}});
  Subscribe(2);
  EXPECT_EQ(Texts(Poll()), std::vector<std::string>{"2"});
  Subscribe(4);
  EXPECT_EQ(Poll().kind, Kind::kCaughtUp);
  Add("s", {{"3"}});
  EXPECT_EQ(Poll().kind, Kind::kNothing);
  Add("s", {{"4"}});
  EXPECT_EQ(Texts(Poll()), std::vector<std::string>{"4"});
}

// Whichever read of the store fails, once.
TEST_F(SubscriptionTest, AfterAFailedReadItGoesOnWithTheRecordThatCouldNotBeRead) {
  options_.env = env_.get();
  options_.block_cache_bytes = 1;  // whatever is read, is read from the files
  for (int i = 0; i < 20; ++i) Add("s", std::vector<NewEvent>(5, {std::string(1000, 'x')}));
  int64_t failing = 0;
  do {
    Reopen();  // so that the ring is empty and the store is read
    Subscribe(0);
    fs_->FailOnceAfter(failing);
    int failed = 0;
    for (Position next = 0; next < log_->committed();) {
      const auto delivery = subscription_->Poll();
      if (!delivery.ok()) {
        EXPECT_EQ(subscription_->next(), next);
        ASSERT_EQ(++failed, 1);
        continue;
      }
      for (const auto& record : delivery->records) ASSERT_EQ(record->position, next++);
    }
    subscription_.reset();
  } while (fs_->has_failed() && ++failing < 1000);
  fs_->FailNoMore();
  EXPECT_GT(failing, 3);
  EXPECT_LT(failing, 1000);
}

TEST_F(SubscriptionTest, StaysWithinRecordsAndBytes) {
  for (const bool from_store : {false, true}) {
    Add("s", std::vector<NewEvent>(10, NewEvent{std::string(1000, 'x')}));
    if (from_store) Reopen();
    Subscribe(log_->committed() - 10);
    EXPECT_EQ(Poll(3).records.size(), 3u);
    EXPECT_EQ(Poll(256, 2500).records.size(), 2u);
    EXPECT_EQ(Poll(256, 1).records.size(), 1u);  // at least one
    EXPECT_EQ(Poll().records.size(), 4u);
    subscription_.reset();
  }
}

TEST_F(SubscriptionTest, SaysThatItFellBehindAndCatchesUp) {
  options_.ring_bytes = 8000;
  Reopen();
  Subscribe(0);
  EXPECT_EQ(Poll().kind, Kind::kCaughtUp);
  for (int i = 0; i < 50; ++i) Add("s", {{std::to_string(i) + std::string(1000, 'x')}});
  Delivery delivery = Poll();
  EXPECT_EQ(delivery.kind, Kind::kFellBehind);
  EXPECT_EQ(delivery.position, 0u);
  Position next = 0;
  for (delivery = Poll(7); delivery.kind == Kind::kRecords; delivery = Poll(7)) {
    for (const auto& record : delivery.records) EXPECT_EQ(record->position, next++);
  }
  EXPECT_EQ(next, 50u);
  EXPECT_EQ(delivery.kind, Kind::kCaughtUp);
}

TEST_F(SubscriptionTest, AFilteredOneSendsCheckpoints) {
  for (int i = 0; i < 42; ++i) Add("s", std::vector<NewEvent>(500, NewEvent{"x"}));
  Add("s", {{"wanted", "policy.set"}});
  for (const bool from_store : {false, true}) {
    if (from_store) {
      subscription_.reset();
      Reopen();
    }
    Subscribe(0, {.kinds = {"policy"}});
    Delivery delivery = Poll();
    EXPECT_EQ(delivery.kind, Kind::kCheckpoint);
    EXPECT_GE(delivery.position, 10000u);
    EXPECT_LT(delivery.position, 10300u);
    EXPECT_EQ(Poll().kind, Kind::kCheckpoint);
    delivery = Poll();
    EXPECT_EQ(delivery.kind, Kind::kRecords);
    EXPECT_EQ(Texts(delivery), std::vector<std::string>{"wanted"});
    EXPECT_EQ(delivery.position, 21001u);
    EXPECT_EQ(Poll().kind, Kind::kCaughtUp);
  }
}

TEST_F(SubscriptionTest, WakesOnceWhenSomethingIsThere) {
  Subscribe(0);
  std::atomic<int> woken = 0;
  const auto wait_for = [&](int count) {
    while (woken < count) std::this_thread::yield();
  };
  subscription_->WhenReady([&] { ++woken; });
  wait_for(1);  // it has not been told that it is caught up
  EXPECT_EQ(Poll().kind, Kind::kCaughtUp);
  subscription_->WhenReady([&] { ++woken; });
  EXPECT_EQ(woken, 1);
  Add("s", {{"0"}});
  wait_for(2);
  Add("s", {{"1"}});
  EXPECT_EQ(Poll().records.size(), 2u);
  EXPECT_EQ(woken, 2);
  subscription_->WhenReady([&] { woken += 100; });
  subscription_->WhenReady([&] { ++woken; });  // in place of the one before
  Add("s", {{"2"}});
  wait_for(3);
  subscription_->WhenReady([&] { ++woken; });  // something is there already
  wait_for(4);
  EXPECT_EQ(woken, 4);
}

TEST_F(SubscriptionTest, MayBeDroppedWhileItIsWoken) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) Add("s", {{"x"}});
  });
  for (int i = 0; i < 300; ++i) {
    auto alive = std::make_unique<std::atomic<int>>(0);
    auto subscription = log_->Subscribe(log_->committed(), {});
    (void)*subscription->Poll();
    subscription->WhenReady([seen = alive.get()] { ++*seen; });
    subscription.reset();
    alive.reset();  // nothing may touch it any more
  }
  stop = true;
  writer.join();
}

TEST_F(SubscriptionTest, ManyReadersSeeEverythingInOrderWhileWritersWrite) {
  options_.ring_bytes = 40000;
  Reopen();
  constexpr Position kRecords = 3000;
  std::vector<std::thread> threads;
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&, reader] {
      auto subscription = log_->Subscribe(0, {});
      Position next = 0;
      std::mutex mutex;
      std::condition_variable changed;
      bool ready = false;
      while (next < kRecords) {
        auto delivery = subscription->Poll(reader == 0 ? 1 : 100);
        ASSERT_TRUE(delivery.ok()) << delivery.status();
        for (const auto& record : delivery->records) ASSERT_EQ(record->position, next++);
        if (delivery->kind != Kind::kNothing) continue;
        subscription->WhenReady([&] {
          const std::lock_guard lock(mutex);
          ready = true;
          changed.notify_one();
        });
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return std::exchange(ready, false); });
      }
    });
  }
  for (int writer = 0; writer < 3; ++writer) {
    threads.emplace_back([&, writer] {
      for (Position i = 0; i < kRecords / 3 / 2; ++i) {
        Add(std::to_string(writer), {{std::string(100, 'x')}, {"y"}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace skyndsamt::log
