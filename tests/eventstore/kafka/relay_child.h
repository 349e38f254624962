// relay_process, started, told what to do and killed by a test; and the log it leaves behind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "eventstore/kafka/topics.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {

// How many records a test that goes through everything relays: KAFKATEST_EVENTS, or fewer, so
// that the normal run stays short.
uint64_t EventsToRelay();

// One thread at a time.
class RelayChild {
 public:
  // Through `bootstrap`, with `replication` copies of each topic.
  RelayChild(std::string bootstrap, int replication);
  ~RelayChild();

  void Start();
  void Kill();  // SIGKILL
  // Appends in the background until the log has so many records.
  void Until(uint64_t records);
  // Starts another relay on the same log, in the same process.
  void StartAnotherRelay();
  // Waits until more than so many records have been sent, or everything that was appended. All that
  // the relays have said until then is kept.
  void WaitPast(uint64_t records);
  void WaitUntilSent();
  // What the relays said of their states, a line each.
  const std::vector<std::string>& said() const { return said_; }
  // Ends the process and opens the log that it leaves behind.
  std::unique_ptr<log::EventLog> End();
  // The log and the topic have so many records, the same ones, as strangers read it: one in Python,
  // one in Java.
  void ExpectTopicIsLog(log::EventLog& log, const std::string& bootstrap, uint64_t records);
  const std::string& prefix() const { return prefix_; }

 private:
  const std::string directory_, bootstrap_, prefix_;
  const SystemClock clock_;
  const int replication_;
  void Wait(const std::string& command);

  std::unique_ptr<process::Child> child_;
  std::vector<std::string> said_;
};

}  // namespace skyndsamt::kafka
