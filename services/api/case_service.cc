#include "services/api/case_service.h"

#include "services/api/case_watch.h"
#include "services/api/scope.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;
using views::Reach;

// The field a query's INVALID_ARGUMENT is about: the first of these that a caller filled in
// wrongly.
std::string_view CaseField(std::string_view incident, std::string_view child) {
  if (!ParseUuid(incident).ok()) return "incident";
  if (child.empty() || !ParseUuid(child).ok()) return "child";
  return "as_of";
}

v1::Reason MissingCase(std::string_view child) {
  return child.empty() ? v1::REASON_INCIDENT_UNKNOWN : v1::REASON_CASE_UNKNOWN;
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
    call.Refuse(v1::REASON_UNIT_UNKNOWN);
    return std::nullopt;
  }
  return UnitsInSight{false, {unit}};
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

}  // namespace

grpc::ServerUnaryReactor* CaseService::GetCase(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return Serve<v1::GetCaseRequest, v1::Case>(
      backend_.guard, Rpc::kGetCase, context, in, out, [this](GetCaseCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](GetCaseCall& c) { Answer(c); });
      });
}

void CaseService::Answer(GetCaseCall& call) const {
  const auto& request = call.request();
  auto found = backend_.views.GetCase(request.incident(), request.child());
  if (!found.ok()) {
    return call.Refuse(RefuseQuery(found.status(), MissingCase(request.child()),
                                   CaseField(request.incident(), request.child())));
  }
  if (!SeesUnit(backend_.views, call.caller(), found->unit())) {
    return call.Refuse(MissingCase(request.child()));
  }
  details_.AddNextActions(*found);
  if (access::MayOpenSealed(call.caller().role)) details_.AddChildName(*found);
  call.Answer(*found);
}

grpc::ServerUnaryReactor* CaseService::ListCases(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* in,
                                                 grpc::ByteBuffer* out) {
  return Serve<v1::ListCasesRequest, v1::ListCasesResponse>(
      backend_.guard, Rpc::kListCases, context, in, out, [this](ListCasesCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](ListCasesCall& c) { Answer(c); });
      });
}

void CaseService::Answer(ListCasesCall& call) const {
  const auto& request = call.request();
  const auto asked = ReadPage(call, 50, 500);
  if (!asked) return;
  auto sight = UnitsAsked(backend_.views, call);
  if (!sight) return;
  if (!request.incident().empty()) {
    if (!ParseUuid(request.incident()).ok()) {
      return call.Refuse(v1::REASON_FIELD_INVALID, "incident");
    }
    if (!SeesIncident(backend_.views, call.caller(), request.incident())) {
      return call.Refuse(v1::REASON_INCIDENT_UNKNOWN);
    }
  } else if (sight->nothing()) {
    return AnswerNothing(backend_, call);
  }
  auto page = backend_.views.ListCases(
      {request.incident(), std::move(sight->units), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), v1::REASON_INCIDENT_UNKNOWN, "page_token"));
  }
  for (v1::Case& one : page->items) {
    details_.AddNextActions(one);
    *call.response().add_cases() = std::move(one);
  }
  FillPage(backend_.log, *asked, *page, call.response());
  call.Answer();
}

grpc::ServerUnaryReactor* CaseService::ListWorklist(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return Serve<v1::ListWorklistRequest, v1::ListWorklistResponse>(
      backend_.guard, Rpc::kListWorklist, context, in, out, [this](ListWorklistCall& call) {
        ReadWhenReached(backend_, call, Reach::kSettled,
                        [this](ListWorklistCall& c) { Answer(c); });
      });
}

void CaseService::Answer(ListWorklistCall& call) const {
  const auto& request = call.request();
  const auto asked = ReadPage(call, 50, 500);
  if (!asked) return;
  auto sight = UnitsAsked(backend_.views, call);
  if (!sight) return;
  if (sight->nothing()) return AnswerNothing(backend_, call);
  auto page = backend_.views.ListWorklist(
      {std::move(sight->units), request.role(), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), v1::REASON_UNIT_UNKNOWN, "role"));
  }
  for (v1::WorklistItem& item : page->items) *call.response().add_items() = std::move(item);
  FillPage(backend_.log, *asked, *page, call.response());
  call.Answer();
}

grpc::ServerUnaryReactor* CaseService::GetTimeliness(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return Serve<v1::GetTimelinessRequest, v1::Timeliness>(
      backend_.guard, Rpc::kGetTimeliness, context, in, out, [this](GetTimelinessCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied,
                        [this](GetTimelinessCall& c) { Answer(c); });
      });
}

void CaseService::Answer(GetTimelinessCall& call) const {
  const auto& request = call.request();
  if (!ParseUuid(request.incident()).ok()) {
    return call.Refuse(v1::REASON_FIELD_INVALID, "incident");
  }
  if (!SeesIncident(backend_.views, call.caller(), request.incident())) {
    return call.Refuse(v1::REASON_INCIDENT_UNKNOWN);
  }
  const auto told = backend_.views.GetTimeliness(request.incident(), request.child(),
                                                 request.as_of(), request.known_at());
  if (!told.ok()) {
    const bool instants = !request.as_of().empty() || !request.known_at().empty();
    const std::string_view field = !instants                 ? "child"
                                   : request.as_of().empty() ? "known_at"
                                                             : "as_of";
    return call.Refuse(RefuseQuery(told.status(), MissingCase(request.child()), field));
  }
  call.Answer(*told);
}

grpc::ServerUnaryReactor* CaseService::ListAuditTrail(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  return Serve<v1::ListAuditTrailRequest, v1::ListAuditTrailResponse>(
      backend_.guard, Rpc::kListAuditTrail, context, in, out, [this](ListAuditTrailCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied,
                        [this](ListAuditTrailCall& c) { Answer(c); });
      });
}

void CaseService::Answer(ListAuditTrailCall& call) const {
  const auto& request = call.request();
  const auto asked = ReadPage(call, 100, 500);
  if (!asked) return;
  if (!ParseUuid(request.incident()).ok()) {
    return call.Refuse(v1::REASON_FIELD_INVALID, "incident");
  }
  if (!SeesIncident(backend_.views, call.caller(), request.incident())) {
    return call.Refuse(v1::REASON_INCIDENT_UNKNOWN);
  }
  auto page = backend_.views.ListAuditTrail(
      {request.incident(), request.child(), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), MissingCase(request.child()), "child"));
  }
  const bool open = request.open_sealed() && access::MayOpenSealed(call.caller().role);
  for (views::TrailEntry& item : page->items) {
    if (open) details_.OpenSealed(item);
    *call.response().add_entries() = std::move(item.entry);
  }
  FillPage(backend_.log, *asked, *page, call.response());
  call.Answer();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* CaseService::WatchCases(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  Caller caller;
  v1::WatchCasesRequest request;
  auto refusal = backend_.guard.Admit(*context, Rpc::kWatchCases, caller);
  if (!refusal) refusal = ParseBytes(*in, backend_.guard.max_message_bytes(), request);
  if (refusal) return new RefusedStream(Refuse(*refusal));
  return StreamCall::Start(
      std::make_unique<CaseWatch>(backend_, details_, std::move(caller), std::move(request)),
      backend_.pool, backend_.streams);
}

}  // namespace skyndsamt::api
