#include "services/api/case_watch.h"

#include "services/api/command_call.h"
#include "services/api/scope.h"

namespace skyndsamt::api {
namespace {

constexpr char kEveryChild[] = "*";
constexpr size_t kRecordsAtATime = 64;  // bounds what waits to be written
constexpr size_t kCasesOfAnIncident = 1000;
constexpr size_t kCheckpointEvery = 10000;  // records that concern nobody who watches

}  // namespace

std::optional<grpc::Status> CaseWatch::Begin() {
  if (!request_.unit().empty() && !ParseUuid(request_.unit()).ok()) {
    return Refuse(v1::REASON_FIELD_INVALID, "unit");
  }
  if (!request_.unit().empty() && (backend_.views.FindUnit(request_.unit()) == nullptr ||
                                   !SeesUnit(backend_.views, *caller_, request_.unit()))) {
    return Refuse(v1::REASON_UNIT_UNKNOWN, "unit");
  }
  if (!request_.incident().empty()) {
    const absl::Status seen = SeesIncident(backend_.views, *caller_, request_.incident());
    if (!seen.ok()) {
      return RefuseQuery(seen, {v1::REASON_INCIDENT_UNKNOWN, "incident"}, "incident");
    }
  }
  if (request_.has_after()) {
    const auto first = PositionAfter(backend_.log, request_.after());
    if (!first.ok()) return Refuse(v1::REASON_FIELD_INVALID, std::string(first.status().message()));
    seen_ = *first;
  }
  subscription_ = backend_.log.Subscribe(seen_, {{}, {"incident"}});
  return std::nullopt;
}

// Whether the views hold what was seen: at first what was committed when the watch began, so that
// an incident just opened is known; later what changed.
bool CaseWatch::ViewsAreBehind() const { return backend_.views.runner().applied() < seen_; }

StreamStep CaseWatch::Next() {
  if ((subscription_ == nullptr || !changed_.empty()) && ViewsAreBehind()) {
    if (backend_.views.runner().health().ok()) return StreamStep::Wait();
    return StreamStep::Finish(Refuse(v1::REASON_VIEW_BEHIND));
  }
  if (subscription_ == nullptr) {
    if (auto refusal = Begin()) return StreamStep::Finish(*std::move(refusal));
  }
  while (ready_.empty()) {
    if (!changed_.empty()) {
      if (ViewsAreBehind()) return StreamStep::Wait();
      if (absl::Status status = Prepare(); !status.ok()) return StreamStep::Finish(Refuse(status));
      continue;
    }
    const auto delivery = subscription_->Poll(kRecordsAtATime);
    if (!delivery.ok()) return StreamStep::Finish(Refuse(delivery.status()));
    if (delivery->kind == log::Delivery::Kind::kNothing) return StreamStep::Wait();
    if (absl::Status status = Take(*delivery); !status.ok()) {
      return StreamStep::Finish(Refuse(status));
    }
  }
  StreamStep step = StreamStep::Write(ready_.front());
  ready_.pop_front();
  return step;
}

// Either the views have to catch up with what was seen, or the log has to grow.
void CaseWatch::WhenReady(std::function<void()> wake) {
  if (subscription_ != nullptr && changed_.empty()) {
    return subscription_->WhenReady(std::move(wake));
  }
  backend_.views.WaitFor(seen_ - 1, views::Reach::kApplied,
                         std::chrono::steady_clock::now() + std::chrono::seconds(5),
                         [wake = std::move(wake)](const absl::Status&) { wake(); });
}

absl::Status CaseWatch::Take(const log::Delivery& delivery) {
  using Kind = log::Delivery::Kind;
  switch (delivery.kind) {
    case Kind::kNothing:
      break;
    case Kind::kRecords:
      for (const auto& record : delivery.records) {
        if (absl::Status status = Note(*record); !status.ok()) return status;
      }
      seen_ = delivery.records.back()->position + 1;
      passed_over_ += delivery.records.size();
      if (changed_.empty() && passed_over_ >= kCheckpointEvery) AddCheckpoint();
      break;
    case Kind::kCaughtUp:
      SetLast(backend_.log, delivery.position, ready_.emplace_back().mutable_caught_up());
      break;
    case Kind::kFellBehind:
      SetLast(backend_.log, delivery.position, ready_.emplace_back().mutable_fell_behind());
      break;
    case Kind::kCheckpoint:
      SetLast(backend_.log, delivery.position, ready_.emplace_back().mutable_checkpoint());
      break;
  }
  return absl::OkStatus();
}

absl::Status CaseWatch::Note(const log::Record& record) {
  auto changed = views::ChangedBy(record);
  if (!changed.ok()) return changed.status();
  if (!*changed) return absl::OkStatus();
  const std::string& incident = (*changed)->incident;
  if (!request_.incident().empty() && incident != request_.incident()) return absl::OkStatus();
  if ((*changed)->children.empty()) {
    changed_.emplace(incident, kEveryChild);
    return absl::OkStatus();
  }
  for (const std::string& child : (*changed)->children) changed_.emplace(incident, child);
  return absl::OkStatus();
}

// Reads the changed cases; what cannot be found (a child that no case has) has not changed any.
absl::Status CaseWatch::Prepare() {
  for (const auto& [incident, child] : changed_) {
    if (child == kEveryChild) {
      auto page = backend_.views.ListCases({incident, {}, kCasesOfAnIncident, {}});
      if (!page.ok()) return page.status();
      for (v1::Case& found : page->items) {
        if (absl::Status added = AddCase(std::move(found)); !added.ok()) return added;
      }
    } else if (!changed_.contains({incident, kEveryChild})) {
      auto found = backend_.views.GetCase(incident, child);
      if (found.ok()) {
        if (absl::Status added = AddCase(*std::move(found)); !added.ok()) return added;
      } else if (!absl::IsNotFound(found.status())) {
        return found.status();
      }
    }
  }
  changed_.clear();
  AddCheckpoint();
  return absl::OkStatus();
}

void CaseWatch::AddCheckpoint() {
  passed_over_ = 0;
  SetLast(backend_.log, seen_, ready_.emplace_back().mutable_checkpoint());
}

absl::Status CaseWatch::AddCase(v1::Case found) {
  if (!request_.unit().empty() && found.unit() != request_.unit()) return absl::OkStatus();
  if (!SeesUnit(backend_.views, *caller_, found.unit())) return absl::OkStatus();
  const CallerRights rights(caller_->role);
  if (absl::Status added = details_.AddNextActions(rights, found); !added.ok()) return added;
  *ready_.emplace_back().mutable_changed() = std::move(found);
  return absl::OkStatus();
}

}  // namespace skyndsamt::api
