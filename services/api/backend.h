// What the services stand on: references to the floors below, wired by services/server, and the
// two things every query does, reading at a position and paging. No state of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "eventstore/base/clock.h"
#include "eventstore/log/checkpointer.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/views/views.h"
#include "services/api/call_guard.h"
#include "services/api/page_token.h"
#include "services/api/stream_call.h"
#include "services/api/unary_call.h"
#include "services/api/worker_pool.h"

namespace skyndsamt::commands {
class IncidentCommands;
class AuthorityCommands;
class RuleSetCommands;
}  // namespace skyndsamt::commands

namespace skyndsamt::api {

struct Backend {
  log::EventLog& log;
  vault::KeyStore& keys;
  views::Views& views;
  commands::IncidentCommands& incidents;
  commands::AuthorityCommands& authorities;
  commands::RuleSetCommands& rule_sets;
  const Clock& clock;
  CallGuard& guard;
  WorkerPool& pool;
  StreamRegistry& streams;
  log::Checkpointer* checkpointer;  // null on a replica
};

// A position without a log's name, and 0, is before the first record: what an empty log answers,
// and what a field that is not set reads as.
inline bool IsBeforeFirst(const skyndsamt::log::v1::LogPosition& position) {
  return position.log().empty() && position.position() == 0;
}

// Calls `then` once the views hold all that is recorded now: who may see or change what, they say.
// VIEW_BEHIND if the deadline passes first.
template <typename Call, typename Then>
void WhenViewsHoldAll(const Backend& backend, Call& call, Then then) {
  const Position committed = backend.log.committed();
  if (committed == 0) return then();
  backend.views.WaitFor(committed - 1, views::Reach::kApplied, call.deadline(),
                        [&call, then](const absl::Status& reached) {
                          if (!reached.ok()) return call.Refuse(v1::REASON_VIEW_BEHIND);
                          then();
                        });
}

// Hands a query to a worker, once the views hold its `at_least` (if it has one): nobody waits on a
// thread. VIEW_BEHIND if the deadline passes first, QUEUE_FULL if too many wait for a worker.
template <typename Call, typename Handle>
void ReadWhenReached(const Backend& backend, Call& call, views::Reach reach, Handle handle) {
  auto begin = [&pool = backend.pool, &call, handle](const absl::Status& reached) {
    if (!reached.ok()) return call.Refuse(v1::REASON_VIEW_BEHIND);
    if (!pool.Submit([&call, handle] { handle(call); })) call.Refuse(v1::REASON_QUEUE_FULL);
  };
  const auto& request = call.request();
  const auto& at_least = request.at_least();
  if (IsBeforeFirst(at_least)) return begin(absl::OkStatus());
  if (!at_least.log().empty() && at_least.log() != backend.log.origin()) {
    return call.Refuse(v1::REASON_FIELD_INVALID, "at_least.log");
  }
  backend.views.WaitFor(at_least.position(), reach, call.deadline(), std::move(begin));
}

// What a paged request asks for. `question` is the request without what differs between its pages.
struct PageAsked {
  std::string question;
  size_t limit = 0;
  std::string after;
};

// nullopt, and the call is refused, if page_size is negative or page_token is not one of ours.
template <typename Call>
std::optional<PageAsked> ReadPage(Call& call, size_t standard, size_t most) {
  auto question = call.request();
  const auto limit = PageSize(question.page_size(), standard, most);
  const std::string token = question.page_token();
  question.clear_page_size();
  question.clear_page_token();
  if constexpr (requires { question.clear_at_least(); }) question.clear_at_least();
  PageAsked asked{question.GetTypeName() + question.SerializeAsString(), limit.value_or(0), {}};
  auto after = ReadPageToken(asked.question, token);
  if (!limit || !after) {
    call.Refuse(v1::REASON_FIELD_INVALID, limit ? "page_token" : "page_size");
    return std::nullopt;
  }
  asked.after = *std::move(after);
  return asked;
}

// A query's failure: NOT_FOUND is `not_found`, INVALID_ARGUMENT is FIELD_INVALID at `invalid`.
grpc::Status RefuseQuery(const absl::Status& status, const domain::Rejection& not_found,
                         std::string_view invalid);

// The position after one that a caller has seen, to go on from. INVALID_ARGUMENT, with "after.log"
// or "after.position", for another log's or one that is not there yet.
absl::StatusOr<Position> PositionAfter(const log::EventLog& log,
                                       const skyndsamt::log::v1::LogPosition& after);

void SetPosition(const log::EventLog& log, Position position, skyndsamt::log::v1::LogPosition* out);
// The last of `count` committed records; before the first where there is none.
void SetLast(const log::EventLog& log, Position count, skyndsamt::log::v1::LogPosition* out);

}  // namespace skyndsamt::api
