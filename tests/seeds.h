// Seeds of the tests that try random things: fixed ones, so that a run can be repeated; one of
// one's own from the environment:
//
//   TEST_SEED=17 build/release/tests/write_path/write_path_test
//
// A test names its seed where it fails: SCOPED_TRACE(Again(seed)).
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace skyndsamt::testing {

// 1 to `count`, or the one that TEST_SEED names.
inline std::vector<uint64_t> Seeds(uint64_t count) {
  if (const char* own = std::getenv("TEST_SEED")) return {std::strtoull(own, nullptr, 10)};
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= count; ++seed) seeds.push_back(seed);
  return seeds;
}

inline std::string Again(uint64_t seed) { return "again with TEST_SEED=" + std::to_string(seed); }

}  // namespace skyndsamt::testing
