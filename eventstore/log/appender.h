// The one appender: merges all waiting appends into one group, has it committed, and only then
// answers.
//
// Two threads take turns in two roles, so that the next group forms while the former one syncs:
// *forming* (only one thread at a time: everything that waits is sequenced into its group, also
// what arrives while it waits for the disk) and *committing* (only one at a time, in the order of
// forming). A lone append is answered by the thread that committed it; more than one by the
// courier, so that callbacks never delay the next group. A caller may take such a turn itself where
// nothing else is going on: no thread has to be woken then.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/log/committer.h"
#include "eventstore/log/courier.h"
#include "eventstore/log/in_flight.h"
#include "eventstore/log/reader.h"
#include "eventstore/log/sequencer.h"
#include "eventstore/log/tail.h"

namespace skyndsamt::log {

// Safe from any thread.
class Appender {
 public:
  Appender(const Options& options, Sequencer sequencer, Committer& committer, const Tail& tail,
           Courier& courier, const Reader& reader);
  // Finishes what is queued.
  ~Appender();

  // Reserves queue space: RESOURCE_EXHAUSTED if there is none, or why appends are refused. What is
  // admitted must be submitted, and is then held until it has been answered, or dismissed: so
  // whatever waits here or at the courier is within Options::queue_bytes.
  absl::Status Admit(size_t bytes);
  void Dismiss(size_t bytes);
  InFlight& in_flight() { return in_flight_; }
  void Submit(Pending pending);
  // EventLog::Enqueue and Work: queues without waking anybody, and takes a turn, or wakes somebody
  // who does.
  void Enqueue(Pending pending);
  void Work();

  // No append is admitted from now on; those queued are finished.
  void Close();
  absl::Status health() const;

 private:
  void Run();
  absl::Status Open() const;  // under mutex_
  void TakeTurn(std::unique_lock<std::mutex>& lock, AppendGroup* group);
  // Wakes the thread that went idle last: what it needs is still in its caches.
  void WakeOne();
  // Of what waits, as much as a group with so much room takes: at least one.
  std::vector<Pending> Take(size_t room);
  void Form(std::vector<Pending> taken, AppendGroup* group);
  // The bytes that have been answered when it returns; the courier dismisses the others.
  size_t Deliver(AppendGroup* group, const absl::Status& committed);
  void Resolve(Answer answer, const absl::Status& committed);

  const Options& options_;
  Sequencer sequencer_;   // by the forming role
  Committer& committer_;  // by the committing role
  const Tail& tail_;
  Courier& courier_;
  const Reader& reader_;
  InFlight in_flight_;

  mutable std::mutex mutex_;
  // Of the idle threads, each waiting until something waits and nobody forms, or closing.
  std::vector<std::condition_variable*> idle_;
  std::condition_variable turn_;  // for the forming thread: the disk is free, or much more waits
  std::vector<Pending> queue_;
  size_t queued_bytes_ = 0;
  bool forming_ = false;
  bool waiting_turn_ = false;
  bool committing_ = false;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace skyndsamt::log
