#include "tests/bench/load.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

namespace skyndsamt::bench {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }

// One place among those in flight: starts the next call when the last is answered.
class Loop {
 public:
  Loop(int in_flight, const StartCall& start)
      : start_(start), running_(in_flight), slots_(in_flight) {
    for (Slot& slot : slots_) slot.loop = this;
  }

  void Start() {
    for (Slot& slot : slots_) Next(slot);
  }
  void Measure(bool on) { measuring_ = on; }
  void StopAndWait() {
    stopping_ = true;
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return running_ == 0; });
  }

  void Collect(LoadResult& result) {
    for (Slot& slot : slots_) {
      result.failed += slot.failed;
      result.micros.insert(result.micros.end(), slot.micros.begin(), slot.micros.end());
    }
    result.answered = result.micros.size();
    std::sort(result.micros.begin(), result.micros.end());
  }

 private:
  struct Slot {
    Loop* loop = nullptr;
    Clock::time_point begun;
    uint64_t failed = 0;
    std::vector<uint32_t> micros;
  };

  void Next(Slot& slot) {
    if (stopping_) {
      std::lock_guard lock(mutex_);
      if (--running_ == 0) idle_.notify_all();
      return;
    }
    slot.begun = Clock::now();
    start_(number_.fetch_add(1), [&slot](bool ok) { slot.loop->Answered(slot, ok); });
  }

  void Answered(Slot& slot, bool ok) {
    if (measuring_) {
      if (!ok)
        ++slot.failed;
      else
        slot.micros.push_back(static_cast<uint32_t>(Seconds(Clock::now() - slot.begun) * 1e6));
    }
    Next(slot);
  }

  const StartCall& start_;
  std::atomic<uint64_t> number_{0};
  std::atomic<bool> measuring_{false};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable idle_;
  int running_;
  std::vector<Slot> slots_;
};

double OwnCpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return t.tv_sec + t.tv_usec / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void Sleep(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

}  // namespace

uint32_t LoadResult::percentile(double p) const {
  if (micros.empty()) return 0;
  return micros[std::min(micros.size() - 1, static_cast<size_t>(p / 100 * micros.size()))];
}

void LoadResult::Add(const LoadResult& other) {
  answered += other.answered;
  failed += other.failed;
  seconds += other.seconds;
  server_cpu_seconds += other.server_cpu_seconds;
  client_cpu_seconds += other.client_cpu_seconds;
  const auto middle = micros.insert(micros.end(), other.micros.begin(), other.micros.end());
  std::inplace_merge(micros.begin(), middle, micros.end());
}

LoadResult RunLoad(int in_flight, double warm_up, double seconds, int server_pid,
                   const StartCall& start) {
  Loop loop(in_flight, start);
  loop.Start();
  Sleep(warm_up);
  LoadResult result;
  const double cpu = server_pid ? CpuSeconds(server_pid) : 0;
  const double own_cpu = OwnCpuSeconds();
  const auto begun = Clock::now();
  loop.Measure(true);
  Sleep(seconds);
  loop.Measure(false);
  result.seconds = Seconds(Clock::now() - begun);
  if (server_pid) result.server_cpu_seconds = CpuSeconds(server_pid) - cpu;
  result.client_cpu_seconds = OwnCpuSeconds() - own_cpu;
  loop.StopAndWait();
  loop.Collect(result);
  return result;
}

double CpuSeconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace skyndsamt::bench
