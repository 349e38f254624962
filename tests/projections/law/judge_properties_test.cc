// What must hold of every case, tried on many random ones. Seeded: the same cases every time.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "story.h"

namespace skyndsamt::law::testing {
namespace {

using namespace api::v1;    // NOLINT: codes
using namespace event::v1;  // NOLINT: codes

constexpr char kAsOf[] = "2021-12-31";

// A day of 2021 and an imprecise time around it.
struct Time {
  absl::CivilDay first;
  absl::CivilDay last;
  std::string Edtf() const {
    return first == last ? FormatDay(first) : FormatDay(first) + "/" + FormatDay(last);
  }
};

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int Throw(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }
  Time AnyTime() {
    const absl::CivilDay first = absl::CivilDay(2021, 1, 1) + Throw(300);
    return {first, first + (Throw(3) == 0 ? 0 : Throw(40))};
  }
  // A part of it.
  Time Narrower(const Time& time) {
    const int length = static_cast<int>(time.last - time.first) + 1;
    const int from = Throw(length);
    const int to = from + Throw(length - from);
    return {time.first + from, time.first + to};
  }

 private:
  std::mt19937 random_;
};

// A start and an end of one leg, with a limit and with yardsticks: the legs without rounds.
struct OneLeg {
  Leg leg;
  std::function<void(Fact&)> start;
  std::function<void(Fact&)> end;
};

const OneLeg kLegs[] = {
    {LEG_SOCIAL_SERVICES_REPORT, [](Fact& f) { f.mutable_concern_arisen(); },
     [](Fact& f) { f.mutable_social_services_reported(); }},
    {LEG_WORK_ENVIRONMENT_REPORT, [](Fact& f) { f.mutable_serious_event(); },
     [](Fact& f) { f.mutable_work_environment_reported(); }},
    {LEG_ANSWER_COMPLAINT, [](Fact& f) { f.mutable_complaint_received()->set_complaint("k"); },
     [](Fact& f) { f.mutable_complaint_answered()->set_complaint("k"); }},
    {LEG_REPORT_TO_PRINCIPAL, [](Fact& f) { f.mutable_staff_learned(); },
     [](Fact& f) { f.mutable_principal_informed(); }},
};

LegTimeliness Ask(const OneLeg& one, const Time& start, const Time& end, const char* limit,
                  const char* as_of = kAsOf) {
  Story story(kAsOf);
  story.Limit(one.leg, limit);
  one.start(story.Add("start", start.Edtf()));
  one.end(story.Add("end", end.Edtf()));
  // A request that was not made by then has no leg yet.
  for (const Timeliness answer = story.Ask(as_of); const auto& leg : answer.legs()) {
    if (leg.leg() == one.leg && leg.round() <= 1) return leg;
  }
  LegTimeliness none;
  none.set_state(LEG_STATE_NOT_STARTED);
  return none;
}

bool Certain(RoutineVerdict verdict) {
  return verdict == ROUTINE_VERDICT_WITHIN || verdict == ROUTINE_VERDICT_LATE ||
         verdict == ROUTINE_VERDICT_RUNNING;
}
bool Certain(PracticePosition position) {
  return position != PRACTICE_POSITION_UNDETERMINED && position != PRACTICE_POSITION_NO_YARDSTICK &&
         position != PRACTICE_POSITION_UNSPECIFIED;
}

const char* const kLimits[] = {"P0D", "P7D", "P1M", "PT24H", "PT240H"};

// What is certain of a wider time stays as it is of a narrower one.
TEST(JudgeProperty, NarrowingNeverTurnsWhatIsCertain) {
  Dice dice(20260318);
  for (int n = 0; n < 600; ++n) {
    const OneLeg& one = kLegs[dice.Throw(4)];
    const char* limit = kLimits[dice.Throw(5)];
    const Time start = dice.AnyTime();
    const Time end = dice.AnyTime();
    const Time start_narrow = dice.Narrower(start);
    const Time end_narrow = dice.Narrower(end);
    const std::string as_of = FormatDay(absl::CivilDay(2021, 1, 1) + dice.Throw(364));
    if (one.leg == LEG_REPORT_TO_PRINCIPAL && start_narrow.first > end_narrow.last) {
      continue;  // then it is certain that staff learned of something new: another round
    }
    const auto wide = Ask(one, start, end, limit, as_of.c_str());
    const auto narrow = Ask(one, start_narrow, end_narrow, limit, as_of.c_str());
    SCOPED_TRACE(Leg_Name(one.leg) + " " + start.Edtf() + " -> " + start_narrow.Edtf() + ", " +
                 end.Edtf() + " -> " + end_narrow.Edtf() + ", " + limit + " as of " + as_of);
    if (wide.state() != LEG_STATE_UNDETERMINED) {
      EXPECT_EQ(narrow.state(), wide.state());
    }
    if (Certain(wide.routine().verdict())) {
      EXPECT_EQ(narrow.routine().verdict(), wide.routine().verdict());
    }
    if (Certain(wide.practice().position())) {
      EXPECT_EQ(narrow.practice().position(), wide.practice().position());
    }
    if (wide.has_days() && narrow.has_days()) {
      EXPECT_GE(narrow.days().min(), wide.days().min());
      if (wide.days().has_max()) {
        EXPECT_LE(narrow.days().max(), wide.days().max());
      }
    }
  }
}

int Badness(RoutineVerdict verdict) {
  return verdict == ROUTINE_VERDICT_WITHIN ? 0 : verdict == ROUTINE_VERDICT_LATE ? 2 : 1;
}
int Badness(PracticePosition position) {
  switch (position) {
    case PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return 0;
    case PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return 2;
    default:
      return 1;
  }
}

TEST(JudgeProperty, ALaterEndNeverImproves) {
  Dice dice(20121127);
  for (int n = 0; n < 400; ++n) {
    const OneLeg& one = kLegs[dice.Throw(4)];
    const char* limit = kLimits[dice.Throw(5)];
    const Time start = dice.AnyTime();
    const Time end{start.last + dice.Throw(10), start.last + 10 + dice.Throw(10)};
    const int by = 1 + dice.Throw(20);
    const Time later{end.first + by, end.last + by};
    const auto before = Ask(one, start, end, limit);
    const auto after = Ask(one, start, later, limit);
    SCOPED_TRACE(Leg_Name(one.leg) + " " + start.Edtf() + ", " + end.Edtf() + ", " + limit);
    EXPECT_GE(Badness(after.routine().verdict()), Badness(before.routine().verdict()));
    EXPECT_GE(Badness(after.practice().position()), Badness(before.practice().position()));
    EXPECT_GE(after.days().min(), before.days().min());
  }
}

// Facts that start and end nothing.
void AddUnrelated(Story& story, Dice& dice, int n) {
  Fact& fact = story.Add("unrelated-" + std::to_string(n), dice.AnyTime().Edtf());
  switch (dice.Throw(5)) {
    case 0:
      fact.mutable_document_added();
      break;
    case 1:
      fact.mutable_team_contacted();
      break;
    case 2:
      fact.mutable_principal_updated();
      break;
    case 3:
      fact.mutable_finding_recorded();
      break;
    default:
      fact.add_children("child-2");
      fact.mutable_staff_learned();
  }
}

// A random case of many facts; the same for the same seed.
void Fill(Story& story, Dice& dice) {
  story.Child("child-2");
  story.Limit(LEG_REPORT_TO_PRINCIPAL, "P1D");
  story.Limit(LEG_NOTIFY_AUTHORITY, "P7D");
  for (int n = dice.Throw(12); n-- > 0;) {
    Fact& fact = story.Add("f" + std::to_string(n), dice.AnyTime().Edtf());
    switch (dice.Throw(9)) {
      case 0:
        fact.mutable_staff_learned();
        break;
      case 1:
        fact.mutable_principal_informed();
        break;
      case 2:
        fact.mutable_authority_notified();
        break;
      case 3:
        fact.mutable_investigation_opened();
        break;
      case 4:
        fact.mutable_investigation_concluded()->set_finding(FINDING_SUBSTANTIATED);
        break;
      case 5:
        fact.mutable_measure_decided()->set_measure("m");
        break;
      case 6:
        fact.mutable_guardian_informed()->set_guardian("g");
        break;
      case 7:
        fact.mutable_case_reopened();
        break;
      default:
        fact.mutable_concern_arisen();
    }
  }
}

std::string Legs(const Timeliness& answer) {
  std::string text;
  for (const auto& leg : answer.legs()) text += leg.SerializeAsString();
  return text;
}

TEST(JudgeProperty, AnUnrelatedFactChangesNothing) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Dice dice(seed);
    Story story(kAsOf);
    Fill(story, dice);
    const std::string before = Legs(story.Ask());
    for (int n = 0; n < 3; ++n) AddUnrelated(story, dice, n);
    EXPECT_EQ(Legs(story.Ask()), before) << "seed " << seed;
  }
}

TEST(JudgeProperty, AReversedCorrectionGivesTheFirstAnswerAgain) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Dice dice(1000 + seed);
    Story story(kAsOf);
    story.RecordedAt("2022-01-10");
    Fill(story, dice);
    if (story.facts().size() < 2) continue;
    const std::string before = Legs(story.Ask(kAsOf, "2022-01-15"));
    const size_t victim =
        1 + static_cast<size_t>(dice.Throw(static_cast<int>(story.facts().size()) - 1));
    const std::string of = story.facts()[victim].id();
    story.RecordedAt("2022-02-10");
    auto& correction = *story.Add("correction", "2022-02-10").mutable_correction();
    correction.set_of(of);
    if (dice.Throw(2) == 0) {
      correction.set_withdrawn(true);
    } else {
      *correction.mutable_replacement() = story.facts()[victim];
      correction.mutable_replacement()->mutable_happened()->set_edtf(dice.AnyTime().Edtf());
    }
    const std::string corrected = Legs(story.Ask(kAsOf, "2022-02-15"));
    story.RecordedAt("2022-03-10");
    auto& reversal = *story.Add("reversal", "2022-03-10").mutable_correction();
    reversal.set_of("correction");
    reversal.set_withdrawn(true);
    EXPECT_EQ(Legs(story.Ask(kAsOf, "2022-03-15")), before) << "seed " << seed;
    EXPECT_EQ(Legs(story.Ask(kAsOf, "2022-02-15")), corrected) << "seed " << seed;
    EXPECT_EQ(Legs(story.Ask(kAsOf, "2022-01-15")), before) << "seed " << seed;
  }
}

// Whatever is asked of whatever record, the answer keeps its own rules.
TEST(JudgeProperty, EveryAnswerIsConsistent) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Dice dice(5000 + seed);
    Story story(kAsOf);
    Fill(story, dice);
    const std::string as_of = FormatDay(absl::CivilDay(2021, 1, 1) + dice.Throw(364));
    const auto answer = story.Ask(as_of);
    for (const auto& leg : answer.legs()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + Leg_Name(leg.leg()));
      const bool clocked = leg.state() == LEG_STATE_FULFILLED || leg.state() == LEG_STATE_PENDING ||
                           leg.state() == LEG_STATE_UNDETERMINED;
      EXPECT_EQ(leg.has_routine(), clocked);
      EXPECT_EQ(leg.has_practice(), clocked);
      if (leg.state() != LEG_STATE_FULFILLED) {
        EXPECT_NE(leg.routine().verdict(), ROUTINE_VERDICT_WITHIN);
        EXPECT_NE(leg.practice().position(), PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED);
      }
      if (leg.has_days()) {
        EXPECT_GE(leg.days().min(), 0);
        if (leg.days().has_max()) {
          EXPECT_LE(leg.days().min(), leg.days().max());
        }
        if (leg.has_working_days()) {
          EXPECT_LE(leg.working_days().min(), leg.days().max());
        }
      }
      if (leg.state() == LEG_STATE_PENDING) {
        EXPECT_FALSE(leg.has_ended());
      }
      if (leg.state() == LEG_STATE_NOT_STARTED) {
        EXPECT_FALSE(leg.has_started());
      }
    }
  }
}

TEST(JudgeProperty, TheWorklistHoldsWhatIsPending) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Dice dice(9000 + seed);
    Story story(kAsOf);
    Fill(story, dice);
    const auto steps = story.Steps();
    size_t n = 0;
    const auto answer = story.Ask();
    for (const auto& leg : answer.legs()) {
      if (leg.state() != LEG_STATE_PENDING) continue;
      ASSERT_LT(n, steps.size());
      EXPECT_EQ(steps[n].leg, leg.leg());
      EXPECT_EQ(steps[n].round, leg.round());
      EXPECT_EQ(steps[n].due, leg.routine().due());
      EXPECT_EQ(steps[n].late, leg.routine().verdict() == ROUTINE_VERDICT_LATE);
      ++n;
    }
    EXPECT_EQ(n, steps.size());
  }
}

}  // namespace
}  // namespace skyndsamt::law::testing
