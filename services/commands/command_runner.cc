#include "services/commands/command_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/record_codec.h"
#include "services/commands/envelope.h"
#include "services/commands/sealing.h"

namespace skyndsamt::commands {

using api::v1::RecordFactsRequest;
using api::v1::RecordFactsResponse;
using domain::Fact;
using domain::Rejection;

void CommandRunner::AddNextActions(const CallerScope& caller, const domain::Incident& incident,
                                   RecordFactsResponse& response) const {
  const std::string child = incident.children.empty() ? "" : incident.children.front();
  domain::NextContext context{times_};
  context.rights = caller.rights;
  const auto unit = units_.Find(incident.unit);
  if (unit != nullptr) {
    context.report_receiver = unit->report_receiver();
    context.principal = unit->principal();
  }
  for (std::string& action : domain::NextActions(incident, child, context)) {
    response.add_next_actions(std::move(action));
  }
}

CommandRunner::~CommandRunner() {
  Lock lock(outstanding_mutex_);
  outstanding_changed_.wait(lock, [this] { return outstanding_ == 0; });
}

void CommandRunner::Start(const CommandPtr& command) {
  {
    const Lock lock(outstanding_mutex_);
    ++outstanding_;
  }
  Run(command);
}

void CommandRunner::Finish(const CommandPtr& command, absl::StatusOr<RecordOutcome> outcome) {
  const RecordDone done = std::move(command->done);
  done(std::move(outcome));
  Leave();
}

void CommandRunner::Leave() {
  const Lock lock(outstanding_mutex_);
  if (--outstanding_ == 0) outstanding_changed_.notify_all();
}

bool CommandRunner::EnterAlone() {
  const Lock lock(outstanding_mutex_);
  if (outstanding_ > 1) return false;
  ++outstanding_;
  return true;
}

bool CommandRunner::WouldBlock(const RecordFactsRequest& request) const {
  const auto& facts = request.facts();
  const auto links = [](const Fact& fact) { return LinkOf(fact, {}).has_value(); };
  if (!request.has_imported() && std::any_of(facts.begin(), facts.end(), links)) return true;
  if (OpensAnIncident(request)) return false;
  const auto stream = StreamId::Parse(request.incident());
  return stream.ok() && !cache_.Loaded(*stream);
}

void CommandRunner::Run(const CommandPtr& command) {
  auto fetched = Fetch(*command);
  if (absl::IsFailedPrecondition(fetched.status())) {
    return Finish(command, RecordOutcome(Rejection{api::v1::REASON_FIELD_INVALID, "incident"}));
  }
  if (!fetched.ok()) return Finish(command, fetched.status());
  auto& [entry, lock] = *fetched;
  // What is decided on a mere assumption could find the revision it expects on another state.
  if (entry->WhenConfirmed([this, command] { Run(command); })) return;
  std::vector<Fact> facts;
  if (auto refusal = Judge(*entry, *command, facts)) {
    return Refuse(command, entry, lock, *std::move(refusal));
  }
  auto links = CheckLinks(*command, facts);
  if (!links.ok()) {
    LetGoIfUnknown(*command, *entry);
    lock.unlock();
    return Finish(command, links.status());
  }
  if (*links) return Refuse(command, entry, lock, **std::move(links));
  if (command->facts->validate_only()) return Validated(command, *entry, lock, facts);
  Submit(command, entry, lock, std::move(facts));
}

// The incident's entry, folded.
absl::StatusOr<CommandRunner::Fetched> CommandRunner::Fetch(const Command& command) {
  for (;;) {
    Fetched fetched;
    fetched.entry = cache_.Get(command.stream);
    FoldedIncident& entry = *fetched.entry;
    fetched.lock = Lock(entry.mutex);
    if (entry.retired) {
      cache_.Drop(command.stream, &entry);
      continue;
    }
    if (entry.loaded) return fetched;
    if (command.may_assume_new) {
      entry.AssumeNew();
      return fetched;
    }
    if (auto loaded = entry.Load(log_, command.stream); !loaded.ok()) return loaded;
    cache_.Charge(command.stream, entry.bytes);
    return fetched;
  }
}

// The rektor of the unit that the incident belongs to, or is opened in.
std::string CommandRunner::PrincipalOf(const domain::Incident& incident,
                                       const RecordFactsRequest& request) const {
  const bool opens = !incident.exists && request.facts_size() > 0;
  const auto unit = units_.Find(opens ? request.facts(0).incident_opened().unit() : incident.unit);
  return unit == nullptr ? std::string() : unit->principal();
}

std::optional<Refusal> CommandRunner::Judge(const FoldedIncident& entry, const Command& command,
                                            std::vector<Fact>& facts) const {
  const RecordFactsRequest& request = *command.facts;
  const UnitSight* sight = command.caller.sight;
  if (entry.state.exists && sight != nullptr && !sight->SeesUnit(entry.state.unit)) {
    return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, "incident"};
  }
  if (auto refusal = CheckExpectation(entry.last, request.expected_revision())) return refusal;
  if (auto refusal = CheckNamesRevision(entry.state, request)) return refusal;
  domain::RecordFacts wanted;
  wanted.facts.assign(request.facts().begin(), request.facts().end());
  wanted.now = clock_.Now();
  wanted.times = &times_;
  wanted.rights = command.caller.rights;
  if (wanted.rights != nullptr) wanted.principal = PrincipalOf(entry.state, request);
  if (request.has_imported()) wanted.imported = request.imported();
  auto decision = domain::Decide(entry.state, std::move(wanted));
  if (auto* rejection = std::get_if<Rejection>(&decision)) return std::move(*rejection);
  facts = std::get<std::vector<Fact>>(std::move(decision));
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].has_incident_opened() && !facts[i].has_correction()) continue;
    if (auto refusal = CheckUnit(units_, facts[i], absl::StrCat("facts[", i, "]"))) return refusal;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Refusal>> CommandRunner::CheckLinks(
    const Command& command, const std::vector<Fact>& facts) const {
  for (size_t i = 0; i < facts.size(); ++i) {
    const auto link = LinkOf(facts[i], absl::StrCat("facts[", i, "]"));
    if (!link) continue;
    const auto stream = StreamId::Parse(link->other);
    if (!stream.ok() || *stream == command.stream) {
      return Rejection{api::v1::REASON_FIELD_INVALID, link->field};
    }
    // What is brought in may name what comes after it.
    if (command.facts->has_imported()) continue;
    FoldedIncident other;
    const absl::Status loaded = other.Load(log_, *stream);
    if (!loaded.ok() && !absl::IsFailedPrecondition(loaded)) return loaded;
    const UnitSight* sight = command.caller.sight;
    if (!loaded.ok() || !other.state.exists ||
        (sight != nullptr && !sight->SeesUnit(other.state.unit))) {
      return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, link->field};
    }
  }
  return std::nullopt;
}

void CommandRunner::LetGoIfUnknown(const Command& command, FoldedIncident& entry) {
  if (entry.last) return;
  entry.retired = true;
  cache_.Drop(command.stream, &entry);
}

void CommandRunner::Validated(const CommandPtr& command, FoldedIncident& entry, Lock& lock,
                              const std::vector<Fact>& facts) {
  RecordFactsResponse response;
  response.set_incident(command->stream.ToString());
  domain::Incident after = entry.state;
  for (const Fact& fact : facts) {
    domain::Evolve(after, fact);
    response.add_facts()->set_id(fact.id());
  }
  if (entry.last) response.set_revision(*entry.last);
  LetGoIfUnknown(*command, entry);
  const BoundKeys keys = entry.keys;
  lock.unlock();
  AddNextActions(command->caller, after, response);
  UnlessAnswered(command, keys, [&] { Finish(command, RecordOutcome(std::move(response))); });
}

// Moves sealed values out of the facts and wraps them; `bound` gets the keys as they are
// afterwards. What the log would not take uses up no keys.
absl::StatusOr<log::AppendRequest> CommandRunner::Seal(const Command& command,
                                                       const FoldedIncident& entry,
                                                       std::vector<Fact>& facts, BoundKeys& bound) {
  if (auto taken = log_.health(); !taken.ok()) return taken;
  absl::StatusOr<vault::Key> key = absl::NotFoundError("none bound yet");
  if (!bound.fingerprint.empty()) key = keys_.Find(bound.fingerprint);
  if (!key.ok() && !absl::IsNotFound(key.status())) return key.status();

  Sealer sealer(keys_, bound);
  std::vector<EventId> ids;
  for (size_t i = 0; i < facts.size(); ++i) {
    ids.push_back(EventIdOf(command.scope, command.request_id, static_cast<uint32_t>(i)));
    sealer.Add(ids.back(), facts[i]);
    if (i == 0 && !key.ok()) sealer.AddFingerprintKey();
  }
  if (auto sealed = sealer.Seal(); !sealed.ok()) return sealed;
  if (!key.ok()) key = sealer.fingerprint_key().key;

  log::AppendRequest request;
  request.request = command.key;
  request.fingerprint = FingerprintOf(*key, command.method, *command.asked);
  const Envelope envelope{command.caller, command.key, request.fingerprint,
                          static_cast<uint32_t>(facts.size())};
  auto& append = request.streams.emplace_back();
  append.stream = command.stream;
  append.expected = entry.last ? log::Expected::Exactly(*entry.last) : log::Expected::None();
  for (size_t i = 0; i < facts.size(); ++i) {
    SealedEvent& sealed = sealer.sealed()[i];
    for (const auto& field : sealed.fields) bound.Bind(field);
    std::string type("incident.");
    type.append(domain::KindName(facts[i]));
    append.events.push_back(Wrap(envelope, ids[i], std::move(type), static_cast<uint32_t>(i),
                                 std::move(sealed), facts[i]));
  }
  return request;
}

// Folds what is on its way to the log; the answer to come, all but for positions.
RecordFactsResponse CommandRunner::Evolve(const Command& command, FoldedIncident& entry,
                                          const std::vector<Fact>& facts) {
  RecordFactsResponse response;
  response.set_incident(command.stream.ToString());
  for (const Fact& fact : facts) {
    entry.Evolve(fact);
    entry.last = entry.last ? *entry.last + 1 : 0;
    auto& recorded = *response.add_facts();
    recorded.set_id(fact.id());
    recorded.set_revision(*entry.last);
    recorded.mutable_position()->set_log(log_.origin());
  }
  response.set_revision(*entry.last);
  AddNextActions(command.caller, entry.state, response);
  return response;
}

void CommandRunner::Submit(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
                           std::vector<Fact> facts) {
  BoundKeys bound = entry->keys;
  auto request = Seal(*command, *entry, facts, bound);
  if (!request.ok()) {
    LetGoIfUnknown(*command, *entry);
    lock.unlock();
    return Finish(command, request.status());
  }
  const auto& events = request->streams[0].events;
  for (size_t i = 0; i < events.size(); ++i) {
    if (log::StoredBytes(events[i]) <= log::kMaxRecordBytes) continue;
    LetGoIfUnknown(*command, *entry);
    lock.unlock();
    return Finish(command, RecordOutcome(Rejection{api::v1::REASON_MESSAGE_TOO_LARGE,
                                                   absl::StrCat("facts[", i, "]")}));
  }

  entry->keys = std::move(bound);
  auto response = Evolve(*command, *entry, facts);
  cache_.Charge(command->stream, entry->bytes);
  entry->Submitted();

  auto answered = [this, command, entry, response = std::move(response)](
                      absl::StatusOr<log::AppendOutcome> outcome) mutable {
    const auto* appended = outcome.ok() ? std::get_if<log::Appended>(&*outcome) : nullptr;
    if (appended == nullptr || appended->deduplicated) {
      return slow_.Post([this, command, entry, outcome = std::move(outcome)]() mutable {
        AppendFailed(command, entry, std::move(outcome));
      });
    }
    for (int i = 0; i < response.facts_size(); ++i) {
      response.mutable_facts(i)->mutable_position()->set_position(appended->first +
                                                                  static_cast<uint32_t>(i));
    }
    *response.mutable_position() = response.facts(response.facts_size() - 1).position();
    Settle(*entry);
    Finish(command, RecordOutcome(std::move(response)));
  };
  // Under the lock, so that the log sees commands on an incident in the order of their decisions.
  if (!EnterAlone()) return log_.Append(std::move(*request), std::move(answered));
  log_.Enqueue(std::move(*request), std::move(answered));
  lock.unlock();
  log_.Work();
  Leave();
}

void CommandRunner::Settle(FoldedIncident& entry) {
  for (auto& then : entry.Settled()) slow_.Post(std::move(then));
}

}  // namespace skyndsamt::commands
