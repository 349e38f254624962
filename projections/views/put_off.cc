#include "projections/views/put_off.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace skyndsamt::views {
namespace {

constexpr std::string_view kMarks = "d";

std::string MarkKey(const StreamId& incident) {
  return std::string(kMarks).append(incident.view());
}

}  // namespace

absl::Status PutOff::Load(const engine::Rows& rows) {
  auto first = rows.Scan(kMarks, kMarks, 1);
  if (!first.ok()) return first.status();
  on_disk_ = marked_since_ = !first->empty();
  return absl::OkStatus();
}

void PutOff::Flush(engine::Rows& rows) {
  std::ranges::sort(marked_);
  const auto again = std::ranges::unique(marked_);
  marked_.erase(again.begin(), again.end());
  for (const StreamId& incident : marked_) Remember(incident, rows);
  marked_.clear();
}

void PutOff::Remember(const StreamId& incident, engine::Rows& rows) {
  if (on_disk_) {
    marked_since_ = true;
  } else if (!next_.insert(incident).second) {
    return;  // its row is there
  } else if (pass_.size() + next_.size() > remembered_) {
    on_disk_ = marked_since_ = true;
    in_pass_ = false;
    pass_.clear();
    next_.clear();
  }
  rows.Put(MarkKey(incident), "");
}

void PutOff::BeginPass(Position end) {
  began_at_ = end;
  in_pass_ = true;
  pass_ = std::exchange(next_, {});
  marked_since_ = false;
  cursor_.clear();
}

absl::StatusOr<std::vector<StreamId>> PutOff::Take(size_t limit, Position end, engine::Rows& rows) {
  if (!in_pass_) BeginPass(end);
  std::vector<StreamId> taken;
  if (on_disk_) {
    auto found = TakeFromRows(limit, rows);
    if (!found.ok()) return found.status();
    taken = *std::move(found);
  } else {
    while (taken.size() < limit && !pass_.empty()) {
      const StreamId incident = *pass_.begin();
      pass_.erase(pass_.begin());
      if (!next_.contains(incident)) rows.Delete(MarkKey(incident));
      taken.push_back(incident);
    }
  }
  if (taken.size() < limit) {
    settled_ = began_at_;
    in_pass_ = false;
    if (on_disk_ && !marked_since_) on_disk_ = false;
  }
  return taken;
}

absl::StatusOr<std::vector<StreamId>> PutOff::TakeFromRows(size_t limit, engine::Rows& rows) {
  auto found = rows.Scan(kMarks, cursor_, limit);
  if (!found.ok()) return found.status();
  std::vector<StreamId> taken;
  for (const engine::Row& mark : *found) {
    taken.push_back(StreamId::FromBytes(std::string_view(mark.key).substr(1)));
    rows.Delete(mark.key);
  }
  if (!found->empty()) cursor_ = found->back().key + '\0';
  return taken;
}

}  // namespace skyndsamt::views
