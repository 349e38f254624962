#include "projections/law/edtf.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

std::string Show(const Interval& i) {
  return (i.earliest ? FormatInstant(*i.earliest) : "..") + " " +
         (i.latest ? FormatInstant(*i.latest) : "..");
}

// First and last day, for what is whole days.
std::string Days(std::string_view text) {
  const auto parsed = ParseEdtf(text);
  if (!parsed.ok()) return "refused";
  const auto& [earliest, latest] = std::pair(parsed->earliest, parsed->latest);
  if (earliest && *earliest != StartOf(DayOf(*earliest))) return "no start of a day";
  if (latest && *latest != EndOf(DayOf(*latest))) return "no end of a day";
  return (earliest ? FormatDay(DayOf(*earliest)) : "..") + "/" +
         (latest ? FormatDay(DayOf(*latest)) : "..");
}

TEST(Edtf, ReadsDatesMonthsAndYears) {
  EXPECT_EQ(Days("2012-06-18"), "2012-06-18/2012-06-18");
  EXPECT_EQ(Days("2021-10"), "2021-10-01/2021-10-31");
  EXPECT_EQ(Days("2024-02"), "2024-02-01/2024-02-29");
  EXPECT_EQ(Days("2016"), "2016-01-01/2016-12-31");
  EXPECT_EQ(Days("2100-07"), "2100-07-01/2100-07-31");
}

TEST(Edtf, ReadsSeasonsAndTermsAsSwedesSpeak) {
  EXPECT_EQ(Days("2017-21"), "2017-01-01/2017-06-30");
  EXPECT_EQ(Days("2017-22"), "2017-06-01/2017-08-31");
  EXPECT_EQ(Days("2017-23"), "2017-08-01/2017-12-31");
  EXPECT_EQ(Days("2017-24"), "2017-12-01/2018-02-28");
  EXPECT_EQ(Days("2023-24"), "2023-12-01/2024-02-29");
  EXPECT_EQ(Days("HT2017"), "2017-08-01/2017-12-31");
  EXPECT_EQ(Days("VT2018"), "2018-01-01/2018-06-30");
  EXPECT_EQ(ParseEdtf("HT2017")->earliest_precision, Precision::kTerm);
}

TEST(Edtf, ReadsSeasonsAsAPolicySaysThem) {
  EdtfReading reading;
  reading.autumn_term = {{8, 15}, {1, 10}};
  reading.winter = {{2, 31}, {3, 1}};
  const Interval term = *ParseEdtf("HT2017", reading);
  EXPECT_EQ(FormatDay(DayOf(*term.earliest)), "2017-08-15");
  EXPECT_EQ(FormatDay(DayOf(*term.latest)), "2018-01-10");
  EXPECT_EQ(FormatDay(DayOf(*ParseEdtf("2016-24", reading)->earliest)), "2016-02-29");
  EXPECT_EQ(FormatDay(DayOf(*ParseEdtf("2016-23", reading)->earliest)), "2016-08-01");
}

TEST(Edtf, ReadsUnspecifiedDigits) {
  EXPECT_EQ(Days("201X"), "2010-01-01/2019-12-31");
  EXPECT_EQ(Days("20XX"), "2000-01-01/2099-12-31");
  EXPECT_EQ(Days("2016-XX"), "2016-01-01/2016-12-31");
  EXPECT_EQ(Days("2016-XX-XX"), "2016-01-01/2016-12-31");
  EXPECT_EQ(Days("2016-02-XX"), "2016-02-01/2016-02-29");
  EXPECT_EQ(ParseEdtf("2016-02-XX")->latest_precision, Precision::kMonth);
  EXPECT_EQ(ParseEdtf("201X")->latest_precision, Precision::kDecade);
}

TEST(Edtf, ReadsIntervalsAndOpenEnds) {
  EXPECT_EQ(Days("2013-09/2013-11"), "2013-09-01/2013-11-30");
  EXPECT_EQ(Days("../2022-02-10"), "../2022-02-10");
  EXPECT_EQ(Days("/2022-02-10"), "../2022-02-10");
  EXPECT_EQ(Days("2022-02/.."), "2022-02-01/..");
  EXPECT_EQ(Days("2022-02/"), "2022-02-01/..");
  EXPECT_EQ(Days("HT2017/2018-04-12"), "2017-08-01/2018-04-12");
  EXPECT_EQ(Days("2013/2013-09"), "2013-01-01/2013-09-30");
  EXPECT_EQ(Days("2013-09-20/2013-09"), "2013-09-20/2013-09-30");
  EXPECT_TRUE(ParseEdtf("unknown")->undated());
  EXPECT_EQ(ParseEdtf("../2022")->earliest_precision, Precision::kOpen);
  EXPECT_EQ(ParseEdtf("../2022")->latest_precision, Precision::kYear);
}

TEST(Edtf, MarksWhatIsApproximateOrUncertain) {
  for (const char* text : {"2012-06-18~", "2012-06?", "2012%", "HT2017~", "2017-21?", "201X~",
                           "2016-XX?", "2012~/2013~"}) {
    const Interval parsed = *ParseEdtf(text);
    EXPECT_TRUE(parsed.earliest_approximate && parsed.latest_approximate) << text;
  }
  const Interval one = *ParseEdtf("2012-06~/2013");
  EXPECT_TRUE(one.earliest_approximate);
  EXPECT_FALSE(one.latest_approximate);
  EXPECT_FALSE(ParseEdtf("2012-06-18")->approximate());
  EXPECT_FALSE(ParseEdtf("../2012~")->earliest_approximate);
}

TEST(Edtf, ReadsMinutesWithAndWithoutZone) {
  const std::string half_past = "2012-06-18T14:30:00+02:00 2012-06-18T14:30:59.999999+02:00";
  for (const char* text : {"2012-06-18T14:30+02:00", "2012-06-18T14:30", "2012-06-18T12:30Z",
                           "2012-06-18T14:30+02", "2012-06-18T05:00-07:30"}) {
    EXPECT_EQ(Show(*ParseEdtf(text)), half_past) << text;
  }
  EXPECT_EQ(Show(*ParseEdtf("2012-06-18T14:30:07+02:00")),
            "2012-06-18T14:30:07+02:00 2012-06-18T14:30:07.999999+02:00");
  EXPECT_EQ(ParseEdtf("2012-06-18T14:30")->latest_precision, Precision::kMinute);
  EXPECT_EQ(ParseEdtf("2012-06-18T14:30:07")->latest_precision, Precision::kSecond);
  EXPECT_EQ(Show(*ParseEdtf("2012-06-18T14:30/2012-06-18T15:00")),
            "2012-06-18T14:30:00+02:00 2012-06-18T15:00:59.999999+02:00");
}

TEST(Edtf, KnowsTheClockChanges) {
  // Sunday 25 October 2026 has 02:30 twice, Sunday 29 March 2026 has none.
  EXPECT_EQ(Show(*ParseEdtf("2026-10-25T02:30")),
            "2026-10-25T02:30:00+02:00 2026-10-25T02:30:59.999999+01:00");
  EXPECT_EQ(Show(*ParseEdtf("2026-10-25T02:30+01:00")),
            "2026-10-25T02:30:00+01:00 2026-10-25T02:30:59.999999+01:00");
  EXPECT_EQ(ParseEdtf("2026-03-29T02:30").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(ParseEdtf("2026-03-29T02:30+01:00").ok());
  EXPECT_EQ(*ParseEdtf("2026-03-29")->latest - *ParseEdtf("2026-03-29")->earliest + 1,
            int64_t{23} * 3'600'000'000);
  EXPECT_EQ(*ParseEdtf("2045-10-29")->latest - *ParseEdtf("2045-10-29")->earliest + 1,
            int64_t{25} * 3'600'000'000);
}

TEST(Edtf, TellsAnIntervalThatEndsBeforeItBegins) {
  for (const char* text : {"2013-11/2013-09", "2014/2013", "2013-09-20/2013-09-19", "HT2017/VT2017",
                           "2012-06-18T14:30/2012-06-18T14:29", "202X/201X"}) {
    EXPECT_EQ(ParseEdtf(text).status().code(), absl::StatusCode::kOutOfRange) << text;
  }
}

constexpr const char* kMalformed[] = {"",
                                      " ",
                                      "2012-6-18",
                                      "2012-06-1",
                                      "12-06-18",
                                      "2012-13",
                                      "2012-00",
                                      "2012-20",
                                      "2012-25",
                                      "2012-06-00",
                                      "2012-06-31",
                                      "2013-02-29",
                                      "1900-02-29",
                                      "20120618",
                                      "2012/06/18",
                                      "2012-06-18 ",
                                      " 2012-06-18",
                                      "2012-06-18\n",
                                      "2012-06-18T",
                                      "2012-06-18T14",
                                      "2012-06-18T14:3",
                                      "2012-06-18T24:00",
                                      "2012-06-18T14:60",
                                      "2012-06-18T14:30:60",
                                      "2012-06-18T14:30+2",
                                      "2012-06-18T14:30+15:00",
                                      "2012-06-18T14:30+02:60",
                                      "2012-06-18T14:30+0200",
                                      "2012-06-18T14:30z",
                                      "2012-06-18t14:30",
                                      "2012-06-18 14:30",
                                      "2012-06-18T14:30~",
                                      "2012-06-18T14:30Z?",
                                      "2012-06-18T14:30:00.5",
                                      "..",
                                      "../..",
                                      "/",
                                      "../",
                                      "/..",
                                      "2012/2013/2014",
                                      "2012//2013",
                                      "unknown/2012",
                                      "2012/unknown",
                                      "Unknown",
                                      "UNKNOWN",
                                      "okänt",
                                      "HT",
                                      "HT17",
                                      "HT201X",
                                      "ht2017",
                                      "HT2017-01",
                                      "VT2018-",
                                      "ST2017",
                                      "2012~~",
                                      "2012~?",
                                      "~2012",
                                      "2012-~06",
                                      "2012?-06",
                                      "2XXX",
                                      "XXXX",
                                      "201x",
                                      "2X16",
                                      "201X-06",
                                      "20XX-XX",
                                      "2016-1X",
                                      "2016-XX-01",
                                      "2016-0X",
                                      "2016-06-0X",
                                      "2016-06-1X",
                                      "2012-21-01",
                                      "2017-21-XX",
                                      "-2012",
                                      "+2012",
                                      "Y17000",
                                      "12012",
                                      "2012-06-18-01",
                                      "2012-",
                                      "2012-06-",
                                      "2012.06",
                                      "1/2",
                                      "２０１２",
                                      "2012-06–18"};

TEST(Edtf, RefusesWhatIsMalformed) {
  for (const char* text : kMalformed) {
    EXPECT_EQ(ParseEdtf(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(Edtf, EchoesNothingOfWhatItRefuses) {
  const auto malformed = ParseEdtf("Anna 2012");
  EXPECT_EQ(malformed.status().message().find("Anna"), absl::string_view::npos);
}

TEST(Edtf, ReadsBackEveryDayAndMonth) {
  for (absl::CivilDay day(1900, 1, 1); day.year() <= 2200; day += 3) {
    const Interval parsed = *ParseEdtf(FormatDay(day));
    ASSERT_EQ(*parsed.earliest, StartOf(day));
    ASSERT_EQ(*parsed.latest, EndOf(day));
  }
}

// Whatever is thrown at it: it answers with one of three outcomes, and never with crossed bounds.
TEST(Edtf, AnswersAnyTextSoundly) {
  const std::string alphabet = "0123456789-/.~?%XTZ:+HV u";
  const std::string seeds[] = {"2012-06-18T14:30+02:00",
                               "2013-09/2013-11",
                               "../2022-02-10",
                               "HT2017",
                               "201X~",
                               "2016-XX-XX",
                               "unknown"};
  std::mt19937_64 random(6);
  std::map<absl::StatusCode, int> outcomes;
  for (int i = 0; i < 60'000; ++i) {
    std::string text = seeds[random() % std::size(seeds)];
    for (int edits = static_cast<int>(random() % 3) + 1; edits > 0; --edits) {
      const size_t at = random() % (text.size() + 1);
      const char c = alphabet[random() % alphabet.size()];
      const uint64_t kind = random() % 3;
      if (kind == 0) text.insert(at, 1, c);
      if (kind == 1 && at < text.size()) text[at] = c;
      if (kind == 2 && at < text.size()) text.erase(at, 1 + random() % 3);
    }
    const auto parsed = ParseEdtf(text);
    ++outcomes[parsed.status().code()];
    if (!parsed.ok()) continue;
    if (parsed->earliest && parsed->latest) {
      ASSERT_LE(*parsed->earliest, *parsed->latest) << text;
    }
    ASSERT_EQ(parsed->earliest.has_value(), parsed->earliest_precision != Precision::kOpen) << text;
    ASSERT_EQ(parsed->latest.has_value(), parsed->latest_precision != Precision::kOpen) << text;
    ASSERT_FALSE(parsed->earliest_approximate && !parsed->earliest) << text;
  }
  EXPECT_EQ(outcomes.size(), 3u);
  EXPECT_GT(outcomes[absl::StatusCode::kOk], 1000);
  EXPECT_GT(outcomes[absl::StatusCode::kInvalidArgument], 1000);
  EXPECT_GT(outcomes[absl::StatusCode::kOutOfRange], 20);
}

}  // namespace
}  // namespace skyndsamt::law
