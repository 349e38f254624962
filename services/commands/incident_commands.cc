#include "services/commands/incident_commands.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/record_codec.h"
#include "services/commands/envelope.h"
#include "services/commands/incident_cache.h"
#include "services/commands/intake.h"
#include "services/commands/past_answer.h"
#include "services/commands/sealing.h"
#include "services/commands/slow_lane.h"
#include "services/commands/stated_time.h"
#include "services/domain/incident.h"

namespace skyndsamt::commands {
namespace {

using api::v1::RecordFactsRequest;
using api::v1::RecordFactsResponse;
using domain::Fact;
using domain::Rejection;
using Lock = std::unique_lock<std::mutex>;

// A command on its way, attempts included.
struct Command {
  CallerScope caller;
  std::string scope;
  std::string request_id;  // in lower case; empty only where nothing is to be recorded
  RequestKey key;
  StreamId stream;
  std::string_view method;
  const google::protobuf::Message* asked = nullptr;  // what the fingerprint covers
  const RecordFactsRequest* facts = nullptr;
  RecordFactsRequest own_facts;  // where the facts were made here
  bool may_assume_new = false;
  int attempts = 0;
  RecordDone done;
};
using CommandPtr = std::shared_ptr<Command>;
using EntryPtr = std::shared_ptr<FoldedIncident>;

// An entry and the lock on it, let go of in this order.
struct Fetched {
  EntryPtr entry;
  Lock lock;
};

// The caller named a revision and the incident is at another.
struct Stale {
  Revision expected;
};
using Refusal = std::variant<Rejection, Stale>;

Rejection Invalid(const char* field) { return {api::v1::REASON_FIELD_INVALID, field}; }

std::optional<Refusal> CheckExpectation(const FoldedIncident& entry,
                                        const api::v1::ExpectedRevision& expected) {
  switch (expected.expected_case()) {
    case api::v1::ExpectedRevision::EXPECTED_NOT_SET:
      return std::nullopt;
    case api::v1::ExpectedRevision::kNone:
      if (!entry.last) return std::nullopt;
      return Rejection{api::v1::REASON_INCIDENT_EXISTS, "expected_revision"};
    case api::v1::ExpectedRevision::kExists:
    case api::v1::ExpectedRevision::kExactly:
      break;
  }
  if (!entry.last) return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, "incident"};
  if (!expected.has_exactly() || expected.exactly() == *entry.last) return std::nullopt;
  return Stale{expected.exactly()};
}

// The unit an incident is placed in must be known, and the place one of the unit's own list.
std::optional<Rejection> CheckUnit(const Units& units, const Fact& fact, const std::string& path) {
  if (fact.correction().has_replacement()) {
    return CheckUnit(units, fact.correction().replacement(), path + ".correction.replacement");
  }
  if (!fact.has_incident_opened()) return std::nullopt;
  const auto& opened = fact.incident_opened();
  const auto unit = units.Find(opened.unit());
  if (unit == nullptr) {
    return Rejection{api::v1::REASON_UNIT_UNKNOWN, path + ".incident_opened.unit"};
  }
  if (opened.place().empty() || unit->places().empty()) return std::nullopt;
  for (const std::string& place : unit->places()) {
    if (place == opened.place()) return std::nullopt;
  }
  return Rejection{api::v1::REASON_CODE_UNKNOWN, path + ".incident_opened.place"};
}

// Next actions are those of the one child concerned; of the first, where there are several.
void SetNextActions(const domain::Incident& incident, RecordFactsResponse& response) {
  const std::string child = incident.children.empty() ? "" : incident.children.front();
  for (std::string& action : domain::NextActions(incident, child)) {
    response.add_next_actions(std::move(action));
  }
}

}  // namespace

class IncidentCommands::Impl {
 public:
  Impl(log::EventLog& log, vault::KeyStore& keys, const Units& units, const Clock& clock,
       const IncidentCommandsOptions& options)
      : log_(log), keys_(keys), units_(units), clock_(clock), cache_(options.cache_bytes) {}

  ~Impl() {
    Lock lock(outstanding_mutex_);
    outstanding_changed_.wait(lock, [this] { return outstanding_ == 0; });
  }

  void RecordFacts(const CallerScope& caller, const RecordFactsRequest& request, RecordDone done);
  void ReceiveReport(const CallerScope& caller, const api::v1::ReceiveReportRequest& request,
                     ReportDone done);
  bool WouldBlock(const RecordFactsRequest& request) const;

 private:
  void Start(CommandPtr command);
  void Finish(const CommandPtr& command, absl::StatusOr<RecordOutcome> outcome);

  // The fast path: fetch, decide, seal, append.
  void Run(const CommandPtr& command);
  absl::StatusOr<Fetched> Fetch(const Command& command);
  std::optional<Refusal> Judge(const FoldedIncident& entry, const Command& command,
                               std::vector<Fact>& facts) const;
  void Validated(const CommandPtr& command, FoldedIncident& entry, Lock& lock,
                 const std::vector<Fact>& facts);
  void Submit(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
              std::vector<Fact> facts);
  absl::StatusOr<log::AppendRequest> Seal(const Command& command, const FoldedIncident& entry,
                                          std::vector<Fact>& facts, BoundKeys& bound);
  void Settle(FoldedIncident& entry);

  // What a refusal needs: was it asked before, is it certain, what was missed.
  void Refuse(const CommandPtr& command, const EntryPtr& entry, Lock& lock, Refusal refusal);
  void RefuseUnlessAnswered(const CommandPtr& command, const BoundKeys& keys, Refusal refusal);

  // On the slow lane.
  void AppendFailed(const CommandPtr& command, const EntryPtr& entry,
                    absl::StatusOr<log::AppendOutcome> outcome);
  void AnswerByIdAlone(const CommandPtr& command);
  void AnswerAgain(const CommandPtr& command, Position first, uint32_t count);
  void GiveRefusal(const CommandPtr& command, const Refusal& refusal);

  log::EventLog& log_;
  vault::KeyStore& keys_;
  const Units& units_;
  const Clock& clock_;
  const StatedTimes times_;
  IncidentCache cache_;
  std::mutex outstanding_mutex_;
  std::condition_variable outstanding_changed_;
  size_t outstanding_ = 0;
  SlowLane slow_;  // last: its jobs use all of the above
};

void IncidentCommands::Impl::Start(CommandPtr command) {
  {
    const Lock lock(outstanding_mutex_);
    ++outstanding_;
  }
  Run(command);
}

void IncidentCommands::Impl::Finish(const CommandPtr& command,
                                    absl::StatusOr<RecordOutcome> outcome) {
  const RecordDone done = std::move(command->done);
  done(std::move(outcome));
  const Lock lock(outstanding_mutex_);
  if (--outstanding_ == 0) outstanding_changed_.notify_all();
}

void IncidentCommands::Impl::RecordFacts(const CallerScope& caller,
                                         const RecordFactsRequest& request, RecordDone done) {
  const auto stream = StreamId::Parse(request.incident());
  if (!stream.ok() || stream->empty()) return done(RecordOutcome(Invalid("incident")));
  const bool nameless = request.validate_only() && request.request_id().empty();
  const auto id = ParseUuid(request.request_id());
  if (!id.ok() && !nameless) return done(RecordOutcome(Invalid("request_id")));
  if (request.has_imported() && request.imported().source().empty()) {
    return done(RecordOutcome(Invalid("imported.source")));
  }
  auto command = std::make_shared<Command>();
  command->caller = caller;
  command->scope =
      request.has_imported() ? caller.ForImport(request.imported().source()) : caller.ForRequests();
  if (id.ok()) command->request_id = FormatUuid(*id);
  command->key = RequestKeyOf(command->scope, command->request_id);
  command->stream = *stream;
  command->method = "RecordFacts";
  command->asked = &request;
  command->facts = &request;
  command->may_assume_new = !WouldBlock(request);
  command->done = std::move(done);
  Start(std::move(command));
}

void IncidentCommands::Impl::ReceiveReport(const CallerScope& caller,
                                           const api::v1::ReceiveReportRequest& request,
                                           ReportDone done) {
  const auto id = ParseUuid(request.request_id());
  if (!id.ok()) return done(ReportOutcome(Invalid("request_id")));
  auto command = std::make_shared<Command>();
  command->caller = caller;
  command->scope = caller.ForRequests();
  command->request_id = FormatUuid(*id);
  command->key = RequestKeyOf(command->scope, command->request_id);
  if (request.incident().empty()) {
    command->stream = StreamId{DerivedUuid("incident/" + command->scope, command->request_id)};
  } else {
    const auto stream = StreamId::Parse(request.incident());
    if (!stream.ok() || stream->empty()) return done(ReportOutcome(Invalid("incident")));
    command->stream = *stream;
  }
  command->method = "ReceiveReport";
  command->asked = &request;
  command->own_facts = FactsOfReport(request, clock_.Now());
  command->facts = &command->own_facts;
  command->may_assume_new = true;
  command->done = [done = std::move(done)](absl::StatusOr<RecordOutcome> outcome) {
    if (!outcome.ok()) return done(outcome.status());
    if (auto* recorded = std::get_if<RecordFactsResponse>(&*outcome)) {
      api::v1::ReceiveReportResponse response;
      response.set_incident(recorded->incident());
      *response.mutable_position() = recorded->position();
      response.set_revision(recorded->revision());
      response.set_deduplicated(recorded->deduplicated());
      *response.mutable_next_actions() = std::move(*recorded->mutable_next_actions());
      return done(ReportOutcome(std::move(response)));
    }
    if (auto* rejection = std::get_if<Rejection>(&*outcome)) {
      return done(ReportOutcome(InReport(std::move(*rejection))));
    }
    if (auto* conflict = std::get_if<ConflictOutcome>(&*outcome)) {
      return done(ReportOutcome(std::move(*conflict)));
    }
    done(ReportOutcome(RequestReused()));
  };
  Start(std::move(command));
}

// Only what opens an incident may be tried without reading: any other command needs its state.
bool IncidentCommands::Impl::WouldBlock(const RecordFactsRequest& request) const {
  const auto expected = request.expected_revision().expected_case();
  const bool opens = request.facts_size() > 0 && request.facts(0).has_incident_opened() &&
                     (expected == api::v1::ExpectedRevision::EXPECTED_NOT_SET ||
                      expected == api::v1::ExpectedRevision::kNone);
  if (opens && !request.validate_only()) return false;
  const auto stream = StreamId::Parse(request.incident());
  return stream.ok() && !cache_.Loaded(*stream);
}

void IncidentCommands::Impl::Run(const CommandPtr& command) {
  auto fetched = Fetch(*command);
  if (absl::IsFailedPrecondition(fetched.status())) {
    return Finish(command, RecordOutcome(Invalid("incident")));
  }
  if (!fetched.ok()) return Finish(command, fetched.status());
  auto& [entry, lock] = *fetched;
  std::vector<Fact> facts;
  if (auto refusal = Judge(*entry, *command, facts)) {
    return Refuse(command, entry, lock, *std::move(refusal));
  }
  if (command->facts->validate_only()) return Validated(command, *entry, lock, facts);
  Submit(command, entry, lock, std::move(facts));
}

// The incident's entry, folded.
absl::StatusOr<Fetched> IncidentCommands::Impl::Fetch(const Command& command) {
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
      entry.assumed = true;
      entry.loaded = true;
      return fetched;
    }
    if (auto loaded = entry.Load(log_, command.stream); !loaded.ok()) return loaded;
    cache_.Charge(command.stream, entry.bytes);
    return fetched;
  }
}

std::optional<Refusal> IncidentCommands::Impl::Judge(const FoldedIncident& entry,
                                                     const Command& command,
                                                     std::vector<Fact>& facts) const {
  const RecordFactsRequest& request = *command.facts;
  const UnitSight* sight = command.caller.sight;
  if (entry.state.exists && sight != nullptr && !sight->SeesUnit(entry.state.unit)) {
    return Rejection{api::v1::REASON_INCIDENT_UNKNOWN, "incident"};
  }
  if (auto refusal = CheckExpectation(entry, request.expected_revision())) return refusal;
  domain::RecordFacts wanted;
  wanted.facts.assign(request.facts().begin(), request.facts().end());
  wanted.now = clock_.Now();
  wanted.times = &times_;
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

void IncidentCommands::Impl::Validated(const CommandPtr& command, FoldedIncident& entry, Lock& lock,
                                       const std::vector<Fact>& facts) {
  RecordFactsResponse response;
  response.set_incident(command->stream.ToString());
  domain::Incident after = entry.state;
  for (const Fact& fact : facts) {
    domain::Evolve(after, fact);
    response.add_facts()->set_id(fact.id());
  }
  if (entry.last) response.set_revision(*entry.last);
  lock.unlock();
  SetNextActions(after, response);
  Finish(command, RecordOutcome(std::move(response)));
}

// Moves sealed values out of the facts and wraps them; `bound` gets the keys as they are
// afterwards.
absl::StatusOr<log::AppendRequest> IncidentCommands::Impl::Seal(const Command& command,
                                                                const FoldedIncident& entry,
                                                                std::vector<Fact>& facts,
                                                                BoundKeys& bound) {
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

void IncidentCommands::Impl::Submit(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
                                    std::vector<Fact> facts) {
  BoundKeys bound = entry->keys;
  auto request = Seal(*command, *entry, facts, bound);
  if (!request.ok()) {
    entry->ForgetAssumption();
    lock.unlock();
    return Finish(command, request.status());
  }
  const auto& events = request->streams[0].events;
  for (size_t i = 0; i < events.size(); ++i) {
    if (log::StoredBytes(events[i]) <= log::kMaxRecordBytes) continue;
    entry->ForgetAssumption();
    lock.unlock();
    return Finish(command, RecordOutcome(Rejection{api::v1::REASON_MESSAGE_TOO_LARGE,
                                                   absl::StrCat("facts[", i, "]")}));
  }

  entry->keys = std::move(bound);
  RecordFactsResponse response;
  response.set_incident(command->stream.ToString());
  for (const Fact& fact : facts) {
    entry->Evolve(fact);
    entry->last = entry->last ? *entry->last + 1 : 0;
    auto& recorded = *response.add_facts();
    recorded.set_id(fact.id());
    recorded.set_revision(*entry->last);
    recorded.mutable_position()->set_log(log_.origin());
  }
  response.set_revision(*entry->last);
  SetNextActions(entry->state, response);
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
  log_.Append(std::move(*request), std::move(answered));
}

void IncidentCommands::Impl::Settle(FoldedIncident& entry) {
  for (auto& then : entry.Settled()) slow_.Post(std::move(then));
}

// A refusal that rests on appends still under way is certain only once they are in the log.
void IncidentCommands::Impl::Refuse(const CommandPtr& command, const EntryPtr& entry, Lock& lock,
                                    Refusal refusal) {
  const BoundKeys keys = entry->keys;
  const bool waits = entry->WhenSettled([this, command, entry, refusal, keys] {
    bool confirmed;
    {
      const Lock again(entry->mutex);
      confirmed = !entry->retired;
    }
    confirmed ? RefuseUnlessAnswered(command, keys, refusal) : Run(command);
  });
  if (waits) return;
  entry->ForgetAssumption();
  lock.unlock();
  RefuseUnlessAnswered(command, keys, std::move(refusal));
}

// The same request may have been answered before, and that it was is why it is refused now.
void IncidentCommands::Impl::RefuseUnlessAnswered(const CommandPtr& command, const BoundKeys& keys,
                                                  Refusal refusal) {
  const bool could_have_been =
      !keys.fingerprint.empty() && !command->request_id.empty() && !command->facts->validate_only();
  if (!could_have_been) return GiveRefusal(command, refusal);
  const auto key = keys_.Find(keys.fingerprint);
  if (!key.ok() && !absl::IsNotFound(key.status())) return Finish(command, key.status());
  const bool by_id_alone = !key.ok() || keys.fingerprints > 1;
  const Bytes32 fingerprint =
      key.ok() ? FingerprintOf(*key, command->method, *command->asked) : Bytes32{};
  auto found = log_.FindRequest(command->key, fingerprint);
  if (!found.ok()) return Finish(command, found.status());
  if (!found->has_value()) return GiveRefusal(command, refusal);
  if (const auto* appended = std::get_if<log::Appended>(&**found)) {
    return slow_.Post([this, command, first = appended->first, count = appended->count] {
      AnswerAgain(command, first, count);
    });
  }
  if (by_id_alone) return slow_.Post([this, command] { AnswerByIdAlone(command); });
  Finish(command, RecordOutcome(RequestReused()));
}

void IncidentCommands::Impl::GiveRefusal(const CommandPtr& command, const Refusal& refusal) {
  if (const auto* rejection = std::get_if<Rejection>(&refusal)) {
    return Finish(command, RecordOutcome(*rejection));
  }
  slow_.Post([this, command, expected = std::get<Stale>(refusal).expected] {
    auto conflict = MissedSince(log_, command->stream, expected + 1);
    if (!conflict.ok()) return Finish(command, conflict.status());
    Finish(command, RecordOutcome(ConflictOutcome{*std::move(conflict)}));
  });
}

void IncidentCommands::Impl::AppendFailed(const CommandPtr& command, const EntryPtr& entry,
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

void IncidentCommands::Impl::AnswerByIdAlone(const CommandPtr& command) {
  const EventId first = EventIdOf(command->scope, command->request_id, 0);
  auto past = FindAppend(log_, command->stream, first);
  if (!past.ok()) return Finish(command, past.status());
  if (!past->has_value()) return Finish(command, RecordOutcome(RequestReused()));
  AnswerAgain(command, (*past)->first, (*past)->count);
}

void IncidentCommands::Impl::AnswerAgain(const CommandPtr& command, Position first,
                                         uint32_t count) {
  auto answer = AnswerOf(log_, first, count);
  if (!answer.ok()) return Finish(command, answer.status());
  command->may_assume_new = false;
  auto fetched = Fetch(*command);
  if (!fetched.ok()) return Finish(command, fetched.status());
  SetNextActions(fetched->entry->state, *answer);
  fetched->lock.unlock();
  Finish(command, RecordOutcome(*std::move(answer)));
}

IncidentCommands::IncidentCommands(log::EventLog& log, vault::KeyStore& keys, const Units& units,
                                   const Clock& clock, const IncidentCommandsOptions& options)
    : impl_(std::make_unique<Impl>(log, keys, units, clock, options)) {}

IncidentCommands::~IncidentCommands() = default;

bool IncidentCommands::WouldBlock(const RecordFactsRequest& request) const {
  return impl_->WouldBlock(request);
}

void IncidentCommands::RecordFacts(const CallerScope& caller, const RecordFactsRequest& request,
                                   RecordDone done) {
  impl_->RecordFacts(caller, request, std::move(done));
}

void IncidentCommands::ReceiveReport(const CallerScope& caller,
                                     const api::v1::ReceiveReportRequest& request,
                                     ReportDone done) {
  impl_->ReceiveReport(caller, request, std::move(done));
}

}  // namespace skyndsamt::commands
