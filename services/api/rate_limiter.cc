#include "services/api/rate_limiter.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace skyndsamt::api {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kBurst = 2 * kSecond;

}  // namespace

RateLimiter::RateLimiter(int calls_per_second)
    : interval_nanos_(calls_per_second > 0 ? std::max<int64_t>(1, kSecond / calls_per_second) : 0) {
}

bool RateLimiter::Take(const access::Identity& identity, int64_t now_nanos) {
  if (interval_nanos_ == 0) return true;
  const std::string caller = absl::StrCat(identity.issuer, "\n", identity.subject);
  Shard& shard = shards_[absl::HashOf(caller) % kShards];
  absl::MutexLock lock(&shard.mutex);
  if (shard.full_at.size() >= kCallersPerShard && !shard.full_at.contains(caller)) {
    absl::erase_if(shard.full_at, [&](const auto& one) { return one.second <= now_nanos; });
    if (shard.full_at.size() >= kCallersPerShard) return false;
  }
  int64_t& full_at = shard.full_at[caller];
  const int64_t next = std::max(full_at, now_nanos) + interval_nanos_;
  if (next - now_nanos > kBurst) return false;
  full_at = next;
  return true;
}

}  // namespace skyndsamt::api
