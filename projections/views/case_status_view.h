// The view "case_status": what each case has come to.
//
//   i <incident 16>              view.v1.IncidentRow
//   u <unit 16> <incident 16>    empty: the incidents of a unit
//
// Rows of incidents touched lately are kept in memory, so that a fact of a case under way needs no
// read. The engine's thread alone.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/log/event_log.h"
#include "projections/engine/view.h"
#include "skyndsamt/view/v1/case_status.pb.h"

namespace skyndsamt::views {

class CaseStatusView : public engine::View {
 public:
  // `log` is read again where a correction changes what came before.
  explicit CaseStatusView(log::EventLog& log, size_t remembered = 50'000)
      : log_(log), remembered_(remembered) {}

  std::string_view name() const override { return "case_status"; }
  uint32_t version() const override { return 1; }
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;
  absl::Status Flush(Position end, engine::Rows& rows) override;

  static std::string IncidentKey(const StreamId& incident);
  // Of the incidents of a unit (`unit` a UUID's 16 bytes); with an incident the row itself.
  static std::string UnitPrefix(std::string_view unit);

 private:
  struct Remembered {
    view::v1::IncidentRow row;
    std::string indexed;  // the unit whose index has it; empty: none
    bool changed = false;
    bool corrected = false;
    bool recent = false;  // used since the clock hand was here
  };

  absl::StatusOr<Remembered*> Find(const StreamId& incident, bool is_new, const engine::Rows& rows);
  absl::Status Refold(const StreamId& incident, Position end, Remembered& remembered);
  void Reindex(const StreamId& incident, Remembered& remembered, engine::Rows& rows);
  void Forget();

  log::EventLog& log_;
  const size_t remembered_;
  absl::flat_hash_map<StreamId, Remembered> memory_;
  std::vector<StreamId> changed_;
  std::deque<StreamId> order_;  // as they came in; forgotten by second chance
};

}  // namespace skyndsamt::views
