#include "services/api/policy_preview_source.h"

#include <utility>

#include "projections/law/civil_time.h"
#include "projections/views/instants.h"
#include "services/api/scope.h"
#include "services/commands/authority_commands.h"
#include "services/commands/rule_set_commands.h"
#include "services/commands/stated_time.h"
#include "services/domain/policy_checks.h"

namespace skyndsamt::api {
namespace {

// A stretch takes a few milliseconds, and what it finds fits in a message.
constexpr size_t kIncidentsAtATime = 64;

}  // namespace

StreamStep PolicyPreviewSource::Next() {
  if (done_) return StreamStep::Finish(grpc::Status::OK);
  if (preview_ == nullptr) {
    const auto& at_least = request_.at_least();
    const bool behind =
        !IsBeforeFirst(at_least) && backend_.views.runner().applied() <= at_least.position();
    if (behind && waited_) return StreamStep::Finish(Refuse(v1::REASON_VIEW_BEHIND));
    if (behind) return StreamStep::Wait();
    if (auto refused = Begin()) return StreamStep::Finish(*refused);
  }
  v1::PreviewPolicyResponse step;
  const absl::Status status = preview_->Next(kIncidentsAtATime, step);
  if (!status.ok()) return StreamStep::Finish(Refuse(status));
  done_ = step.has_summary();
  return StreamStep::Write(step);
}

void PolicyPreviewSource::WhenReady(std::function<void()> wake) {
  waited_ = true;
  backend_.views.WaitFor(request_.at_least().position(), views::Reach::kApplied, reached_by_,
                         [wake = std::move(wake)](const absl::Status&) { wake(); });
}

std::optional<domain::Rejection> PolicyPreviewSource::CheckDraft() const {
  const auto authority = backend_.authorities.Find(request_.authority());
  if (!authority.ok() || authority->id.empty()) {
    return domain::Rejection{v1::REASON_AUTHORITY_UNKNOWN, "authority"};
  }
  const auto rule_sets = backend_.rule_sets.Find();
  if (!rule_sets.ok()) return domain::Rejection{v1::REASON_LOG_UNAVAILABLE, ""};
  const commands::StatedTimes times;
  const Micros now = backend_.clock.Now();
  auto violations = domain::Violations(*authority, *rule_sets, request_.draft(),
                                       {law::FormatDay(law::DayOf(now)), now, &times});
  if (violations.empty()) return std::nullopt;
  return domain::Together(std::move(violations));
}

std::optional<grpc::Status> PolicyPreviewSource::Begin() {
  if (auto rejection = CheckDraft()) return Refuse(*rejection);
  if (!request_.as_of().empty() && !views::ParseInstant(request_.as_of()).ok()) {
    return Refuse(v1::REASON_TIME_MALFORMED, "as_of", {{"detail", "instant"}});
  }
  views::PreviewQuery query{.authority = request_.authority(),
                            .draft = request_.draft(),
                            .as_of = request_.as_of(),
                            .summary_only = request_.summary_only()};
  if (const auto authority = backend_.views.FindAuthority(request_.authority())) {
    // Those it has handed over, too, where the caller sees what has become of them.
    for (const std::string& unit : authority->units_ever) {
      if (SeesUnit(backend_.views, *caller_, unit)) query.units.push_back(unit);
    }
  }
  auto preview = backend_.views.PreviewPolicy(query);
  if (!preview.ok()) {
    return RefuseQuery(preview.status(), {v1::REASON_AUTHORITY_UNKNOWN, "authority"}, "as_of");
  }
  preview_ = *std::move(preview);
  return std::nullopt;
}

}  // namespace skyndsamt::api
