// OperationService, for those who run the server, and DevelopmentService, which hands out tokens on
// a server that was started so and is bound to loopback.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "services/access/development_issuer.h"
#include "services/api/backend.h"
#include "skyndsamt/api/v1/operation_service.grpc.pb.h"

namespace skyndsamt::api {

// Adds what the floors above know to a server's status. Called from any thread.
using StatusReport = std::function<void(v1::ServerStatus&)>;

// Thread-safe.
class OperationService final
    : public v1::OperationService::WithRawCallbackMethod_GetServerStatus<
          v1::OperationService::WithRawCallbackMethod_CreateBackup<v1::OperationService::Service>> {
 public:
  OperationService(const Backend& backend, bool development_tokens, StatusReport report)
      : backend_(backend), development_tokens_(development_tokens), report_(std::move(report)) {}

  grpc::ServerUnaryReactor* GetServerStatus(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  // The backup's directory gets `log` and `keys` inside; one backup at a time.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* CreateBackup(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in) override;

  // What GetServerStatus answers, for whoever else tells it (metrics).
  v1::ServerStatus Status() const;

 private:
  const Backend backend_;
  const bool development_tokens_;
  const StatusReport report_;
  std::atomic<bool> backing_up_{false};
};

// Takes no identity: that is what it is for. Thread-safe.
class DevelopmentService final : public v1::DevelopmentService::WithRawCallbackMethod_IssueToken<
                                     v1::DevelopmentService::Service> {
 public:
  DevelopmentService(const access::DevelopmentIssuer& issuer, size_t max_message_bytes)
      : issuer_(issuer), max_message_bytes_(max_message_bytes) {}

  grpc::ServerUnaryReactor* IssueToken(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;

 private:
  const access::DevelopmentIssuer& issuer_;
  const size_t max_message_bytes_;
};

}  // namespace skyndsamt::api
