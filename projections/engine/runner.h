// The runner follows the log's tail and keeps views beside it: it decodes each event once and
// writes all live views' rows and one position in a single write to an unsynced RocksDB of their
// own.
//
//   auto runner = Runner::Open(options, log, decoder, make_views);
//   (*runner)->Start();
//   (*runner)->WaitFor(position, Reach::kApplied, deadline, [](absl::Status) { ... });
//   auto snapshot = (*runner)->Read("case_status");
//
// Promises
//  - Rows and position agree always, also after kill -9 and power loss: the store writes no WAL, so
//    a death loses the last memtable whole, and the runner takes those events again.
//  - A store that is lost, damaged or of another log, or that is ahead of a log that was restored,
//    is discarded and built again: when it is opened, or, where the damage is met later, at the
//    next start, and until then the read that met it fails with DATA_LOSS; if it was the runner's
//    own, the runner stops. Rows depend on nothing but the log.
//  - An event of an unknown type stops the runner: health() names the position; nothing is skipped.
//  - A new version of a view is built beside the serving one by a thread of its own, then switched
//    in one write; the old rows are dropped.
//
// Thread-safety: every method may be called from any thread, but for Start, Stop and CatchUp, which
// are for the owner.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"
#include "eventstore/log/event_log.h"
#include "projections/engine/decoder.h"
#include "projections/engine/snapshot.h"
#include "projections/engine/view.h"

namespace rocksdb {
class Env;
}

namespace skyndsamt::engine {

struct RunnerOptions {
  std::string directory;              // of the view store; created if missing
  size_t memtable_bytes = 32u << 20;  // also what a restart may have to take again
  size_t block_cache_bytes = 64u << 20;
  size_t batch_records = 8192;  // at most, in one write
  size_t batch_bytes = 8u << 20;
  rocksdb::Env* env = nullptr;  // for fault tests; not owned
};

// What a caller waits for: rows that Apply wrote, or also the work that a view had put off.
enum class Reach { kApplied, kSettled };

struct ViewStatus {
  std::string view;
  uint32_t version = 0;
  bool serving = false;   // false: being built beside, or its first build
  Position position = 0;  // next position it will take; of a view that puts work off, settled up to
  uint64_t lag = 0;       // committed records it has not taken
};

class Runner {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Fresh views each time it is called: once, or once more if the store proves to be damaged.
  using MakeViews = std::function<std::vector<std::unique_ptr<View>>()>;

  // Opens or makes the store. There may be several versions of one name: the version that served
  // last goes on serving while the newest is built; if it is not among them, as after a release
  // that was taken back, nothing serves meanwhile. `log` and `decoder` outlive the runner.
  // Errors: UNAVAILABLE where another process holds the directory, INTERNAL for the disk.
  static absl::StatusOr<std::unique_ptr<Runner>> Open(const RunnerOptions& options,
                                                      log::EventLog& log, const Decoder& decoder,
                                                      const MakeViews& make_views);
  virtual ~Runner() = default;  // stops

  virtual void Start() = 0;
  // Ends the threads between two writes; who waits gets UNAVAILABLE.
  virtual void Stop() = 0;
  // Takes all that is committed now and settles, on the calling thread; not while started.
  virtual absl::Status CatchUp() = 0;

  // Calls `done` once when every serving view has taken `position` and every needed one serves: at
  // once on this thread if so already, else on the runner's thread, where it must not block.
  // DEADLINE_EXCEEDED when the deadline passes first, the runner's health if it has stopped.
  virtual void WaitFor(Position position, Reach reach, Deadline deadline,
                       std::function<void(absl::Status)> done) = 0;

  // A view's rows as they are now. UNAVAILABLE while its first version is being built.
  virtual absl::StatusOr<Snapshot> Read(std::string_view view) const = 0;

  virtual Position applied() const = 0;  // next position the serving views will take
  virtual Position settled() const = 0;
  virtual std::vector<ViewStatus> Status() const = 0;
  // OK, or why the runner has stopped.
  virtual absl::Status health() const = 0;
};

}  // namespace skyndsamt::engine
