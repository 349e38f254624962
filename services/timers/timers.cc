#include "services/timers/timers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "projections/law/civil_time.h"

namespace skyndsamt::timers {
namespace {

constexpr size_t kPage = 1000;
constexpr size_t kAtOnce = 64;  // appends on their way

}  // namespace

Timers::Timers(log::EventLog& log, views::Views& views, const Clock& clock, TimerOptions options)
    : log_(log), views_(views), clock_(clock), options_(std::move(options)) {}

Timers::~Timers() { Stop(); }

absl::Status Timers::WaitForViews(Position committed) {
  if (committed == 0) return absl::OkStatus();
  absl::Notification reached;
  absl::Status status;
  views_.WaitFor(committed - 1, views::Reach::kSettled,
                 std::chrono::steady_clock::now() + options_.patience, [&](absl::Status result) {
                   status = std::move(result);
                   reached.Notify();
                 });
  reached.WaitForNotification();
  return status;
}

absl::StatusOr<size_t> Timers::Round() {
  const Position committed = log_.committed();
  const Micros now = clock_.Now();
  if (committed == seen_ && now < next_at_) return 0;
  if (absl::Status reached = WaitForViews(committed); !reached.ok()) return reached;
  ++round_;
  size_t recorded = 0;
  Micros next_at = law::StartOf(law::DayOf(now) + 1);
  const Micros latest = LatestDate(
      now, options_.lead, views_.LastWorkingDay(law::DayOf(now), options_.lead.working_days + 1));
  std::string after;
  do {
    auto page = views_.ListDue(latest, kPage, after);
    if (!page.ok()) return page.status();
    std::vector<Telling> tellings;
    for (const views::DueStep& step : page->items) {
      if (const auto next = NextStageAt(step, now, options_.lead)) {
        next_at = std::min(next_at, *next);
      }
      if (auto status = Consider(step, now, tellings); !status.ok()) return status;
    }
    auto told = Tell(std::move(tellings), committed);
    if (!told.ok()) return told.status();
    recorded += *told;
    after = std::move(page->next);
  } while (!after.empty());
  absl::erase_if(told_, [this](const auto& one) { return one.second.round != round_; });
  seen_ = committed;
  next_at_ = next_at;
  return recorded;
}

absl::Status Timers::Consider(const views::DueStep& step, Micros now,
                              std::vector<Telling>& tellings) {
  const Stage stage = StageOf(step, now, options_.lead);
  if (stage == Stage::kNone) return absl::OkStatus();
  std::string name = NameOf(step);
  auto [told, added] = told_.try_emplace(name);
  if (added) {
    auto recorded = LatestRecorded(name);
    if (!recorded.ok()) {
      told_.erase(told);
      return recorded.status();
    }
    told->second.stage = *recorded;
  }
  told->second.round = round_;
  if (told->second.stage < stage) tellings.push_back({&step, std::move(name), stage});
  return absl::OkStatus();
}

absl::StatusOr<Stage> Timers::LatestRecorded(const std::string& name) {
  Stage latest = Stage::kNone;
  for (const Stage stage : kStages) {
    const ReminderIds ids = IdsOf(name, stage);
    auto found = log_.FindRequest(ids.request, ids.fingerprint);
    if (!found.ok()) return found.status();
    if (found->has_value()) latest = stage;
  }
  return latest;
}

absl::StatusOr<size_t> Timers::Tell(std::vector<Telling> tellings, Position known_below) {
  size_t recorded = 0;
  for (size_t first = 0; first < tellings.size();) {
    if (Stopping()) return absl::CancelledError("the timers stop");
    std::set<std::string> incidents;
    size_t end = first;
    while (end < tellings.size() && end - first < kAtOnce &&
           incidents.insert(tellings[end].step->item.incident()).second) {
      ++end;
    }
    auto told = TellTogether(std::span(tellings).subspan(first, end - first), known_below);
    if (!told.ok()) return told.status();
    recorded += *told;
    first = end;
  }
  return recorded;
}

absl::StatusOr<size_t> Timers::TellTogether(std::span<Telling> tellings, Position known_below) {
  std::vector<log::AppendRequest> requests;
  std::vector<Telling*> sent;
  for (Telling& telling : tellings) {
    const StreamId stream = StreamOf(telling.step->item.incident());
    auto expected = ExpectedOf(stream);
    if (!expected.ok()) return expected.status();
    if (!*expected) continue;
    const ReminderIds ids = IdsOf(telling.name, telling.stage);
    log::AppendRequest request;
    request.request = ids.request;
    request.fingerprint = ids.fingerprint;
    request.streams.push_back(
        {stream, **expected, {EventOf(*telling.step, telling.stage, ids, known_below)}});
    requests.push_back(std::move(request));
    sent.push_back(&telling);
  }
  absl::BlockingCounter under_way(static_cast<int>(sent.size()));
  for (size_t i = 0; i < sent.size(); ++i) {
    log_.Append(std::move(requests[i]), [&under_way, telling = sent[i]](auto outcome) {
      telling->outcome = std::move(outcome);
      under_way.DecrementCount();
    });
  }
  under_way.Wait();

  size_t recorded = 0;
  absl::Status failed;
  for (const Telling* telling : sent) {
    failed.Update(telling->outcome.status());
    if (!telling->outcome.ok()) continue;
    const auto* appended = std::get_if<log::Appended>(&*telling->outcome);
    if (appended == nullptr) {
      failed.Update(absl::AbortedError("another writer of reminders"));
      continue;
    }
    if (!appended->deduplicated) ++recorded;
    told_[telling->name].stage = telling->stage;
  }
  if (!failed.ok()) return failed;
  return recorded;
}

absl::StatusOr<std::optional<log::Expected>> Timers::ExpectedOf(const StreamId& stream) {
  auto head = log_.Head(stream);
  if (!head.ok()) return head.status();
  if (!head->has_value()) return log::Expected::None();
  log::ReadOptions first;
  first.from = 0;
  first.max_records = 1;
  auto read = log_.ReadStream(stream, first);
  if (!read.ok()) return read.status();
  // Whoever chose this id for something else of theirs gets no reminders put into it.
  if (read->records.empty() || read->records.front().kind() != "timer") return std::nullopt;
  return log::Expected::Exactly((*head)->last);
}

bool Timers::Stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Timers::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Timers::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Timers::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    options_.report(Round());
    lock.lock();
    wake_.wait_for(lock, options_.every, [this] { return stopping_; });
  }
}

}  // namespace skyndsamt::timers
