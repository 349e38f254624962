// A closed-loop load: a fixed number of calls in flight, each answered call starts the next.
// The same generator drives the echoes and the product, so that only the server differs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace skyndsamt::bench {

struct LoadResult {
  uint64_t answered = 0;
  uint64_t failed = 0;
  double seconds = 0;
  double server_cpu_seconds = 0;
  double client_cpu_seconds = 0;  // of this process, which makes the calls and takes the answers
  std::vector<uint32_t> micros;   // latency of each answered call, sorted

  double per_second() const { return seconds > 0 ? answered / seconds : 0; }
  double server_micros() const { return PerCall(server_cpu_seconds); }
  double client_micros() const { return PerCall(client_cpu_seconds); }
  double PerCall(double cpu_seconds) const { return answered ? cpu_seconds * 1e6 / answered : 0; }
  uint32_t percentile(double p) const;
  void Add(const LoadResult& other);  // pools two runs of the same load
};

// Starts one call; runs `done(ok)` exactly once from any thread when it is answered.
using StartCall = std::function<void(uint64_t number, std::function<void(bool ok)> done)>;

// Runs for `seconds` with `in_flight` calls after a warm-up that is not counted. `server_pid` is
// the process whose CPU is counted; 0 = none.
LoadResult RunLoad(int in_flight, double warm_up, double seconds, int server_pid,
                   const StartCall& start);

// User and system seconds a process has used.
double CpuSeconds(int pid);

}  // namespace skyndsamt::bench
