#include "services/commands/authority_commands.h"

#include <utility>

#include "eventstore/log/role.h"

namespace skyndsamt::commands {
namespace {

using domain::AuthorityEvent;
using domain::Rejection;

// As events and the organisation view write it, whatever case it was asked in.
std::string InLowerCase(const std::string& uuid) {
  const auto parsed = ParseUuid(uuid);
  return parsed.ok() ? FormatUuid(*parsed) : uuid;
}

}  // namespace

AuthorityCommands::AuthorityCommands(log::EventLog& log, vault::KeyStore& keys, Units& units,
                                     const Clock& clock)
    : log_(log), units_(units), stream_("authority", log, keys, clock) {}

template <typename Response>
AuthorityOutcome<Response> AuthorityCommands::ResponseOf(StreamOutcome outcome) const {
  if (auto* rejection = std::get_if<Rejection>(&outcome)) return std::move(*rejection);
  if (std::holds_alternative<RequestReused>(outcome)) return RequestReused();
  Response response;
  if (const auto* appended = std::get_if<log::Appended>(&outcome)) {
    response.mutable_position()->set_log(log_.origin());
    response.mutable_position()->set_position(appended->first);
    response.set_deduplicated(appended->deduplicated);
  }
  return response;
}

template <typename Response>
absl::StatusOr<AuthorityOutcome<Response>> AuthorityCommands::Answer(const CallerScope& caller,
                                                                     const std::string& authority,
                                                                     const char* authority_field,
                                                                     Stream::Change change) {
  const Rejection no_authority{api::v1::REASON_FIELD_INVALID, authority_field};
  const auto stream = StreamId::Parse(authority);
  if (!stream.ok() || stream->empty()) return no_authority;
  change.stream = *stream;
  auto recorded = stream_.Record(caller, change);
  if (absl::IsFailedPrecondition(recorded.status()) && !log::IsTakesNoAppends(recorded.status())) {
    return no_authority;
  }
  if (!recorded.ok()) return recorded.status();
  return ResponseOf<Response>(*std::move(recorded));
}

absl::StatusOr<AuthorityOutcome<api::v1::DeclareAuthorityResponse>>
AuthorityCommands::DeclareAuthority(const CallerScope& caller,
                                    const api::v1::DeclareAuthorityRequest& request) {
  Stream::Change change(request);
  *change.event.mutable_declared() = request.authority();
  return Answer<api::v1::DeclareAuthorityResponse>(caller, request.authority().authority(),
                                                   "authority.authority", std::move(change));
}

absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> AuthorityCommands::DeclareUnit(
    const CallerScope& caller, const api::v1::DeclareUnitRequest& request, bool in_sight) {
  const std::string authority = InLowerCase(request.authority());
  Stream::Change change(request);
  *change.event.mutable_unit_declared() = request.unit();
  // One at a time, so that whose a unit is cannot change between the look and the record.
  const std::lock_guard lock(units_mutex_);
  const bool from_nobody = !caller.authority.empty() || request.takes_from_nobody();
  const bool of_another = from_nobody && units_.TakesFromAnother(authority, request.unit());
  if (!in_sight || of_another) return DeclaredBefore(caller, authority, std::move(change));
  auto outcome =
      Answer<api::v1::DeclareUnitResponse>(caller, authority, "authority", std::move(change));
  if (outcome.ok()) {
    const auto* response = std::get_if<api::v1::DeclareUnitResponse>(&*outcome);
    const bool made = response != nullptr && response->has_position();
    if (made && !response->deduplicated()) {
      units_.Declared(authority, request.unit(), response->position().position());
    }
  }
  return outcome;
}

// The unit is not the caller's to declare. It may have been, and then a request is answered as it
// was. Nobody learns here of an authority that is not its own.
absl::StatusOr<AuthorityOutcome<api::v1::DeclareUnitResponse>> AuthorityCommands::DeclaredBefore(
    const CallerScope& caller, const std::string& authority, Stream::Change change) const {
  const Rejection not_allowed{api::v1::REASON_UNIT_NOT_ALLOWED, "unit.unit"};
  const auto stream = StreamId::Parse(authority);
  const bool of_its_own = caller.authority.empty() || caller.authority == authority;
  if (!stream.ok() || stream->empty() || !of_its_own) return not_allowed;
  change.stream = *stream;
  auto before = stream_.Before(caller, change);
  if (absl::IsFailedPrecondition(before.status())) return not_allowed;
  if (!before.ok()) return before.status();
  if (!before->has_value()) return not_allowed;
  return ResponseOf<api::v1::DeclareUnitResponse>(**std::move(before));
}

absl::StatusOr<AuthorityOutcome<api::v1::PublishRoutineResponse>> AuthorityCommands::PublishRoutine(
    const CallerScope& caller, const api::v1::PublishRoutineRequest& request) {
  Stream::Change change(request);
  *change.event.mutable_routine_published() = request.routine();
  return Answer<api::v1::PublishRoutineResponse>(caller, request.authority(), "authority",
                                                 std::move(change));
}

absl::StatusOr<AuthorityOutcome<api::v1::PublishClosingDaysResponse>>
AuthorityCommands::PublishClosingDays(const CallerScope& caller,
                                      const api::v1::PublishClosingDaysRequest& request) {
  Stream::Change change(request);
  *change.event.mutable_closing_days_published() = request.closing_days();
  return Answer<api::v1::PublishClosingDaysResponse>(caller, request.authority(), "authority",
                                                     std::move(change));
}

absl::StatusOr<AuthorityOutcome<api::v1::PublishYardsticksResponse>>
AuthorityCommands::PublishYardsticks(const CallerScope& caller,
                                     const api::v1::PublishYardsticksRequest& request) {
  Stream::Change change(request);
  *change.event.mutable_yardsticks_published() = request.yardsticks();
  return Answer<api::v1::PublishYardsticksResponse>(caller, request.authority(), "authority",
                                                    std::move(change));
}

absl::StatusOr<domain::Authority> AuthorityCommands::Find(const std::string& authority) const {
  const auto stream = StreamId::Parse(authority);
  if (!stream.ok()) return stream.status();
  auto folded = stream_.Fold(*stream);
  if (!folded.ok()) return folded.status();
  return std::move(folded->state);
}

}  // namespace skyndsamt::commands
