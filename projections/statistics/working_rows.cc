#include "projections/statistics/working_rows.h"

#include <limits>
#include <utility>

namespace skyndsamt::statistics {

absl::StatusOr<bool> WorkingRows::GetInto(const engine::Rows& rows, const std::string& key,
                                          google::protobuf::Message& message) const {
  std::optional<std::string> bytes;
  if (const auto it = written_.find(key); it != written_.end()) {
    bytes = it->second;
  } else {
    auto stored = rows.Get(key);
    if (!stored.ok()) return stored.status();
    bytes = *std::move(stored);
  }
  if (!bytes) return false;
  if (!message.ParseFromString(*bytes)) return absl::DataLossError("statistics row");
  return true;
}

void WorkingRows::Put(engine::Rows& rows, const std::string& key,
                      const google::protobuf::Message& message) {
  PutBytes(rows, key, message.SerializeAsString());
}

void WorkingRows::PutBytes(engine::Rows& rows, const std::string& key, std::string value) {
  rows.Put(key, value);
  written_[key] = std::move(value);
}

void WorkingRows::Delete(engine::Rows& rows, const std::string& key) {
  rows.Delete(key);
  written_[key] = std::nullopt;
}

absl::StatusOr<std::vector<engine::Row>> WorkingRows::Scan(const engine::Rows& rows,
                                                           const std::string& prefix) const {
  auto stored = rows.Scan(prefix, prefix, std::numeric_limits<size_t>::max());
  if (!stored.ok()) return stored.status();
  std::map<std::string, std::string> merged;
  for (engine::Row& row : *stored) merged[std::move(row.key)] = std::move(row.value);
  for (auto it = written_.lower_bound(prefix);
       it != written_.end() && it->first.starts_with(prefix); ++it) {
    if (it->second) {
      merged[it->first] = *it->second;
    } else {
      merged.erase(it->first);
    }
  }
  std::vector<engine::Row> found;
  found.reserve(merged.size());
  for (auto& [key, value] : merged) found.push_back({key, std::move(value)});
  return found;
}

}  // namespace skyndsamt::statistics
