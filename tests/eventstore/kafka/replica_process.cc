// A process with a replica, for tests that kill it.
//
//   replica_process DIRECTORY BOOTSTRAP PREFIX VERIFIER_KEY
//
// Says on standard output, a line each: `records N CHECKPOINT` whenever either has grown, and
// `stopped REASON` when the replica has stopped for good.
#include <iostream>
#include <thread>

#include "eventstore/kafka/replica.h"
#include "eventstore/log/event_log.h"

namespace skyndsamt::kafka {
namespace {

int Run(char** argv) {
  const SystemClock clock;
  log::Options options;
  options.directory = argv[1];
  options.reserve_bytes = 0;
  options.replica = true;
  options.memtable_bytes = 256u << 10;  // flushes happen under way
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) {
    std::cout << "stopped " << log.status() << std::endl;
    return 1;
  }
  ReplicaOptions replica_options;
  replica_options.connection.bootstrap = argv[2];
  replica_options.names = TopicNames(argv[3]);
  replica_options.verifiers = {*merkle::NoteVerifier::Parse(argv[4])};
  replica_options.longest_pause = absl::Seconds(1);
  const auto replica = Replica::Start(std::move(replica_options), **log);
  std::cout << "started" << std::endl;
  for (ReplicaStatus said; std::cout.good();) {
    const ReplicaStatus status = replica->Status();
    if (status.state == ReplicaStatus::State::kStopped) {
      std::cout << "stopped " << status.reason << std::endl;
      return 1;
    }
    if (status.records != said.records || status.checkpoint != said.checkpoint) {
      std::cout << "records " << status.records << " " << status.checkpoint << std::endl;
    }
    said = status;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return 0;
}

}  // namespace
}  // namespace skyndsamt::kafka

int main(int argc, char** argv) { return argc == 5 ? skyndsamt::kafka::Run(argv) : 64; }
