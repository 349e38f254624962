// The timers: they look at the due dates of steps that wait and tell of those that are due soon,
// due now or overdue, each as an event of its own (event.v1.TimerEvent), exactly once.
//
//   Timers timers(log, views, clock, options);
//   timers.Start();
//
// Promises
//  - A reminder of one step, date and stage is recorded at most once, ever: its request key is made
//    of them, and the log honours request keys for ever. A stop, a crash or a power loss between
//    the append and anything else doubles nothing; there is nothing else to remember.
//  - Whatever stage a step has at a round that ends well has been told, or a later one has. A clock
//    that jumps forward passes stages over; one that jumps back tells nothing again, and nothing
//    earlier than what was told.
//  - They notify and decide nothing: dates and lateness are the law engine's, read from the
//    worklist, which holds everything that was committed when the round began.
//  - Not of cases that were brought in later, nor of what a closed case does not take.
//  - No incident's stream is touched: a caseworker's expected revision stays as it is.
//
// Errors of a round (absl::Status) are those of the log and the views: UNAVAILABLE or
// RESOURCE_EXHAUSTED while the log takes nothing, DEADLINE_EXCEEDED while the views are behind. The
// next round tries again.
//
// Thread-safety: Round and Start are for the owner, Stop for any thread; a thread of their own
// makes the rounds between Start and Stop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "projections/views/views.h"
#include "services/timers/reminder.h"

namespace skyndsamt::timers {

struct TimerOptions {
  Lead lead;
  std::chrono::milliseconds every{30'000};    // between rounds, as time passes for everybody
  std::chrono::milliseconds patience{2'000};  // for the views, in a round
  // Told after each round of the thread, on it: how many reminders were recorded, or what failed.
  std::function<void(const absl::StatusOr<size_t>&)> report = [](const auto&) {};
};

class Timers {
 public:
  // References outlive the object.
  Timers(log::EventLog& log, views::Views& views, const Clock& clock, TimerOptions options);
  ~Timers();

  // Tells of everything that is to be told now; how many reminders were recorded. Blocks.
  absl::StatusOr<size_t> Round();

  void Start();
  // Ends the thread between two appends. May be called again.
  void Stop();

 private:
  // The latest stage that the log has of a step and its date, as far as was looked up.
  struct Told {
    Stage stage = Stage::kNone;
    uint64_t round = 0;  // that saw the step last
  };
  // A reminder on its way to the log.
  struct Telling {
    const views::DueStep* step;
    std::string name;
    Stage stage;
    absl::StatusOr<log::AppendOutcome> outcome = absl::UnknownError("");
  };

  absl::Status WaitForViews(Position committed);
  // Adds to `tellings` if the step's stage has not been told.
  absl::Status Consider(const views::DueStep& step, Micros now, std::vector<Telling>& tellings);
  absl::StatusOr<Stage> LatestRecorded(const std::string& name);
  // Hands them to the log, many at once but of a stream one after another; how many were recorded.
  absl::StatusOr<size_t> Tell(std::vector<Telling> tellings, Position known_below);
  absl::StatusOr<size_t> TellTogether(std::span<Telling> tellings, Position known_below);
  // What an append to the stream expects; absent where the stream is somebody else's.
  absl::StatusOr<std::optional<log::Expected>> ExpectedOf(const StreamId& stream);
  bool Stopping();
  void Run();

  log::EventLog& log_;
  views::Views& views_;
  const Clock& clock_;
  const TimerOptions options_;
  absl::flat_hash_map<std::string, Told> told_;
  uint64_t round_ = 0;
  Position seen_ = 0;   // committed when the last round that ended well began
  Micros next_at_ = 0;  // nothing changes by the clock alone before then

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace skyndsamt::timers
