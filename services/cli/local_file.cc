#include "services/cli/local_file.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"

namespace skyndsamt::cli {

std::variant<std::string, Failure> ReadLocalFile(const std::string& path, size_t most) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && (text << in.rdbuf()) && text.view().size() <= most) return std::move(text).str();
  const int error = errno;
  const std::string size = std::to_string(most);
  const std::string en = error == 0 ? "empty, or larger than " + size + " bytes"
                                    : std::generic_category().message(error);
  const std::string sv = error == 0 ? ": tom, eller större än " + size + " byte" : "";
  Failure failure{
      kFailed, path + ": cannot be read: " + en + "\n" + path + ": kan inte läsas" + sv, {}, {}};
  failure.code = error == 0 ? absl::StatusCode::kInvalidArgument : absl::ErrnoToStatusCode(error);
  return failure;
}

Failure WrongIn(const std::string& path, const Problem& problem) {
  return {kFailed,
          path + ": " + problem.path + ": " + problem.en + "\n" + problem.sv,
          "FIELD_INVALID",
          problem.path,
          {{problem.path, problem.en}}};
}

}  // namespace skyndsamt::cli
