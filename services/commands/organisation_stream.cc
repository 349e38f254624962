#include "services/commands/organisation_stream.h"

#include <vector>

#include "projections/law/civil_time.h"
#include "services/commands/envelope.h"
#include "services/commands/stated_time.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {
namespace {

using domain::Rejection;

log::Expected ExpectedOf(const std::optional<Revision>& last) {
  return last ? log::Expected::Exactly(*last) : log::Expected::None();
}

// The deciders' commands, each with its event and the instant.
domain::ChangeAuthority CommandOf(domain::AuthorityEvent event, Micros now,
                                  const domain::TimeCheck& times) {
  return {std::move(event), law::FormatDay(law::DayOf(now)), now, &times};
}
domain::PublishRules CommandOf(domain::SystemEvent event, Micros now,
                               const domain::TimeCheck& times) {
  return {std::move(event), law::FormatDay(law::DayOf(now)), now, &times};
}

}  // namespace

template <typename Decider>
auto OrganisationStream<Decider>::Fold(const StreamId& stream) const
    -> absl::StatusOr<FoldedStream<State>> {
  FoldedStream<State> folded;
  folded.state = Decider::Initial();
  log::ReadOptions options;
  options.from = 0;
  log::v1::Body body;
  Event event;
  for (;;) {
    auto page = log_.ReadStream(stream, options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (record.kind() != kind_) return absl::FailedPreconditionError("a stream of another kind");
      if (!body.ParseFromString(record.body) || !event.ParseFromString(body.event())) {
        return absl::DataLossError("a record of the organisation does not parse");
      }
      Decider::Evolve(folded.state, event);
      for (const auto& field : body.sealed()) folded.keys.Bind(field);
      folded.last = record.revision;
    }
    if (!page->next) return folded;
    options.from = page->next;
  }
}

template <typename Decider>
auto OrganisationStream<Decider>::Decide(const State& state, Event event) const
    -> std::variant<Event, Rejection> {
  const StatedTimes times;
  auto decision = Decider::Decide(state, CommandOf(std::move(event), clock_.Now(), times));
  if (auto* rejection = std::get_if<Rejection>(&decision)) return std::move(*rejection);
  return std::move(std::get<std::vector<Event>>(decision).front());
}

template <typename Decider>
std::string OrganisationStream<Decider>::TypeOf(const Event& event) const {
  const auto* oneof = Event::descriptor()->oneof_decl(0);
  return kind_ + "." + Event::GetReflection()->GetOneofFieldDescriptor(event, oneof)->name();
}

template <typename Decider>
absl::StatusOr<std::optional<StreamOutcome>> OrganisationStream<Decider>::Find(
    const log::AppendRequest& request) const {
  auto found = log_.FindRequest(*request.request, request.fingerprint);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  if (auto* appended = std::get_if<log::Appended>(&**found)) return *std::move(appended);
  return RequestReused();
}

template <typename Decider>
absl::StatusOr<StreamOutcome> OrganisationStream<Decider>::Validate(
    log::AppendRequest request, const Change& change, const FoldedStream<State>& folded) const {
  if (!folded.keys.fingerprint.empty()) {
    const auto key = keys_.Find(folded.keys.fingerprint);
    if (!key.ok()) return key.status();
    request.fingerprint = FingerprintOf(*key, change.method, *change.asked);
    auto before = Find(request);
    if (!before.ok()) return before.status();
    if (*before) return **std::move(before);
  }
  auto decided = Decide(folded.state, change.event);
  if (auto* rejection = std::get_if<Rejection>(&decided)) return std::move(*rejection);
  return Validated();
}

template <typename Decider>
absl::StatusOr<StreamOutcome> OrganisationStream<Decider>::Record(const CallerScope& caller,
                                                                  const Change& change) {
  const auto request_uuid = ParseUuid(change.request_id);
  if (!request_uuid.ok()) return Rejection{api::v1::REASON_FIELD_INVALID, "request_id"};
  const std::string request_id = FormatUuid(*request_uuid);
  const std::string scope = caller.ForRequests();
  log::AppendRequest request;
  request.request = RequestKeyOf(scope, request_id);

  const std::lock_guard lock(mutex_);
  auto folded = Fold(change.stream);
  if (!folded.ok()) return folded.status();
  if (change.validate_only) return Validate(std::move(request), change, *folded);

  const EventId id = EventIdOf(scope, request_id, 0);
  Sealer sealer(keys_, folded->keys);
  Event event = change.event;
  sealer.Add(id, event);
  const bool first = folded->keys.fingerprint.empty();
  if (first) sealer.AddFingerprintKey();
  if (auto sealed = sealer.Seal(); !sealed.ok()) return sealed;
  const auto key = first ? sealer.fingerprint_key().key : keys_.Find(folded->keys.fingerprint);
  if (!key.ok()) return key.status();
  request.fingerprint = FingerprintOf(*key, change.method, *change.asked);
  auto before = Find(request);
  if (!before.ok()) return before.status();
  if (*before) return **std::move(before);

  auto decided = Decide(folded->state, std::move(event));
  if (auto* rejection = std::get_if<Rejection>(&decided)) return std::move(*rejection);
  const Event& decided_event = std::get<Event>(decided);
  const Envelope envelope{caller, request.request, request.fingerprint, 1};
  request.streams.push_back({change.stream,
                             ExpectedOf(folded->last),
                             {Wrap(envelope, id, TypeOf(decided_event), 0,
                                   std::move(sealer.sealed().front()), decided_event)}});
  auto outcome = log_.AppendAndWait(std::move(request));
  if (!outcome.ok()) return outcome.status();
  if (auto* appended = std::get_if<log::Appended>(&*outcome)) return *std::move(appended);
  if (std::holds_alternative<log::RequestReused>(*outcome)) return RequestReused();
  return absl::UnavailableError("another writer changed the same at the same time: ask again");
}

template class OrganisationStream<domain::AuthorityDecider>;
template class OrganisationStream<domain::RuleSetDecider>;

}  // namespace skyndsamt::commands
