#include "services/commands/organisation_stream.h"

#include <vector>

#include "projections/law/civil_time.h"
#include "services/commands/envelope.h"
#include "services/commands/past_answer.h"
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

// NOT_FOUND where no key is bound yet, or the last one was erased or given up.
template <typename Decider>
absl::StatusOr<vault::Key> OrganisationStream<Decider>::FingerprintKey(
    const BoundKeys& bound) const {
  if (bound.fingerprint.empty()) return absl::NotFoundError("none bound yet");
  return keys_.Find(bound.fingerprint);
}

template <typename Decider>
auto OrganisationStream<Decider>::Ask(const CallerScope& caller, const Change& change) const
    -> absl::StatusOr<Asked> {
  const auto request_uuid = ParseUuid(change.request_id);
  if (!request_uuid.ok()) return request_uuid.status();
  const std::string request_id = FormatUuid(*request_uuid);
  const std::string scope = caller.ForRequests();
  return Asked{RequestKeyOf(scope, request_id), EventIdOf(scope, request_id, 0)};
}

template <typename Decider>
absl::StatusOr<std::optional<StreamOutcome>> OrganisationStream<Decider>::FindBefore(
    const Asked& asked, const Change& change, const BoundKeys& bound,
    const absl::StatusOr<vault::Key>& key) const {
  const Bytes32 fingerprint =
      key.ok() ? FingerprintOf(*key, change.method, *change.asked) : Bytes32{};
  auto found = log_.FindRequest(asked.request, fingerprint);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  if (auto* appended = std::get_if<log::Appended>(&**found)) return *std::move(appended);
  const bool by_id_alone = !key.ok() || bound.fingerprints > 1;
  if (!by_id_alone) return RequestReused();
  const auto past = FindAppend(log_, change.stream, asked.event);
  if (!past.ok()) return past.status();
  if (!past->has_value()) return RequestReused();
  log::Appended appended;
  appended.first = (*past)->first;
  appended.count = (*past)->count;
  appended.deduplicated = true;
  return appended;
}

template <typename Decider>
absl::StatusOr<std::optional<StreamOutcome>> OrganisationStream<Decider>::Before(
    const CallerScope& caller, const Change& change) const {
  const auto asked = Ask(caller, change);
  if (!asked.ok()) return std::nullopt;
  const auto folded = Fold(change.stream);
  if (!folded.ok()) return folded.status();
  const auto key = FingerprintKey(folded->keys);
  if (!key.ok() && !absl::IsNotFound(key.status())) return key.status();
  return FindBefore(*asked, change, folded->keys, key);
}

template <typename Decider>
absl::StatusOr<StreamOutcome> OrganisationStream<Decider>::Record(const CallerScope& caller,
                                                                  const Change& change) {
  const auto asked = Ask(caller, change);
  if (!asked.ok()) return Rejection{api::v1::REASON_FIELD_INVALID, "request_id"};
  const std::lock_guard lock(mutex_);
  auto folded = Fold(change.stream);
  if (!folded.ok()) return folded.status();
  auto key = FingerprintKey(folded->keys);
  if (!key.ok() && !absl::IsNotFound(key.status())) return key.status();
  auto before = FindBefore(*asked, change, folded->keys, key);
  if (!before.ok()) return before.status();
  if (*before) return **std::move(before);
  auto decided = Decide(folded->state, change.event);
  if (auto* rejection = std::get_if<Rejection>(&decided)) return std::move(*rejection);
  if (change.validate_only) return Validated();
  return Append(caller, change, *asked, *folded, std::move(key),
                std::move(std::get<Event>(decided)));
}

template <typename Decider>
absl::StatusOr<StreamOutcome> OrganisationStream<Decider>::Append(
    const CallerScope& caller, const Change& change, const Asked& asked,
    const FoldedStream<State>& folded, absl::StatusOr<vault::Key> key, Event event) {
  if (auto taken = log_.health(); !taken.ok()) return taken;  // before keys are used up
  Sealer sealer(keys_, folded.keys);
  sealer.Add(asked.event, event);
  if (!key.ok()) sealer.AddFingerprintKey();
  if (auto sealed = sealer.Seal(); !sealed.ok()) return sealed;
  if (!key.ok()) key = sealer.fingerprint_key().key;
  log::AppendRequest request;
  request.request = asked.request;
  request.fingerprint = FingerprintOf(*key, change.method, *change.asked);
  const Envelope envelope{caller, request.request, request.fingerprint, 1};
  request.streams.push_back(
      {change.stream,
       ExpectedOf(folded.last),
       {Wrap(envelope, asked.event, TypeOf(event), 0, std::move(sealer.sealed().front()), event)}});
  auto outcome = log_.AppendAndWait(std::move(request));
  if (!outcome.ok()) return outcome.status();
  if (auto* appended = std::get_if<log::Appended>(&*outcome)) return *std::move(appended);
  if (std::holds_alternative<log::RequestReused>(*outcome)) return RequestReused();
  return absl::UnavailableError("another writer changed the same at the same time: ask again");
}

template class OrganisationStream<domain::AuthorityDecider>;
template class OrganisationStream<domain::RuleSetDecider>;

}  // namespace skyndsamt::commands
