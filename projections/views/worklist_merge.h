// The worklist's items of several units and roles, merged by date and since with one cursor that
// seeks from head to head, however many units there are. One thread at a time; must not outlive its
// snapshot.
#pragma once

#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "projections/engine/snapshot.h"
#include "projections/views/views.h"

namespace skyndsamt::views {

class WorklistMerge {
 public:
  // An item: its key in the view, and a view.v1.WaitingItem.
  struct Head {
    std::string prefix;  // w <unit 16> <role> 0
    std::string key;
    std::string value;
  };

  // Of these units (each a UUID), and of one role where `role` is not empty, from the place after
  // the key `after` on. INVALID_ARGUMENT for a unit that is no UUID or a key that is none.
  static absl::StatusOr<WorklistMerge> Open(const engine::Snapshot& snapshot,
                                            std::vector<std::string> units, const std::string& role,
                                            const std::string& after);

  // The next; nothing at the end (then status() tells whether it is one).
  std::optional<Head> Next();
  bool empty() const { return heads_.empty(); }
  absl::Status status() const { return cursor_.status(); }

 private:
  WorklistMerge(engine::Cursor cursor, std::string after)
      : cursor_(std::move(cursor)), after_(std::move(after)) {}

  struct LaterFirst {
    bool operator()(const Head& a, const Head& b) const;
  };

  void AddUnit(std::string_view unit, const std::string& only_role);
  void AddRole(const std::string& prefix);
  void Push(const std::string& prefix, const std::string& from);

  engine::Cursor cursor_;
  std::string after_;
  std::priority_queue<Head, std::vector<Head>, LaterFirst> heads_;
};

// A head's item as it is answered. DATA_LOSS where it does not parse.
absl::StatusOr<api::v1::WorklistItem> ItemOf(const std::string& key, const std::string& value);

}  // namespace skyndsamt::views
