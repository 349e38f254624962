#include "eventstore/log/checkpointer.h"

#include <algorithm>
#include <utility>

#include "eventstore/log/role.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::log {
namespace {

constexpr std::chrono::milliseconds kLookEvery{1000};

}  // namespace

absl::Status CheckSignature(EventLog& log, const std::vector<merkle::NoteVerifier>& verifiers) {
  const auto newest = log.NewestCheckpoint();
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return absl::OkStatus();
  const auto opened = merkle::OpenCheckpoint((*newest)->note, verifiers, log.origin());
  if (opened.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the log's newest checkpoint is not signed by a key that is trusted: put its key back, or "
      "name the former one's verifier key in trusted_verifier_keys; see deploy/runbook.md, 'the "
      "log is not what it signed'");
}

Checkpointer::Checkpointer(EventLog& log, merkle::NoteSigner signer, CheckpointerOptions options)
    : log_(log), signer_(std::move(signer)), options_(std::move(options)) {
  const auto newest = log_.NewestCheckpoint();
  if (newest.ok() && newest->has_value()) last_size_ = (*newest)->size;
  thread_ = std::thread([this] { Run(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

absl::Status Checkpointer::health() const {
  const std::lock_guard lock(mutex_);
  return halted_.ok() ? health_ : halted_;
}

void Checkpointer::Halt(absl::string_view why) {
  const std::lock_guard lock(mutex_);
  halted_ = absl::FailedPreconditionError(why);
}

absl::Status Checkpointer::MaySign() const {
  if (absl::Status retired = log_.health(); IsTakesNoAppends(retired)) return retired;
  const std::lock_guard lock(mutex_);
  return halted_;
}

bool Checkpointer::IsDue() {
  const uint64_t size = log_.committed();
  const std::lock_guard lock(mutex_);
  if (size <= last_size_) {
    new_since_.reset();
    return false;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!new_since_) new_since_ = now;
  return size - last_size_ >= options_.records || now - *new_since_ >= options_.every;
}

absl::StatusOr<std::optional<KeptCheckpoint>> Checkpointer::SignNow() {
  const std::lock_guard signing(signing_);
  const uint64_t size = log_.committed();
  auto newest = log_.NewestCheckpoint();
  if (!newest.ok() || (newest->has_value() && (*newest)->size == size) || size == 0) return newest;
  if (absl::Status may = MaySign(); !may.ok()) return may;
  const auto root = log_.Root(size);
  if (!root.ok()) return root.status();
  KeptCheckpoint checkpoint{size, merkle::SignCheckpoint({log_.origin(), size, *root}, signer_)};
  const auto kept = log_.KeepCheckpoints({checkpoint.note});
  if (!kept.ok()) return kept;
  {
    const std::lock_guard lock(mutex_);
    last_size_ = size;
    new_since_.reset();
  }
  options_.kept(checkpoint);
  return checkpoint;
}

void Checkpointer::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::min(kLookEvery, options_.every), [&] { return closing_; })) {
    lock.unlock();
    absl::Status signed_one;
    if (IsDue()) signed_one = SignNow().status();
    lock.lock();
    health_ = signed_one;
  }
}

}  // namespace skyndsamt::log
