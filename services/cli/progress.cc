#include "services/cli/progress.h"

#include <utility>

namespace skyndsamt::cli {

Progress::Progress(std::ostream* out, bool terminal, std::string what)
    : out_(out),
      terminal_(terminal),
      what_(std::move(what)),
      next_(Clock::now() + std::chrono::seconds(1)) {}

Progress::~Progress() {
  if (out_ != nullptr && shown_ && terminal_) *out_ << "\r\x1b[K" << std::flush;
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

}  // namespace skyndsamt::cli
