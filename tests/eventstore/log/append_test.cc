// Appending: positions, expected revisions, atomicity, request ids, refusals.
#include <atomic>
#include <future>
#include <latch>
#include <set>
#include <thread>

#include "eventstore/base/shortage.h"
#include "eventstore/log/fsck.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using AppendTest = LogTest;

TEST_F(AppendTest, GivesGaplessPositionsAndRevisions) {
  const Appended first = Add("a", {{"1"}, {"2"}});
  EXPECT_EQ(first.first, 0u);
  EXPECT_EQ(first.count, 2u);
  EXPECT_EQ(first.revisions, std::vector<Revision>{1});
  EXPECT_FALSE(first.deduplicated);
  const Appended second = Add("b", {{"3"}});
  EXPECT_EQ(second.first, 2u);
  EXPECT_EQ(second.revisions, std::vector<Revision>{0});
  EXPECT_EQ(Add("a", {{"4"}}).revisions, std::vector<Revision>{2});
  EXPECT_EQ(log_->committed(), 4u);
}

TEST_F(AppendTest, MeetsOrRefusesEachExpectation) {
  const StreamId stream = StreamNamed("s");
  const auto accepts = [&](Expected expected) {
    AppendBuilder builder;
    builder.To(stream, expected, {{"x"}});
    return std::holds_alternative<Appended>(Try(builder));
  };
  EXPECT_FALSE(accepts(Expected::Exists()));
  EXPECT_FALSE(accepts(Expected::Exactly(0)));
  EXPECT_TRUE(accepts(Expected::None()));
  EXPECT_FALSE(accepts(Expected::None()));
  EXPECT_TRUE(accepts(Expected::Exists()));
  EXPECT_TRUE(accepts(Expected::Exactly(1)));
  EXPECT_FALSE(accepts(Expected::Exactly(1)));
  EXPECT_FALSE(accepts(Expected::Exactly(3)));
  EXPECT_TRUE(accepts(Expected::Any()));
  EXPECT_EQ(log_->committed(), 4u);
}

TEST_F(AppendTest, AnswersAConflictWithTheMissedEvents) {
  Add("s", {{"0"}, {"1"}, {"2"}, {"3"}});
  AppendBuilder stale;
  stale.To(StreamNamed("s"), Expected::Exactly(1), {{"late"}});
  const auto conflict = std::get<Conflict>(Try(stale));
  EXPECT_EQ(conflict.stream, StreamNamed("s"));
  EXPECT_EQ(conflict.current, 3u);
  EXPECT_EQ(TextsOf(conflict.missed), (std::vector<std::string>{"2", "3"}));

  AppendBuilder unknown;
  unknown.To(StreamNamed("nowhere"), Expected::Exists(), {{"x"}});
  const auto absent = std::get<Conflict>(Try(unknown));
  EXPECT_FALSE(absent.current.has_value());
  EXPECT_TRUE(absent.missed.empty());
}

TEST_F(AppendTest, AConflictHoldsAtMostAHundredMissedEvents) {
  for (int i = 0; i < 3; ++i) Add("s", std::vector<NewEvent>(50, NewEvent{"x"}));
  AppendBuilder stale;
  stale.To(StreamNamed("s"), Expected::None(), {{"late"}});
  const auto conflict = std::get<Conflict>(Try(stale));
  EXPECT_EQ(conflict.current, 149u);
  ASSERT_EQ(conflict.missed.size(), 100u);
  EXPECT_EQ(conflict.missed.front().revision, 0u);
}

TEST_F(AppendTest, TouchesSeveralStreamsAllOrNone) {
  Add("a", {{"a0"}});
  AppendBuilder both;
  both.To(StreamNamed("b"), Expected::None(), {{"b0"}, {"b1"}})
      .To(StreamNamed("a"), Expected::Exactly(0), {{"a1"}});
  const Appended appended = Added(both);
  EXPECT_EQ(appended.first, 1u);
  EXPECT_EQ(appended.count, 3u);
  EXPECT_EQ(appended.revisions, (std::vector<Revision>{1, 1}));

  AppendBuilder half;
  half.To(StreamNamed("c"), Expected::None(), {{"c0"}})
      .To(StreamNamed("a"), Expected::Exactly(0), {{"stale"}});
  EXPECT_TRUE(std::holds_alternative<Conflict>(Try(half)));
  EXPECT_EQ(log_->committed(), 4u);
  EXPECT_FALSE(log_->Head(StreamNamed("c"))->has_value());
}

TEST_F(AppendTest, HonoursARequestIdForEver) {
  const auto command = [](const std::string& payload) {
    AppendBuilder builder;
    builder.To(StreamNamed("a"), Expected::None(), {{"a0"}, {"a1"}})
        .To(StreamNamed("b"), Expected::None(), {{"b0"}})
        .Request("r", payload);
    return builder;
  };
  auto original = command("payload");
  const Appended first = Added(original);
  Add("a", {{"a2"}});
  for (int round = 0; round < 2; ++round) {
    auto again = command("payload");
    const Appended repeated = Added(again);
    EXPECT_TRUE(repeated.deduplicated);
    EXPECT_EQ(repeated.first, first.first);
    EXPECT_EQ(repeated.count, first.count);
    EXPECT_EQ(repeated.recorded, first.recorded);
    EXPECT_EQ(repeated.revisions, first.revisions);
    auto other = command("another payload");
    EXPECT_TRUE(std::holds_alternative<RequestReused>(Try(other)));
    EXPECT_EQ(log_->committed(), 4u);
    Reopen();
  }
  EXPECT_TRUE(log_->FindRequest(RequestNamed("r"), FingerprintOf("payload"))->has_value());
  EXPECT_FALSE(log_->FindRequest(RequestNamed("q"), FingerprintOf("payload"))->has_value());
}

TEST_F(AppendTest, ARefusalIsNotRemembered) {
  AppendBuilder refused;
  refused.To(StreamNamed("s"), Expected::Exists(), {{"x"}}).Request("r", "p");
  EXPECT_TRUE(std::holds_alternative<Conflict>(Try(refused)));
  Add("s", {{"0"}});
  AppendBuilder retried;
  retried.To(StreamNamed("s"), Expected::Exists(), {{"x"}}).Request("r", "p");
  EXPECT_FALSE(Added(retried).deduplicated);
}

TEST_F(AppendTest, OfManyWritersWithTheSameRequestOneWrites) {
  constexpr int kWriters = 32;
  std::atomic<int> fresh = 0;
  std::atomic<int> repeated = 0;
  std::atomic<int> reused = 0;
  std::latch done(kWriters);
  for (int i = 0; i < kWriters; ++i) {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"x"}, {"y"}})
        .Request("same", i % 4 == 3 ? "other" : "payload");
    log_->Append(builder.Build(), [&](absl::StatusOr<AppendOutcome> outcome) {
      if (const auto* appended = std::get_if<Appended>(&*outcome)) {
        ++(appended->deduplicated ? repeated : fresh);
      } else {
        reused += std::holds_alternative<RequestReused>(*outcome) ? 1 : 0;
      }
      done.count_down();
    });
  }
  done.wait();
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(repeated, kWriters * 3 / 4 - 1);
  EXPECT_EQ(reused, kWriters / 4);
  EXPECT_EQ(log_->committed(), 2u);
}

TEST_F(AppendTest, OfManyWritersAtOneRevisionOneWins) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 40;
  Add("s", {{"first"}});
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Revision seen = 0;
      for (int i = 0; i < kRounds; ++i) {
        AppendBuilder builder;
        builder.To(StreamNamed("s"), Expected::Exactly(seen), {{std::to_string(t)}});
        auto outcome = log_->AppendAndWait(builder.Build());
        ASSERT_TRUE(outcome.ok());
        if (const auto* conflict = std::get_if<Conflict>(&*outcome)) {
          // What was missed is exactly what lies between.
          ASSERT_EQ(conflict->missed.size(), std::min<size_t>(100, *conflict->current - seen));
          ASSERT_EQ(conflict->missed.front().revision, seen + 1);
          seen = *conflict->current;
        } else {
          seen = std::get<Appended>(*outcome).revisions.front();
          ++won;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(log_->committed(), 1u + won);
  EXPECT_EQ((*log_->Head(StreamNamed("s")))->last, static_cast<Revision>(won));
}

TEST_F(AppendTest, RefusesWhatIsMalformed) {
  const auto code_of = [&](const auto& change) {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"x"}});
    AppendRequest request = builder.Build();
    change(request);
    return log_->AppendAndWait(std::move(request)).status().code();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const auto event = [](AppendRequest& request) -> PreparedEvent& {
    return request.streams[0].events[0];
  };
  EXPECT_EQ(code_of([](AppendRequest&) {}), absl::StatusCode::kOk);
  EXPECT_EQ(code_of([](AppendRequest& r) { r.streams.clear(); }), kInvalid);
  EXPECT_EQ(code_of([](AppendRequest& r) { r.streams[0].events.clear(); }), kInvalid);
  EXPECT_EQ(code_of([](AppendRequest& r) { r.streams[0].stream = {}; }), kInvalid);
  EXPECT_EQ(code_of([](AppendRequest& r) { r.streams.push_back(r.streams[0]); }), kInvalid);
  EXPECT_EQ(code_of([&](AppendRequest& r) { event(r).id = {}; }), kInvalid);
  for (const std::string type :
       {"", "case", ".noted", "case.", "Case.noted", "case noted.x", "c\xc3\xa5se.x"}) {
    EXPECT_EQ(code_of([&](AppendRequest& r) { event(r).type = type; }), kInvalid) << type;
  }
  EXPECT_EQ(code_of([&](AppendRequest& r) { event(r).type = "a." + std::string(254, 'b'); }),
            kInvalid);
  EXPECT_EQ(code_of([&](AppendRequest& r) { event(r).body = "\x08"; }), kInvalid);
  EXPECT_EQ(code_of([&](AppendRequest& r) { r.request = RequestNamed("not in the body"); }),
            kInvalid);
  EXPECT_EQ(code_of([&](AppendRequest& r) {
              v1::Body body;
              body.set_index(1);
              event(r).body = body.SerializeAsString();
            }),
            kInvalid);
  EXPECT_EQ(log_->committed(), 1u);
}

TEST_F(AppendTest, RefusesARecordAbove512KiB) {
  AppendBuilder large;
  large.To(StreamNamed("s"), Expected::Any(), {{std::string(kMaxRecordBytes - 400, 'x')}});
  EXPECT_EQ(CodeOf(large), absl::StatusCode::kOk);
  AppendBuilder larger;
  larger.To(StreamNamed("s"), Expected::Any(), {{std::string(kMaxRecordBytes, 'x')}});
  EXPECT_EQ(CodeOf(larger), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log_->committed(), 1u);
}

TEST_F(AppendTest, RecordedTimeStrictlyIncreases) {
  EXPECT_EQ(Add("s", {{"0"}}).recorded, kStart);
  EXPECT_EQ(Add("s", {{"1"}, {"2"}}).recorded, kStart + 2);
  clock_.Advance(-4'000'000);  // a little behind: goes on from the last
  EXPECT_EQ(Add("s", {{"3"}}).recorded, kStart + 3);
  Reopen();
  EXPECT_EQ(Add("s", {{"4"}}).recorded, kStart + 4);
  clock_.Set(kStart + 1'000'000);
  EXPECT_EQ(Add("s", {{"5"}}).recorded, kStart + 1'000'000);
}

TEST_F(AppendTest, RefusesWhileTheClockIsFarBehind) {
  Add("s", {{"0"}});
  clock_.Set(kStart - 5'000'001);
  AppendBuilder builder;
  builder.To(StreamNamed("s"), Expected::Any(), {{"1"}});
  EXPECT_EQ(CodeOf(builder), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log_->committed(), 1u);
  clock_.Set(kStart);
  Add("s", {{"1"}});
}

TEST_F(AppendTest, TheQueueIsBoundedInBytes) {
  options_.queue_bytes = 2000;
  Reopen();
  AppendBuilder large;
  large.To(StreamNamed("s"), Expected::Any(), {{std::string(3000, 'x')}});
  EXPECT_EQ(ShortageOf(log_->AppendAndWait(large.Build()).status()), Shortage::kQueue);
  for (int i = 0; i < 20; ++i) Add("s", {{"fits"}});  // what is answered makes room again
}

TEST_F(AppendTest, WhereNothingElseGoesOnTheCallerDoesTheWork) {
  int by_caller = 0;
  for (int i = 0; i < 100; ++i) {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"x"}});
    std::promise<std::thread::id> answered;
    log_->Enqueue(builder.Build(), [&](absl::StatusOr<AppendOutcome> outcome) {
      EXPECT_TRUE(outcome.ok());
      answered.set_value(std::this_thread::get_id());
    });
    log_->Work();
    by_caller += answered.get_future().get() == std::this_thread::get_id();
  }
  log_->Work();  // there is none
  // A thread of the log's may wake of itself, or be starting still.
  EXPECT_GT(by_caller, 0);
  EXPECT_EQ(log_->committed(), 100u);
}

TEST_F(AppendTest, CallersWhoWorkAndCallersWhoDoNotShareOneLog) {
  constexpr int kWriters = 6;
  constexpr int kEach = 400;
  std::atomic<int> answered = 0;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const StreamId stream = StreamNamed(std::to_string(writer));
      for (int i = 0; i < kEach; ++i) {
        AppendBuilder builder;
        // Of one writer in the order it came, whichever way.
        builder.To(stream, i == 0 ? Expected::None() : Expected::Exactly(i - 1), {{"x"}});
        const auto done = [&](absl::StatusOr<AppendOutcome> outcome) {
          EXPECT_TRUE(outcome.ok() && std::holds_alternative<Appended>(*outcome));
          ++answered;
        };
        if (writer % 3 == 0) {
          log_->Append(builder.Build(), done);
        } else if (writer % 3 == 1) {
          log_->Enqueue(builder.Build(), done);
          log_->Work();
        } else {
          done(log_->AppendAndWait(builder.Build()));
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  Close();
  EXPECT_EQ(answered, kWriters * kEach);
  const auto report = Fsck(options_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->clean()) << report->findings.front().what;
  Open();
  EXPECT_EQ(log_->committed(), static_cast<Position>(kWriters * kEach));
}

TEST_F(AppendTest, ClosingAnswersEveryQueuedAppend) {
  std::atomic<int> answered = 0;
  for (int i = 0; i < 200; ++i) {
    AppendBuilder builder;
    builder.To(StreamNamed(std::to_string(i)), Expected::None(), {{"x"}});
    log_->Append(builder.Build(), [&](absl::StatusOr<AppendOutcome> outcome) {
      EXPECT_TRUE(outcome.ok());
      ++answered;
    });
  }
  Close();
  EXPECT_EQ(answered, 200);
  Open();
  EXPECT_EQ(log_->committed(), 200u);
}

TEST_F(AppendTest, TwoLogsRunSideBySide) {
  Options other_options = options_;
  other_options.directory = directory_ / "reads";
  other_options.origin = "skyndsamt.local/reads";
  auto other = EventLog::Open(other_options, clock_);
  ASSERT_TRUE(other.ok()) << other.status();
  Add("s", {{"event"}});
  EXPECT_EQ((*other)->committed(), 0u);
  EXPECT_EQ((*other)->origin(), "skyndsamt.local/reads");
  EXPECT_EQ(log_->origin(), "skyndsamt.local/log");
}

}  // namespace
}  // namespace skyndsamt::log
