// What the runner's tests share: a log of words and a runner with toy views beside it. For one test
// at a time.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "projections/engine/runner.h"
#include "tests/projections/engine/temp_log.h"
#include "tests/projections/engine/toy_views.h"

namespace skyndsamt::engine {

// All that a store holds.
using Held = std::map<std::string, std::string>;

inline constexpr auto kPatience = std::chrono::seconds(60);

inline RunnerOptions Small(const std::string& directory) {
  RunnerOptions options;
  options.directory = directory;
  options.memtable_bytes = 1u << 20;
  options.block_cache_bytes = 1u << 20;
  options.batch_records = 16;
  return options;
}

inline std::vector<std::unique_ptr<View>> ToyViews() {
  std::vector<std::unique_ptr<View>> views;
  views.push_back(std::make_unique<LastWord>());
  views.push_back(std::make_unique<WordCount>());
  return views;
}

inline log::PreparedEvent Said(const std::string& word, const std::string& type = "toy.said") {
  google::protobuf::StringValue value;
  value.set_value(word);
  return EventOf(type, value);
}

inline StreamId Stream(int i) { return StreamId{DerivedUuid("toy", std::to_string(i))}; }

// A log with a runner beside it.
class RunnerTest : public ::testing::Test {
 protected:
  void SetUp() override { log_ = OpenLog(directory_ / "log", clock_); }

  std::unique_ptr<Runner> Open(const Runner::MakeViews& views = ToyViews,
                               const std::string& name = "views") {
    auto runner = Runner::Open(Small(directory_ / name), *log_, decoder_, views);
    EXPECT_TRUE(runner.ok()) << runner.status();
    return *std::move(runner);
  }

  // What a store holds that was built from the log's beginning in one go.
  Held FromZero() {
    const std::string name = "zero" + std::to_string(++built_);
    EXPECT_TRUE(Open(ToyViews, name)->CatchUp().ok());
    return Dump(directory_ / name);
  }

  void SayRandom(int count) {
    for (int i = 0; i < count; ++i) {
      Append(*log_, Stream(static_cast<int>(random_() % 7)),
             {Said(std::to_string(random_() % 99))});
    }
  }

  absl::Status Wait(Runner& runner, Position position, Reach reach,
                    std::chrono::milliseconds patience = kPatience) {
    std::promise<absl::Status> done;
    runner.WaitFor(position, reach, std::chrono::steady_clock::now() + patience,
                   [&](absl::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }

  static std::string LastWordOf(Runner& runner, int stream) {
    auto snapshot = runner.Read("last_word");
    if (!snapshot.ok()) return snapshot.status().ToString();
    auto row = snapshot->Get(Stream(stream).view());
    return row.ok() && *row ? **row : "none";
  }

  TempDirectory directory_;
  ManualClock clock_{1'700'000'000'000'000};
  std::mt19937_64 random_{20261122};
  Decoder decoder_ = ToyDecoder();
  std::unique_ptr<log::EventLog> log_;
  int built_ = 0;
};

}  // namespace skyndsamt::engine
