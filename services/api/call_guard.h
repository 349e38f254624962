// The one door of every rpc: who calls, whether the role may, whether too often, and until when an
// answer is of use.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "grpcpp/server_context.h"
#include "services/access/identity.h"
#include "services/access/roles.h"
#include "services/access/token_verifier.h"
#include "services/api/byte_budget.h"
#include "services/api/rate_limiter.h"
#include "services/domain/rejection.h"

namespace skyndsamt::api {

using Deadline = std::chrono::steady_clock::time_point;
using Caller = std::shared_ptr<const access::Identity>;

struct GuardOptions {
  size_t max_message_bytes = 1 << 20;
  std::chrono::seconds max_deadline{30};  // also what a call without a deadline gets
  int calls_per_second = 0;               // per identity; 0 = no limit
  size_t bytes_under_way = 256 << 20;     // that all calls may hold together
  bool replica = false;                   // what records is refused
};

// Thread-safe.
class CallGuard {
 public:
  CallGuard(access::TokenVerifier& verifier, const GuardOptions& options)
      : verifier_(verifier),
        options_(options),
        limiter_(options.calls_per_second),
        budget_(options.bytes_under_way) {}

  // Sets `caller`, or says why the call goes no further: IDENTITY_MISSING, IDENTITY_INVALID,
  // ROLE_NOT_ALLOWED, REPLICA, RATE_LIMITED. The token stands in the metadata `authorization:
  // Bearer ...`.
  std::optional<domain::Rejection> Admit(const grpc::CallbackServerContext& context,
                                         access::Rpc rpc, Caller& caller);

  // The caller's deadline, capped.
  Deadline DeadlineOf(const grpc::CallbackServerContext& context) const;

  size_t max_message_bytes() const { return options_.max_message_bytes; }
  ByteBudget& budget() { return budget_; }

 private:
  access::TokenVerifier& verifier_;
  const GuardOptions options_;
  RateLimiter limiter_;
  ByteBudget budget_;
};

}  // namespace skyndsamt::api
