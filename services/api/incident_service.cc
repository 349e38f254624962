#include "services/api/incident_service.h"

#include "absl/strings/str_cat.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;
using event::v1::Fact;

// What the caller may not record: a fact not its role's, or an incident opened (or moved) to a unit
// outside its sight. A correction counts as what it puts in place; what it touches is asked where
// the incident is known (domain/rights.h).
std::optional<domain::Rejection> CheckFact(const views::UnitDirectory& units,
                                           const access::Identity& caller, const Fact& fact,
                                           const std::string& path) {
  // A fact of no kind is nobody's to record, but that is the domain's to say.
  if (fact.kind_case() != Fact::KIND_NOT_SET && !access::MayRecord(caller.role, fact.kind_case())) {
    return domain::Rejection{v1::REASON_ROLE_NOT_ALLOWED, path};
  }
  if (fact.has_incident_opened()) {
    const std::string& unit = fact.incident_opened().unit();
    if (units.FindUnit(unit) != nullptr && !SeesUnit(units, caller, unit)) {
      return domain::Rejection{v1::REASON_UNIT_UNKNOWN, path + ".incident_opened.unit"};
    }
  }
  if (fact.correction().has_replacement()) {
    const Fact& replacement = fact.correction().replacement();
    // One level is all a correction has; the domain refuses more.
    if (replacement.has_correction()) return std::nullopt;
    return CheckFact(units, caller, replacement, path + ".correction.replacement");
  }
  return std::nullopt;
}

std::optional<domain::Rejection> CheckFacts(const views::UnitDirectory& units,
                                            const access::Identity& caller,
                                            const v1::RecordFactsRequest& request) {
  if (request.has_imported() && !access::MayImport(caller.role)) {
    return domain::Rejection{v1::REASON_ROLE_NOT_ALLOWED, "imported"};
  }
  for (int i = 0; i < request.facts_size(); ++i) {
    auto refusal = CheckFact(units, caller, request.facts(i), absl::StrCat("facts[", i, "]"));
    if (refusal) return refusal;
  }
  return std::nullopt;
}

// On whose behalf a call's commands are, and what limits them; lives as long as the call.
template <typename Call>
commands::CallerScope CallerOf(const views::UnitDirectory& units, Call& call) {
  const access::Identity& caller = call.caller();
  const bool sees_all = caller.authority.empty() && access::SeesWholeAuthority(caller);
  return ScopeOf(caller, sees_all ? nullptr : call.template Keep<CallerSight>(units, caller),
                 call.template Keep<CallerRights>(caller.role));
}

}  // namespace

grpc::ServerUnaryReactor* IncidentService::RecordFacts(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* in,
                                                       grpc::ByteBuffer* out) {
  return Serve<v1::RecordFactsRequest, v1::RecordFactsResponse>(
      backend_.guard, Rpc::kRecordFacts, context, in, out, [this](RecordCall& call) {
        if (auto refusal = CheckFacts(backend_.views, call.caller(), call.request())) {
          return call.Refuse(*refusal);
        }
        auto run = [this, &call] {
          backend_.incidents.RecordFacts(CallerOf(backend_.views, call), call.request(),
                                         [&call](absl::StatusOr<commands::RecordOutcome> outcome) {
                                           AnswerOutcome(call, std::move(outcome));
                                         });
        };
        if (!backend_.incidents.WouldBlock(call.request())) return run();
        if (!backend_.pool.Submit(run)) call.Refuse(v1::REASON_QUEUE_FULL);
      });
}

grpc::ServerUnaryReactor* IncidentService::ReceiveReport(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return Serve<v1::ReceiveReportRequest, v1::ReceiveReportResponse>(
      backend_.guard, Rpc::kReceiveReport, context, in, out, [this](ReportCall& call) {
        const std::string& unit = call.request().unit();
        if (backend_.views.FindUnit(unit) != nullptr &&
            !SeesUnit(backend_.views, call.caller(), unit)) {
          return call.Refuse(v1::REASON_UNIT_UNKNOWN, "unit");
        }
        backend_.incidents.ReceiveReport(CallerOf(backend_.views, call), call.request(),
                                         [&call](absl::StatusOr<commands::ReportOutcome> outcome) {
                                           AnswerOutcome(call, std::move(outcome));
                                         });
      });
}

}  // namespace skyndsamt::api
