// Random times: days of one year, known more or less well.
#include <algorithm>

#include "random_case.h"

namespace skyndsamt::law::testing {
namespace {

const absl::CivilDay kNewYear(2021, 1, 1);

}  // namespace

std::string Dice::AnyDay() { return FormatDay(kNewYear + Throw(364)); }

Time Time::Any(Dice& dice) {
  const absl::CivilDay first = kNewYear + dice.Throw(340);
  switch (dice.Throw(8)) {
    case 0:
      return {.first = first, .last = first, .approximate = true};
    case 1:
      return {.first = first, .last = first + dice.Throw(200)};
    case 2:
      return {.first = first, .last = first, .open_start = true};
    case 3:
      return {.first = first, .last = first, .open_end = true};
    case 4:
      return {.first = first, .last = first + dice.Throw(10)};
    default:
      return {.first = first, .last = first};
  }
}

Time Time::Narrower(Dice& dice) const {
  if (dice.Once(4)) return *this;
  Time from = *this;
  if (approximate) return {.first = first + dice.Throw(3) - 1, .last = first};
  if (open_start) from.first = first - dice.Throw(60);
  if (open_end) from.last = last + dice.Throw(60);
  const int length = static_cast<int>(from.last - from.first) + 1;
  const int begin = dice.Throw(length);
  const int end = dice.Once(2) ? begin : begin + dice.Throw(length - begin);
  return {.first = from.first + begin, .last = from.first + end};
}

std::string Time::Edtf() const {
  const absl::CivilDay end = std::max(first, last);
  if (open_start && open_end) return "unknown";
  if (open_start) return "../" + FormatDay(end);
  if (open_end) return FormatDay(first) + "/..";
  if (approximate) return FormatDay(first) + "~";
  return first == end ? FormatDay(first) : FormatDay(first) + "/" + FormatDay(end);
}

}  // namespace skyndsamt::law::testing
