#include "services/api/organisation_service.h"

#include "services/api/organisation_call.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;
using views::Reach;

}  // namespace

grpc::ServerUnaryReactor* OrganisationService::DeclareAuthority(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::DeclareAuthorityRequest, v1::DeclareAuthorityResponse>;
  return Serve<v1::DeclareAuthorityRequest, v1::DeclareAuthorityResponse>(
      backend_.guard, Rpc::kDeclareAuthority, context, in, out, [this](Call& call) {
        const std::string& authority = call.request().authority().authority();
        if (!MayTouch(call, authority, "authority.authority")) return;
        RecordOnWorker(backend_, call, [this](const auto& scope, const auto& request) {
          return backend_.authorities.DeclareAuthority(scope, request);
        });
      });
}

grpc::ServerUnaryReactor* OrganisationService::DeclareUnit(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::DeclareUnitRequest, v1::DeclareUnitResponse>;
  return Serve<v1::DeclareUnitRequest, v1::DeclareUnitResponse>(
      backend_.guard, Rpc::kDeclareUnit, context, in, out, [this](Call& call) {
        if (!MayTouch(call, call.request().authority(), "authority")) return;
        WhenViewsHoldAll(backend_, call, [this, &call] {  // whose the unit is already, they know
          const access::Identity& caller = call.caller();
          const bool in_sight = access::SeesWholeAuthority(caller) ||
                                SeesUnit(backend_.views, caller, call.request().unit().unit());
          RecordOnWorker(backend_, call, [this, in_sight](const auto& scope, const auto& request) {
            return backend_.authorities.DeclareUnit(scope, request, in_sight);
          });
        });
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
          const std::string& authority = ready.request().authority();
          if (!MayTouch(ready, authority, "authority")) return;
          AnswerPage(
              backend_, ready,
              [&](size_t limit, const std::string& after) {
                return backend_.views.ListUnits(authority, limit, after);
              },
              [this](auto& response, auto unit) {
                if (unit.today) *response.add_units() = *std::move(unit.today);
                auto& declarations = *response.add_declarations();
                SetPosition(backend_.log, unit.declared_at, declarations.mutable_declared_at());
                declarations.set_of_another(unit.of_another);
                declarations.mutable_declared()->Add(unit.standing.begin(), unit.standing.end());
              });
        });
      });
}

}  // namespace skyndsamt::api
