// Why a leg's answer is what it is, line by line, in plain Swedish and in English: what the statute
// says, which fact started the clock, which ended it, the counting, the authority's own routine and
// what moved its last day, and the published decisions beside it. It compares; it never calls
// anything lawful or unlawful. Pure, thread-safe.
#pragma once

#include <optional>
#include <span>

#include "projections/law/elapsed.h"
#include "projections/law/leg.h"
#include "projections/law/practice.h"
#include "projections/law/routine_verdict.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// Everything that was found about one leg.
struct LegAnswer {
  const LegOutcome* leg = nullptr;
  std::optional<Elapsed> elapsed{};
  std::optional<Range> whole_chain{};
  RoutineFinding routine{};
  PracticeFinding practice{};
  std::vector<const event::v1::Statute*> statutes{};
};

// Adds the lines to `to.explanation`.
void Explain(const CaseReading& reading, const LegAnswer& answer, api::v1::LegTimeliness& to);

}  // namespace skyndsamt::law
