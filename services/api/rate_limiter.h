// A token bucket per identity, so that one caller cannot take the whole server: `rate` calls a
// second, with a burst of two seconds' worth. Kept as the instant at which the bucket would be full
// again (the generic cell rate algorithm), one number a caller.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "services/access/identity.h"

namespace skyndsamt::api {

// Thread-safe. Holds at most some 65,000 callers; those whose bucket is full are forgotten first.
class RateLimiter {
 public:
  // 0 = no limit.
  explicit RateLimiter(int calls_per_second);

  // Takes one call at this instant (nanoseconds of a steady clock); false if the bucket is empty.
  bool Take(const access::Identity& identity, int64_t now_nanos);

 private:
  static constexpr size_t kShards = 16;
  static constexpr size_t kCallersPerShard = 4096;
  struct alignas(64) Shard {
    absl::Mutex mutex;
    absl::flat_hash_map<std::string, int64_t> full_at ABSL_GUARDED_BY(mutex);
  };

  const int64_t interval_nanos_;  // one call's worth; 0 = no limit
  std::array<Shard, kShards> shards_;
};

}  // namespace skyndsamt::api
