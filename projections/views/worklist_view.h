// The view "worklist": the steps that wait, per unit and role, by when they are due, and all of
// them by that date alone. The only index by date: what is listed, forecast and reminded of starts
// here. Dates follow from the facts and the routine in force, as of the last that was recorded of
// the case or of what it is judged by.
//
//   i <incident 16>                                    view.v1.WaitingRow
//   u <unit 16> <incident 16>                          empty: the incidents of a unit
//   w <unit 16> <role> 0 <u64 date> <u64 since> <rest> view.v1.WaitingItem
//   t <u64 date> <key of w>                            empty: what somebody may be reminded of
//   d <incident 16>                                    to be worked out again (put_off.h)
//   s <unit 16>                                        a sweep: the next key of `u` to look at
//   o <u64 position>                                   the organisation (organisation.h)
//   y                                                  u64: the last day on which anything was
//                                                      recorded, in days after 1970-01-01
//
// What waits is law::WaitingSteps' to say, of the whole stream. That is dear, so it is put off
// until the log is quiet or somebody waits, and done once however many facts came. A new routine,
// rule set or declaration of a unit sweeps the unit's incidents with a cursor of its own, when it
// is recorded and, if it begins later, with the first that is recorded of anything from then on.
// The engine's thread alone.
#pragma once

#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/log/event_log.h"
#include "projections/engine/view.h"
#include "projections/law/judge.h"
#include "projections/views/organisation.h"
#include "projections/views/put_off.h"
#include "projections/views/recent_facts.h"
#include "skyndsamt/view/v1/worklist.pb.h"

namespace skyndsamt::views {

class WorklistView : public engine::View {
 public:
  explicit WorklistView(log::EventLog& log, size_t marks = 50'000, size_t fact_bytes = 64u << 20)
      : log_(log), recent_(fact_bytes), put_off_(marks) {}

  std::string_view name() const override { return "worklist"; }
  uint32_t version() const override { return 10; }
  absl::Status Load(const engine::Rows& rows) override;
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;
  absl::Status Flush(Position end, engine::Rows& rows) override;
  bool HasWork() const override { return !put_off_.empty() || !sweeps_.empty(); }
  Position Settled(Position end) const override;
  absl::Status Work(Position end, size_t items, engine::Rows& rows) override;

  // The items of a unit (its id's 16 bytes).
  static std::string ItemPrefix(std::string_view unit);

 private:
  absl::StatusOr<FactStream> FactsOf(const StreamId& incident, Position end);
  // Works out an incident's rows from its stream below `end`.
  absl::Status Settle(const StreamId& incident, Position end, engine::Rows& rows);
  // Takes notice of a day on which the first event is recorded.
  void Reach(absl::CivilDay day, engine::Rows& rows);
  absl::StatusOr<size_t> Sweep(Position end, size_t items, engine::Rows& rows);

  log::EventLog& log_;
  RecentFacts recent_;
  Organisation organisation_;
  Micros day_ends_ = std::numeric_limits<Micros>::min();  // of the last on which there was an event
  PutOff put_off_;
  std::set<std::string> touched_;              // units, during one write
  std::map<std::string, std::string> sweeps_;  // unit's 16 bytes -> next key
};

}  // namespace skyndsamt::views
