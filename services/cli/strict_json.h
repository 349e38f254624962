// Reads JSON the way case files are written: strictly. Refused, with the path of the offending
// value: a key given twice, null, anything after the value, more than 32 levels; with line and
// column: what is no JSON (a trailing comma, a comment) and text that is not UTF-8.
// Pure function, thread-safe.
#pragma once

#include <string_view>
#include <variant>

#include "nlohmann/json.hpp"
#include "services/cli/problem.h"

namespace skyndsamt::cli {

std::variant<nlohmann::json, Problem> ReadStrictJson(std::string_view text);

}  // namespace skyndsamt::cli
