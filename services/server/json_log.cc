#include "services/server/json_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace skyndsamt::server {
namespace {

using Json = nlohmann::ordered_json;

void Write(spdlog::logger& logger, spdlog::level::level_enum level, const char* event,
           const std::vector<LogField>& fields) {
  if (!logger.should_log(level)) return;
  const auto name = spdlog::level::to_string_view(level);
  Json line = {{"time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone())},
               {"level", std::string(name.data(), name.size())},
               {"event", event}};
  for (const auto& [key, value] : fields) {
    std::visit([&line, key = key](const auto& one) { line[key] = one; }, value);
  }
  logger.log(level, line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

JsonLog::JsonLog(const std::string& level)
    : logger_(std::make_unique<spdlog::logger>("skyndsamt",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog::level::from_str(level));
}

JsonLog::~JsonLog() = default;

void JsonLog::Info(const char* event, const std::vector<LogField>& fields) {
  Write(*logger_, spdlog::level::info, event, fields);
}

void JsonLog::Warn(const char* event, const std::vector<LogField>& fields) {
  Write(*logger_, spdlog::level::warn, event, fields);
}

void JsonLog::Error(const char* event, const std::vector<LogField>& fields) {
  Write(*logger_, spdlog::level::err, event, fields);
}

}  // namespace skyndsamt::server
