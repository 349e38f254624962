// What a RESOURCE_EXHAUSTED status is short of, as a typed payload: who answers a caller need not
// read the status's text. Copies and StatusOr keep it. Pure functions, thread-safe.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace skyndsamt {

enum class Shortage : char {
  kQueue = 'q',  // too much is waiting: the same again in a moment
  kSpace = 's',  // too little free space: until somebody makes room; reads go on
};

absl::Status Exhausted(Shortage what, absl::string_view message);

// nullopt for a status that says nothing of it, OK included.
std::optional<Shortage> ShortageOf(const absl::Status& status);

}  // namespace skyndsamt
