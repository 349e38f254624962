// The view "statistics": folds the log into figures, and numbers them.
//
//   s                                view.v1.StatisticsState
//   o <u64 position>                 view.v1.OrganisationRow, as the views keep it
//   t <incident 16>                  empty: touched in the period that runs
//   v <incident 16> <step name>      event.v1.Reminder: a duty that was told to be overdue
//   c <incident 16>                  view.v1.StatisticsIncident
//   w <authority 36> <incident 16>   empty: the incident has steps that wait
//   m <figure 16> <incident 16>      empty: the figure tells steps of the incident
//   f <figure 16>                    statistics.v1.Figure, as told last
//   n <u64 number>                   view.v1.StatisticsTold: what is sent, for ever
//
// Nothing is told while a period runs. The first event that was recorded after it closes it: then
// each incident that was touched is read again, as of the period's end and from what was recorded
// in it alone; figures that corrections have changed are told anew, in the order of their ids; then
// of each authority the steps that wait leave in groups (release.h). What is too little waits for
// the next period.
//
// So the same log gives the same figures under the same numbers, byte for byte. The engine's thread
// alone.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "eventstore/log/event_log.h"
#include "projections/engine/view.h"
#include "projections/statistics/case_steps.h"
#include "projections/statistics/release.h"
#include "projections/statistics/working_rows.h"
#include "projections/views/organisation.h"

namespace skyndsamt::statistics {

// How figures are made. Another value of either takes effect when the next period closes.
struct Method {
  size_t k = 5;
  int months = 6;  // of a period: 1, 3, 6 or 12
};

class StatisticsView : public engine::View {
 public:
  static constexpr std::string_view kName = "statistics";
  static constexpr char kState[] = "s";  // the key of view.v1.StatisticsState

  StatisticsView(log::EventLog& log, Method method) : log_(log), method_(method) {}

  std::string_view name() const override { return kName; }
  uint32_t version() const override { return 1; }
  absl::Status Load(const engine::Rows& rows) override;
  absl::Status Apply(const engine::Event& event, engine::Rows& rows) override;
  absl::Status Flush(Position end, engine::Rows& rows) override;

  static std::string NumberKey(uint64_t number);

 private:
  using Incident = view::v1::StatisticsIncident;
  using Incidents = std::map<std::string, Incident>;  // by the 16 bytes of their ids
  // The period that closes, under work.
  struct Closing {
    engine::Rows& rows;
    Position end;  // of what was recorded in it
    Micros at;     // its last instant
    std::shared_ptr<const views::Organisation> organisation;
    std::set<std::string> changed{};  // figures that tell a step that has changed
  };

  absl::Status Touch(const engine::Event& event, engine::Rows& rows);
  absl::Status Close(Closing& closing);
  absl::Status ReadAgain(const StreamId& incident, Closing& closing);
  absl::StatusOr<std::vector<event::v1::Reminder>> OverdueOf(const StreamId& incident,
                                                             const engine::Rows& rows) const;
  absl::Status Revise(const std::string& figure, Closing& closing);
  absl::Status TellWaiting(Closing& closing);
  absl::Status TellWaitingOf(const std::vector<std::string>& ids, Closing& closing);
  void TellGroup(const Group& group, const Members& members, Closing& closing);
  void Send(const v1::Figure& figure, Closing& closing);
  absl::StatusOr<Incidents> ReadIncidents(const std::vector<std::string>& ids,
                                          const engine::Rows& rows) const;
  // Writes the row, and whether anything of it waits.
  void PutIncident(const std::string& id, const Incident& incident, engine::Rows& rows);

  log::EventLog& log_;
  const Method method_;
  WorkingRows working_;
  views::Organisation organisation_;
  view::v1::StatisticsState state_;
  std::set<StreamId> touched_;
};

}  // namespace skyndsamt::statistics
