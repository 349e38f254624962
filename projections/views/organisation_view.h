// The view "organisation": authorities, units, routines and the rule set. Its rows are its events;
// what is asked is answered from memory.
//
//   o <u64 position>   view.v1.OrganisationRow
//
// current() may be asked by any thread, the rest is the engine's.
#pragma once

#include <memory>
#include <mutex>

#include "projections/engine/view.h"
#include "projections/views/organisation.h"

namespace skyndsamt::views {

class OrganisationView : public engine::View {
 public:
  std::string_view name() const override { return "organisation"; }
  uint32_t version() const override { return 1; }
  absl::Status Load(const engine::Rows& rows) override;
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;
  absl::Status Flush(Position end, engine::Rows& rows) override;

  std::shared_ptr<const Organisation> current() const;

 private:
  Organisation working_;
  bool changed_ = false;
  mutable std::mutex mutex_;
  std::shared_ptr<const Organisation> current_ = std::make_shared<Organisation>();
};

}  // namespace skyndsamt::views
