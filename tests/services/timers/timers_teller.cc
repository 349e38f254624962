// Opens a log that holds cases, and tells of due dates on a simulated clock that mostly goes on and
// sometimes jumps, until it is killed. "round\n" on standard output for each round that ended well.
#include <unistd.h>

#include <cstdio>
#include <random>
#include <string>

#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "projections/views/views.h"
#include "services/timers/timers.h"

namespace skyndsamt::timers {
namespace {

constexpr Micros kHour = 3'600'000'000;

// The clock cannot be set from what a killed process knew: it goes on from the log's last record.
Micros LastRecorded(log::EventLog& log) {
  log::ReadOptions last;
  last.backward = true;
  last.max_records = 1;
  auto read = log.ReadAll(last);
  return read.ok() && !read->records.empty() ? read->records.front().recorded : 0;
}

int Run(const std::string& directory, uint64_t seed) {
  std::mt19937_64 random(seed);
  ManualClock clock;
  log::Options options;
  options.directory = directory + "/log";
  options.reserve_bytes = 0;
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) return 1;
  clock.Set(LastRecorded(**log));
  views::ViewsOptions view_options;
  view_options.runner.directory = directory + "/views";
  auto views = views::Views::Open(view_options, **log, clock);
  if (!views.ok()) return 2;
  (*views)->runner().Start();
  Timers timers(**log, **views, clock, {});
  while (true) {
    const auto round = timers.Round();
    if (round.ok() && write(STDOUT_FILENO, "round\n", 6) < 0) return 3;
    const bool back = random() % 10 == 0;
    const auto hours = static_cast<Micros>(random() % (back ? 48 : 9));
    clock.Advance(back ? -hours * kHour : hours * kHour);
  }
}

}  // namespace
}  // namespace skyndsamt::timers

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  return skyndsamt::timers::Run(argv[1], std::stoull(argv[2]));
}
