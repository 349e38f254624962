// Tidsläge: for each duty of one case, when its clock started, when it was done, how long that
// took, and how it compares with the authority's own routine and with published decisions.
//
// A pure function of the recorded facts, the policy, the calendar and two instants: `as_of` (what
// had happened by then) and `known_at` (what had been recorded by then). It never says lawful or
// unlawful. No statute of the chain gives a number of days, so there is no verdict "against the
// law": there is a limit that the authority set itself, and there are yardsticks, each with its
// source. Where facts are imprecise the answer is UNDETERMINED until it is certain.
//
// The duties and their rules are in the files of legs (knowledge_legs.h and its siblings), one
// function for each row of the table of duties. Thread-safe: no state is kept.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "projections/law/calendar.h"
#include "projections/law/duration.h"
#include "projections/law/effective_facts.h"
#include "projections/law/policy.h"
#include "projections/law/unit_terms.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"

namespace skyndsamt::law {

// Something that is not known, taken as known for a moment: to find out what would settle an
// answer (settling.h). Either bounds of when a fact happened, or of how long after another it did.
struct Supposed {
  std::string_view fact{};
  std::optional<Micros> earliest{};
  std::optional<Micros> latest{};
  std::string_view after{};           // set: `fact` lies so long after this one
  Duration at_least{.timed = true};   // as it is: not before
  std::optional<Duration> at_most{};  // absent: no upper bound
};

// Everything a question about one case rests on. What it points to outlives the call.
struct CaseFile {
  std::string_view incident{};       // incident id, echoed
  std::string_view child{};          // person id; empty for an incident without children
  std::span<const Entry> entries{};  // the incident's whole stream, in log order
  std::string_view unit{};           // unit id: whose closing days count; may be empty
  TermsByDay terms{UnitTerms{}};     // what the unit was, as known at known_at
  // Of the authority that has the unit on the day of as_of; null: no routine, no statutes, no
  // yardsticks. The routines and closing days of another that has it at times are in the terms.
  const PolicySet* policy = nullptr;
  std::span<const Supposed> supposed{};  // none in a question that people ask
  Micros as_of = 0;                      // for a local date: EndOf(day), civil_time.h
  Micros known_at = 0;
};

// How much is said: verdicts alone, or with the reasons of each leg in words.
enum class Detail { kVerdicts, kExplained };

// The whole answer except `reflects`, which belongs to whoever holds the log, and `settling`
// (settling.h).
api::v1::Timeliness Judge(const CaseFile& file, Detail detail = Detail::kExplained);

// What is said of one duty, without the words: for comparing many. The views point into the case's
// facts, and the version into its policy.
struct LegVerdict {
  event::v1::Leg leg = event::v1::LEG_UNSPECIFIED;
  int round = 0;
  std::string_view measure{};
  std::string_view guardian{};
  std::string_view request{};
  api::v1::LegState state = api::v1::LEG_STATE_UNSPECIFIED;
  api::v1::RoutineVerdict routine = api::v1::ROUTINE_VERDICT_UNSPECIFIED;  // unspecified: no clock
  api::v1::PracticePosition practice = api::v1::PRACTICE_POSITION_UNSPECIFIED;
  std::string version{};  // of the routine that was applied
  std::string due{};      // as Waiting has it
  std::optional<Range> working_days{};

  bool SameDuty(const LegVerdict& other) const;
  bool SameVerdict(const LegVerdict& other) const;  // state, by the routine, among yardsticks
};

struct CaseVerdict {
  bool closed = false;  // the case has been closed
  std::vector<LegVerdict> legs{};
};

// The legs of Judge's answer, in the same order.
CaseVerdict VerdictOf(const CaseFile& file);

// A step that waits to be done: a duty whose clock runs and has not been stopped.
struct Waiting {
  event::v1::Leg leg = event::v1::LEG_UNSPECIFIED;
  int round = 0;                  // 0 for legs without rounds
  std::string measure{};          // set for legs per measure
  std::string guardian{};         // set for legs per guardian
  std::string request{};          // set for legs per request or complaint
  std::string_view role{};        // whose turn it is: see RoleFor
  std::optional<Micros> since{};  // when the clock started, at the earliest; absent where open
  std::string due{};  // local date, or RFC 3339 for a limit in hours; empty where none is certain
  std::optional<Micros> due_end{};  // the last instant of it
  std::optional<Micros>
      perhaps_late_after{};            // the last instant at which it is in time for certain
  std::optional<Micros> late_after{};  // the last instant at which it is not late for certain
  std::string routine{};               // versions it was measured against, comma-separated
  bool late = false;                   // certainly past the authority's own limit
  bool imported = false;               // the case was brought in later
  bool after_reopening = false;  // the case is closed and takes the step only when it is reopened
  bool uncertain = false;  // the leg is UNDETERMINED: perhaps the duty did not arise, or is done
};

// The legs that Judge reports PENDING, and those UNDETERMINED that nothing has ended for certain,
// without explanations: for the worklist. An uncertain step is late for certain only where it is so
// whether it has been done or not.
std::vector<Waiting> WaitingSteps(const CaseFile& file);

// Whether a closed case takes no step that ends the duty: the investigation and its measures wait
// for the reopening; information, feedback, follow-up and the duties towards others do not.
bool WaitsForReopening(event::v1::Leg leg);

// A duty that an incident has once, however many children it exposed: each of their cases tells it,
// and whoever lists or counts duties of several cases takes it from one of them.
bool OfWholeIncident(event::v1::Leg leg);

// Whose turn a duty is: "staff", "principal", "caseworker" (the authority's), "chief" (skolchef).
// Past the principal (accused, or not the receiver of reports at this unit, Skollagen 6:10 st 3)
// staff notify the authority themselves, and the chief takes the principal's steps; where the
// principal is set aside (accused, or in a conflict of interest, conflicts.h), the authority's too.
// A conflict leaves the chain as it is: a principal passes on what they heard all the same.
std::string_view RoleFor(event::v1::Leg leg, bool principal_set_aside, bool past_principal);

}  // namespace skyndsamt::law
