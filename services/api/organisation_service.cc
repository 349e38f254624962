#include "services/api/organisation_service.h"

#include "services/api/command_call.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;
using commands::AuthorityCommands;
using views::Reach;

// Carries a command out on a worker and answers once the views hold what it recorded. A deadline
// that passes meanwhile changes nothing: it is recorded, and the answer says where.
template <typename Call, typename Command>
void RecordOnWorker(const Backend& backend, Call& call, Command command) {
  const bool queued = backend.pool.Submit([&backend, &call, command] {
    auto outcome = (backend.authorities.*command)(ScopeOf(call.caller(), nullptr), call.request());
    using Response = std::decay_t<decltype(call.response())>;
    const Response* response = outcome.ok() ? std::get_if<Response>(&*outcome) : nullptr;
    if (response == nullptr) return AnswerOutcome(call, std::move(outcome));
    call.response() = *response;
    if (!response->has_position()) return call.Answer();  // only validated
    backend.views.WaitFor(response->position().position(), Reach::kApplied, call.deadline(),
                          [&call](const absl::Status&) { call.Answer(); });
  });
  if (!queued) call.Refuse(v1::REASON_QUEUE_FULL);
}

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

// A page of what an authority has, through one of the views' listings.
template <typename Call, typename List, typename Add>
void AnswerPage(const Backend& backend, Call& call, List list, Add add) {
  const auto asked = ReadPage(call, 100, 1000);
  if (!asked || !MayTouch(call, call.request().authority(), "authority")) return;
  auto page = (backend.views.*list)(call.request().authority(), asked->limit, asked->after);
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

}  // namespace

grpc::ServerUnaryReactor* OrganisationService::DeclareAuthority(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::DeclareAuthorityRequest, v1::DeclareAuthorityResponse>;
  return Serve<v1::DeclareAuthorityRequest, v1::DeclareAuthorityResponse>(
      backend_.guard, Rpc::kDeclareAuthority, context, in, out, [this](Call& call) {
        const std::string& authority = call.request().authority().authority();
        if (!MayTouch(call, authority, "authority.authority")) return;
        RecordOnWorker(backend_, call, &AuthorityCommands::DeclareAuthority);
      });
}

grpc::ServerUnaryReactor* OrganisationService::DeclareUnit(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::DeclareUnitRequest, v1::DeclareUnitResponse>;
  return Serve<v1::DeclareUnitRequest, v1::DeclareUnitResponse>(
      backend_.guard, Rpc::kDeclareUnit, context, in, out, [this](Call& call) {
        if (!MayTouch(call, call.request().authority(), "authority")) return;
        RecordOnWorker(backend_, call, &AuthorityCommands::DeclareUnit);
      });
}

grpc::ServerUnaryReactor* OrganisationService::GetAuthority(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::GetAuthorityRequest, v1::Authority>;
  return Serve<v1::GetAuthorityRequest, v1::Authority>(
      backend_.guard, Rpc::kGetAuthority, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          const std::string& authority = ready.request().authority();
          if (!MayTouch(ready, authority, "authority")) return;
          const auto found = backend_.views.GetAuthority(authority);
          if (found.ok()) return ready.Answer(*found);
          ready.Refuse(RefuseQuery(found.status(), {v1::REASON_AUTHORITY_UNKNOWN, "authority"},
                                   "authority"));
        });
      });
}

grpc::ServerUnaryReactor* OrganisationService::ListUnits(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListUnitsRequest, v1::ListUnitsResponse>;
  return Serve<v1::ListUnitsRequest, v1::ListUnitsResponse>(
      backend_.guard, Rpc::kListUnits, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          AnswerPage(backend_, ready, &views::Views::ListUnits,
                     [](auto& response, auto unit) { *response.add_units() = std::move(unit); });
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::PublishRoutine(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::PublishRoutineRequest, v1::PublishRoutineResponse>;
  return Serve<v1::PublishRoutineRequest, v1::PublishRoutineResponse>(
      backend_.guard, Rpc::kPublishRoutine, context, in, out, [this](Call& call) {
        if (!MayTouch(call, call.request().authority(), "authority")) return;
        RecordOnWorker(backend_, call, &AuthorityCommands::PublishRoutine);
      });
}

grpc::ServerUnaryReactor* PolicyService::ListRoutines(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListRoutinesRequest, v1::ListRoutinesResponse>;
  return Serve<v1::ListRoutinesRequest, v1::ListRoutinesResponse>(
      backend_.guard, Rpc::kListRoutines, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          AnswerPage(
              backend_, ready, &views::Views::ListRoutines,
              [](auto& response, auto routine) { *response.add_routines() = std::move(routine); });
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::GetRuleSet(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::GetRuleSetRequest, v1::RuleSet>;
  return Serve<v1::GetRuleSetRequest, v1::RuleSet>(
      backend_.guard, Rpc::kGetRuleSet, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          const auto found = backend_.views.GetRuleSet();
          if (found.ok()) return ready.Answer(*found);
          ready.Refuse(RefuseQuery(found.status(), {v1::REASON_VIEW_BEHIND, ""}, ""));
        });
      });
}

}  // namespace skyndsamt::api
