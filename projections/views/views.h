// What the services ask: cases, worklist, timeliness, audit trail, organisation and policy. One
// object that wires the views to the runner and answers from their rows, or, for what depends on an
// instant, by folding the incident's stream again.
//
//   auto views = Views::Open(options, log, clock);
//   (*views)->runner().Start();
//   (*views)->WaitFor(position, Reach::kApplied, deadline, then);   // read your own write
//   auto answer = (*views)->GetCase(incident, child);
//
// Every answer names the position it reflects: everything up to and including it is in the answer
// (`reflects`; unset while nothing has been recorded). Answers hold no clear personal data: what is
// sealed stays in the log. Queries block on disk and belong on the worker pool; what a unit
// directory is asked is answered from memory. What a unit is and whose it is are told as of today,
// by the clock.
//
// Errors: INVALID_ARGUMENT (an id or a time that cannot be read), NOT_FOUND (unknown incident,
// case, authority), UNAVAILABLE (the view's first version is still being built), DATA_LOSS.
//
// Thread-safety: every method may be called from any thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "projections/engine/runner.h"
#include "projections/law/effective_facts.h"
#include "projections/law/judge.h"
#include "projections/views/policy_preview.h"
#include "projections/views/unit_directory.h"
#include "skyndsamt/api/v1/case_service.pb.h"
#include "skyndsamt/api/v1/comparison.pb.h"
#include "skyndsamt/api/v1/organisation_service.pb.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::views {

using engine::Reach;

// Rows of one page, and where the next one starts: pass `next` as `after`; empty at the end. The
// key is opaque bytes that hold ids and times only; a caller wraps it in its page token.
template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;
  std::optional<Position> reflects;
};

// A unit that an authority has, has had or is to have.
struct ListedUnit {
  std::string unit;
  std::optional<event::v1::UnitDeclared> today{};  // as it is; none where another has it
  // What the authority has declared that still stands, by the first day; never empty.
  std::vector<event::v1::UnitDeclared> standing{};
  bool of_another = false;   // another authority has it, too, at some time
  Position declared_at = 0;  // last, by whichever authority
};

// Which cases: those of one incident, of these units, or of both; where both are empty, all.
struct CaseQuery {
  std::string incident;
  std::vector<std::string> units;
  size_t limit = 50;
  std::string after;
};

struct WorklistQuery {
  std::vector<std::string> units;  // empty = every unit
  std::string role;                // empty = every role
  size_t limit = 50;
  std::string after;
};

struct ForecastQuery {
  WorklistQuery worklist;
  std::string until;       // as `as_of` below; empty = the end of the day in a week
  bool only_late = false;  // only what is late, or perhaps so, at `until`
};

// What the whole page was judged by.
struct ForecastPage : Page<api::v1::ForecastStep> {
  Micros as_of = 0;
  Micros until = 0;
};

// A step that somebody may be reminded of.
struct DueStep {
  api::v1::WorklistItem item;
  Micros date = 0;  // its last instant by the routine; where item.due is empty, the first it can be
  Micros late_after = 0;      // the last instant at which it is not late for certain
  law::ClosingDays closed{};  // of the case's unit, as known now
  std::shared_ptr<const law::KnownPolicy> policy{};  // that says so and holds them
};

// The incidents of one child, one accused person, or one place of a unit.
struct PatternQuery {
  std::string child;
  std::string accused;
  std::string unit;  // with `place`
  std::string place;
  std::optional<std::vector<std::string>> units;  // those of the caller; absent: every one
  std::string as_of;
  std::string known_at;
};

// The two instants of a question, each an RFC 3339 instant, a local date (the end of that day), or
// empty = now. Unit, authority, policy and rule set are those known at `known_at`, too.
struct InstantsAsked {
  std::string_view as_of{};
  std::string_view known_at{};
};

struct TrailQuery {
  std::string incident;
  std::string child;  // empty = the whole incident
  size_t limit = 100;
  std::string after;
};

// An entry of the audit trail with the record it was read from, whose sealed parts the caller may
// open (they follow `entry.sealed_fields` in order).
struct TrailEntry {
  api::v1::AuditEntry entry;
  log::Record record;
};

// The key of the page after this entry (Page), for who takes fewer than were asked for.
std::string KeyAfter(const api::v1::AuditEntry& entry);

// Which cases a record has changed: an incident, and its children by name (none = every child).
struct ChangedCases {
  std::string incident;
  std::vector<std::string> children;
};

struct ViewsOptions {
  engine::RunnerOptions runner;
};

class Views : public UnitDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<Views>> Open(const ViewsOptions& options,
                                                     log::EventLog& log, const Clock& clock);

  virtual engine::Runner& runner() = 0;
  // Calls `done` once the views hold `position` (kSettled: the worklist too), see Runner::WaitFor.
  virtual void WaitFor(Position position, Reach reach, engine::Runner::Deadline deadline,
                       std::function<void(absl::Status)> done) = 0;

  // One case; `child` may be empty where the incident has one child or none (INVALID_ARGUMENT where
  // it has several). next_actions and child_name are left to the API.
  virtual absl::StatusOr<api::v1::Case> GetCase(std::string_view incident,
                                                std::string_view child) const = 0;
  // By unit, incident and child.
  virtual absl::StatusOr<Page<api::v1::Case>> ListCases(const CaseQuery& query) const = 0;
  // By due, then since; what has no due date comes last.
  virtual absl::StatusOr<Page<api::v1::WorklistItem>> ListWorklist(
      const WorklistQuery& query) const = 0;
  // The duties that wait in a case whose incident's stream is `entries`, by the organisation and
  // the routine known now: what the worklist lists of it. Answered from memory.
  virtual std::vector<law::Waiting> WaitingSteps(const StreamId& incident, std::string_view child,
                                                 std::span<const law::Entry> entries) const = 0;
  // A case's steps that wait, and what would be late at `until` if nothing more is done.
  // INVALID_ARGUMENT names the field.
  virtual absl::StatusOr<api::v1::Forecast> GetForecast(std::string_view incident,
                                                        std::string_view child,
                                                        std::string_view until,
                                                        std::string_view as_of) const = 0;
  // The same of all cases in the worklist's order, without what waits for a reopening.
  virtual absl::StatusOr<ForecastPage> ListForecast(const ForecastQuery& query) const = 0;
  // Every step with a date up to and with `by` that somebody may be reminded of, by date: not of
  // cases that were brought in later, nor what a closed case does not take.
  virtual absl::StatusOr<Page<DueStep>> ListDue(Micros by, size_t limit,
                                                const std::string& after) const = 0;
  // The n-th working day after a day, at the unit where it comes last: closing days count as none.
  virtual absl::CivilDay LastWorkingDay(absl::CivilDay after, int64_t n) const = 0;
  // Incidents seen together, whatever has been corrected since; at most the 200 recorded last.
  // INVALID_ARGUMENT names the field. Without incidents where there are none.
  virtual absl::StatusOr<api::v1::Pattern> GetPattern(const PatternQuery& query) const = 0;
  // `as_of` and `known_at`: an RFC 3339 instant, a local date (the end of that day), or empty =
  // now.
  virtual absl::StatusOr<api::v1::Timeliness> GetTimeliness(std::string_view incident,
                                                            std::string_view child,
                                                            std::string_view as_of,
                                                            std::string_view known_at) const = 0;
  // What changed between two such answers, and which entries caused it.
  virtual absl::StatusOr<api::v1::CompareTimelinessResponse> CompareTimeliness(
      std::string_view incident, std::string_view child, const InstantsAsked& before,
      const InstantsAsked& after) const = 0;
  // In log order.
  virtual absl::StatusOr<Page<TrailEntry>> ListAuditTrail(const TrailQuery& query) const = 0;

  virtual absl::StatusOr<api::v1::Authority> GetAuthority(std::string_view authority) const = 0;
  // By id. An authority's units, as far as something that it declared of them stands; NOT_FOUND if
  // there is no such authority.
  virtual absl::StatusOr<Page<ListedUnit>> ListUnits(std::string_view authority, size_t limit,
                                                     std::string_view after) const = 0;
  // What an authority has published, in log order; closing days of one unit and of all units where
  // a unit is named.
  virtual absl::StatusOr<Page<Recorded<event::v1::RoutinePublished>>> ListRoutines(
      std::string_view authority, size_t limit, std::string_view after) const = 0;
  virtual absl::StatusOr<Page<Recorded<event::v1::ClosingDaysPublished>>> ListClosingDays(
      std::string_view authority, std::string_view unit, size_t limit,
      std::string_view after) const = 0;
  virtual absl::StatusOr<Page<Recorded<event::v1::YardsticksPublished>>> ListYardsticks(
      std::string_view authority, size_t limit, std::string_view after) const = 0;
  // The rule set recorded last, or that of a version. NOT_FOUND if there is none.
  virtual absl::StatusOr<api::v1::RuleSet> GetRuleSet(std::string_view version) const = 0;
  // In log order, each without its contents.
  virtual absl::StatusOr<Page<api::v1::RuleSetVersion>> ListRuleSets(
      size_t limit, std::string_view after) const = 0;
  // What a draft would change. INVALID_ARGUMENT for what cannot be read: the domain says more.
  virtual absl::StatusOr<std::unique_ptr<PolicyPreview>> PreviewPolicy(
      const PreviewQuery& query) const = 0;
  // The unit an incident belongs to; NOT_FOUND if unknown. For access checks.
  virtual absl::StatusOr<std::string> UnitOf(std::string_view incident) const = 0;
};

// For WatchCases. Nothing where the record is of no incident; FAILED_PRECONDITION if its type is
// unknown. Pure.
absl::StatusOr<std::optional<ChangedCases>> ChangedBy(const log::Record& record);

// Every type of event this version knows, for consumers of the log. Thread-safe.
const engine::Decoder& KnownEvents();

}  // namespace skyndsamt::views
