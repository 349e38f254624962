// PolicyService: what an authority publishes (routine, closing days, yardsticks), the rule set that
// holds for all, and what a draft would change. Publishing is rare and carried out on a worker; it
// answers once the views hold it. A preview is a stream of steps on the same workers.
#pragma once

#include <atomic>

#include "services/api/backend.h"
#include "skyndsamt/api/v1/organisation_service.grpc.pb.h"

namespace skyndsamt::api {

using RawRoutines = v1::PolicyService::WithRawCallbackMethod_PublishRoutine<
    v1::PolicyService::WithRawCallbackMethod_ListRoutines<v1::PolicyService::Service>>;
using RawClosingDays = v1::PolicyService::WithRawCallbackMethod_PublishClosingDays<
    v1::PolicyService::WithRawCallbackMethod_ListClosingDays<RawRoutines>>;
using RawYardsticks = v1::PolicyService::WithRawCallbackMethod_PublishYardsticks<
    v1::PolicyService::WithRawCallbackMethod_ListYardsticks<RawClosingDays>>;
using RawRuleSets = v1::PolicyService::WithRawCallbackMethod_PublishRuleSet<
    v1::PolicyService::WithRawCallbackMethod_GetRuleSet<
        v1::PolicyService::WithRawCallbackMethod_ListRuleSets<RawYardsticks>>>;
using RawPolicyService = v1::PolicyService::WithRawCallbackMethod_PreviewPolicy<RawRuleSets>;

// Thread-safe.
class PolicyService final : public RawPolicyService {
 public:
  explicit PolicyService(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* PublishRoutine(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListRoutines(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  // A principal publishes those of units in sight; those of all units are the authority's.
  grpc::ServerUnaryReactor* PublishClosingDays(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in,
                                               grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListClosingDays(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* PublishYardsticks(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListYardsticks(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* PublishRuleSet(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetRuleSet(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListRuleSets(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  // QUEUE_FULL while as many are under way as may be: each keeps a worker busy.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* PreviewPolicy(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in) override;

 private:
  const Backend backend_;
  std::atomic<int> previews_{0};  // under way
};

}  // namespace skyndsamt::api
