#include <chrono>
#include <thread>
#include <utility>

#include "services/commands/command_runner.h"
#include "services/commands/envelope.h"
#include "services/commands/past_answer.h"

namespace skyndsamt::commands {

using domain::Rejection;

// A refusal that rests on appends still under way is certain only once they are in the log; one of
// an incident that was taken to be new, without looking, only once that has been looked at: the
// same request may have opened it.
void CommandRunner::Refuse(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
                           Refusal refusal) {
  LetGoIfUnknown(*command, *entry);
  if (!entry->last && entry->assumed && command->may_assume_new) {
    lock.unlock();
    command->may_assume_new = false;
    return slow_.Post([this, command] { Run(command); });
  }
  const BoundKeys keys = entry->keys;
  const bool waits = entry->WhenSettled([this, command, entry, refusal, keys] {
    bool confirmed;
    {
      const Lock again(entry->mutex);
      confirmed = !entry->retired;
    }
    if (!confirmed) return Run(command);
    UnlessAnswered(command, keys, [&] { GiveRefusal(command, refusal); });
  });
  if (waits) return;
  lock.unlock();
  UnlessAnswered(command, keys, [&] { GiveRefusal(command, refusal); });
}

// The same request may have been answered before, and that it was is why it is refused now.
void CommandRunner::UnlessAnswered(const CommandPtr& command, const BoundKeys& keys,
                                   const std::function<void()>& otherwise) {
  if (keys.fingerprint.empty() || command->request_id.empty()) return otherwise();
  const auto key = keys_.Find(keys.fingerprint);
  if (!key.ok() && !absl::IsNotFound(key.status())) return Finish(command, key.status());
  const bool by_id_alone = !key.ok() || keys.fingerprints > 1;
  const Bytes32 fingerprint =
      key.ok() ? FingerprintOf(*key, command->method, *command->asked) : Bytes32{};
  auto found = log_.FindRequest(command->key, fingerprint);
  if (!found.ok()) return Finish(command, found.status());
  if (!found->has_value()) return otherwise();
  if (const auto* appended = std::get_if<log::Appended>(&**found)) {
    return slow_.Post([this, command, first = appended->first, count = appended->count] {
      AnswerAgain(command, first, count);
    });
  }
  if (by_id_alone) return slow_.Post([this, command] { AnswerByIdAlone(command); });
  Finish(command, RecordOutcome(RequestReused()));
}

void CommandRunner::GiveRefusal(const CommandPtr& command, const Refusal& refusal) {
  if (const auto* rejection = std::get_if<Rejection>(&refusal)) {
    return Finish(command, RecordOutcome(*rejection));
  }
  slow_.Post([this, command, expected = std::get<Stale>(refusal).expected] {
    auto conflict = MissedSince(log_, command->stream, expected + 1);
    if (!conflict.ok()) return Finish(command, conflict.status());
    Finish(command, RecordOutcome(ConflictOutcome{*std::move(conflict)}));
  });
}

void CommandRunner::AppendFailed(const CommandPtr& command, const EntryPtr& entry,
                                 absl::StatusOr<log::AppendOutcome> outcome) {
  int bound = 0;
  bool assumed = false;
  {
    const Lock lock(entry->mutex);
    entry->retired = true;
    assumed = entry->assumed;
    bound = entry->keys.fingerprints;
  }
  cache_.Drop(command->stream, entry.get());
  Settle(*entry);
  if (!outcome.ok()) return Finish(command, outcome.status());
  if (const auto* appended = std::get_if<log::Appended>(&*outcome)) {
    return AnswerAgain(command, appended->first, appended->count);
  }
  if (std::holds_alternative<log::RequestReused>(*outcome) && !assumed) {
    if (bound > 1) return AnswerByIdAlone(command);
    return Finish(command, RecordOutcome(RequestReused()));
  }
  // Another was first, or the incident was taken to be new and its requests' key was not known.
  command->may_assume_new = false;
  if (++command->attempts < kMaxAttempts) {
    // What conflicted may not be readable yet.
    std::this_thread::sleep_for(std::chrono::milliseconds(command->attempts - 1));
    return Run(command);
  }
  if (std::holds_alternative<log::RequestReused>(*outcome)) {
    return Finish(command, RecordOutcome(RequestReused()));
  }
  ConflictOutcome conflict;
  conflict.conflict.set_current_revision(std::get<log::Conflict>(*outcome).current.value_or(0));
  Finish(command, RecordOutcome(std::move(conflict)));
}

void CommandRunner::AnswerByIdAlone(const CommandPtr& command) {
  const EventId first = EventIdOf(command->scope, command->request_id, 0);
  auto past = FindAppend(log_, command->stream, first);
  if (!past.ok()) return Finish(command, past.status());
  if (!past->has_value()) return Finish(command, RecordOutcome(RequestReused()));
  AnswerAgain(command, (*past)->first, (*past)->count);
}

void CommandRunner::AnswerAgain(const CommandPtr& command, Position first, uint32_t count) {
  auto answer = AnswerOf(log_, first, count);
  if (!answer.ok()) return Finish(command, answer.status());
  command->may_assume_new = false;
  auto fetched = Fetch(*command);
  if (!fetched.ok()) return Finish(command, fetched.status());
  AddNextActions(command->caller, fetched->entry->state, *answer);
  fetched->lock.unlock();
  Finish(command, RecordOutcome(*std::move(answer)));
}

}  // namespace skyndsamt::commands
