#include "projections/law/investigation_legs.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_COMPLETE_INVESTIGATION;
using event::v1::LEG_START_INVESTIGATION;

bool IsOpening(const Fact& fact) { return fact.has_investigation_opened(); }
bool IsReopening(const Fact& fact) { return fact.has_case_reopened(); }
bool IsConclusion(const Fact& fact) { return fact.has_investigation_concluded(); }

// A conclusion bounds an opening that nobody recorded: it was opened by then, nobody knows when.
std::optional<Moment> BoundedBy(const std::optional<Moment>& conclusion) {
  if (!conclusion) return std::nullopt;
  Moment opened = *conclusion;
  opened.inferred = true;
  opened.when.earliest.reset();
  opened.when.earliest_precision = Precision::kOpen;
  opened.when.earliest_approximate = false;
  return opened;
}

// Whether the investigation of the round before was still running when this round began: nothing
// where it certainly was not, else whether that is certain.
std::optional<bool> StillRunning(const CaseReading& reading, const Investigation& before,
                                 const Round& round) {
  if (!round.anyone) return std::nullopt;
  const auto& begun = before.reopened ? before.reopened : before.opened;
  if (!begun || begun->inferred || !reading.CertainlyBefore(*begun, *round.anyone)) {
    return std::nullopt;
  }
  if (!before.concluded) return begun->certain;
  if (reading.CertainlyBefore(*before.concluded, *round.anyone)) {
    return before.concluded->certain ? std::nullopt : std::optional<bool>(false);
  }
  return begun->certain && reading.CertainlyBefore(*round.anyone, *before.concluded);
}

Investigation ReadOne(const CaseReading& reading, const Rounds& rounds, const Round& round) {
  Investigation read;
  read.opened = EarliestOf(rounds.In(round, IsOpening));
  read.reopened = LatestOf(rounds.In(round, IsReopening));
  Candidates conclusions = rounds.In(round, IsConclusion);
  if (read.reopened) {
    // What was concluded before the reopening bounds the opening, but no longer ends anything.
    if (!read.opened) read.opened = BoundedBy(EarliestOf(conclusions));
    conclusions = NotBefore(reading, conclusions, *read.reopened, /*same_day_is_after=*/false);
  }
  read.concluded = EarliestOf(conclusions);
  if (!read.opened) read.opened = BoundedBy(read.concluded);
  return read;
}

}  // namespace

std::vector<Investigation> ReadInvestigations(const CaseReading& reading, const Rounds& rounds) {
  std::vector<Investigation> all;
  for (const Round& round : rounds.all()) {
    Investigation read = ReadOne(reading, rounds, round);
    if (!all.empty()) {
      const auto running = StillRunning(reading, all.back(), round);
      read.under_way = running == true;
      read.under_way_uncertain = running == false;
      if (read.under_way) {
        read.opened = all.back().reopened ? all.back().reopened : all.back().opened;
      }
    }
    all.push_back(std::move(read));
  }
  // An investigation under way is concluded for every round it covers.
  for (size_t i = all.size(); i-- > 0;) {
    if (all[i].last_round == 0) all[i].last_round = rounds.all()[i].number;
    if (i == 0 || !all[i].under_way || all[i - 1].concluded) continue;
    all[i - 1].concluded = all[i].concluded;
    all[i - 1].last_round = all[i].last_round;
  }
  return all;
}

LegOutcome StartInvestigation(const CaseReading& reading, const Round& round,
                              const Investigation& investigation) {
  // Where it is not certain whether the authority knew, neither is which start counts: the moment
  // is uncertain, and so is the leg.
  std::optional<Moment> start = round.authority;
  if (!start) start = AsSubstitute(round.principal ? round.principal : round.staff);
  LegOutcome outcome = Decide(reading, LEG_START_INVESTIGATION, start, investigation.opened);
  if (investigation.under_way) {
    outcome.remarks.push_back(api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND);
  } else if (investigation.under_way_uncertain && outcome.state != api::v1::LEG_STATE_NOT_STARTED) {
    outcome.state = api::v1::LEG_STATE_UNDETERMINED;
  }
  outcome.whole_chain_start = round.anyone;
  return outcome;
}

LegOutcome CompleteInvestigation(const CaseReading& reading, const Round&,
                                 const Investigation& investigation) {
  const auto& start = investigation.reopened ? investigation.reopened : investigation.opened;
  LegOutcome outcome = Decide(reading, LEG_COMPLETE_INVESTIGATION, start, investigation.concluded);
  if (investigation.under_way) {
    outcome.remarks.push_back(api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND);
  }
  return outcome;
}

}  // namespace skyndsamt::law
