// Everything that is found about one leg: its length, how that compares with the routine and with
// published decisions, and the statutes it rests on. Pure, thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "projections/law/elapsed.h"
#include "projections/law/leg.h"
#include "projections/law/practice.h"
#include "projections/law/routine_verdict.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

struct LegAnswer {
  const LegOutcome* leg = nullptr;
  std::optional<Elapsed> elapsed{};
  std::optional<Range> whole_chain{};
  RoutineFinding routine{};
  PracticeFinding practice{};
  std::vector<const event::v1::Statute*> statutes{};
  absl::InlinedVector<const UnitTerms*, 2> units{};  // the terms of the unit that it may go by
  const EffectiveFact* classified = nullptr;         // chose them; null: no choice was made
  std::vector<api::v1::LateEntry> late{};  // entries made after its deadline, or an inspection
};

// The form of the unit that the duty goes by; unspecified where it is not certain.
event::v1::UnitForm FormOf(const LegAnswer& answer);

// How long it took, and against what: all that a verdict needs. `leg` outlives the answer.
LegAnswer Measured(const CaseReading& reading, const LegOutcome& leg);
// The same, with the statutes, the unit and the whole chain; without `late` (late_entries.h).
LegAnswer AnswerFor(const CaseReading& reading, const LegOutcome& leg);

}  // namespace skyndsamt::law
