#include "services/cli/progress.h"

#include <utility>

namespace skyndsamt::cli {

Progress::Progress(std::ostream* out, bool terminal, std::string what)
    : out_(out),
      terminal_(terminal),
      what_(std::move(what)),
      next_(Clock::now() + std::chrono::seconds(1)) {}

Progress::~Progress() { End(); }

void Progress::End() {
  if (out_ != nullptr && std::exchange(shown_, false) && terminal_) {
    *out_ << "\r\x1b[K" << std::flush;
  }
}

void Progress::At(uint64_t done, uint64_t total) {
  if (out_ == nullptr) return;
  Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(terminal_ ? 200 : 5000);
  shown_ = true;
  *out_ << (terminal_ ? "\r\x1b[K" : "") << what_ << ": " << done;
  if (total > 0) *out_ << " of " << total;
  *out_ << (terminal_ ? "" : "\n") << std::flush;
}

Waiting::Waiting(std::ostream* out, bool terminal, std::string what) {
  teller_ = std::thread([this, out, terminal, what = std::move(what)] {
    Progress progress(out, terminal, what + ", seconds");
    const auto begun = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, std::chrono::milliseconds(100), [this] { return done_; })) {
      const auto taken = std::chrono::steady_clock::now() - begun;
      progress.At(std::chrono::duration_cast<std::chrono::seconds>(taken).count(), 0);
    }
  });
}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  ended_.notify_all();
  teller_.join();
}

}  // namespace skyndsamt::cli
