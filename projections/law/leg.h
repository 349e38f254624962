// One duty of one case, decided: when its clock started, what stopped it, and its state. No lengths
// and no comparisons yet; those are read off it (elapsed.h, routine_verdict.h, practice.h).
// Values and pure functions: thread-safe.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "projections/law/case_reading.h"
#include "projections/law/rounds.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::law {

// Why a duty is not required, or what else a reader must be told about its state.
enum class Why {
  kNothing,
  kWentStraight,         // the principal or the authority had it directly
  kPrincipalAccused,     // the chain goes past the principal
  kReceiverIsAuthority,  // at this unit staff report to the authority (6:10 st 3)
  kAdultPupil,           // 18 or older: no guardian is informed
  kDecisionNotTo,        // a recorded decision not to inform
  kGuardianSuspected,    // neither required nor proposed
  kNotSubstantiated,
  kFindingUnstated,  // concluded, but no finding is recorded
  kWithdrawn,        // the measure was withdrawn
  kNoMeasure,
  kChildVariant,        // feedback to the authority belongs to the adult variant
  kOnlyChildHurt,       // only a preschool or after-school child was hurt
  kNoPolicyAsks,        // no policy in force asks for a police report
  kFormExcepted,        // the rule on police reports does not reach units of this form
  kNotByMachine,        // whether a duty arose is never judged by a machine
  kEndedByStatute,      // when its clock would have started no statute asked for it any longer
  kWhichRound,          // it depends on which knowledge opens a round, and that is not certain
  kWhichUnit,           // or on what the unit was when a round began
  kPerhapsNotRequired,  // what would settle whether it is required is not certain
};

struct LegOutcome {
  event::v1::Leg leg = event::v1::LEG_UNSPECIFIED;
  int round = 0;  // 0: a leg without rounds
  std::string_view measure{};
  std::string_view guardian{};
  std::string_view request{};
  api::v1::LegState state = api::v1::LEG_STATE_NOT_STARTED;
  Why why = Why::kNothing;
  absl::InlinedVector<const EffectiveFact*, 2> because{};  // the facts that `why` rests on
  // Facts on whose times it rests which rounds there are, where that makes a difference.
  absl::InlinedVector<const EffectiveFact*, 2> which_round{};
  std::optional<Moment> started{};
  std::optional<Moment> ended{};
  // The duty goes by what the unit was then; absent: when its clock started.
  std::optional<Interval> unit_at{};
  bool done_before = false;           // the end lies certainly before the start: it took no time
  bool perhaps_not_required = false;  // UNDETERMINED for that reason
  absl::InlinedVector<api::v1::Remark, 4> remarks{};
  std::optional<Interval> plan_due{};  // carry_out_measures: the plan's own date
  bool plan_uncertain = false;         // several decisions may be meant, with other dates
  // NOT_REQUIRED only since it was given up; until then it ran.
  std::optional<Moment> ran_from{};
  std::optional<Moment> given_up{};
  // start_investigation: F. Of a case that was reopened: what the leg's time first began with.
  std::optional<Moment> whole_chain_start{};
  std::optional<Moment> ended_before_reopening{};  // what ended it the first time

  bool Has(api::v1::Remark remark) const;
  // A clock ran or runs: only then is there anything to compare.
  bool clocked() const {
    return state == api::v1::LEG_STATE_FULFILLED || state == api::v1::LEG_STATE_PENDING ||
           state == api::v1::LEG_STATE_UNDETERMINED;
  }
};

using Legs = std::vector<LegOutcome>;

// What all legs have in common, from the rules of the table of duties:
//   neither start nor end                       NOT_STARTED
//   an end without a start                      FULFILLED, no days (START_UNKNOWN)
//   a start without an end                      PENDING
//   both                                        FULFILLED; an end certainly before its start took
//                                               0 days and is remarked, never negative, never
//                                               refused
//   either only possible, or contradicted       UNDETERMINED
LegOutcome Decide(event::v1::Leg leg, std::optional<Moment> start, std::optional<Moment> end);

// Those that do not certainly come before `after`, certain only where they certainly follow it.
Candidates NotBefore(const Candidates& candidates, const Moment& after, bool same_day_is_after);
// Those that certainly come before `moment`.
Candidates CertainlyAhead(const Candidates& candidates, const Moment& moment);
// Those that no reopening of the case has made void: they follow the latest one, if there is any.
Candidates SinceReopening(Candidates candidates, const std::optional<Moment>& reopened);

// True, false, or nothing where that is not certain.
using Certainty = std::optional<bool>;
Certainty Both(Certainty a, Certainty b);
Certainty Either(Certainty a, Certainty b);
Certainty Not(Certainty a);
// `a` on the day of `b` or an earlier one, unless it is known to have come after it that day; of
// course where `b` is absent, and not certainly otherwise where `b` itself is not certain.
Certainty ByTheDayOf(const Moment& a, const std::optional<Moment>& b);

// What the routine in force says, at some moment or else at as_of: nothing where that straddles
// versions that do not say the same. `says` takes a version, null for none in force.
template <typename Says>
Certainty RoutineSays(const CaseReading& reading, const std::optional<Moment>& when, Says says) {
  bool all = true;
  bool any = false;
  const auto ask = [&](const Interval& time) {
    for (const TermsIn& unit : reading.UnitIn(time)) {
      const auto in_force = reading.PolicyOf(*unit.terms).RoutinesIn(unit.when);
      all = all && std::ranges::all_of(in_force, says);
      any = any || std::ranges::any_of(in_force, says);
    }
  };
  if (when) ask(when->when);
  if (!when || !when->certain) ask(At(reading.file().as_of));
  return all == any ? Certainty(all) : std::nullopt;
}

// A leg that is not required, with the reason and the fact it rests on (null: on none).
LegOutcome NotRequired(event::v1::Leg leg, Why why, const EffectiveFact* because = nullptr);
// The same of a leg that was given up, by a decision or a withdrawal: what ran until then is kept.
LegOutcome GiveUp(const LegOutcome& outcome, Why why, const Moment& at);
// A leg of which it is not certain whether it is required: nothing it is compared with is certain.
LegOutcome PerhapsNotRequired(LegOutcome outcome, Why why = Why::kPerhapsNotRequired,
                              const EffectiveFact* because = nullptr);

// The moment, marked as named in place of the start that the table gives.
std::optional<Moment> AsSubstitute(std::optional<Moment> moment);

}  // namespace skyndsamt::law
