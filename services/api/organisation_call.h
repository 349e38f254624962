// What calls about the organisation and its policy have in common: who may touch an authority,
// recording on a worker, paging through what was published. Shared by two services; no state.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "services/api/backend.h"
#include "services/api/command_call.h"
#include "services/api/scope.h"

namespace skyndsamt::api {

// Whether a request about an authority goes further; refuses it otherwise.
template <typename Call>
bool MayTouch(Call& call, const std::string& authority, std::string_view field) {
  if (!ParseUuid(authority).ok()) {
    call.Refuse(v1::REASON_FIELD_INVALID, field);
    return false;
  }
  if (!SeesAuthority(call.caller(), authority)) {
    call.Refuse(v1::REASON_AUTHORITY_UNKNOWN, field);
    return false;
  }
  return true;
}

// Carries a command out on a worker and answers once the views hold what it recorded. A deadline
// that passes meanwhile changes nothing: it is recorded, and the answer says where. What was only
// validated has no position to wait for.
template <typename Call, typename Command>
void RecordOnWorker(const Backend& backend, Call& call, Command command) {
  const bool queued = backend.pool.Submit([&backend, &call, command] {
    auto outcome = command(ScopeOf(call.caller(), nullptr, nullptr), call.request());
    using Response = std::decay_t<decltype(call.response())>;
    const Response* response = outcome.ok() ? std::get_if<Response>(&*outcome) : nullptr;
    if (response == nullptr || !response->has_position()) {
      return AnswerOutcome(call, std::move(outcome));
    }
    call.response() = *response;
    backend.views.WaitFor(response->position().position(), views::Reach::kApplied, call.deadline(),
                          [&call](const absl::Status&) { call.Answer(); });
  });
  if (!queued) call.Refuse(v1::REASON_QUEUE_FULL);
}

// A page of what `list(limit, after)` answers.
template <typename Call, typename List, typename Add>
void AnswerPage(const Backend& backend, Call& call, List list, Add add) {
  const auto asked = ReadPage(call, 100, 1000);
  if (!asked) return;
  auto page = list(asked->limit, asked->after);
  if (!page.ok()) {
    return call.Refuse(
        RefuseQuery(page.status(), {v1::REASON_AUTHORITY_UNKNOWN, "authority"}, "page_token"));
  }
  for (auto& item : page->items) add(call.response(), std::move(item));
  call.response().set_next_page_token(MakePageToken(asked->question, page->next));
  if (page->reflects) {
    SetPosition(backend.log, *page->reflects, call.response().mutable_reflects());
  }
  call.Answer();
}

}  // namespace skyndsamt::api
