#include "services/api/stream_call.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "services/api/errors.h"
#include "services/api/message_bytes.h"

namespace skyndsamt::api {
namespace {

constexpr size_t kStreamBytes = 16 << 10;  // a stream that waits: its source, its call

}  // namespace

StreamStep StreamStep::Write(const google::protobuf::Message& message) {
  return {Kind::kWrite, ToBytes(message), {}};
}

bool StreamRegistry::Add(StreamCall* stream, std::weak_ptr<StreamCall> handle) {
  absl::MutexLock lock(&mutex_);
  streams_.emplace(stream, std::move(handle));
  return !ending_;
}

void StreamRegistry::Remove(StreamCall* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

void StreamRegistry::EndAll() {
  std::vector<std::shared_ptr<StreamCall>> open;
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    for (const auto& [stream, handle] : streams_) {
      if (auto held = handle.lock()) open.push_back(std::move(held));
    }
  }
  for (const auto& stream : open) stream->End(Refuse(v1::REASON_LOG_UNAVAILABLE));
}

void StreamRegistry::EndExpired(Micros now) {
  std::vector<std::shared_ptr<StreamCall>> expired;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [stream, handle] : streams_) {
      if (now < stream->until()) continue;
      if (auto held = handle.lock()) expired.push_back(std::move(held));
    }
  }
  for (const auto& stream : expired) stream->End(Refuse(v1::REASON_IDENTITY_INVALID));
}

bool StreamRegistry::WaitUntilEmpty(absl::Duration patience) {
  const auto empty = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return streams_.empty(); };
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&empty), patience);
}

size_t StreamRegistry::size() const {
  absl::MutexLock lock(&mutex_);
  return streams_.size();
}

StreamCall* StreamCall::Start(std::unique_ptr<StreamSource> source, const StreamTerms& terms,
                              WorkerPool& pool, StreamRegistry& registry) {
  auto stream = std::make_shared<StreamCall>(std::move(source), terms.until, pool, registry);
  StreamCall* reactor = stream.get();
  reactor->self_ = stream;
  if (!registry.Add(reactor, stream)) reactor->End(Refuse(v1::REASON_LOG_UNAVAILABLE));
  reactor->share_ = registry.budget_.Take(kStreamBytes + 4 * terms.asked);
  if (!reactor->share_) reactor->End(Refuse(v1::REASON_QUEUE_FULL));
  reactor->RunSoon();
  return reactor;
}

StreamCall::StreamCall(std::unique_ptr<StreamSource> source, Micros until, WorkerPool& pool,
                       StreamRegistry& registry)
    : until_(until), pool_(pool), registry_(registry), source_(std::move(source)) {}

StreamCall::~StreamCall() {
  source_.reset();
  registry_.Remove(this);
}

void StreamCall::RunSoon() {
  pool_.SubmitAlways([self = shared_from_this()] { self->RunStep(); });
}

// gRPC may call back from within StartWrite and Finish, so neither is called under the lock.
void StreamCall::RunStep() {
  StreamStep step;
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) step = StreamStep::Finish(*ended_);
  }
  if (step.kind != StreamStep::Kind::kFinish) step = source_->Next();
  if (step.kind == StreamStep::Kind::kWrite) {
    writing_share_ = registry_.budget_.Take(step.bytes.Length());
    if (!writing_share_) step = StreamStep::Finish(Refuse(v1::REASON_QUEUE_FULL));
  }
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) step = StreamStep::Finish(*ended_);
    switch (step.kind) {
      case StreamStep::Kind::kWrite:
        state_ = State::kWriting;
        break;
      case StreamStep::Kind::kWait:
        state_ = State::kArming;
        break;
      case StreamStep::Kind::kFinish:
        state_ = State::kFinished;
        break;
    }
  }
  switch (step.kind) {
    case StreamStep::Kind::kWrite:
      writing_ = std::move(step.bytes);
      StartWrite(&writing_);
      break;
    case StreamStep::Kind::kFinish:
      LetGo(step.status);
      break;
    case StreamStep::Kind::kWait:
      Arm();
      break;
  }
}

// Until WhenReady has returned, nobody else may use the source: a wake that comes earlier is noted.
void StreamCall::Arm() {
  // The one who wakes must not be the one who lets go of the stream: hand it to the pool.
  source_->WhenReady([handle = weak_from_this(), pool = &pool_] {
    if (auto self = handle.lock()) {
      pool->SubmitAlways([self = std::move(self)] { self->Wake(); });
    }
  });
  std::optional<grpc::Status> over;
  {
    absl::MutexLock lock(&mutex_);
    const bool woken = std::exchange(woken_, false);
    over = ended_;
    state_ = over ? State::kFinished : woken ? State::kRunning : State::kWaiting;
    if (state_ == State::kWaiting) return;
  }
  if (over) {
    LetGo(*over);
  } else {
    RunSoon();
  }
}

void StreamCall::Wake() {
  {
    absl::MutexLock lock(&mutex_);
    woken_ = state_ == State::kArming;
    if (state_ != State::kWaiting) return;
    state_ = State::kRunning;
  }
  RunStep();
}

void StreamCall::OnWriteDone(bool ok) {
  writing_.Clear();
  writing_share_ = {};
  {
    absl::MutexLock lock(&mutex_);
    if (!ok && !ended_) ended_ = grpc::Status::CANCELLED;
    state_ = State::kRunning;
  }
  RunSoon();
}

void StreamCall::End(const grpc::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (ended_ || state_ == State::kFinished) return;
    ended_ = status;
    if (state_ != State::kWaiting) return;
    state_ = State::kFinished;
  }
  LetGo(status);
}

// Whoever set kFinished alone comes here, so nobody else uses the source.
void StreamCall::LetGo(const grpc::Status& status) {
  source_.reset();
  Finish(status);
}

void StreamCall::OnCancel() { End(grpc::Status::CANCELLED); }

// The last reference may be a worker's; never the log's own notifier's.
void StreamCall::OnDone() { self_.reset(); }

}  // namespace skyndsamt::api
