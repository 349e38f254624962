// The view "organisation": authorities, units, routines and the rule set. Its rows are its events;
// what is asked is answered from memory.
//
//   o <u64 position>   view.v1.OrganisationRow
//
// The view is the engine's, which may replace it; what it says last is kept by whoever asks for it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "projections/engine/view.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

// What a view says now. Thread-safe; does not need the view to be there still.
class OrganisationNow {
 public:
  std::shared_ptr<const Organisation> current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void Say(const Organisation& organisation) {
    auto copy = std::make_shared<const Organisation>(organisation);
    const std::lock_guard lock(mutex_);
    current_ = std::move(copy);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Organisation> current_ = std::make_shared<Organisation>();
};

class OrganisationView : public engine::View {
 public:
  std::string_view name() const override { return "organisation"; }
  uint32_t version() const override { return 1; }
  bool needed() const override { return true; }  // who may see what is asked of it
  absl::Status Load(const engine::Rows& rows) override;
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;
  absl::Status Flush(Position end, engine::Rows& rows) override;

  std::shared_ptr<const OrganisationNow> now() const { return now_; }

 private:
  Organisation working_;
  bool changed_ = false;
  const std::shared_ptr<OrganisationNow> now_ = std::make_shared<OrganisationNow>();
};

}  // namespace skyndsamt::views
