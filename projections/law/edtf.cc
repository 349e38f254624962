#include "projections/law/edtf.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using event::v1::YearPart;

constexpr Micros kMicrosPerSecond = 1'000'000;

// Reads from the front of a text. Every Take either takes all it names or answers false.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (done() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool Take(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool TakeNumber(size_t digits, int& value) {
    if (text_.size() < digits) return false;
    value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!absl::ascii_isdigit(text_[i])) return false;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(digits);
    return true;
  }

 private:
  std::string_view text_;
};

int LengthOf(int year, int month) {
  return (absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1).day();
}

absl::CivilDay On(int year, MonthDay day) {
  return absl::CivilDay(year, day.month, std::min(day.day, LengthOf(year, day.month)));
}

// From the first day's first instant to the last day's last.
Interval Days(absl::CivilDay first, absl::CivilDay last, Precision precision) {
  return {.earliest = StartOf(first),
          .latest = EndOf(last),
          .earliest_precision = precision,
          .latest_precision = precision};
}

Interval Part(int year, const PartOfYear& part, Precision precision) {
  const int end_year = part.last < part.first ? year + 1 : year;
  return Days(On(year, part.first), On(end_year, part.last), precision);
}

Interval Years(int first, int count, Precision precision) {
  return Days(absl::CivilDay(first, 1, 1), absl::CivilDay(first + count, 1, 1) - 1, precision);
}

// Z, +hh or +hh:mm, in seconds east of Greenwich.
bool TakeOffset(Cursor& cursor, int& seconds) {
  seconds = 0;
  if (cursor.Take('Z')) return true;
  const bool west = cursor.Take('-');
  int hours = 0;
  int minutes = 0;
  if (!west && !cursor.Take('+')) return false;
  if (!cursor.TakeNumber(2, hours) || hours > 14) return false;
  if (cursor.Take(':') && (!cursor.TakeNumber(2, minutes) || minutes > 59)) return false;
  seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return true;
}

// What follows the T: hh:mm or hh:mm:ss, and a zone or none. Takes the whole rest.
std::optional<Interval> TakeTime(Cursor& cursor, absl::CivilDay day) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!cursor.TakeNumber(2, hour) || hour > 23 || !cursor.Take(':') ||
      !cursor.TakeNumber(2, minute) || minute > 59) {
    return std::nullopt;
  }
  const bool to_the_second = cursor.Take(':');
  if (to_the_second && (!cursor.TakeNumber(2, second) || second > 59)) return std::nullopt;
  const Precision precision = to_the_second ? Precision::kSecond : Precision::kMinute;
  const Micros length = (to_the_second ? 1 : 60) * kMicrosPerSecond;
  const absl::CivilSecond face(day.year(), day.month(), day.day(), hour, minute, second);
  absl::Time first;
  absl::Time last;
  if (cursor.done()) {
    const absl::TimeZone::TimeInfo info = Stockholm().At(face);
    if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) return std::nullopt;
    first = info.pre;
    last = info.post;
  } else {
    int offset = 0;
    if (!TakeOffset(cursor, offset) || !cursor.done()) return std::nullopt;
    first = last = absl::FromCivil(face - offset, absl::UTCTimeZone());
  }
  return Interval{.earliest = absl::ToUnixMicros(first),
                  .latest = absl::ToUnixMicros(last) + length - 1,
                  .earliest_precision = precision,
                  .latest_precision = precision};
}

// `~`, `?` or `%`, or nothing, and then the end of the text.
std::optional<Interval> Qualified(Cursor& cursor, Interval out) {
  if (cursor.Take('~') || cursor.Take('?') || cursor.Take('%')) {
    out.earliest_approximate = out.latest_approximate = true;
  }
  if (!cursor.done()) return std::nullopt;
  return out;
}

// What follows YYYY-MM-.
std::optional<Interval> TakeDay(Cursor& cursor, int year, int month) {
  const int length = LengthOf(year, month);
  if (cursor.Take("XX")) {
    return Qualified(cursor, Days(absl::CivilDay(year, month, 1),
                                  absl::CivilDay(year, month, length), Precision::kMonth));
  }
  int day = 0;
  if (!cursor.TakeNumber(2, day) || day < 1 || day > length) return std::nullopt;
  const absl::CivilDay date(year, month, day);
  if (cursor.Take('T')) return TakeTime(cursor, date);
  return Qualified(cursor, Days(date, date, Precision::kDay));
}

// What follows YYYY-: a month, a season or unspecified digits.
std::optional<Interval> TakeMonth(Cursor& cursor, int year, const PartsOfYear& parts) {
  if (cursor.Take("XX")) {
    if (cursor.Take('-') && !cursor.Take("XX")) return std::nullopt;
    return Qualified(cursor, Years(year, 1, Precision::kYear));
  }
  int month = 0;
  if (!cursor.TakeNumber(2, month)) return std::nullopt;
  if (month >= 21 && month <= 24) {
    const auto season = static_cast<YearPart>(event::v1::YEAR_PART_SPRING + month - 21);
    return Qualified(cursor, Part(year, parts.Of(season, year), Precision::kTerm));
  }
  if (month < 1 || month > 12) return std::nullopt;
  if (cursor.Take('-')) return TakeDay(cursor, year, month);
  return Qualified(cursor,
                   Days(absl::CivilDay(year, month, 1),
                        absl::CivilDay(year, month, LengthOf(year, month)), Precision::kMonth));
}

// One date, in any form that is no interval.
std::optional<Interval> ParseDate(std::string_view text, const PartsOfYear& parts) {
  Cursor cursor(text);
  int year = 0;
  const bool spring_term = cursor.Take("VT");
  if (spring_term || cursor.Take("HT")) {
    if (!cursor.TakeNumber(4, year)) return std::nullopt;
    const YearPart term =
        spring_term ? event::v1::YEAR_PART_SPRING_TERM : event::v1::YEAR_PART_AUTUMN_TERM;
    return Qualified(cursor, Part(year, parts.Of(term, year), Precision::kTerm));
  }
  int last_digits = 0;
  if (!cursor.TakeNumber(2, year)) return std::nullopt;
  if (cursor.Take("XX")) return Qualified(cursor, Years(year * 100, 100, Precision::kCentury));
  if (!cursor.TakeNumber(1, last_digits)) return std::nullopt;
  year = year * 10 + last_digits;
  if (cursor.Take('X')) return Qualified(cursor, Years(year * 10, 10, Precision::kDecade));
  if (!cursor.TakeNumber(1, last_digits)) return std::nullopt;
  year = year * 10 + last_digits;
  if (cursor.Take('-')) return TakeMonth(cursor, year, parts);
  return Qualified(cursor, Years(year, 1, Precision::kYear));
}

bool IsOpen(std::string_view end) { return end.empty() || end == ".."; }

// One end of an interval; an open one is undated.
std::optional<Interval> ParseEnd(std::string_view text, const PartsOfYear& parts) {
  if (IsOpen(text)) return Interval{};
  return ParseDate(text, parts);
}

absl::Status Malformed() { return absl::InvalidArgumentError("malformed time"); }

}  // namespace

PartOfYear EdtfReading::Of(YearPart part, int) const {
  switch (part) {
    case event::v1::YEAR_PART_SPRING:
      return spring;
    case event::v1::YEAR_PART_SUMMER:
      return summer;
    case event::v1::YEAR_PART_AUTUMN:
      return autumn;
    case event::v1::YEAR_PART_WINTER:
      return winter;
    case event::v1::YEAR_PART_SPRING_TERM:
      return spring_term;
    case event::v1::YEAR_PART_AUTUMN_TERM:
      return autumn_term;
    default:
      return {{1, 1}, {12, 31}};
  }
}

const PartsOfYear& AsSwedesSpeak() {
  static const EdtfReading reading;
  return reading;
}

absl::StatusOr<Interval> ParseEdtf(std::string_view text, const PartsOfYear& parts) {
  if (text == "unknown") return Interval{};
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    const std::optional<Interval> date = ParseDate(text, parts);
    if (!date) return Malformed();
    return *date;
  }
  const std::string_view begin_text = text.substr(0, slash);
  const std::string_view end_text = text.substr(slash + 1);
  if (IsOpen(begin_text) && IsOpen(end_text)) return Malformed();
  const std::optional<Interval> begin = ParseEnd(begin_text, parts);
  const std::optional<Interval> end = ParseEnd(end_text, parts);
  if (!begin || !end) return Malformed();
  if (CertainlyBefore(*end, *begin)) {
    return absl::OutOfRangeError("the interval ends before it begins");
  }
  return Interval{.earliest = begin->earliest,
                  .latest = end->latest,
                  .earliest_precision = begin->earliest_precision,
                  .latest_precision = end->latest_precision,
                  .earliest_approximate = begin->earliest_approximate,
                  .latest_approximate = end->latest_approximate};
}

}  // namespace skyndsamt::law
