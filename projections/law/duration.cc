#include "projections/law/duration.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace skyndsamt::law {
namespace {

constexpr size_t kMostDigits = 6;

absl::Status Malformed() { return absl::InvalidArgumentError("malformed duration"); }

// Takes "<number><unit>" off the front. The unit must come later in `units` than the last one did.
bool TakePart(std::string_view& text, std::string_view& units, int64_t& value, char& unit) {
  size_t digits = 0;
  value = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) {
    value = value * 10 + (text[digits] - '0');
    if (++digits > kMostDigits) return false;
  }
  if (digits == 0 || digits == text.size()) return false;
  unit = text[digits];
  const size_t at = units.find(unit);
  if (at == std::string_view::npos) return false;
  units.remove_prefix(at + 1);
  text.remove_prefix(digits + 1);
  return true;
}

void Append(std::string& out, int64_t value, char unit) {
  if (value != 0) out += std::to_string(value) + unit;
}

}  // namespace

absl::StatusOr<Duration> ParseDuration(std::string_view text) {
  if (text.empty() || text.front() != 'P') return Malformed();
  text.remove_prefix(1);
  if (text.empty()) return Malformed();

  Duration out;
  int64_t value = 0;
  char unit = 0;
  std::string_view units = "YMWD";
  while (!text.empty() && text.front() != 'T') {
    if (!TakePart(text, units, value, unit)) return Malformed();
    if (unit == 'Y') out.months += 12 * value;
    if (unit == 'M') out.months += value;
    if (unit == 'W') out.days += 7 * value;
    if (unit == 'D') out.days += value;
  }
  if (text.empty()) return out;

  text.remove_prefix(1);
  if (text.empty()) return Malformed();
  out.timed = true;
  units = "HMS";
  while (!text.empty()) {
    if (!TakePart(text, units, value, unit)) return Malformed();
    if (unit == 'H') out.seconds += 3600 * value;
    if (unit == 'M') out.seconds += 60 * value;
    if (unit == 'S') out.seconds += value;
  }
  return out;
}

std::string FormatDuration(const Duration& duration) {
  std::string out = "P";
  Append(out, duration.months / 12, 'Y');
  Append(out, duration.months % 12, 'M');
  Append(out, duration.days, 'D');
  if (!duration.timed) return out.size() == 1 ? "P0D" : out;
  out += 'T';
  const size_t before = out.size();
  // Hours beyond what six digits hold cannot come from a text; they are written all the same.
  Append(out, duration.seconds / 3600, 'H');
  Append(out, duration.seconds % 3600 / 60, 'M');
  Append(out, duration.seconds % 60, 'S');
  if (out.size() == before) out += "0S";
  return out;
}

DayBounds DaysOfMonths(int64_t months) {
  // Months 0-11 of any year.
  static constexpr std::array<int64_t, 12> kLeast = {0,   28,  59,  89,  120, 150,
                                                     181, 212, 242, 273, 303, 334};
  static constexpr std::array<int64_t, 12> kMost = {0,   31,  62,  92,  123, 153,
                                                    184, 215, 245, 276, 306, 337};
  const int64_t years = months / 12;
  const auto rest = static_cast<size_t>(months % 12);
  // Leap days in so many years on end: one in four, but a century may lack its own.
  const int64_t leap_days_least = std::max<int64_t>(0, years / 4 - (years + 99) / 100);
  const int64_t leap_days_most = (years + 3) / 4;
  return {365 * years + leap_days_least + kLeast[rest], 365 * years + leap_days_most + kMost[rest]};
}

}  // namespace skyndsamt::law
