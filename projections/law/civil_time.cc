#include "projections/law/civil_time.h"

#include <algorithm>
#include <cassert>
#include <fstream>

#include "projections/law/holidays.h"

namespace skyndsamt::law {
namespace {

constexpr Micros kSecond = 1'000'000;

absl::TimeZone Load() {
  absl::TimeZone zone;
  const bool loaded = absl::LoadTimeZone("Europe/Stockholm", &zone);
  assert(loaded && "no tzdata for Europe/Stockholm");
  return zone;
}

// The first line of tzdata.zi is "# version 2026a".
std::string ReadTzdataVersion() {
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  constexpr std::string_view kPrefix = "# version ";
  std::string line;
  if (!std::getline(file, line) || line.compare(0, kPrefix.size(), kPrefix) != 0) return "unknown";
  return line.substr(kPrefix.size());
}

}  // namespace

absl::TimeZone Stockholm() {
  static const absl::TimeZone zone = Load();
  return zone;
}

std::string_view TzdataVersion() {
  static const std::string version = ReadTzdataVersion();
  return version;
}

absl::CivilDay DayOf(Micros instant) {
  return absl::ToCivilDay(absl::FromUnixMicros(instant), Stockholm());
}

Micros StartOf(absl::CivilDay day) {
  return absl::ToUnixMicros(absl::FromCivil(absl::CivilSecond(day), Stockholm()));
}

Micros EndOf(absl::CivilDay day) { return StartOf(day + 1) - 1; }

absl::CivilDay AddMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const int last = (absl::CivilDay(month + 1) - 1).day();
  return absl::CivilDay(month.year(), month.month(), std::min(day.day(), last));
}

absl::CivilDay AddToDay(absl::CivilDay day, const Duration& duration) {
  assert(duration.seconds == 0);
  return AddMonths(day, duration.months) + duration.days;
}

Micros AddToInstant(Micros instant, const Duration& duration) {
  if (duration.months != 0 || duration.days != 0) {
    const absl::CivilSecond clock = absl::ToCivilSecond(absl::FromUnixMicros(instant), Stockholm());
    const absl::CivilDay day(clock);
    const absl::CivilDay moved = AddMonths(day, duration.months) + duration.days;
    const Micros fraction = ((instant % kSecond) + kSecond) % kSecond;
    const absl::CivilSecond face(moved.year(), moved.month(), moved.day(), clock.hour(),
                                 clock.minute(), clock.second());
    const absl::TimeZone::TimeInfo info = Stockholm().At(face);
    const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
    instant = skipped ? absl::ToUnixMicros(info.trans) : absl::ToUnixMicros(info.pre) + fraction;
  }
  return instant + duration.seconds * kSecond;
}

absl::CivilDay RollForward(absl::CivilDay day) {
  while (!IsWorkingDay(day)) ++day;
  return day;
}

std::string FormatDay(absl::CivilDay day) { return absl::FormatCivilTime(day); }

absl::Status ReadDay(std::string_view text, absl::CivilDay& day) {
  if (text.size() != 10 || !absl::ParseCivilTime(std::string(text), &day) ||
      FormatDay(day) != text) {
    return absl::InvalidArgumentError("a local date is written as 2012-01-31");
  }
  return absl::OkStatus();
}

std::string FormatInstant(Micros instant) {
  // RFC3339_full, but for a year's four digits, which Abseil leaves out before 1000.
  return absl::FormatTime("%E4Y-%m-%d%ET%H:%M:%E*S%Ez", absl::FromUnixMicros(instant), Stockholm());
}

}  // namespace skyndsamt::law
