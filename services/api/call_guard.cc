#include "services/api/call_guard.h"

#include <strings.h>

#include <algorithm>
#include <string_view>

namespace skyndsamt::api {
namespace {

constexpr std::string_view kScheme = "Bearer ";

// The scheme is named in either case (RFC 9110 11.1).
bool HasScheme(std::string_view value) {
  return value.size() > kScheme.size() &&
         strncasecmp(value.data(), kScheme.data(), kScheme.size()) == 0;
}

}  // namespace

std::optional<domain::Rejection> CallGuard::Admit(const grpc::CallbackServerContext& context,
                                                  access::Rpc rpc, Caller& caller) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("authorization");
  if (found == metadata.end()) return domain::Rejection{v1::REASON_IDENTITY_MISSING, ""};
  const std::string_view value(found->second.data(), found->second.size());
  if (!HasScheme(value)) {
    return domain::Rejection{v1::REASON_IDENTITY_MISSING, ""};
  }
  auto verified = verifier_.Verify(value.substr(kScheme.size()));
  if (!verified.ok()) return domain::Rejection{v1::REASON_IDENTITY_INVALID, ""};
  if (!access::MayCall((*verified)->role, rpc)) {
    return domain::Rejection{v1::REASON_ROLE_NOT_ALLOWED, ""};
  }
  if (options_.replica && access::Records(rpc)) return domain::Rejection{v1::REASON_REPLICA, ""};
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  if (!limiter_.Take(**verified, std::chrono::nanoseconds(now).count())) {
    return domain::Rejection{v1::REASON_RATE_LIMITED, ""};
  }
  caller = *std::move(verified);
  return std::nullopt;
}

Deadline CallGuard::DeadlineOf(const grpc::CallbackServerContext& context) const {
  using std::chrono::system_clock;
  const auto stated = context.deadline();
  const auto now = system_clock::now();
  auto left = std::chrono::duration_cast<system_clock::duration>(options_.max_deadline);
  if (stated != system_clock::time_point::max()) left = std::min(left, stated - now);
  return std::chrono::steady_clock::now() + left;
}

}  // namespace skyndsamt::api
