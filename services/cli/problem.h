// What is wrong with something a person gave to the command line: where, and in both languages.
// The texts never repeat the value that was given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace skyndsamt::cli {

// Value type.
struct Problem {
  std::string path;  // JSON path of the offending value, e.g. $.facts[3].happened
  std::string en;
  std::string sv;

  bool operator==(const Problem&) const = default;
};

// JSON paths: $.facts and "happened", $.facts and 3.
inline std::string Under(std::string_view path, std::string_view key) {
  std::string whole(path);
  return whole.append(".").append(key);
}
inline std::string At(std::string_view path, size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

}  // namespace skyndsamt::cli
