#include "services/cli/local_file.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"

namespace skyndsamt::cli {

std::variant<std::string, Failure> ReadLocalFile(const std::string& path, size_t most) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && (text << in.rdbuf()) && text.view().size() <= most) return std::move(text).str();
  Failure failure{kFailed, path + ": cannot be read\n" + path + ": kan inte läsas", {}, {}};
  failure.code = errno == 0 ? absl::StatusCode::kInvalidArgument : absl::ErrnoToStatusCode(errno);
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
