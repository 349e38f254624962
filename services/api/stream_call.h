// One server stream under way. It is a cursor, never a queue: a worker makes the next message only
// when the one before has left, so that a slow reader costs one message of memory and blocks
// nobody.
//
//   running --kWrite--> writing --written--> running --kWait--> waiting --woken--> running
//
// A stream ends when its source says so, when the caller cancels, when the server drains, with
// IDENTITY_INVALID when the caller's token has expired, or with QUEUE_FULL when all calls together
// hold too much. What its source holds is free before the caller hears of the end, so that the next
// call finds room.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eventstore/base/ids.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/access/identity.h"
#include "services/api/byte_budget.h"
#include "services/api/call_guard.h"
#include "services/api/worker_pool.h"

namespace skyndsamt::api {

class StreamCall;

// Every stream under way, so that a drain can end them, and what they may hold. Thread-safe.
class StreamRegistry {
 public:
  // `budget` outlives the object.
  explicit StreamRegistry(ByteBudget& budget) : budget_(budget) {}
  // Ends every stream with UNAVAILABLE, and every one that comes after at once.
  void EndAll();
  // Ends every stream whose caller is not to be believed any more at `now`, also one that waits:
  // to be called every second or so.
  void EndExpired(Micros now);
  // False if some stream is still there after `patience`.
  bool WaitUntilEmpty(absl::Duration patience);
  size_t size() const;

 private:
  friend class StreamCall;
  bool Add(StreamCall* stream, std::weak_ptr<StreamCall> handle);
  void Remove(StreamCall* stream);

  ByteBudget& budget_;
  mutable absl::Mutex mutex_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<StreamCall*, std::weak_ptr<StreamCall>> streams_ ABSL_GUARDED_BY(mutex_);
};

// What a source has next.
struct StreamStep {
  enum class Kind { kWrite, kWait, kFinish };
  Kind kind = Kind::kWait;
  grpc::ByteBuffer bytes;  // kWrite
  grpc::Status status;     // kFinish

  static StreamStep Write(const google::protobuf::Message& message);
  static StreamStep Wait() { return {}; }
  static StreamStep Finish(grpc::Status status) { return {Kind::kFinish, {}, std::move(status)}; }
};

// Where a stream's messages come from. Next is called on a worker, one call at a time, and may
// touch disk; WhenReady calls `wake` once, from any thread, when Next has something.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  virtual StreamStep Next() = 0;
  virtual void WhenReady(std::function<void()> wake) = 0;
};

struct StreamTerms {
  size_t asked = 0;                  // the request's size, which the source may hold
  Micros until = access::kNoExpiry;  // when the caller's token is refused
};

// Owns itself from Start to gRPC's OnDone. Thread-safe.
class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  // The reactor to hand to gRPC, running.
  static StreamCall* Start(std::unique_ptr<StreamSource> source, const StreamTerms& terms,
                           WorkerPool& pool, StreamRegistry& registry);
  StreamCall(std::unique_ptr<StreamSource> source, Micros until, WorkerPool& pool,
             StreamRegistry& registry);
  ~StreamCall() override;

  void End(const grpc::Status& status);
  Micros until() const { return until_; }

 private:
  enum class State { kRunning, kWriting, kArming, kWaiting, kFinished };

  void OnCancel() override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

  void RunSoon();
  void RunStep();
  void Arm();
  void Wake();
  void LetGo(const grpc::Status& status);

  const Micros until_;
  WorkerPool& pool_;
  StreamRegistry& registry_;
  std::unique_ptr<StreamSource> source_;
  std::shared_ptr<StreamCall> self_;
  ByteBudget::Share share_;  // of the stream itself
  grpc::ByteBuffer writing_;
  ByteBudget::Share writing_share_;
  absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kRunning;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // while arming
  std::optional<grpc::Status> ended_ ABSL_GUARDED_BY(mutex_);
};

// Answers a stream that is refused at the door. Deletes itself.
class RefusedStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }

 private:
  void OnDone() override { delete this; }
};

}  // namespace skyndsamt::api
