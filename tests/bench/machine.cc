#include "tests/bench/machine.h"

#include <fstream>
#include <string>
#include <system_error>

namespace skyndsamt::bench {
namespace {

namespace fs = std::filesystem;

bool WriteTo(const fs::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

}  // namespace

bool DropPageCache() { return WriteTo("/proc/sys/vm/drop_caches", "1"); }

MemoryLimit::MemoryLimit(uint64_t bytes) {
  const fs::path root = "/sys/fs/cgroup";
  const bool unified = fs::exists(root / "cgroup.controllers");  // version 2
  group_ = (unified ? root : root / "memory") / "skyndsamt-bench";
  if (unified) WriteTo(root / "cgroup.subtree_control", "+memory");
  std::error_code error;
  fs::create_directory(group_, error);
  const fs::path limit = group_ / (unified ? "memory.max" : "memory.limit_in_bytes");
  std::string set;
  set_ = WriteTo(limit, std::to_string(bytes)) && std::ifstream(limit) >> set &&
         set == std::to_string(bytes);
}

MemoryLimit::~MemoryLimit() {
  std::error_code error;
  fs::remove(group_, error);
}

bool MemoryLimit::Hold(int pid) {
  return set_ && WriteTo(group_ / "cgroup.procs", std::to_string(pid));
}

}  // namespace skyndsamt::bench
