#include "services/api/case_service.h"

#include "services/access/roles.h"
#include "services/api/case_query.h"
#include "services/api/case_watch.h"
#include "services/api/command_call.h"
#include "services/api/scope.h"

namespace skyndsamt::api {

using access::Rpc;
using views::Reach;

grpc::ServerUnaryReactor* CaseService::GetCase(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return Serve<v1::GetCaseRequest, v1::Case>(
      backend_.guard, Rpc::kGetCase, context, in, out, [this](GetCaseCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](GetCaseCall& c) { Answer(c); });
      });
}

void CaseService::Answer(GetCaseCall& call) const {
  if (!MayAsk(backend_, call)) return;
  auto found = backend_.views.GetCase(call.request().incident(), call.request().child());
  if (!found.ok()) return call.Refuse(RefuseCase(call, found.status()));
  if (absl::Status added = details_.AddNextActions(CallerRights(call.caller().role), *found);
      !added.ok()) {
    return call.Refuse(Refuse(added));
  }
  if (access::MayOpenSealed(call.caller().role)) {
    if (absl::Status named = details_.AddChildName(*found); !named.ok()) {
      return call.Refuse(Refuse(named));
    }
  }
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
    const absl::Status seen = SeesIncident(backend_.views, call.caller(), request.incident());
    if (!seen.ok()) return call.Refuse(RefuseQuery(seen, kNoIncident, "incident"));
  } else if (sight->nothing()) {
    return AnswerNothing(backend_, call);
  }
  auto page = backend_.views.ListCases(
      {request.incident(), std::move(sight->units), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), kNoIncident, "page_token"));
  }
  const CallerRights rights(call.caller().role);
  for (v1::Case& one : page->items) {
    if (absl::Status added = details_.AddNextActions(rights, one); !added.ok()) {
      return call.Refuse(Refuse(added));
    }
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
  if (AsksOfNoRole(call)) return;
  if (sight->nothing()) return AnswerNothing(backend_, call);
  auto page = backend_.views.ListWorklist(
      {std::move(sight->units), request.role(), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), {v1::REASON_UNIT_UNKNOWN, "unit"}, "page_token"));
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
  if (!MayAsk(backend_, call)) return;
  if (IsMalformed(call, request.as_of(), "as_of") ||
      IsMalformed(call, request.known_at(), "known_at")) {
    return;
  }
  const auto told = backend_.views.GetTimeliness(request.incident(), request.child(),
                                                 request.as_of(), request.known_at());
  if (!told.ok()) return call.Refuse(RefuseCase(call, told.status()));
  call.Answer(*told);
}

grpc::ServerUnaryReactor* CaseService::CompareTimeliness(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return Serve<v1::CompareTimelinessRequest, v1::CompareTimelinessResponse>(
      backend_.guard, Rpc::kCompareTimeliness, context, in, out,
      [this](CompareTimelinessCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied,
                        [this](CompareTimelinessCall& c) { Answer(c); });
      });
}

void CaseService::Answer(CompareTimelinessCall& call) const {
  const auto& request = call.request();
  if (!MayAsk(backend_, call)) return;
  const auto& before = request.before();
  const auto& after = request.after();
  if (IsMalformed(call, before.as_of(), "before.as_of") ||
      IsMalformed(call, before.known_at(), "before.known_at") ||
      IsMalformed(call, after.as_of(), "after.as_of") ||
      IsMalformed(call, after.known_at(), "after.known_at")) {
    return;
  }
  const auto compared = backend_.views.CompareTimeliness(request.incident(), request.child(),
                                                         {before.as_of(), before.known_at()},
                                                         {after.as_of(), after.known_at()});
  if (!compared.ok()) return call.Refuse(RefuseCase(call, compared.status()));
  call.Answer(*compared);
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
  if (!asked || !MayAsk(backend_, call)) return;
  auto page = backend_.views.ListAuditTrail(
      {request.incident(), request.child(), asked->limit, asked->after});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), kNoCase, "page_token"));
  }
  const bool open = request.open_sealed() && access::MayOpenSealed(call.caller().role);
  auto& entries = *call.response().mutable_entries();
  size_t bytes = 0;
  for (views::TrailEntry& item : page->items) {
    if (open) {
      if (absl::Status opened = details_.OpenSealed(item); !opened.ok()) {
        return call.Refuse(Refuse(opened));
      }
    }
    bytes += item.entry.ByteSizeLong();
    if (bytes > kPageBytes && !entries.empty()) {
      page->next = views::KeyAfter(*entries.rbegin());
      break;
    }
    *entries.Add() = std::move(item.entry);
  }
  FillPage(backend_.log, *asked, *page, call.response());
  call.Answer();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* CaseService::WatchCases(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  Caller caller;
  v1::WatchCasesRequest request;
  auto refusal = backend_.guard.Admit(*context, Rpc::kWatchCases, caller);
  if (!refusal) refusal = ParseQuestion(*in, backend_.guard.max_message_bytes(), request);
  if (refusal) return new RefusedStream(Refuse(*refusal));
  const StreamTerms terms{in->Length(), caller->valid_until};
  return StreamCall::Start(
      std::make_unique<CaseWatch>(backend_, details_, std::move(caller), std::move(request)), terms,
      backend_.pool, backend_.streams);
}

}  // namespace skyndsamt::api
