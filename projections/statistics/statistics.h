// Statistics that may leave the house: figures of groups of cases (statistics_view.h says how they
// are made), numbered 0, 1, 2, ... for whoever sends them on. A runner and a store of their own, so
// that neither a command nor a query ever waits for them; what the store holds follows from the
// log.
//
//   auto statistics = Statistics::Open({.directory = ..., .method = {.k = 5}}, log);
//   (*statistics)->Start();
//   for (const Told& told : *(*statistics)->From(next, 100)) ...
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "projections/engine/runner.h"
#include "projections/statistics/statistics_view.h"
#include "skyndsamt/statistics/v1/figure.pb.h"

namespace skyndsamt::statistics {

struct StatisticsOptions {
  engine::RunnerOptions runner;
  Method method;
};

struct Told {
  uint64_t number = 0;
  Micros at = 0;     // when the period was over that it was told for
  Position end = 0;  // it rests on what is below this position alone
  v1::Figure figure;
};

// Thread-safe, but for Start, Stop and CatchUp, which are for the owner.
class Statistics {
 public:
  // `log` outlives it. INVALID_ARGUMENT for a method that is none; see Runner::Open for the rest.
  static absl::StatusOr<std::unique_ptr<Statistics>> Open(const StatisticsOptions& options,
                                                          log::EventLog& log);

  void Start() { runner_->Start(); }
  void Stop() { runner_->Stop(); }
  // Takes all that is committed now, on the calling thread; not while started.
  absl::Status CatchUp() { return runner_->CatchUp(); }

  // At most `most` figures with this number and the next ones; none where there are none yet.
  absl::StatusOr<std::vector<Told>> From(uint64_t number, size_t most) const;
  // How many are told so far.
  absl::StatusOr<uint64_t> Count() const;
  // Why nothing more is told, if so: the log cannot be read, or has an event of an unknown type.
  absl::Status health() const { return runner_->health(); }

 private:
  explicit Statistics(std::unique_ptr<engine::Runner> runner) : runner_(std::move(runner)) {}

  const std::unique_ptr<engine::Runner> runner_;
};

}  // namespace skyndsamt::statistics
