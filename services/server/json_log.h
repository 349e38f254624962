// The server's own log: one JSON object a line on standard error, for operators. What happens to
// the server is told, never what is in a call: no names, ids, texts or tokens.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace spdlog {
class logger;
}

namespace skyndsamt::server {

using LogField = std::pair<const char*, std::variant<std::string, int64_t, bool>>;

// Thread-safe.
class JsonLog {
 public:
  // debug, info, warn, error or off.
  explicit JsonLog(const std::string& level);
  ~JsonLog();

  void Info(const char* event, const std::vector<LogField>& fields = {});
  void Warn(const char* event, const std::vector<LogField>& fields = {});
  void Error(const char* event, const std::vector<LogField>& fields = {});

 private:
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace skyndsamt::server
