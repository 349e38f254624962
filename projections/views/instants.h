// Instants in questions and answers. Pure.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"

namespace skyndsamt::views {

// An RFC 3339 instant, or a local date (2012-06-18), which means the end of that day in Stockholm.
// INVALID_ARGUMENT otherwise; the text is not echoed.
absl::StatusOr<Micros> ParseInstant(std::string_view text);

// The same, and `otherwise` for an empty text. INVALID_ARGUMENT with the name of the field.
absl::StatusOr<Micros> InstantOr(std::string_view text, Micros otherwise, const char* field);

}  // namespace skyndsamt::views
