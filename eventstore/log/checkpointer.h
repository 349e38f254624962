// Signs checkpoints of a primary's log as it grows. The order is: committed (durable), root,
// signed, kept with the log (durable), published. Nothing is signed that is not durable, nothing
// published that is not kept.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "eventstore/log/event_log.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::log {

// That the newest checkpoint kept with the log, if any, is signed by one of these keys. (That the
// log still holds what it says was checked when the log was opened.) FAILED_PRECONDITION otherwise.
absl::Status CheckSignature(EventLog& log, const std::vector<merkle::NoteVerifier>& verifiers);

struct CheckpointerOptions {
  std::chrono::milliseconds every{60'000};  // so long after a record it is covered, at the latest
  uint64_t records = 10'000;                // so many new ones are not waited with
  // Told of each one that was kept, on the checkpointer's thread or SignNow's.
  std::function<void(const KeptCheckpoint&)> kept = [](const KeptCheckpoint&) {};
};

// Thread-safe.
class Checkpointer {
 public:
  // `log` must outlive it.
  Checkpointer(EventLog& log, merkle::NoteSigner signer, CheckpointerOptions options);
  ~Checkpointer();

  const merkle::NoteVerifier& verifier() const { return signer_.verifier(); }
  // A checkpoint of all that is committed, kept; the newest kept one if nothing is new, nothing if
  // the log is empty. FAILED_PRECONDITION if the log was retired, or see Halt.
  absl::StatusOr<std::optional<KeptCheckpoint>> SignNow();
  // From now on nothing is signed, and SignNow answers so: another copy of the log may have become
  // its primary. Does not wait for one that is being signed.
  void Halt(absl::string_view why);
  // OK, or why the last attempt failed; it is made again. FAILED_PRECONDITION: nothing is signed
  // any more.
  absl::Status health() const;

 private:
  void Run();
  bool IsDue();
  absl::Status MaySign() const;

  EventLog& log_;
  const merkle::NoteSigner signer_;
  const CheckpointerOptions options_;

  std::mutex signing_;  // one at a time, in order of size
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool closing_ = false;
  absl::Status health_;
  absl::Status halted_;
  uint64_t last_size_ = 0;
  std::optional<std::chrono::steady_clock::time_point> new_since_;
  std::thread thread_;
};

}  // namespace skyndsamt::log
