#include "services/api/event_service.h"

#include "services/api/event_messages.h"
#include "services/api/scope.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;

// Whether every record of the log is within the caller's sight.
bool SeesWholeLog(const access::Identity& caller) {
  return caller.authority.empty() && caller.units.empty();
}

std::string Cursor(uint64_t at) { return std::to_string(at); }

std::optional<uint64_t> ReadCursor(const std::string& text) {
  uint64_t at = 0;
  if (!absl::SimpleAtoi(text, &at)) return std::nullopt;
  return at;
}

// Where a subscription begins; INVALID_ARGUMENT names the field that is wrong.
absl::StatusOr<Position> FirstOf(log::EventLog& log, const v1::SubscribeEventsRequest& request) {
  switch (request.from_case()) {
    case v1::SubscribeEventsRequest::kAfter:
      return PositionAfter(log, request.after());
    case v1::SubscribeEventsRequest::kEnd:
      return log.committed();
    case v1::SubscribeEventsRequest::kRecordedAt: {
      const auto instant = MicrosOf(request.recorded_at());
      if (!instant) return absl::InvalidArgumentError("recorded_at");
      return log.FirstRecordedAt(*instant);
    }
    case v1::SubscribeEventsRequest::kBeginning:
    case v1::SubscribeEventsRequest::FROM_NOT_SET:
      return Position{0};
  }
  return Position{0};
}

class Subscriber final : public StreamSource {
 public:
  Subscriber(log::EventLog& log, v1::SubscribeEventsRequest request)
      : log_(log), request_(std::move(request)) {}

  StreamStep Next() override {
    if (subscription_ == nullptr) {
      const absl::StatusOr<Position> first = FirstOf(log_, request_);
      if (!first.ok()) {
        return StreamStep::Finish(RefuseQuery(first.status(), {v1::REASON_UNSPECIFIED, ""},
                                              std::string(first.status().message())));
      }
      subscription_ = log_.Subscribe(*first, FilterOf(request_.filter()));
    }
    absl::StatusOr<log::Delivery> delivery = subscription_->Poll();
    if (!delivery.ok()) return StreamStep::Finish(Refuse(delivery.status()));
    if (delivery->kind == log::Delivery::Kind::kNothing) return StreamStep::Wait();
    v1::SubscribeEventsResponse message;
    Fill(*delivery, message);
    return StreamStep::Write(message);
  }

  void WhenReady(std::function<void()> wake) override { subscription_->WhenReady(std::move(wake)); }

 private:
  void Fill(const log::Delivery& delivery, v1::SubscribeEventsResponse& message) const {
    using Kind = log::Delivery::Kind;
    switch (delivery.kind) {
      case Kind::kNothing:
        break;
      case Kind::kRecords:
        for (const auto& record : delivery.records) {
          FillEvent(log_, *record, message.mutable_batch()->add_events());
        }
        break;
      case Kind::kCaughtUp:
        SetLast(log_, delivery.position, message.mutable_caught_up());
        break;
      case Kind::kFellBehind:
        SetLast(log_, delivery.position, message.mutable_fell_behind());
        break;
      case Kind::kCheckpoint:
        SetLast(log_, delivery.position, message.mutable_checkpoint());
        break;
    }
  }

  log::EventLog& log_;
  const v1::SubscribeEventsRequest request_;
  std::unique_ptr<log::Subscription> subscription_;
};

}  // namespace

grpc::ServerUnaryReactor* EventService::ReadEvents(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* in,
                                                   grpc::ByteBuffer* out) {
  return Serve<v1::ReadEventsRequest, v1::ReadEventsResponse>(
      backend_.guard, Rpc::kReadEvents, context, in, out, [this](ReadCall& call) {
        const auto read = [this, &call] {
          if (!backend_.pool.Submit([this, &call] { Read(call); })) {
            call.Refuse(v1::REASON_QUEUE_FULL);
          }
        };
        if (SeesWholeLog(call.caller())) return read();
        WhenViewsHoldAll(backend_, call, read);  // whose an incident is, they know
      });
}

void EventService::Read(ReadCall& call) const {
  const v1::ReadEventsRequest& request = call.request();
  std::optional<PageAsked> page = ReadPage(call, 100, 1000);
  if (!page) return;
  std::optional<StreamId> stream;
  if (!request.stream().empty()) {
    auto parsed = StreamId::Parse(request.stream());
    if (!parsed.ok()) return call.Refuse(v1::REASON_FIELD_INVALID, "stream");
    stream = *parsed;
  }
  if (!SeesWholeLog(call.caller())) {
    if (!stream) return call.Refuse(v1::REASON_UNIT_NOT_ALLOWED);
    const absl::Status seen = SeesIncident(backend_.views, call.caller(), stream->ToString());
    if (!seen.ok()) {
      return call.Refuse(RefuseQuery(seen, {v1::REASON_INCIDENT_UNKNOWN, "stream"}, "stream"));
    }
  }
  log::ReadOptions options;
  options.backward = request.backward();
  options.max_records = page->limit;
  options.max_bytes = kPageBytes;
  options.filter = FilterOf(request.filter());
  if (!page->after.empty()) {
    options.from = ReadCursor(page->after);
  } else if (request.has_recorded_at()) {
    const auto instant = MicrosOf(request.recorded_at());
    if (!instant) return call.Refuse(v1::REASON_FIELD_INVALID, "recorded_at");
    const auto first = stream ? backend_.log.FirstRecordedAt(*stream, *instant)
                              : backend_.log.FirstRecordedAt(*instant);
    if (!first.ok()) return call.Refuse(Refuse(first.status()));
    options.from = *first;
  } else if (request.from_case() == v1::ReadEventsRequest::kPosition) {
    options.from = request.position();
  }
  const auto read =
      stream ? backend_.log.ReadStream(*stream, options) : backend_.log.ReadAll(options);
  if (!read.ok()) return call.Refuse(Refuse(read.status()));
  v1::ReadEventsResponse& response = call.response();
  for (const log::Record& record : read->records) {
    FillEvent(backend_.log, record, response.add_events());
  }
  if (read->next) response.set_next_page_token(MakePageToken(page->question, Cursor(*read->next)));
  SetLast(backend_.log, read->committed, response.mutable_reflects());
  call.Answer();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* EventService::SubscribeEvents(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  Caller caller;
  v1::SubscribeEventsRequest request;
  auto refusal = backend_.guard.Admit(*context, Rpc::kSubscribeEvents, caller);
  if (!refusal) refusal = ParseQuestion(*in, backend_.guard.max_message_bytes(), request);
  if (!refusal && !SeesWholeLog(*caller)) {
    refusal = domain::Rejection{v1::REASON_UNIT_NOT_ALLOWED, ""};
  }
  if (refusal) return new RefusedStream(Refuse(*refusal));
  return StreamCall::Start(std::make_unique<Subscriber>(backend_.log, std::move(request)),
                           {in->Length(), caller->valid_until}, backend_.pool, backend_.streams);
}

grpc::ServerUnaryReactor* EventService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  return Serve<v1::GetCheckpointRequest, v1::Checkpoint>(
      backend_.guard, Rpc::kGetCheckpoint, context, in, out, [this](CheckpointCall& call) {
        if (!backend_.pool.Submit([this, &call] { AnswerCheckpoint(call); })) {
          call.Refuse(v1::REASON_QUEUE_FULL);
        }
      });
}

void EventService::AnswerCheckpoint(CheckpointCall& call) const {
  log::Checkpointer* const checkpointer = backend_.checkpointer;
  if (call.request().sign()) {
    if (checkpointer == nullptr) return call.Refuse(v1::REASON_REPLICA, "sign");
    const auto signed_now = checkpointer->SignNow();
    // Retired, or fenced: most likely a copy.
    if (absl::IsFailedPrecondition(signed_now.status())) {
      return call.Refuse(v1::REASON_REPLICA, "sign");
    }
    if (!signed_now.ok()) return call.Refuse(Refuse(signed_now.status()));
  }
  const uint64_t at_most = call.request().at_most();
  const auto newest = backend_.log.NewestCheckpoint(at_most == 0 ? ~uint64_t{0} : at_most);
  if (!newest.ok()) return call.Refuse(Refuse(newest.status()));
  if (!newest->has_value()) return RefuseNone(call);
  call.response().set_note((*newest)->note);
  call.response().set_size((*newest)->size);
  if (checkpointer != nullptr) {
    call.response().set_verifier_key(checkpointer->verifier().Encode());
  }
  call.Answer();
}

// None signed, or none of so few records as were asked for.
void EventService::RefuseNone(CheckpointCall& call) const {
  const auto any = backend_.log.NewestCheckpoint();
  if (!any.ok() || !any->has_value()) return call.Refuse(v1::REASON_CHECKPOINT_UNKNOWN);
  call.Refuse(Refuse(v1::REASON_CHECKPOINT_UNKNOWN, "at_most", {{"detail", "so_few_records"}}));
}

grpc::ServerUnaryReactor* EventService::GetProof(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* in,
                                                 grpc::ByteBuffer* out) {
  return Serve<v1::GetProofRequest, v1::Proof>(
      backend_.guard, Rpc::kGetProof, context, in, out, [this](ProofCall& call) {
        if (!backend_.pool.Submit([this, &call] { AnswerProof(call); })) {
          call.Refuse(v1::REASON_QUEUE_FULL);
        }
      });
}

void EventService::AnswerProof(ProofCall& call) const {
  const v1::GetProofRequest& request = call.request();
  if (request.size() > backend_.log.committed()) {
    return call.Refuse(v1::REASON_FIELD_INVALID, "size");
  }
  const bool inclusion = request.of_case() == v1::GetProofRequest::kPosition;
  if (!inclusion && request.of_case() != v1::GetProofRequest::kOlderSize) {
    return call.Refuse(v1::REASON_FIELD_INVALID, "position");
  }
  const auto path = inclusion ? backend_.log.ProveInclusion(request.position(), request.size())
                              : backend_.log.ProveConsistency(request.older_size(), request.size());
  if (absl::IsInvalidArgument(path.status())) {
    return call.Refuse(v1::REASON_FIELD_INVALID, inclusion ? "position" : "older_size");
  }
  if (!path.ok()) return call.Refuse(Refuse(path.status()));
  for (const Bytes32& hash : *path) {
    call.response().add_hashes(hash.data(), hash.size());
  }
  call.Answer();
}

}  // namespace skyndsamt::api
