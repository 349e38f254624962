// The views at work over one log: views.h has the contract.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "projections/views/incident_file.h"
#include "projections/views/organisation_view.h"
#include "projections/views/views.h"
#include "projections/views/worklist_merge.h"
#include "skyndsamt/view/v1/case_status.pb.h"

namespace skyndsamt::views {

// Thread-safe.
class LiveViews : public Views {
 public:
  LiveViews(log::EventLog& log, const Clock& clock) : log_(log), clock_(clock) {}
  absl::Status Open(const ViewsOptions& options);

  engine::Runner& runner() override { return *runner_; }
  void WaitFor(Position position, Reach reach, engine::Runner::Deadline deadline,
               std::function<void(absl::Status)> done) override;
  absl::StatusOr<api::v1::Case> GetCase(std::string_view incident,
                                        std::string_view child) const override;
  absl::StatusOr<Page<api::v1::Case>> ListCases(const CaseQuery& query) const override;
  absl::StatusOr<Page<api::v1::WorklistItem>> ListWorklist(
      const WorklistQuery& query) const override;
  std::vector<law::Waiting> WaitingSteps(const StreamId& incident, std::string_view child,
                                         std::span<const law::Entry> entries) const override;
  absl::StatusOr<api::v1::Forecast> GetForecast(std::string_view incident, std::string_view child,
                                                std::string_view until,
                                                std::string_view as_of) const override;
  absl::StatusOr<ForecastPage> ListForecast(const ForecastQuery& query) const override;
  absl::StatusOr<Page<DueStep>> ListDue(Micros by, size_t limit,
                                        const std::string& after) const override;
  absl::CivilDay LastWorkingDay(absl::CivilDay after, int64_t n) const override;
  absl::StatusOr<api::v1::Pattern> GetPattern(const PatternQuery& query) const override;
  absl::StatusOr<api::v1::Timeliness> GetTimeliness(std::string_view incident,
                                                    std::string_view child, std::string_view as_of,
                                                    std::string_view known_at) const override;
  absl::StatusOr<api::v1::CompareTimelinessResponse> CompareTimeliness(
      std::string_view incident, std::string_view child, const InstantsAsked& before,
      const InstantsAsked& after) const override;
  absl::StatusOr<Page<TrailEntry>> ListAuditTrail(const TrailQuery& query) const override;
  absl::StatusOr<api::v1::Authority> GetAuthority(std::string_view authority) const override;
  absl::StatusOr<Page<ListedUnit>> ListUnits(std::string_view authority, size_t limit,
                                             std::string_view after) const override;
  absl::StatusOr<Page<Recorded<event::v1::RoutinePublished>>> ListRoutines(
      std::string_view authority, size_t limit, std::string_view after) const override;
  absl::StatusOr<Page<Recorded<event::v1::ClosingDaysPublished>>> ListClosingDays(
      std::string_view authority, std::string_view unit, size_t limit,
      std::string_view after) const override;
  absl::StatusOr<Page<Recorded<event::v1::YardsticksPublished>>> ListYardsticks(
      std::string_view authority, size_t limit, std::string_view after) const override;
  absl::StatusOr<api::v1::RuleSet> GetRuleSet(std::string_view version) const override;
  absl::StatusOr<Page<api::v1::RuleSetVersion>> ListRuleSets(size_t limit,
                                                             std::string_view after) const override;
  absl::StatusOr<std::unique_ptr<PolicyPreview>> PreviewPolicy(
      const PreviewQuery& query) const override;
  absl::StatusOr<std::string> UnitOf(std::string_view incident) const override;
  std::shared_ptr<const Unit> FindUnit(std::string_view unit) const override;
  Declarations DeclarationsOf(std::string_view unit) const override;
  std::vector<std::string> UnitsOf(std::string_view authority) const override;
  std::shared_ptr<const AuthorityState> FindAuthority(std::string_view authority) const override;

 private:
  absl::CivilDay Today() const;
  // The row of an incident; NOT_FOUND if unknown.
  static absl::StatusOr<view::v1::IncidentRow> ReadRow(const engine::Snapshot& snapshot,
                                                       const StreamId& incident);
  // Adds an incident's cases to a page from the case with index `from` on. False when it is full.
  absl::StatusOr<bool> AddCases(const StreamId& incident, const engine::Snapshot& snapshot,
                                uint32_t from, size_t limit, Page<api::v1::Case>& page) const;
  absl::StatusOr<api::v1::Case> CaseOf(const StreamId& incident, const view::v1::IncidentRow& row,
                                       const view::v1::CaseRow& one, Position end) const;
  // What of a case follows from times and the policy of then: as its timeliness reads it, now.
  struct FromTimes {
    int rounds = 1;
    bool adult_variant = false;
  };
  // The stream is read only where the row does not settle them.
  absl::StatusOr<FromTimes> FromTimesOf(const StreamId& incident, const view::v1::CaseRow& one,
                                        Position end) const;
  // An incident's stream below `end`, as of now. NOT_FOUND if unknown, INVALID_ARGUMENT "incident".
  absl::StatusOr<IncidentFile> Read(std::string_view incident, Position end,
                                    bool keep_records = false) const;
  absl::StatusOr<WorklistMerge> Merged(const engine::Snapshot& snapshot,
                                       const WorklistQuery& query) const;
  // Those of the incidents under an index of the view "patterns" that lie in the caller's units, in
  // the order of their recording.
  absl::StatusOr<std::vector<StreamId>> InSight(const PatternQuery& query,
                                                std::string_view index) const;
  // What something published is, by its place in the log.
  void SetPublication(Micros recorded, Position position, api::v1::Publication* publication) const;
  // Everything below `end` is reflected.
  void SetReflects(Position end, ::skyndsamt::log::v1::LogPosition* reflects) const;

  log::EventLog& log_;
  const Clock& clock_;
  std::unique_ptr<engine::Runner> runner_;
  // Of the runner's newest view, which may be gone; until that serves nothing is reached.
  std::shared_ptr<const OrganisationNow> organisation_;
};

// What a page reflects: the last position below `end`.
std::optional<Position> ReflectsBelow(Position end);
// A list's limit, at least one.
size_t AtLeastOne(size_t limit);

}  // namespace skyndsamt::views
