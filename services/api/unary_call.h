// One unary rpc under way: its request and response on an arena of its own, its caller and its
// deadline. A handler answers or refuses exactly once, on any thread, and does not touch the call
// afterwards: it is gone. What gRPC still has to do stands on its own default reactor, which it
// completes without a change of threads.
#pragma once

#include <memory>
#include <utility>

#include "google/protobuf/arena.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/api/call_guard.h"
#include "services/api/errors.h"
#include "services/api/message_bytes.h"

namespace skyndsamt::api {

// Made with new; lives until it is answered. One thread at a time.
template <typename Request, typename Response>
class UnaryCall final {
 public:
  UnaryCall(grpc::ServerUnaryReactor* reactor, grpc::ByteBuffer* out)
      : arena_(block_, sizeof block_), reactor_(reactor), out_(out) {
    request_ = google::protobuf::Arena::CreateMessage<Request>(&arena_);
    response_ = google::protobuf::Arena::CreateMessage<Response>(&arena_);
  }

  Request& request() { return *request_; }
  Response& response() { return *response_; }
  const access::Identity& caller() const { return *caller_; }
  Deadline deadline() const { return deadline_; }

  // An object that lives as long as the call.
  template <typename T, typename... Args>
  T* Keep(Args&&... args) {
    return google::protobuf::Arena::Create<T>(&arena_, std::forward<Args>(args)...);
  }

  void Answer() {
    *out_ = ToBytes(*response_);
    Finish(grpc::Status::OK);
  }
  void Answer(const Response& response) {
    *out_ = ToBytes(response);
    Finish(grpc::Status::OK);
  }
  void Refuse(const grpc::Status& status) { Finish(status); }
  void Refuse(v1::Reason reason, std::string_view field = {}) {
    Finish(api::Refuse(reason, field));
  }
  void Refuse(const domain::Rejection& rejection) { Finish(api::Refuse(rejection)); }

  // Used by Serve alone.
  void Set(Caller caller, Deadline deadline, ByteBudget::Share share) {
    caller_ = std::move(caller);
    deadline_ = deadline;
    share_ = std::move(share);
  }

 private:
  ~UnaryCall() = default;
  void Finish(grpc::Status status) {
    grpc::ServerUnaryReactor* reactor = reactor_;
    delete this;
    reactor->Finish(std::move(status));
  }

  alignas(8) char block_[2048];
  google::protobuf::Arena arena_;
  grpc::ServerUnaryReactor* reactor_;
  grpc::ByteBuffer* out_;
  Request* request_;
  Response* response_;
  Caller caller_;
  Deadline deadline_;
  ByteBudget::Share share_;
};

// What a call is taken to hold: itself, its message on the wire, parsed, and on its way to the log.
inline size_t BytesHeldBy(const grpc::ByteBuffer& message) { return 4096 + 4 * message.Length(); }

// Lets a call through the guard, parses it and hands it to `handle`, which must not block: no more
// than one handler at a time waits for the disk, where it is alone (log::EventLog::Work).
template <typename Request, typename Response, typename Handle>
grpc::ServerUnaryReactor* Serve(CallGuard& guard, access::Rpc rpc,
                                grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                grpc::ByteBuffer* out, Handle&& handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto* call = new UnaryCall<Request, Response>(reactor, out);
  Caller caller;
  auto refusal = guard.Admit(*context, rpc, caller);
  auto share = guard.budget().Take(BytesHeldBy(*in));
  if (!refusal && !share) refusal = domain::Rejection{v1::REASON_QUEUE_FULL, ""};
  if (!refusal) {
    const auto parse = access::Records(rpc) ? ParseBytes : ParseQuestion;
    refusal = parse(*in, guard.max_message_bytes(), call->request());
  }
  if (refusal) {
    call->Refuse(*refusal);
    return reactor;
  }
  call->Set(std::move(caller), guard.DeadlineOf(*context), std::move(share));
  handle(*call);
  return reactor;
}

}  // namespace skyndsamt::api
