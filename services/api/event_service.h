// EventService: the log itself, for auditors, statistics consumers and replicas.
//
// A whole log holds every authority's events, so reading it takes a token that is limited to none;
// a caller limited to an authority or units reads the streams of incidents within its sight.
#pragma once

#include "services/api/backend.h"
#include "skyndsamt/api/v1/event_service.grpc.pb.h"

namespace skyndsamt::api {

// Thread-safe.
class EventService final
    : public v1::EventService::WithRawCallbackMethod_ReadEvents<
          v1::EventService::WithRawCallbackMethod_SubscribeEvents<
              v1::EventService::WithRawCallbackMethod_GetCheckpoint<
                  v1::EventService::WithRawCallbackMethod_GetProof<v1::EventService::Service>>>> {
 public:
  explicit EventService(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* ReadEvents(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* SubscribeEvents(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* in) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetProof(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;

 private:
  using ReadCall = UnaryCall<v1::ReadEventsRequest, v1::ReadEventsResponse>;
  void Read(ReadCall& call) const;
  using CheckpointCall = UnaryCall<v1::GetCheckpointRequest, v1::Checkpoint>;
  void AnswerCheckpoint(CheckpointCall& call) const;
  void RefuseNone(CheckpointCall& call) const;
  using ProofCall = UnaryCall<v1::GetProofRequest, v1::Proof>;
  void AnswerProof(ProofCall& call) const;

  const Backend backend_;
};

}  // namespace skyndsamt::api
