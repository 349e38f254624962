#include "services/api/policy_service.h"

#include "projections/law/civil_time.h"
#include "services/api/organisation_call.h"
#include "services/api/policy_preview_source.h"
#include "services/commands/authority_commands.h"
#include "services/commands/rule_set_commands.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;
using views::Reach;

constexpr int kMostPreviews = 2;

// Where in the log something was published.
template <typename Message>
void SetPublication(const log::EventLog& log, const views::Recorded<Message>& published,
                    v1::Publication* to) {
  SetPosition(log, published.position, to->mutable_position());
  to->set_recorded(law::FormatInstant(published.recorded));
}

// A principal's own units alone; an authority-wide list needs the whole authority in sight, which
// may close the units that it is to have, or has had, too: its closing days bind on its own days.
template <typename Call>
bool MayClose(const views::Views& views, Call& call, const v1::PublishClosingDaysRequest& asked) {
  const access::Identity& caller = call.caller();
  const std::string& unit = asked.closing_days().unit();
  const auto has_ever = [&] {
    const auto authority = views.FindAuthority(asked.authority());
    return authority != nullptr && authority->units_ever.contains(unit);
  };
  const bool whole = access::SeesWholeAuthority(caller);
  const bool may = unit.empty() ? whole
                                : views.FindUnit(unit) == nullptr ||
                                      SeesUnit(views, caller, unit) || (whole && has_ever());
  if (!may) call.Refuse(v1::REASON_UNIT_NOT_ALLOWED, "closing_days.unit");
  return may;
}

// What binds all units of an authority needs all of them in sight.
template <typename Call>
bool MaySetPolicy(Call& call) {
  if (!MayTouch(call, call.request().authority(), "authority")) return false;
  const bool may = access::SeesWholeAuthority(call.caller());
  if (!may) call.Refuse(v1::REASON_UNIT_NOT_ALLOWED, "authority");
  return may;
}

}  // namespace

grpc::ServerUnaryReactor* PolicyService::PublishRoutine(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::PublishRoutineRequest, v1::PublishRoutineResponse>;
  return Serve<v1::PublishRoutineRequest, v1::PublishRoutineResponse>(
      backend_.guard, Rpc::kPublishRoutine, context, in, out, [this](Call& call) {
        if (!MaySetPolicy(call)) return;
        RecordOnWorker(backend_, call, [this](const auto& scope, const auto& request) {
          return backend_.authorities.PublishRoutine(scope, request);
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::ListRoutines(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListRoutinesRequest, v1::ListRoutinesResponse>;
  return Serve<v1::ListRoutinesRequest, v1::ListRoutinesResponse>(
      backend_.guard, Rpc::kListRoutines, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          const std::string& authority = ready.request().authority();
          if (!MayTouch(ready, authority, "authority")) return;
          AnswerPage(
              backend_, ready,
              [&](size_t limit, const std::string& after) {
                return backend_.views.ListRoutines(authority, limit, after);
              },
              [this](auto& response, auto published) {
                *response.add_routines() = published.message;
                SetPublication(backend_.log, published, response.add_publications());
              });
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::PublishClosingDays(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::PublishClosingDaysRequest, v1::PublishClosingDaysResponse>;
  return Serve<v1::PublishClosingDaysRequest, v1::PublishClosingDaysResponse>(
      backend_.guard, Rpc::kPublishClosingDays, context, in, out, [this](Call& call) {
        const auto& asked = call.request();
        if (!MayTouch(call, asked.authority(), "authority") ||
            !MayClose(backend_.views, call, asked)) {
          return;
        }
        RecordOnWorker(backend_, call, [this](const auto& scope, const auto& request) {
          return backend_.authorities.PublishClosingDays(scope, request);
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::ListClosingDays(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListClosingDaysRequest, v1::ListClosingDaysResponse>;
  return Serve<v1::ListClosingDaysRequest, v1::ListClosingDaysResponse>(
      backend_.guard, Rpc::kListClosingDays, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          const auto& asked = ready.request();
          if (!MayTouch(ready, asked.authority(), "authority")) return;
          if (!asked.unit().empty() && !ParseUuid(asked.unit()).ok()) {
            return ready.Refuse(v1::REASON_FIELD_INVALID, "unit");
          }
          const auto authority = backend_.views.FindAuthority(asked.authority());
          if (!asked.unit().empty() && authority != nullptr &&
              !authority->units_ever.contains(asked.unit())) {
            return ready.Refuse(v1::REASON_UNIT_UNKNOWN, "unit");
          }
          AnswerPage(
              backend_, ready,
              [&](size_t limit, const std::string& after) {
                return backend_.views.ListClosingDays(asked.authority(), asked.unit(), limit,
                                                      after);
              },
              [this](auto& response, auto published) {
                *response.add_closing_days() = published.message;
                SetPublication(backend_.log, published, response.add_publications());
              });
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::PublishYardsticks(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::PublishYardsticksRequest, v1::PublishYardsticksResponse>;
  return Serve<v1::PublishYardsticksRequest, v1::PublishYardsticksResponse>(
      backend_.guard, Rpc::kPublishYardsticks, context, in, out, [this](Call& call) {
        if (!MaySetPolicy(call)) return;
        RecordOnWorker(backend_, call, [this](const auto& scope, const auto& request) {
          return backend_.authorities.PublishYardsticks(scope, request);
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::ListYardsticks(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListYardsticksRequest, v1::ListYardsticksResponse>;
  return Serve<v1::ListYardsticksRequest, v1::ListYardsticksResponse>(
      backend_.guard, Rpc::kListYardsticks, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          const std::string& authority = ready.request().authority();
          if (!MayTouch(ready, authority, "authority")) return;
          AnswerPage(
              backend_, ready,
              [&](size_t limit, const std::string& after) {
                return backend_.views.ListYardsticks(authority, limit, after);
              },
              [this](auto& response, auto published) {
                *response.add_yardsticks() = published.message;
                SetPublication(backend_.log, published, response.add_publications());
              });
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::PublishRuleSet(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::PublishRuleSetRequest, v1::PublishRuleSetResponse>;
  return Serve<v1::PublishRuleSetRequest, v1::PublishRuleSetResponse>(
      backend_.guard, Rpc::kPublishRuleSet, context, in, out, [this](Call& call) {
        // It holds for every authority: one that acts for a single one may not.
        if (!call.caller().authority.empty()) return call.Refuse(v1::REASON_UNIT_NOT_ALLOWED);
        RecordOnWorker(backend_, call, [this](const auto& scope, const auto& request) {
          return backend_.rule_sets.PublishRuleSet(scope, request);
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
          const std::string& version = ready.request().version();
          const auto found = backend_.views.GetRuleSet(version);
          if (found.ok()) return ready.Answer(*found);
          const domain::Rejection missing =
              version.empty() ? domain::Rejection{v1::REASON_VIEW_BEHIND, ""}
                              : domain::Rejection{v1::REASON_VERSION_UNKNOWN, "version"};
          ready.Refuse(RefuseQuery(found.status(), missing, "version"));
        });
      });
}

grpc::ServerUnaryReactor* PolicyService::ListRuleSets(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* in,
                                                      grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::ListRuleSetsRequest, v1::ListRuleSetsResponse>;
  return Serve<v1::ListRuleSetsRequest, v1::ListRuleSetsResponse>(
      backend_.guard, Rpc::kListRuleSets, context, in, out, [this](Call& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](Call& ready) {
          AnswerPage(
              backend_, ready,
              [&](size_t limit, const std::string& after) {
                return backend_.views.ListRuleSets(limit, after);
              },
              [](auto& response, auto version) { *response.add_rule_sets() = std::move(version); });
        });
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* PolicyService::PreviewPolicy(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  Caller caller;
  v1::PreviewPolicyRequest request;
  auto refusal = backend_.guard.Admit(*context, Rpc::kPreviewPolicy, caller);
  if (!refusal) refusal = ParseQuestion(*in, backend_.guard.max_message_bytes(), request);
  if (!refusal && !ParseUuid(request.authority()).ok()) {
    refusal = domain::Rejection{v1::REASON_FIELD_INVALID, "authority"};
  }
  if (!refusal && !SeesAuthority(*caller, request.authority())) {
    refusal = domain::Rejection{v1::REASON_AUTHORITY_UNKNOWN, "authority"};
  }
  if (refusal) return new RefusedStream(Refuse(*refusal));
  if (previews_.fetch_add(1) >= kMostPreviews) {
    --previews_;
    return new RefusedStream(Refuse(v1::REASON_QUEUE_FULL));
  }
  const StreamTerms terms{in->Length(), caller->valid_until};
  return StreamCall::Start(
      std::make_unique<PolicyPreviewSource>(backend_, std::move(caller), std::move(request),
                                            backend_.guard.DeadlineOf(*context), previews_),
      terms, backend_.pool, backend_.streams);
}

}  // namespace skyndsamt::api
