#include "projections/views/instants.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "projections/law/edtf.h"

namespace skyndsamt::views {

absl::StatusOr<Micros> ParseInstant(std::string_view text) {
  constexpr size_t kDateLength = 10;
  absl::Time instant;
  if (absl::ParseTime(absl::RFC3339_full, std::string(text), &instant, nullptr)) {
    return absl::ToUnixMicros(instant);
  }
  const bool is_date = text.size() == kDateLength && std::ranges::all_of(text, [](char c) {
                         return c == '-' || absl::ascii_isdigit(static_cast<unsigned char>(c));
                       });
  if (is_date) {
    const auto day = law::ParseEdtf(text);
    if (day.ok() && day->latest && day->latest_precision == law::Precision::kDay) {
      return *day->latest;
    }
  }
  return absl::InvalidArgumentError("neither an RFC 3339 instant nor a local date");
}

absl::StatusOr<Micros> InstantOr(std::string_view text, Micros otherwise, const char* field) {
  if (text.empty()) return otherwise;
  auto instant = ParseInstant(text);
  if (!instant.ok()) return absl::InvalidArgumentError(field);
  return instant;
}

}  // namespace skyndsamt::views
