#include "services/cli/policy_publisher.h"

#include <utility>

#include "eventstore/base/ids.h"

namespace skyndsamt::cli {
namespace {

using Stub = api::v1::PolicyService::StubInterface;

std::string PartPath(std::string_view list, int i) {
  return "$." + std::string(list) + "[" + std::to_string(i) + "]";
}

}  // namespace

std::string PolicyRequestId(std::string_view kind, const std::string& authority,
                            const google::protobuf::Message& what) {
  return FormatUuid(DerivedUuid("skyndsamt/publish-" + std::string(kind) + "/" + authority,
                                what.SerializeAsString()));
}

template <typename Call>
std::optional<Failure> PolicyPublisher::ForEachPart(bool validate_only, Call call) {
  const auto& draft = file_.draft;
  const auto prepare = [&](auto& request, std::string_view kind, const auto& what) {
    request.set_request_id(PolicyRequestId(kind, file_.authority, what));
    request.set_validate_only(validate_only);
  };
  for (int i = 0; i < draft.routines_size(); ++i) {
    api::v1::PublishRoutineRequest request;
    prepare(request, "routine", draft.routines(i));
    request.set_authority(file_.authority);
    *request.mutable_routine() = draft.routines(i);
    if (auto stop = call(PartPath("routines", i), draft.routines(i).version(),
                         &Stub::PublishRoutine, request, api::v1::PublishRoutineResponse())) {
      return stop;
    }
  }
  for (int i = 0; i < draft.closing_days_size(); ++i) {
    api::v1::PublishClosingDaysRequest request;
    prepare(request, "closing-days", draft.closing_days(i));
    request.set_authority(file_.authority);
    *request.mutable_closing_days() = draft.closing_days(i);
    if (auto stop =
            call(PartPath("closing_days", i), draft.closing_days(i).version(),
                 &Stub::PublishClosingDays, request, api::v1::PublishClosingDaysResponse())) {
      return stop;
    }
  }
  for (int i = 0; i < draft.yardsticks_size(); ++i) {
    api::v1::PublishYardsticksRequest request;
    prepare(request, "yardsticks", draft.yardsticks(i));
    request.set_authority(file_.authority);
    *request.mutable_yardsticks() = draft.yardsticks(i);
    if (auto stop = call(PartPath("yardsticks", i), draft.yardsticks(i).version(),
                         &Stub::PublishYardsticks, request, api::v1::PublishYardsticksResponse())) {
      return stop;
    }
  }
  if (!draft.has_rule_set()) return std::nullopt;
  api::v1::PublishRuleSetRequest request;
  prepare(request, "rule-set", draft.rule_set());
  *request.mutable_rule_set() = draft.rule_set();
  return call("$.rule_set", draft.rule_set().version(), &Stub::PublishRuleSet, request,
              api::v1::PublishRuleSetResponse());
}

std::optional<Failure> PolicyPublisher::Validate() {
  std::optional<Failure> all;
  auto stopped =
      ForEachPart(true,
                  [&](const std::string& part, const std::string&, auto method, const auto& request,
                      auto response) -> std::optional<Failure> {
                    auto failure = session_.Call(session_.policy(), method, request, &response);
                    if (!failure || failure->violations.empty()) return failure;
                    if (!all) {
                      all = Failure{failure->exit_code, path_ + ": " + failure->reason,
                                    failure->reason, PathInPolicyFile(failure->field, part)};
                    }
                    for (Violation& violation : failure->violations) {
                      violation.field = PathInPolicyFile(violation.field, part);
                      all->text += "\n" + path_ + ": " + violation.field + ": " + violation.what;
                      all->violations.push_back(std::move(violation));
                    }
                    return std::nullopt;
                  });
  if (stopped) stopped->text = path_ + ": " + stopped->text;
  return stopped ? stopped : all;
}

std::optional<Failure> PolicyPublisher::Publish(std::vector<Published>* published) {
  return ForEachPart(
      false,
      [&](const std::string& part, const std::string& version, auto method, const auto& request,
          auto response) -> std::optional<Failure> {
        if (auto failure = session_.Call(session_.policy(), method, request, &response)) {
          failure->field = PathInPolicyFile(failure->field, part);
          failure->text = path_ + ": " + failure->field + ": " + failure->text;
          return failure;
        }
        published->push_back({part, version, response.position(), response.deduplicated()});
        return std::nullopt;
      });
}

}  // namespace skyndsamt::cli
