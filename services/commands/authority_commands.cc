#include "services/commands/authority_commands.h"

#include <memory>
#include <optional>
#include <utility>

#include "projections/law/civil_time.h"
#include "services/commands/envelope.h"
#include "services/commands/sealing.h"
#include "services/commands/stated_time.h"
#include "services/domain/authority.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {
namespace {

using domain::AuthorityEvent;
using domain::Rejection;

constexpr std::string_view kKind = "authority";

// An authority as recorded.
struct Folded {
  domain::Authority state = domain::InitialAuthority();
  std::optional<Revision> last;
  BoundKeys keys;
};

// FAILED_PRECONDITION if the stream is no authority's.
absl::StatusOr<Folded> Fold(log::EventLog& log, const StreamId& stream) {
  Folded folded;
  log::ReadOptions options;
  options.from = 0;
  log::v1::Body body;
  AuthorityEvent event;
  for (;;) {
    auto page = log.ReadStream(stream, options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (record.kind() != kKind) return absl::FailedPreconditionError("no authority's stream");
      if (!body.ParseFromString(record.body) || !event.ParseFromString(body.event())) {
        return absl::DataLossError("a record of an authority does not parse");
      }
      domain::Evolve(folded.state, event);
      for (const auto& field : body.sealed()) folded.keys.Bind(field);
      folded.last = record.revision;
    }
    if (!page->next) return folded;
    options.from = page->next;
  }
}

log::Expected ExpectedOf(const std::optional<Revision>& last) {
  return last ? log::Expected::Exactly(*last) : log::Expected::None();
}

std::string TypeOf(const AuthorityEvent& event) {
  const auto* oneof = AuthorityEvent::descriptor()->oneof_decl(0);
  const auto* field = AuthorityEvent::GetReflection()->GetOneofFieldDescriptor(event, oneof);
  return std::string(kKind) + "." + field->name();
}

}  // namespace

// `Request` is one of the three; what the fingerprint covers is the request without validate_only.
struct AuthorityCommands::Change {
  template <typename Request>
  Change(const Request& request, std::string_view authority_id, const char* field)
      : request_id(request.request_id()),
        authority(authority_id),
        authority_field(field),
        validate_only(request.validate_only()) {
    auto copy = std::make_unique<Request>(request);
    copy->clear_validate_only();
    const std::string& name = Request::descriptor()->name();
    method = name.substr(0, name.size() - std::string_view("Request").size());
    asked = std::move(copy);
  }

  std::string request_id;
  std::string authority;
  const char* authority_field;
  bool validate_only;
  std::string method;
  std::unique_ptr<const google::protobuf::Message> asked;
  AuthorityEvent event;
};

AuthorityCommands::AuthorityCommands(log::EventLog& log, vault::KeyStore& keys, Units& units,
                                     const Clock& clock)
    : log_(log), keys_(keys), units_(units), clock_(clock) {}

domain::AuthorityDecision AuthorityCommands::Decide(const domain::Authority& state,
                                                    AuthorityEvent event) const {
  const StatedTimes times;
  domain::ChangeAuthority wanted;
  wanted.change = std::move(event);
  wanted.now = clock_.Now();
  wanted.today = law::FormatDay(law::DayOf(wanted.now));
  wanted.times = &times;
  return domain::Decide(state, std::move(wanted));
}

// What would become of it, with nothing made, sealed or recorded.
absl::StatusOr<AuthorityCommands::Recorded> AuthorityCommands::Validate(
    const std::string& scope, const std::string& request_id, const Change& change,
    const domain::Authority& state, const KeyId& fingerprint_key) const {
  if (!fingerprint_key.empty()) {
    const auto key = keys_.Find(fingerprint_key);
    if (!key.ok()) return key.status();
    auto found = log_.FindRequest(RequestKeyOf(scope, request_id),
                                  FingerprintOf(*key, change.method, *change.asked));
    if (!found.ok()) return found.status();
    if (found->has_value()) {
      if (auto* appended = std::get_if<log::Appended>(&**found)) return *std::move(appended);
      return RequestReused();
    }
  }
  auto decision = Decide(state, change.event);
  if (auto* rejection = std::get_if<Rejection>(&decision)) return std::move(*rejection);
  return Validated();
}

absl::StatusOr<AuthorityCommands::Recorded> AuthorityCommands::Record(const CallerScope& caller,
                                                                      const Change& change) {
  const auto request_uuid = ParseUuid(change.request_id);
  if (!request_uuid.ok()) return Rejection{api::v1::REASON_FIELD_INVALID, "request_id"};
  const Rejection no_authority{api::v1::REASON_FIELD_INVALID, change.authority_field};
  const auto stream = StreamId::Parse(change.authority);
  if (!stream.ok() || stream->empty()) return no_authority;
  const std::string request_id = FormatUuid(*request_uuid);
  const std::string scope = caller.ForRequests();

  const std::lock_guard lock(mutex_);
  auto folded = Fold(log_, *stream);
  if (absl::IsFailedPrecondition(folded.status())) return no_authority;
  if (!folded.ok()) return folded.status();
  if (change.validate_only) {
    return Validate(scope, request_id, change, folded->state, folded->keys.fingerprint);
  }

  const EventId id = EventIdOf(scope, request_id, 0);
  Sealer sealer(keys_, folded->keys);
  AuthorityEvent event = change.event;
  sealer.Add(id, event);
  const bool first = folded->keys.fingerprint.empty();
  if (first) sealer.AddFingerprintKey();
  if (auto sealed = sealer.Seal(); !sealed.ok()) return sealed;
  const auto key = first ? sealer.fingerprint_key().key : keys_.Find(folded->keys.fingerprint);
  if (!key.ok()) return key.status();

  log::AppendRequest request;
  request.request = RequestKeyOf(scope, request_id);
  request.fingerprint = FingerprintOf(*key, change.method, *change.asked);
  auto found = log_.FindRequest(*request.request, request.fingerprint);
  if (!found.ok()) return found.status();
  if (found->has_value()) {
    if (auto* appended = std::get_if<log::Appended>(&**found)) return *std::move(appended);
    return RequestReused();
  }

  auto decision = Decide(folded->state, std::move(event));
  if (auto* rejection = std::get_if<Rejection>(&decision)) return std::move(*rejection);
  const AuthorityEvent& decided = std::get<std::vector<AuthorityEvent>>(decision).front();

  const Envelope envelope{caller, request.request, request.fingerprint, 1};
  request.streams.push_back(
      {*stream,
       ExpectedOf(folded->last),
       {Wrap(envelope, id, TypeOf(decided), 0, std::move(sealer.sealed().front()), decided)}});
  auto outcome = log_.AppendAndWait(std::move(request));
  if (!outcome.ok()) return outcome.status();
  if (auto* appended = std::get_if<log::Appended>(&*outcome)) return *std::move(appended);
  if (std::holds_alternative<log::RequestReused>(*outcome)) return RequestReused();
  return absl::UnavailableError("another writer changed the authority at the same time: ask again");
}

template <typename Response>
absl::StatusOr<AuthorityOutcome<Response>> AuthorityCommands::Answer(const CallerScope& caller,
                                                                     const Change& change) {
  auto recorded = Record(caller, change);
  if (!recorded.ok()) return recorded.status();
  if (auto* rejection = std::get_if<Rejection>(&*recorded)) return std::move(*rejection);
  Response response;
  if (std::holds_alternative<Validated>(*recorded)) return response;
  const auto* appended = std::get_if<log::Appended>(&*recorded);
  if (appended == nullptr) return RequestReused();
  response.mutable_position()->set_log(log_.origin());
  response.mutable_position()->set_position(appended->first);
  response.set_deduplicated(appended->deduplicated);
  return response;
}

absl::StatusOr<AuthorityOutcome<api::v1::DeclareAuthorityResponse>>
AuthorityCommands::DeclareAuthority(const CallerScope& caller,
                                    const api::v1::DeclareAuthorityRequest& request) {
  Change change(request, request.authority().authority(), "authority.authority");
  *change.event.mutable_declared() = request.authority();
  return Answer<api::v1::DeclareAuthorityResponse>(caller, change);
}

absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> AuthorityCommands::DeclareUnit(
    const CallerScope& caller, const api::v1::DeclareUnitRequest& request) {
  Change change(request, request.authority(), "authority");
  *change.event.mutable_unit_declared() = request.unit();
  auto outcome = Answer<api::v1::DeclareUnitResponse>(caller, change);
  if (outcome.ok()) {
    const auto* response = std::get_if<api::v1::DeclareUnitResponse>(&*outcome);
    const bool made = response != nullptr && response->has_position();
    if (made && !response->deduplicated()) units_.Declared(request.unit());
  }
  return outcome;
}

absl::StatusOr<AuthorityOutcome<api::v1::PublishRoutineResponse>> AuthorityCommands::PublishRoutine(
    const CallerScope& caller, const api::v1::PublishRoutineRequest& request) {
  Change change(request, request.authority(), "authority");
  *change.event.mutable_routine_published() = request.routine();
  return Answer<api::v1::PublishRoutineResponse>(caller, change);
}

absl::StatusOr<Position> PublishRuleSetIfNew(log::EventLog& log,
                                             const event::v1::RuleSetPublished& rules) {
  const StreamId stream{DerivedUuid("system", "rules")};
  log::ReadOptions options;
  options.backward = true;
  options.max_records = 1;
  auto latest = log.ReadStream(stream, options);
  if (!latest.ok()) return latest.status();
  std::optional<Revision> last;
  if (!latest->records.empty()) {
    const log::Record& record = latest->records.front();
    log::v1::Body body;
    event::v1::SystemEvent published;
    if (!body.ParseFromString(record.body) || !published.ParseFromString(body.event())) {
      return absl::DataLossError("the rule set in the log does not parse");
    }
    if (published.rule_set_published().version() == rules.version()) return record.position;
    last = record.revision;
  }
  event::v1::SystemEvent event;
  *event.mutable_rule_set_published() = rules;
  const CallerScope system{"skyndsamt", "system", "system", "", ""};
  const uint32_t next = last ? static_cast<uint32_t>(*last) + 1 : 0;
  log::AppendRequest request;
  request.streams.push_back(
      {stream,
       ExpectedOf(last),
       {Wrap(Envelope{system, std::nullopt, {}, 1}, EventIdOf("system", "rules", next),
             "system.rule_set_published", 0, SealedEvent(), event)}});
  auto outcome = log.AppendAndWait(std::move(request));
  if (!outcome.ok()) return outcome.status();
  if (const auto* appended = std::get_if<log::Appended>(&*outcome)) return appended->first;
  return absl::UnavailableError("another writer published a rule set at the same time");
}

}  // namespace skyndsamt::commands
