// Where the chance of a test comes from: the clock, so that each run strikes at other moments. What
// it was is printed; KAFKATEST_SEED=... takes the same again, as far as moments can be repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace skyndsamt::kafka {

inline uint64_t TestSeed() {
  const char* given = std::getenv("KAFKATEST_SEED");
  const uint64_t seed =
      given != nullptr
          ? std::strtoull(given, nullptr, 10)
          : static_cast<uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  std::printf("  KAFKATEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace skyndsamt::kafka
