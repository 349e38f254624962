// What a bench asks of the machine: a cold page cache, and a memory limit for a process. Both need
// root, and each says whether it was had: a figure taken without them means something else.
#pragma once

#include <cstdint>
#include <filesystem>

namespace skyndsamt::bench {

// False where the kernel does not let us.
bool DropPageCache();

// A control group with a memory limit, of either version; gone with the object once it is empty.
class MemoryLimit {
 public:
  explicit MemoryLimit(uint64_t bytes);
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

  // Puts a process under the limit; false where no limit could be set.
  bool Hold(int pid);

 private:
  std::filesystem::path group_;
  bool set_ = false;
};

}  // namespace skyndsamt::bench
