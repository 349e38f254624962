// replica_process, following a relay_process's topics while a test does things to both; and the
// copy of the log that it leaves behind.
#pragma once

#include <memory>
#include <string>

#include "eventstore/log/event_log.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {

// One thread at a time.
class ReplicaChild {
 public:
  // Follows the topics with this prefix through `bootstrap`, from the start.
  ReplicaChild(std::string bootstrap, std::string prefix);
  ~ReplicaChild();

  void Start();
  void Kill();  // SIGKILL
  // Waits until it has as many records as the log, ends it, and compares the roots of the first 1,
  // 2, 4, ... records, of many sizes between, and of all.
  void ExpectIsLog(log::EventLog& log);

 private:
  void WaitFor(uint64_t records);

  const std::string directory_, bootstrap_, prefix_;
  std::unique_ptr<process::Child> child_;
};

}  // namespace skyndsamt::kafka
