// Sweden's public holidays (allmänna helgdagar), as rules that never run out.
//
// Lag (1989:253): every Sunday (so påskdagen and pingstdagen), nyårsdagen, trettondedag jul,
// långfredagen, annandag påsk, första maj (from 1939), Kristi himmelsfärdsdag, annandag pingst
// (until 2004), nationaldagen (from 2005), midsommardagen (the Saturday of 20-26 June; 24 June
// before 1953), alla helgons dag (the Saturday of 31 October-6 November; a Sunday before 1953),
// juldagen, annandag jul; Marie bebådelsedag on 25 March before 1953. Midsommarafton, julafton and
// nyårsafton are no public holidays but equated with them by Lag (1930:173) 2 §. Easter is computed
// (Gregorian), so any year works; 1900-2200 are tabulated. Not holidays: trettondagsafton,
// skärtorsdagen, valborg, klämdagar. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/time/civil_time.h"

namespace skyndsamt::law {

// What a day left out of the working days is left out by.
inline constexpr std::string_view kHolidaysAct =
    "Lagen (1989:253) om allmänna helgdagar; lagen (1930:173) om beräkning av lagstadgad tid 2 §";

struct Holiday {
  std::string_view sv;  // "midsommarafton"
  std::string_view en;  // "Midsummer Eve"
  bool eve = false;     // one of the three equated eves: no public holiday
};

absl::CivilDay EasterSunday(int64_t year);

// The holiday or eve that falls on a day, null where none does; lives for ever. An ordinary Sunday
// is a public holiday without a name here.
const Holiday* HolidayOn(absl::CivilDay day);

// A Sunday or a named public holiday; not the eves.
bool IsPublicHoliday(absl::CivilDay day);
// No Saturday, Sunday, public holiday or eve: what Lag (1930:173) 2 § calls vardag and does not
// except.
bool IsWorkingDay(absl::CivilDay day);

// How many of Monday-Friday are closed by a holiday or eve in [from, to), from <= to. Constant time
// within 1900-2200, whatever the length: what makes counting working days cheap.
int64_t ClosedWeekdaysIn(absl::CivilDay from, absl::CivilDay to);

}  // namespace skyndsamt::law
