// How a command on an incident is carried out: fetch its fold, decide, seal, append, answer; and
// what follows where that is refused or fails. IncidentCommands makes the commands.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/admission.h"
#include "services/commands/caller.h"
#include "services/commands/incident_cache.h"
#include "services/commands/incident_commands.h"
#include "services/commands/slow_lane.h"
#include "services/commands/stated_time.h"
#include "services/domain/incident.h"

namespace skyndsamt::commands {

// A command on its way, attempts included. One thread at a time has it.
struct Command {
  CallerScope caller;
  std::string scope;
  std::string request_id;  // in lower case; empty only where nothing is to be recorded
  RequestKey key;
  StreamId stream;
  std::string_view method;
  const google::protobuf::Message* asked = nullptr;  // what the fingerprint covers
  const api::v1::RecordFactsRequest* facts = nullptr;
  api::v1::RecordFactsRequest own_facts;  // where the facts, or what the fingerprint covers, is
  bool may_assume_new = false;
  int attempts = 0;
  RecordDone done;
};
using CommandPtr = std::shared_ptr<Command>;

// Thread-safe; the destructor waits for what is under way.
class CommandRunner {
 public:
  // References outlive the object.
  CommandRunner(log::EventLog& log, vault::KeyStore& keys, const Units& units, const Clock& clock,
                IncidentCache& cache)
      : log_(log), keys_(keys), units_(units), clock_(clock), cache_(cache) {}
  ~CommandRunner();
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  // Calls command->done once, here or on another thread.
  void Start(const CommandPtr& command);
  bool WouldBlock(const api::v1::RecordFactsRequest& request) const;

 private:
  using EntryPtr = std::shared_ptr<FoldedIncident>;
  using Lock = std::unique_lock<std::mutex>;

  // An entry and the lock on it, let go of in this order.
  struct Fetched {
    EntryPtr entry;
    Lock lock;
  };

  void Finish(const CommandPtr& command, absl::StatusOr<RecordOutcome> outcome);
  void Leave();
  // Whether nothing is under way but what asks; if so it counts once more, until Leave.
  bool EnterAlone();

  // The fast path: fetch, decide, seal, append (command_runner.cc).
  void Run(const CommandPtr& command);
  absl::StatusOr<Fetched> Fetch(const Command& command);
  std::optional<Refusal> Judge(const FoldedIncident& entry, const Command& command,
                               std::vector<domain::Fact>& facts) const;
  // Links go to other incidents that the caller sees. Reads their streams.
  absl::StatusOr<std::optional<Refusal>> CheckLinks(const Command& command,
                                                    const std::vector<domain::Fact>& facts) const;
  std::string PrincipalOf(const domain::Incident& incident,
                          const api::v1::RecordFactsRequest& request) const;
  // With its mutex held, where nothing is recorded on the incident after all: whoever comes next
  // looks for itself, and ids that are nobody's fill no cache.
  void LetGoIfUnknown(const Command& command, FoldedIncident& entry);
  void Validated(const CommandPtr& command, FoldedIncident& entry, Lock& lock,
                 const std::vector<domain::Fact>& facts);
  void Submit(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
              std::vector<domain::Fact> facts);
  absl::StatusOr<log::AppendRequest> Seal(const Command& command, const FoldedIncident& entry,
                                          std::vector<domain::Fact>& facts, BoundKeys& bound);
  api::v1::RecordFactsResponse Evolve(const Command& command, FoldedIncident& entry,
                                      const std::vector<domain::Fact>& facts);
  void Settle(FoldedIncident& entry);
  // Those of the incident's one child that are the caller's; of the first, where there are several.
  void AddNextActions(const CallerScope& caller, const domain::Incident& incident,
                      api::v1::RecordFactsResponse& response) const;

  // What a refusal needs: was it asked before, is it certain, what was missed (command_answers.cc).
  void Refuse(const CommandPtr& command, const EntryPtr& entry, Lock& lock, Refusal refusal);
  void UnlessAnswered(const CommandPtr& command, const BoundKeys& keys,
                      const std::function<void()>& otherwise);
  void GiveRefusal(const CommandPtr& command, const Refusal& refusal);

  // On the slow lane (command_answers.cc).
  void AppendFailed(const CommandPtr& command, const EntryPtr& entry,
                    absl::StatusOr<log::AppendOutcome> outcome);
  void AnswerByIdAlone(const CommandPtr& command);
  void AnswerAgain(const CommandPtr& command, Position first, uint32_t count);

  log::EventLog& log_;
  vault::KeyStore& keys_;
  const Units& units_;
  const Clock& clock_;
  const StatedTimes times_;
  IncidentCache& cache_;
  std::mutex outstanding_mutex_;
  std::condition_variable outstanding_changed_;
  size_t outstanding_ = 0;
  SlowLane slow_;  // last: its jobs use all of the above
};

}  // namespace skyndsamt::commands
