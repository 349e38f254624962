// Prints the civil calendar for calendar_against_python.py to compare:
//   day YYYY-MM-DD <public 0|1> <working 0|1> <name or ->     1900-2200, every day
//   easter YYYY YYYY-MM-DD
//   month YYYY-MM-DD <months> YYYY-MM-DD                      adding months
//   length YYYY-MM-DD <seconds>                               length of the local day
#include <cstdint>
#include <cstdio>
#include <string>

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"

int main() {
  using namespace skyndsamt::law;
  const absl::CivilDay first(1900, 1, 1);
  const absl::CivilDay end(2201, 1, 1);
  for (absl::CivilDay day = first; day < end; ++day) {
    const std::string text = FormatDay(day);
    const Holiday* holiday = HolidayOn(day);
    const std::string name = holiday == nullptr ? "-" : std::string(holiday->sv);
    std::printf("day %s %d %d %s\n", text.c_str(), IsPublicHoliday(day) ? 1 : 0,
                IsWorkingDay(day) ? 1 : 0, name.c_str());
    const int64_t seconds = (StartOf(day + 1) - StartOf(day)) / 1'000'000;
    std::printf("length %s %lld\n", text.c_str(), static_cast<long long>(seconds));
  }
  for (int year = 1900; year <= 2200; ++year) {
    std::printf("easter %d %s\n", year, FormatDay(EasterSunday(year)).c_str());
  }
  // Every ninth day, so that all month ends are met, by a number of months that goes round.
  int months = -30;
  for (absl::CivilDay day = first; day < end; day += 9) {
    std::printf("month %s %d %s\n", FormatDay(day).c_str(), months,
                FormatDay(AddMonths(day, months)).c_str());
    months = months == 30 ? -30 : months + 1;
  }
  return 0;
}
