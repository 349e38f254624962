// The timers die at every step of a round, again and again, while cases go on, routines change and
// the clock jumps both ways: every reminder is there once, none too early, none missing.
#include <algorithm>
#include <optional>
#include <set>

#include "tests/services/timers/timers_world.h"

namespace skyndsamt::timers {
namespace {

// The log as a process sees it that dies at its n-th call: before the call, or, where it appends,
// after the log has it and before anybody was told. From then on every call fails, as none would be
// made. Thread-safe as far as the timers need it.
class DyingLog : public log::EventLog {
 public:
  enum class Death { kBefore, kAfterAppend };

  DyingLog(log::EventLog& log, size_t calls, Death death)
      : log_(log), calls_left_(calls), death_(death) {}

  bool dead() const { return dead_; }

  void Append(log::AppendRequest request, log::AppendCallback done) override {
    const bool dies = Dies();
    if (dead_ && !(dies && death_ == Death::kAfterAppend)) return done(Dead());
    if (!dies) return log_.Append(std::move(request), std::move(done));
    auto outcome = log_.AppendAndWait(std::move(request));
    done(Dead());
  }
  absl::StatusOr<std::optional<log::AppendOutcome>> FindRequest(
      const RequestKey& key, const Bytes32& fingerprint) override {
    if (Dies() || dead_) return Dead();
    return log_.FindRequest(key, fingerprint);
  }
  absl::StatusOr<log::ReadResult> ReadAll(const log::ReadOptions& options) override {
    if (Dies() || dead_) return Dead();
    return log_.ReadAll(options);
  }
  absl::StatusOr<log::ReadResult> ReadStream(const StreamId& stream,
                                             const log::ReadOptions& options) override {
    if (Dies() || dead_) return Dead();
    return log_.ReadStream(stream, options);
  }
  absl::StatusOr<std::optional<log::StreamHead>> Head(const StreamId& stream) override {
    if (Dies() || dead_) return Dead();
    return log_.Head(stream);
  }
  absl::StatusOr<Position> FirstRecordedAt(Micros instant) override {
    return log_.FirstRecordedAt(instant);
  }
  absl::StatusOr<Revision> FirstRecordedAt(const StreamId& stream, Micros instant) override {
    return log_.FirstRecordedAt(stream, instant);
  }
  Position committed() const override { return log_.committed(); }
  std::unique_ptr<log::Subscription> Subscribe(Position from, log::Filter filter) override {
    return log_.Subscribe(from, std::move(filter));
  }
  absl::StatusOr<Bytes32> Root(uint64_t size) override { return log_.Root(size); }
  absl::StatusOr<std::vector<Bytes32>> ProveInclusion(Position position, uint64_t size) override {
    return log_.ProveInclusion(position, size);
  }
  absl::StatusOr<std::vector<Bytes32>> ProveConsistency(uint64_t older, uint64_t size) override {
    return log_.ProveConsistency(older, size);
  }
  absl::Status KeepCheckpoints(const std::vector<std::string>& notes) override {
    return log_.KeepCheckpoints(notes);
  }
  absl::StatusOr<std::vector<log::KeptCheckpoint>> Checkpoints(uint64_t from, size_t max) override {
    return log_.Checkpoints(from, max);
  }
  absl::StatusOr<std::optional<log::KeptCheckpoint>> NewestCheckpoint(uint64_t at_most) override {
    return log_.NewestCheckpoint(at_most);
  }
  absl::StatusOr<uint64_t> Backup(const std::string& directory) override {
    return log_.Backup(directory);
  }
  // What a replica's log does is nothing that timers ask for.
  absl::StatusOr<Position> Ingest(std::vector<log::Record>) override { return Dead(); }
  absl::Status Promote(const log::PrimaryId&) override { return Dead(); }
  absl::Status Retire() override { return Dead(); }
  bool is_replica() const override { return log_.is_replica(); }
  const log::PrimaryId& primary_id() const override { return log_.primary_id(); }
  const std::string& origin() const override { return log_.origin(); }
  absl::Status health() const override { return log_.health(); }

 private:
  static absl::Status Dead() { return absl::UnavailableError("the process is dead"); }
  // True at the call at which it dies.
  bool Dies() {
    if (dead_ || calls_left_-- > 0) return false;
    return dead_ = true;
  }

  log::EventLog& log_;
  size_t calls_left_;
  const Death death_;
  bool dead_ = false;
};

// What is to be told of a waiting step, worked out anew from the worklist's own words.
struct Waiting {
  std::string step;
  std::string due, late_from;
  bool reminded = false;  // somebody may be

  Stage At(Micros now) const {
    const Lead lead;
    if (!late_from.empty() && now >= *views::ParseInstant(late_from)) return Stage::kOverdue;
    if (due.empty()) return Stage::kNone;
    const Micros end = *views::ParseInstant(due);
    if (due.size() > 10) {
      constexpr Micros kHour = 3'600'000'000;
      if (now >= end - kHour) return Stage::kDueNow;
      return now >= end - lead.hours * kHour ? Stage::kDueSoon : Stage::kNone;
    }
    const absl::CivilDay last = law::DayOf(end);
    const absl::CivilDay today = law::DayOf(now);
    if (today >= last) return Stage::kDueNow;
    int working_days = 0;
    for (absl::CivilDay day = today; day < last; ++day) working_days += law::IsWorkingDay(day);
    // Today counts only as the day on which it is told.
    if (working_days < lead.working_days) return Stage::kDueSoon;
    return working_days == lead.working_days && law::IsWorkingDay(today) ? Stage::kDueSoon
                                                                         : Stage::kNone;
  }
};

std::vector<Waiting> Worklist(views::Views& views) {
  std::vector<Waiting> all;
  views::WorklistQuery query;
  do {
    auto page = views.ListWorklist(query);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) break;
    for (const auto& item : page->items) {
      event::v1::Reminder step;
      step.set_incident(item.incident());
      step.set_child(item.child());
      step.set_leg(item.leg());
      step.set_round(item.round());
      step.set_measure(item.measure());
      step.set_guardian(item.guardian());
      step.set_request(item.request());
      step.set_due(item.due());
      step.set_late_from(item.late_from());
      all.push_back({NameIn(std::move(step)), item.due(), item.late_from(),
                     !item.imported() && !item.after_reopening() && !item.uncertain()});
    }
    query.after = page->next;
  } while (!query.after.empty());
  return all;
}

class TimersFault : public ::testing::TestWithParam<uint64_t> {
 public:
  // Between them the seeds told of every stage.
  static void TearDownTestSuite() {
    if (lives_ < std::size(kSeeds)) return;
    EXPECT_EQ(stages_.size(), 3u);
  }

  static constexpr uint64_t kSeeds[] = {1, 2, 3, 2026};

 protected:
  uint64_t Throw(uint64_t sides) { return world_.world.random()() % sides; }

  void PublishRoutine() {
    static const char* const kLimits[] = {"P4D", "P12D", "P1M", "PT60H", "PT200H", "P90D"};
    std::vector<event::v1::RoutineLimit> limits;
    for (int leg = 1; leg <= 16; ++leg) {
      auto& limit = limits.emplace_back();
      limit.set_leg(static_cast<event::v1::Leg>(leg));
      limit.set_limit(kLimits[Throw(6)]);
      limit.set_roll_forward(Throw(2) == 0);
      limit.set_days(Throw(3) == 0 ? event::v1::DAY_COUNT_WORKING : event::v1::DAY_COUNT_CALENDAR);
    }
    world_.world.PublishRoutine("routine" + std::to_string(++routines_), "2020-01-01", limits);
  }

  // The clock goes on by hours, jumps by months, or back.
  void MoveClock() {
    constexpr Micros kHour = 3'600'000'000;
    ManualClock& clock = world_.world.clock();
    switch (Throw(8)) {
      case 0:
        return clock.Advance(static_cast<Micros>(Throw(60 * 24)) * kHour);
      case 1:
        return clock.Advance(-static_cast<Micros>(Throw(20 * 24)) * kHour);
      default:
        return clock.Advance(static_cast<Micros>(Throw(30)) * kHour);
    }
  }

  Micros LastRecorded() {
    log::ReadOptions last;
    last.backward = true;
    last.max_records = 1;
    auto read = world_.world.log().ReadAll(last);
    EXPECT_TRUE(read.ok() && !read->records.empty());
    return read->records.front().recorded;
  }

  // Facts are recorded where the log takes any; then the clock may be behind again.
  void LiveOn() {
    ManualClock& clock = world_.world.clock();
    const Micros now = clock.Now();
    clock.Set(std::max(now, LastRecorded()));
    world_.world.LiveOn(static_cast<int>(1 + Throw(3)));
    HandleCases();
    if (Throw(6) == 0) PublishRoutine();
    if (Throw(2) == 0) clock.Set(now);
  }

  // A case becomes known today, to the minute or the day; another gets a step done.
  void HandleCases() {
    const std::string now = law::FormatInstant(world_.world.clock().Now());
    world_.Open("LIVE" + std::to_string(++opened_),
                Throw(3) == 0 ? now.substr(0, 16) + now.substr(now.size() - 6) : now.substr(0, 10));
    if (Throw(3) == 0) return;
    const std::string done = Throw(2) == 0 ? "authority_notified {}" : "investigation_opened {}";
    world_.world.Record("LIVE" + std::to_string(1 + Throw(opened_)),
                        "id: 'd" + std::to_string(opened_) + "' happened { edtf: '" +
                            now.substr(0, 10) + "' } " + done);
  }

  // One life of the timers, which ends at one of its calls or, rarely, in peace.
  void LiveAndDie() {
    const auto death = Throw(2) == 0 ? DyingLog::Death::kBefore : DyingLog::Death::kAfterAppend;
    // Most die young; some live to tell what is due last.
    DyingLog dying(world_.world.log(), Throw(Throw(4) == 0 ? 2000 : 40), death);
    auto timers = world_.NewTimers(dying);
    for (int round = 0; round < 3 && !dying.dead(); ++round) {
      RoundOf(*timers);
      MoveClock();
    }
    if (Throw(10) == 0) {
      timers.reset();
      world_.Restart();
    }
  }

  void RoundOf(Timers& timers) {
    const Micros now = world_.world.clock().Now();
    rounds_.push_back(now);
    const auto round = timers.Round();
    if (!round.ok()) {
      EXPECT_TRUE(absl::IsUnavailable(round.status())) << round.status();
      return;
    }
    ExpectToldAt(now);
  }

  // After a round that ended well: of every waiting step its stage has been told, or a later one.
  void ExpectToldAt(Micros now) {
    const auto told = ExpectEachOnceAndInOrder(Reminders(world_.world.log()));
    for (const Waiting& waiting : Worklist(*world_.views)) {
      const Stage stage = waiting.At(now);
      if (!waiting.reminded || stage == Stage::kNone) continue;
      const auto found = told.find(waiting.step);
      EXPECT_TRUE(found != told.end() && found->second >= stage)
          << law::FormatInstant(now) << " " << waiting.due << " " << waiting.late_from;
    }
  }

  TimersWorld world_{GetParam()};
  int routines_ = 0;
  uint64_t opened_ = 0;
  std::vector<Micros> rounds_;  // when one was begun
  static inline std::set<Stage> stages_;
  static inline size_t lives_ = 0;
};

TEST_P(TimersFault, EveryReminderOnceHoweverTheyDie) {
  world_.world.KeepPolicy();  // the world's own routines have one limit each
  PublishRoutine();
  for (int life = 0; life < 60; ++life) {
    LiveOn();
    LiveAndDie();
    if (HasFatalFailure()) return;
  }
  world_.world.clock().Set(std::max(LastRecorded(), *views::ParseInstant("2031-01-01")));
  RoundOf(*world_.NewTimers());
  RoundOf(*world_.NewTimers());
  const auto all = Reminders(world_.world.log());
  const auto told = ExpectEachOnceAndInOrder(all);
  EXPECT_GT(told.size(), 50u);
  // In the end everything that waits and has a limit is overdue.
  for (const Waiting& waiting : Worklist(*world_.views)) {
    if (!waiting.reminded || waiting.late_from.empty()) continue;
    const auto found = told.find(waiting.step);
    ASSERT_NE(found, told.end());
    EXPECT_EQ(found->second, Stage::kOverdue);
  }
  // Nothing was told that did not hold at a round; of cases that were brought in, nothing at all.
  for (const Recorded& one : all) {
    const Waiting waiting{one.step, one.reminder.due(), one.reminder.late_from(), true};
    EXPECT_TRUE(std::ranges::any_of(rounds_, [&](Micros now) {
      return waiting.At(now) == one.stage;
    })) << one.reminder.ShortDebugString();
    stages_.insert(one.stage);
  }
  ++lives_;
}

// The same life again and again, dying one call later each time, until it dies no more.
TEST_P(TimersFault, EveryReminderOnceWhereverTheyDie) {
  world_.SetClock("2026-02-03T12:00:00+01:00");
  world_.world.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  size_t deaths = 0;
  for (const auto death : {DyingLog::Death::kBefore, DyingLog::Death::kAfterAppend}) {
    bool dead = true;
    for (size_t calls = 0; dead; ++calls) {
      const std::string number = std::to_string(deaths++);
      const absl::CivilDay informed = law::DayOf(world_.world.clock().Now());
      for (const char* one : {"I", "J", "K"}) world_.Open(one + number, law::FormatDay(informed));
      world_.world.clock().Set(law::StartOf(informed + 7));
      {
        DyingLog dying(world_.world.log(), calls, death);
        auto timers = world_.NewTimers(dying);
        const auto round = timers->Round();
        dead = dying.dead();
        EXPECT_EQ(round.ok(), !dead) << round.status();
      }
      auto timers = world_.NewTimers();
      ASSERT_TRUE(timers->Round().ok());
      ExpectToldAt(world_.world.clock().Now());
      for (const char* one : {"I", "J", "K"}) {
        world_.world.Record(one + number, "id: 'a' authority_notified {}");
      }
    }
  }
  EXPECT_GT(deaths, 20u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TimersFault, ::testing::ValuesIn(TimersFault::kSeeds));

}  // namespace
}  // namespace skyndsamt::timers
