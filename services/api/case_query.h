// What the queries about cases have in common: whether a question may be asked, the units that a
// listing is about, and a page's answer. Used by CaseService alone; thread-safe, no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/views/instants.h"
#include "services/api/backend.h"
#include "services/api/scope.h"
#include "services/domain/rejection.h"

namespace skyndsamt::api {

inline const domain::Rejection kNoIncident{v1::REASON_INCIDENT_UNKNOWN, "incident"};
inline const domain::Rejection kNoCase{v1::REASON_CASE_UNKNOWN, "child"};

// Whether a question about an incident goes further: its id can be read, the caller sees it, and a
// child is named by an id, if at all. Refuses the call otherwise.
template <typename Call>
bool MayAsk(const Backend& backend, Call& call) {
  const auto& request = call.request();
  const absl::Status seen = SeesIncident(backend.views, call.caller(), request.incident());
  if (!seen.ok()) {
    call.Refuse(RefuseQuery(seen, kNoIncident, "incident"));
    return false;
  }
  if (request.child().empty() || ParseUuid(request.child()).ok()) return true;
  call.Refuse(v1::REASON_FIELD_INVALID, "child");
  return false;
}

// An instant of a question that cannot be read; the call is then refused.
template <typename Call>
bool IsMalformed(Call& call, const std::string& instant, std::string_view field) {
  if (instant.empty() || views::ParseInstant(instant).ok()) return false;
  call.Refuse(Refuse(v1::REASON_TIME_MALFORMED, field, {{"detail", "instant"}}));
  return true;
}

// The refusal of a question about one case, by what the views say; of an incident with several it
// has to be said which. `invalid` is the field at fault where the views found one.
template <typename Call>
grpc::Status RefuseCase(Call& call, const absl::Status& status,
                        std::string_view invalid = "child") {
  if (absl::IsInvalidArgument(status) && invalid == "child" && call.request().child().empty()) {
    return Refuse(v1::REASON_FIELD_INVALID, "child", {{"detail", "several_children"}});
  }
  return RefuseQuery(status, kNoCase, invalid);
}

// The units a listing is about; nullopt, and the call is refused, if the one asked for is none of
// the caller's.
template <typename Call>
std::optional<UnitsInSight> UnitsAsked(const views::Views& views, Call& call) {
  const std::string& unit = call.request().unit();
  if (unit.empty()) return SightOf(views, call.caller());
  if (!ParseUuid(unit).ok()) {
    call.Refuse(v1::REASON_FIELD_INVALID, "unit");
    return std::nullopt;
  }
  if (views.FindUnit(unit) == nullptr || !SeesUnit(views, call.caller(), unit)) {
    call.Refuse(v1::REASON_UNIT_UNKNOWN, "unit");
    return std::nullopt;
  }
  return UnitsInSight{false, {unit}};
}

// A listing is asked of a role that there is not; the call is then refused.
template <typename Call>
bool AsksOfNoRole(Call& call) {
  const std::string& role = call.request().role();
  if (role.empty() || access::ParseRole(role)) return false;
  call.Refuse(v1::REASON_CODE_UNKNOWN, "role");
  return true;
}

// An answer without rows, for a caller who may ask but sees no unit.
template <typename Call>
void AnswerNothing(const Backend& backend, Call& call) {
  SetLast(backend.log, backend.views.runner().applied(), call.response().mutable_reflects());
  call.Answer();
}

template <typename Response, typename T>
void FillPage(const log::EventLog& log, const PageAsked& asked, const views::Page<T>& page,
              Response& response) {
  response.set_next_page_token(MakePageToken(asked.question, page.next));
  if (page.reflects) SetPosition(log, *page.reflects, response.mutable_reflects());
}

}  // namespace skyndsamt::api
