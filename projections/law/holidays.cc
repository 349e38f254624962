#include "projections/law/holidays.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace skyndsamt::law {
namespace {

constexpr int64_t kFirstTabulated = 1900;
constexpr int64_t kLastTabulated = 2200;

constexpr Holiday kNyarsdagen{"nyårsdagen", "New Year's Day"};
constexpr Holiday kTrettondedagJul{"trettondedag jul", "Epiphany"};
constexpr Holiday kMarieBebadelsedag{"Marie bebådelsedag", "Annunciation"};
constexpr Holiday kLangfredagen{"långfredagen", "Good Friday"};
constexpr Holiday kPaskdagen{"påskdagen", "Easter Sunday"};
constexpr Holiday kAnnandagPask{"annandag påsk", "Easter Monday"};
constexpr Holiday kForstaMaj{"första maj", "May Day"};
constexpr Holiday kKristiHimmelsfardsdag{"Kristi himmelsfärdsdag", "Ascension Day"};
constexpr Holiday kPingstdagen{"pingstdagen", "Whit Sunday"};
constexpr Holiday kAnnandagPingst{"annandag pingst", "Whit Monday"};
constexpr Holiday kNationaldagen{"Sveriges nationaldag", "National Day"};
constexpr Holiday kMidsommarafton{"midsommarafton", "Midsummer Eve", true};
constexpr Holiday kMidsommardagen{"midsommardagen", "Midsummer Day"};
constexpr Holiday kAllaHelgonsDag{"alla helgons dag", "All Saints' Day"};
constexpr Holiday kJulafton{"julafton", "Christmas Eve", true};
constexpr Holiday kJuldagen{"juldagen", "Christmas Day"};
constexpr Holiday kAnnandagJul{"annandag jul", "Boxing Day"};
constexpr Holiday kNyarsafton{"nyårsafton", "New Year's Eve", true};

bool IsWeekend(absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

absl::CivilDay SaturdayFrom(absl::CivilDay day) {
  return absl::NextWeekday(day - 1, absl::Weekday::saturday);
}

// One year's named days, each date once: where two meet, the first that was added gives the name.
struct Year {
  struct Entry {
    int16_t day = 0;  // days since 1 January
    bool closed_weekday = false;
    const Holiday* holiday = nullptr;
  };

  std::array<Entry, 18> entries;
  int count = 0;
  int closed_weekdays = 0;

  void Add(absl::CivilDay day, const Holiday& holiday) {
    const auto offset = static_cast<int16_t>(day - absl::CivilDay(day.year(), 1, 1));
    for (int i = 0; i < count; ++i) {
      if (entries[i].day == offset) return;
    }
    const bool weekday = !IsWeekend(day);
    entries[count++] = {offset, weekday, &holiday};
    closed_weekdays += weekday ? 1 : 0;
  }
};

Year RulesOf(int64_t year) {
  const absl::CivilDay easter = EasterSunday(year);
  const absl::CivilDay midsummer =
      year >= 1953 ? SaturdayFrom(absl::CivilDay(year, 6, 20)) : absl::CivilDay(year, 6, 24);
  Year out;
  out.Add(absl::CivilDay(year, 1, 1), kNyarsdagen);
  out.Add(absl::CivilDay(year, 1, 6), kTrettondedagJul);
  out.Add(easter - 2, kLangfredagen);
  out.Add(easter, kPaskdagen);
  out.Add(easter + 1, kAnnandagPask);
  if (year < 1953) out.Add(absl::CivilDay(year, 3, 25), kMarieBebadelsedag);
  out.Add(easter + 39, kKristiHimmelsfardsdag);
  if (year >= 1939) out.Add(absl::CivilDay(year, 5, 1), kForstaMaj);
  out.Add(easter + 49, kPingstdagen);
  if (year <= 2004) out.Add(easter + 50, kAnnandagPingst);
  if (year >= 2005) out.Add(absl::CivilDay(year, 6, 6), kNationaldagen);
  out.Add(midsummer - 1, kMidsommarafton);
  out.Add(midsummer, kMidsommardagen);
  if (year >= 1953) out.Add(SaturdayFrom(absl::CivilDay(year, 10, 31)), kAllaHelgonsDag);
  out.Add(absl::CivilDay(year, 12, 24), kJulafton);
  out.Add(absl::CivilDay(year, 12, 25), kJuldagen);
  out.Add(absl::CivilDay(year, 12, 26), kAnnandagJul);
  out.Add(absl::CivilDay(year, 12, 31), kNyarsafton);
  return out;
}

// The tabulated years, made once, at the first question.
struct Table {
  std::array<Year, kLastTabulated - kFirstTabulated + 1> years;
  // Closed weekdays from 1 January 1900 to 1 January of each year.
  std::array<int64_t, kLastTabulated - kFirstTabulated + 2> before{};

  Table() {
    for (size_t i = 0; i < years.size(); ++i) {
      years[i] = RulesOf(kFirstTabulated + static_cast<int64_t>(i));
      before[i + 1] = before[i] + years[i].closed_weekdays;
    }
  }
};

const Table& Tabulated() {
  static const Table table;
  return table;
}

bool InTable(int64_t year) { return year >= kFirstTabulated && year <= kLastTabulated; }

// The year's days; `scratch` holds them where they are not tabulated.
const Year& YearOf(int64_t year, Year& scratch) {
  if (InTable(year)) return Tabulated().years[static_cast<size_t>(year - kFirstTabulated)];
  return scratch = RulesOf(year);
}

int64_t ClosedWeekdaysInYearBefore(absl::CivilDay day) {
  Year scratch;
  const Year& year = YearOf(day.year(), scratch);
  const auto offset = day - absl::CivilDay(day.year(), 1, 1);
  return std::count_if(year.entries.begin(), year.entries.begin() + year.count,
                       [&](const auto& e) { return e.closed_weekday && e.day < offset; });
}

// Whole years [from, to).
int64_t ClosedWeekdaysOfYears(int64_t from, int64_t to) {
  if (from >= to) return 0;
  if (InTable(from) && InTable(to - 1)) {
    const auto& before = Tabulated().before;
    return before[static_cast<size_t>(to - kFirstTabulated)] -
           before[static_cast<size_t>(from - kFirstTabulated)];
  }
  int64_t sum = 0;
  Year scratch;
  for (int64_t year = from; year < to; ++year) sum += YearOf(year, scratch).closed_weekdays;
  return sum;
}

}  // namespace

// The Gregorian computus in the form of Meeus, Astronomical Algorithms, chapter 8.
absl::CivilDay EasterSunday(int64_t year) {
  const int64_t a = year % 19;
  const int64_t b = year / 100;
  const int64_t c = year % 100;
  const int64_t g = (8 * b + 13) / 25;
  const int64_t h = (19 * a + b - b / 4 - g + 15) % 30;
  const int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int64_t m = (a + 11 * h + 22 * l) / 451;
  const int64_t n = h + l - 7 * m + 114;
  return absl::CivilDay(year, n / 31, n % 31 + 1);
}

const Holiday* HolidayOn(absl::CivilDay day) {
  Year scratch;
  const Year& year = YearOf(day.year(), scratch);
  const auto offset = day - absl::CivilDay(day.year(), 1, 1);
  for (int i = 0; i < year.count; ++i) {
    if (year.entries[i].day == offset) return year.entries[i].holiday;
  }
  return nullptr;
}

bool IsPublicHoliday(absl::CivilDay day) {
  if (absl::GetWeekday(day) == absl::Weekday::sunday) return true;
  const Holiday* holiday = HolidayOn(day);
  return holiday != nullptr && !holiday->eve;
}

bool IsWorkingDay(absl::CivilDay day) { return !IsWeekend(day) && HolidayOn(day) == nullptr; }

int64_t ClosedWeekdaysIn(absl::CivilDay from, absl::CivilDay to) {
  assert(from <= to);
  return ClosedWeekdaysOfYears(from.year(), to.year()) - ClosedWeekdaysInYearBefore(from) +
         ClosedWeekdaysInYearBefore(to);
}

}  // namespace skyndsamt::law
