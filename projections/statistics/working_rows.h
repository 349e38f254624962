// A view's rows with what is being written to them: what was put is there to be read at once, which
// the engine's own rows leave to the view (rows.h). Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "projections/engine/rows.h"

namespace skyndsamt::statistics {

class WorkingRows {
 public:
  // Of the write that begins now. What was put before has been written.
  void Begin() { written_.clear(); }

  // Nothing where there is none. DATA_LOSS if it does not parse.
  template <typename Message>
  absl::StatusOr<std::optional<Message>> Get(const engine::Rows& rows, const std::string& key) const {
    Message message;
    const auto found = GetInto(rows, key, message);
    if (!found.ok()) return found.status();
    return *found ? std::optional<Message>(std::move(message)) : std::nullopt;
  }
  void Put(engine::Rows& rows, const std::string& key, const google::protobuf::Message& message);
  void Put(engine::Rows& rows, const std::string& key) { PutBytes(rows, key, ""); }
  void Delete(engine::Rows& rows, const std::string& key);
  // Every row whose key begins with `prefix`, in key order.
  absl::StatusOr<std::vector<engine::Row>> Scan(const engine::Rows& rows,
                                                const std::string& prefix) const;

 private:
  absl::StatusOr<bool> GetInto(const engine::Rows& rows, const std::string& key,
                               google::protobuf::Message& message) const;
  void PutBytes(engine::Rows& rows, const std::string& key, std::string value);

  std::map<std::string, std::optional<std::string>> written_;  // nothing: deleted
};

}  // namespace skyndsamt::statistics
