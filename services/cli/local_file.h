// Files on the machine of the one who gives the command. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "services/cli/problem.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// A file's bytes, at most so many and at least one, or why they cannot be had: NOT_FOUND,
// PERMISSION_DENIED or whatever the system said, INVALID_ARGUMENT for a wrong size.
std::variant<std::string, Failure> ReadLocalFile(const std::string& path, size_t most);

// What is wrong with a file, with its path and the place in it.
Failure WrongIn(const std::string& path, const Problem& problem);

}  // namespace skyndsamt::cli
