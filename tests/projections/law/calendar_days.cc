// Prints the civil calendar for calendar_against_python.py to compare:
//   day YYYY-MM-DD <public 0|1> <working 0|1> <name or ->     1900-2200, every day
//   length YYYY-MM-DD <seconds>                               length of the local day
//   easter YYYY YYYY-MM-DD
//   month YYYY-MM-DD <months> YYYY-MM-DD                      adding months
//   week YYYY-MM-DD <weeks> YYYY-MM-DD                        adding weeks
//   roll YYYY-MM-DD YYYY-MM-DD                                every day, rolled forward
//   work YYYY-MM-DD <n> YYYY-MM-DD                            the n-th working day after it
//   count YYYY-MM-DD YYYY-MM-DD <working days>                between them
//   hours <UTC seconds> <hours> <UTC seconds>                 as time passes
//   face <UTC seconds> <days> <UTC seconds>                   by the clock face
//   span <UTC seconds> <UTC seconds> <least hours> <most>     between two minutes
#include <cstdint>
#include <cstdio>
#include <string>

#include "projections/law/calendar.h"
#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"

namespace {

using namespace skyndsamt::law;
using skyndsamt::Micros;

constexpr Micros kSecond = 1'000'000;
const absl::CivilDay kFirst(1900, 1, 1);
const absl::CivilDay kEnd(2201, 1, 1);

long long Seconds(Micros at) { return static_cast<long long>(at / kSecond); }

void PrintDays() {
  for (absl::CivilDay day = kFirst; day < kEnd; ++day) {
    const std::string text = FormatDay(day);
    const Holiday* holiday = HolidayOn(day);
    const std::string name = holiday == nullptr ? "-" : std::string(holiday->sv);
    std::printf("day %s %d %d %s\n", text.c_str(), IsPublicHoliday(day) ? 1 : 0,
                IsWorkingDay(day) ? 1 : 0, name.c_str());
    std::printf("length %s %lld\n", text.c_str(), Seconds(StartOf(day + 1) - StartOf(day)));
    std::printf("roll %s %s\n", text.c_str(), FormatDay(RollForward(day)).c_str());
  }
  for (int year = 1900; year <= 2200; ++year) {
    std::printf("easter %d %s\n", year, FormatDay(EasterSunday(year)).c_str());
  }
}

// Every ninth day, so that all month ends are met, by numbers that go round; and whole years from
// every leap day.
void PrintPeriods() {
  int months = -30;
  int n = 0;
  for (absl::CivilDay day = kFirst; day < kEnd - 400; day += 9) {
    const std::string text = FormatDay(day);
    std::printf("month %s %d %s\n", text.c_str(), months,
                FormatDay(AddMonths(day, months)).c_str());
    std::printf("week %s %d %s\n", text.c_str(), n % 53,
                FormatDay(AddToDay(day, {.days = 7 * (n % 53)})).c_str());
    std::printf("work %s %d %s\n", text.c_str(), n % 61,
                FormatDay(AddWorkingDays(day, n % 61)).c_str());
    const absl::CivilDay to = day + (n * 37) % 400;
    std::printf("count %s %s %lld\n", text.c_str(), FormatDay(to).c_str(),
                static_cast<long long>(WorkingDays(day, to)));
    std::printf("count %s 2200-12-31 %lld\n", text.c_str(),
                static_cast<long long>(WorkingDays(day, kEnd - 1)));
    months = months == 30 ? -30 : months + 1;
    ++n;
  }
  for (int year = 1904; year < 2196; ++year) {
    const absl::CivilDay leap(year, 2, 29);
    if (leap.month() != 2) continue;
    for (int years = 1; years <= 30; ++years) {
      std::printf("month %s %d %s\n", FormatDay(leap).c_str(), 12 * years,
                  FormatDay(AddMonths(leap, 12 * years)).c_str());
    }
  }
}

// Every quarter of an hour from a day before each clock change to a day after it, and the same
// hours of every fiftieth other day.
void PrintHours() {
  int n = 0;
  for (absl::CivilDay day = kFirst + 2; day < kEnd - 40; ++day) {
    const bool change = StartOf(day + 1) - StartOf(day) != 24 * 3'600 * kSecond;
    if (!change && (day - kFirst) % 50 != 0) continue;
    for (Micros at = StartOf(day - 1); at < StartOf(day + 2); at += 900 * kSecond) {
      const int hours = 1 + n % 49;
      std::printf("hours %lld %d %lld\n", Seconds(at), hours,
                  Seconds(AddToInstant(at, {.seconds = hours * 3'600, .timed = true})));
      std::printf("face %lld %d %lld\n", Seconds(at), n % 3,
                  Seconds(AddToInstant(at, {.days = n % 3})));
      const Micros to = at + (n * 900 % 200'000) * kSecond;
      const Interval from{.earliest = at, .latest = at + 60 * kSecond - 1};
      const Interval end{.earliest = to, .latest = to + 60 * kSecond - 1};
      const Range span = Hours(from, end);
      std::printf("span %lld %lld %lld %lld\n", Seconds(at), Seconds(to),
                  static_cast<long long>(span.min), static_cast<long long>(*span.max));
      ++n;
    }
  }
}

}  // namespace

int main() {
  PrintDays();
  PrintPeriods();
  PrintHours();
  return 0;
}
