// How a command on an authority's stream, or on the system's, is carried out: fold the stream,
// decide, seal, append. Such commands are rare, so they are carried out one at a time and block.
// Request ids are honoured as IncidentCommands does; with `validate_only` nothing is made, sealed
// or recorded, and what was carried out before under the id answers as it did. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "services/commands/caller.h"
#include "services/commands/incident_commands.h"
#include "services/commands/sealing.h"
#include "services/domain/decider.h"
#include "services/domain/rejection.h"

namespace skyndsamt::commands {

// A state as recorded, and what goes with its stream.
template <typename State>
struct FoldedStream {
  State state{};
  std::optional<Revision> last;
  BoundKeys keys;
};

// Nothing is wrong with it, and nothing was recorded.
struct Validated {};

using StreamOutcome = std::variant<log::Appended, Validated, domain::Rejection, RequestReused>;

template <typename Decider>
class OrganisationStream {
 public:
  using State = typename Decider::State;
  using Event = typename Decider::Event;

  // What a request asks for; its stream and event are to be filled in. The fingerprint covers the
  // request without validate_only.
  struct Change {
    template <typename Request>
    explicit Change(const Request& request)
        : request_id(request.request_id()), validate_only(request.validate_only()) {
      auto copy = std::make_unique<Request>(request);
      copy->clear_validate_only();
      const std::string& name = Request::descriptor()->name();
      method = name.substr(0, name.size() - std::string_view("Request").size());
      asked = std::move(copy);
    }

    std::string request_id;
    bool validate_only;
    std::string method;
    std::unique_ptr<const google::protobuf::Message> asked;
    StreamId stream;
    Event event;
  };

  // `kind` is the streams', the part of their records' types before the dot. References outlive the
  // object.
  OrganisationStream(std::string kind, log::EventLog& log, vault::KeyStore& keys,
                     const Clock& clock)
      : kind_(std::move(kind)), log_(log), keys_(keys), clock_(clock) {}

  // FAILED_PRECONDITION if the stream is of another kind.
  absl::StatusOr<FoldedStream<State>> Fold(const StreamId& stream) const;
  absl::StatusOr<StreamOutcome> Record(const CallerScope& caller, const Change& change);
  // What the change did if it was carried out before; records nothing.
  absl::StatusOr<std::optional<StreamOutcome>> Before(const CallerScope& caller,
                                                      const Change& change) const;

 private:
  // What the log knows the request by.
  struct Asked {
    RequestKey request;
    EventId event;
  };

  absl::StatusOr<Asked> Ask(const CallerScope& caller, const Change& change) const;
  absl::StatusOr<vault::Key> FingerprintKey(const BoundKeys& bound) const;
  // What the request did if it was carried out before. Where the key of its fingerprint may be gone
  // the request id alone decides.
  absl::StatusOr<std::optional<StreamOutcome>> FindBefore(
      const Asked& asked, const Change& change, const BoundKeys& bound,
      const absl::StatusOr<vault::Key>& key) const;
  // Seals and appends what was decided; `key` is NOT_FOUND where a fresh one is to be bound.
  absl::StatusOr<StreamOutcome> Append(const CallerScope& caller, const Change& change,
                                       const Asked& asked, const FoldedStream<State>& folded,
                                       absl::StatusOr<vault::Key> key, Event event);
  // The event to append, or why not.
  std::variant<Event, domain::Rejection> Decide(const State& state, Event event) const;
  std::string TypeOf(const Event& event) const;

  const std::string kind_;
  log::EventLog& log_;
  vault::KeyStore& keys_;
  const Clock& clock_;
  std::mutex mutex_;  // one command at a time
};

extern template class OrganisationStream<domain::AuthorityDecider>;
extern template class OrganisationStream<domain::RuleSetDecider>;

}  // namespace skyndsamt::commands
