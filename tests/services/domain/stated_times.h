// Reads stated times for the domain's tests: plain dates (2026, 2026-01, 2026-01-31), "unknown" and
// intervals of them with open ends; durations of whole days and months (P7D, P1M). Real, small, and
// without the law, which the domain does not know. Thread-safe: no state.
#pragma once

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/domain/field_rules.h"
#include "services/domain/time_check.h"

namespace skyndsamt::domain {

inline Micros MicrosOf(int year, unsigned month, unsigned day) {
  std::chrono::sys_days days{std::chrono::year{year} / std::chrono::month{month} /
                             std::chrono::day{day}};
  return std::chrono::duration_cast<std::chrono::microseconds>(days.time_since_epoch()).count();
}

class StatedTimes : public TimeCheck {
 public:
  TimeFault Edtf(std::string_view text, Micros now) const override {
    std::string_view first = text.substr(0, text.find('/'));
    std::string_view last = text.find('/') == text.npos ? first : text.substr(first.size() + 1);
    auto begin = Range(first), end = Range(last);
    if (!begin || !end) return TimeFault::kMalformed;
    if (end->second < begin->first) return TimeFault::kEndsBeforeBegin;
    return begin->first > now ? TimeFault::kFuture : TimeFault::kNone;
  }

  TimeFault Span(std::string_view at_least, std::string_view at_most) const override {
    auto least = Days(at_least), most = Days(at_most);
    if (!least || !most) return TimeFault::kMalformed;
    bool crossed = !at_most.empty() && most->second < least->first;
    return crossed ? TimeFault::kEndsBeforeBegin : TimeFault::kNone;
  }

  TimeBounds Bounds(std::string_view text) const override {
    std::string_view first = text.substr(0, text.find('/'));
    std::string_view last = text.find('/') == text.npos ? first : text.substr(first.size() + 1);
    auto begin = Range(first), end = Range(last);
    TimeBounds bounds;
    if (!begin || !end) return bounds;
    if (begin->first != INT64_MIN) bounds.earliest = begin->first;
    if (end->second != INT64_MAX) bounds.latest = end->second;
    return bounds;
  }

 private:
  // The first and the last instant of a period.
  static std::optional<std::pair<Micros, Micros>> Range(std::string_view text) {
    if (text == "unknown" || text == "..") return std::pair{INT64_MIN, INT64_MAX};
    std::string day(text);
    std::string last = day;
    if (day.size() == 4) day += "-01-01", last += "-12-31";
    if (day.size() == 7) day += "-01", last += "-28";
    if (!IsLocalDate(day) || !IsLocalDate(last)) return std::nullopt;
    return std::pair{Midnight(day), Midnight(last) + 86'400'000'000 - 1};
  }

  static Micros Midnight(const std::string& date) {
    return MicrosOf(std::atoi(date.c_str()), std::atoi(date.c_str() + 5),
                    std::atoi(date.c_str() + 8));
  }

  // Fewest and most days that a duration may last.
  static std::optional<std::pair<int, int>> Days(std::string_view text) {
    if (text.empty()) return std::pair{0, 0};
    if (text.size() < 3 || text.front() != 'P') return std::nullopt;
    if (text.starts_with("PT") && text.back() == 'H') {
      const auto days = Days("P" + std::string(text.substr(2, text.size() - 3)) + "D");
      if (days) return std::pair{days->first / 24, days->second / 24 + 1};
    }
    int number = 0;
    for (char c : text.substr(1, text.size() - 2)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    if (text.back() == 'D') return std::pair{number, number};
    if (text.back() == 'M') return std::pair{28 * number, 31 * number};
    return std::nullopt;
  }
};

}  // namespace skyndsamt::domain
