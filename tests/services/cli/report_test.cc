// What people and programs are shown.
#include "services/cli/report.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/answer_json.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

api::v1::Timeliness Answer() {
  api::v1::Timeliness answer;
  answer.set_incident("0b0e6f6a-0000-8000-8000-000000000001");
  answer.set_child("0b0e6f6a-0000-8000-8000-000000000002");
  answer.set_as_of("2012-07-01T23:59:59.999999+02:00");
  auto* leg = answer.add_legs();
  leg->set_leg(event::v1::LEG_SOCIAL_SERVICES_REPORT);
  leg->set_state(api::v1::LEG_STATE_FULFILLED);
  leg->mutable_started()->set_fact("f2");
  leg->mutable_started()->set_edtf("2012-06-18");
  leg->mutable_started()->set_position(3);
  leg->mutable_ended()->set_fact("f5");
  leg->mutable_ended()->set_edtf("2012-06-27");
  leg->mutable_days()->set_min(0);
  leg->mutable_days()->set_max(9);
  leg->mutable_working_days()->set_min(6);
  leg->mutable_routine()->set_verdict(api::v1::ROUTINE_VERDICT_NO_LIMIT);
  leg->mutable_routine()->set_days(event::v1::DAY_COUNT_WORKING);
  leg->mutable_practice()->set_position(api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
  leg->add_remarks(api::v1::REMARK_DONE_BEFORE_IT_BEGAN);
  auto* line = leg->add_explanation();
  line->set_sv(
      "Tiden räknas från att oro uppstod, och en mycket lång rad måste brytas så att den "
      "ryms på skärmen utan att något ord går förlorat i brytningen av den långa raden.");
  line->set_en("The time is counted from when concern arose.");
  auto* waiting = answer.add_legs();
  waiting->set_leg(event::v1::LEG_FOLLOW_UP);
  waiting->set_state(api::v1::LEG_STATE_NOT_STARTED);
  return answer;
}

TEST(AnswerJson, HasTheNamesCodesAndNumbersOfTheCaseFileFormat) {
  CaseNames names{"malmo-2012", "i1", {{Answer().child(), "barn 1"}}};
  auto json = TimelinessJson(Answer(), names);
  EXPECT_EQ(json["file"], "malmo-2012");
  EXPECT_EQ(json["incident"], "i1");
  EXPECT_EQ(json["child"], "barn 1");
  auto leg = json["legs"][0];
  EXPECT_EQ(leg["leg"], "social_services_report");
  EXPECT_EQ(leg["state"], "FULFILLED");
  EXPECT_FALSE(leg.contains("round"));
  EXPECT_FALSE(leg.contains("measure"));
  EXPECT_EQ(leg["started"]["position"], "3");
  EXPECT_EQ(leg["started"]["substitute"], false);
  EXPECT_FALSE(leg["ended"].contains("position"));
  EXPECT_EQ(leg["days"], (nlohmann::ordered_json{{"min", 0}, {"max", 9}}));
  EXPECT_FALSE(leg["working_days"].contains("max"));
  EXPECT_EQ(leg["routine"]["verdict"], "NO_LIMIT");
  EXPECT_EQ(leg["routine"]["days"], "working");
  EXPECT_EQ(leg["practice"]["position"], "AT_OR_ABOVE_CRITICISED");
  EXPECT_EQ(leg["remarks"], (nlohmann::ordered_json{"DONE_BEFORE_IT_BEGAN"}));
  EXPECT_EQ(json.items().begin().key(), "file");
}

TEST(Report, FitsAHundredColumnsInBothLanguages) {
  for (Language language : {Language::kEnglish, Language::kSwedish}) {
    ReportStyle style;
    style.language = language;
    std::string report = TimelinessReport(Answer(), {}, std::string(250, 'x'), style);
    std::istringstream in(report);
    for (std::string line; std::getline(in, line);) EXPECT_LE(Width(line), 100u) << line;
  }
}

TEST(Report, BreaksNoNumberOfDaysAndFitsAllTheSame) {
  api::v1::Timeliness answer = Answer();
  auto* leg = answer.mutable_legs(0);
  leg->mutable_started()->set_fact("principal-2");
  leg->mutable_ended()->set_fact("social-services-2");
  leg->mutable_days()->set_min(976);
  leg->mutable_days()->set_max(1005);
  leg->mutable_working_days()->set_min(36'667);
  leg->mutable_working_days()->set_max(36'688);
  for (Language language : {Language::kEnglish, Language::kSwedish}) {
    ReportStyle style;
    style.language = language;
    const std::string report = TimelinessReport(answer, {}, "", style);
    EXPECT_THAT(report, HasSubstr("  976–1005  36667–36688  "));
    std::istringstream in(report);
    for (std::string line; std::getline(in, line);) EXPECT_LE(Width(line), 100u) << line;
  }
}

TEST(Report, SaysStateLengthAndComparisonAndNeverLawful) {
  std::string en = TimelinessReport(Answer(), {}, "Malmö", {});
  EXPECT_THAT(en, HasSubstr("Social services report"));
  EXPECT_THAT(en, HasSubstr("orosanmälan"));
  EXPECT_THAT(en, HasSubstr("≥ criticised"));
  EXPECT_THAT(en, HasSubstr("0–9"));
  EXPECT_THAT(en, HasSubstr("≥ 6"));
  EXPECT_THAT(en, HasSubstr("Not started:   Follow up"));
  EXPECT_THAT(en, Not(HasSubstr("lawful")));
  ReportStyle swedish;
  swedish.language = Language::kSwedish;
  std::string sv = TimelinessReport(Answer(), {}, "Malmö", swedish);
  EXPECT_THAT(sv, HasSubstr("≥ kritiserad"));
  EXPECT_THAT(sv, HasSubstr("Tidsläge, ingen dom"));
  EXPECT_THAT(sv, HasSubstr("brytningen"));
}

TEST(Report, ShowsStatedTimesWholeAndByStockholmsClock) {
  EXPECT_EQ(StatedForPeople("2024-03-01T10:00"), "2024-03-01 10:00");
  EXPECT_EQ(StatedForPeople("2024-03-01T23:59:59"), "2024-03-01 23:59");  // not the whole day
  EXPECT_EQ(StatedForPeople("2024-03-10T23:30Z"), "2024-03-11 00:30");
  EXPECT_EQ(StatedForPeople("2024-07-01T09:15:20Z"), "2024-07-01 11:15");
  EXPECT_EQ(StatedForPeople("2024-03-01T10:00-05"), "2024-03-01 16:00");
  EXPECT_EQ(StatedForPeople("2024-03-01T10:00/2024-03-09T11:00Z"),
            "2024-03-01 10:00 /\n2024-03-09 12:00");
  EXPECT_EQ(StatedForPeople("2022-02/2022-05-11~"), "2022-02 /\n2022-05-11~");
  EXPECT_EQ(StatedForPeople("../2022-05-11T08:00"), ".. /\n2022-05-11 08:00");
  EXPECT_EQ(StatedForPeople("/2022"), "/\n2022");
  for (const char* as_it_stands : {"", "unknown", "2017-23", "VT2018", "a/b + P1D..P3D"}) {
    EXPECT_EQ(StatedForPeople(as_it_stands), as_it_stands);
  }
}

TEST(Report, CutsNoTimeThatADutyBeganOrEnded) {
  api::v1::Timeliness answer = Answer();
  answer.mutable_legs(0)->mutable_started()->set_edtf("2022-02-01/2022-05-11");
  answer.mutable_legs(0)->mutable_ended()->set_edtf("2022-05-11T21:59:59Z/2022-05-11T22:30:00Z");
  const std::string report = TimelinessReport(answer, {}, "", {});
  for (const char* line : {"2022-02-01 /  2022-05-11  ", "2022-05-11    23:59 /\n",
                           "f2            2022-05-12\n", "              00:30\n"}) {
    EXPECT_THAT(report, HasSubstr(line));
  }
}

TEST(Report, KnowsTheNameOfEveryDuty) {
  for (int number = event::v1::Leg_MIN + 1; number <= event::v1::Leg_MAX; ++number) {
    EXPECT_NE(NameOf(static_cast<event::v1::Leg>(number)).en, "Unknown duty") << number;
  }
}

TEST(Table, CountsPlacesNotBytes) {
  EXPECT_EQ(Width("åtgärder"), 8u);
  EXPECT_EQ(Width("a\u0308"), 1u);
  EXPECT_EQ(Padded("ö", 3), "ö  ");
  EXPECT_EQ(Padded("ö", 3, true), "  ö");
}

TEST(Table, ObeysNoControlCharacterThatSomebodyWrote) {
  EXPECT_THAT(Wrapped("Ann\x1b]0;x\x07\xc2\x9b"
                      "31m\x7f!\tß",
                      40),
              ElementsAre("Ann ]0;x 31m ! ß"));
}

TEST(Table, WrapsAtSpacesAndCutsLongWords) {
  EXPECT_THAT(Wrapped("en två tre", 6), ElementsAre("en två", "tre"));
  EXPECT_THAT(Wrapped("åäöåäö", 4), ElementsAre("åäöå", "äö"));
  EXPECT_THAT(Wrapped("a\nb", 9), ElementsAre("a", "b"));
  EXPECT_THAT(Wrapped("", 9), ElementsAre(""));
}

TEST(Table, BreaksNoNumberAndNarrowsTheWidestTextToFit) {
  Table table({{"A", 30}, {"B", 30}, NumberColumn("N")});
  table.Add({"one two three four five", "one two three", "≥ 123456 h"});
  EXPECT_EQ(table.Print(false, 40),
            "A              B                       N\n"
            "────────────────────────────────────────\n"
            "one two three  one two three  ≥ 123456 h\n"
            "four five\n");
  // Rather too wide than a broken number.
  EXPECT_THAT(table.Print(false, 20), HasSubstr("≥ 123456 h\n"));
}

TEST(Progress, IsSilentForWhatIsDoneWithinASecond) {
  std::ostringstream err;
  {
    Progress progress(&err, true, "counting");
    for (int i = 0; i < 100; ++i) progress.At(i, 100);
  }
  EXPECT_EQ(err.str(), "");
}

TEST(Progress, TellsHowLongSomethingTakesThatSaysNothingItself) {
  std::ostringstream brief;
  { const Waiting waiting(&brief, false, "backing up"); }
  EXPECT_EQ(brief.str(), "");
  // However slow the machine: the first word comes after a second, and this one stays for it.
  struct Told : std::stringbuf {
    int sync() override {
      const std::lock_guard lock(mutex);
      said = str();
      changed.notify_all();
      return 0;
    }
    std::mutex mutex;
    std::condition_variable changed;
    std::string said;
  } buffer;
  std::ostream out(&buffer);
  const Waiting waiting(&out, false, "backing up");
  std::unique_lock lock(buffer.mutex);
  buffer.changed.wait(lock, [&] { return !buffer.said.empty(); });
  EXPECT_THAT(buffer.said, HasSubstr("backing up, seconds: "));
}

}  // namespace
}  // namespace skyndsamt::cli
