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

// Whether the moment lies before the knowledge that a round begins with. One of the same day
// belongs to the round.
Certainty Before(const Moment& moment, const DatedFact& opener) {
  const Moment begins = MomentOf(opener);
  if (CertainlyBefore(moment, begins)) {
    return moment.certain ? Certainty(true) : std::nullopt;
  }
  if (CertainlyBefore(begins, moment) || CertainlyByTheDayOf(begins.when, moment.when))
    return false;
  return std::nullopt;
}

// Whether the investigation of the round before was still running when this round began.
Certainty StillRunning(const Investigation& before, const Round& round) {
  const auto& begun = before.reopened ? before.reopened : before.opened;
  if (!begun || begun->inferred) return false;
  const Certainty concluded =
      before.concluded ? Before(*before.concluded, *round.opener) : Certainty(false);
  return Both(Before(*begun, *round.opener), concluded ? Certainty(!*concluded) : std::nullopt);
}

Investigation ReadOne(const Rounds& rounds, const Round& round) {
  Investigation read;
  read.opened = EarliestOf(rounds.In(round, IsOpening));
  read.reopened = LatestOf(rounds.In(round, IsReopening));
  Candidates conclusions = rounds.In(round, IsConclusion);
  // What was concluded before the reopening bounds the opening, but no longer ends anything.
  const auto unrecorded = BoundedBy(EarliestOf(conclusions));
  if (!read.opened) {
    read.opened = unrecorded;
  } else if (!read.opened->certain && unrecorded) {
    read.opened->when.earliest.reset();  // if it was not that one, nobody recorded it
  }
  if (read.reopened) {
    read.concluded_before_reopening = EarliestOf(CertainlyAhead(conclusions, *read.reopened));
  }
  read.concluded = EarliestOf(SinceReopening(conclusions, read.reopened));
  return read;
}

// A case that was investigated before and is reopened after new knowledge is investigated again
// from its reopening, where nobody recorded another opening.
void ResumeAtReopening(const Investigation& before, Investigation& read) {
  if (!read.reopened || !before.opened) return;
  const bool stated = read.opened && !read.opened->inferred;
  const bool bounded =
      read.opened && !CertainlyBefore(*read.reopened, MomentOf(*read.opened->fact));
  const bool certain = read.reopened->certain && before.opened->certain;
  if (stated || bounded || (read.opened && !certain)) return;
  read.opened = read.reopened;
  read.opened->certain = certain;
}

}  // namespace

std::vector<Investigation> ReadInvestigations(const Rounds& rounds) {
  std::vector<Investigation> all;
  for (const Round& round : rounds.all()) {
    Investigation read = ReadOne(rounds, round);
    if (!all.empty()) {
      ResumeAtReopening(all.back(), read);
      const Certainty running = StillRunning(all.back(), round);
      read.under_way = running;
      if (running != false) {
        read.opened = all.back().reopened ? all.back().reopened : all.back().opened;
        read.opened->certain = running == true;
      }
    }
    all.push_back(std::move(read));
  }
  // An investigation under way is concluded for every round it covers.
  for (size_t i = all.size(); i-- > 0;) {
    const int own = rounds.all()[i].number;
    all[i].last_round = std::max(all[i].last_round, own);
    all[i].last_certain_round = std::max(all[i].last_certain_round, own);
    if (i == 0 || all[i - 1].concluded || all[i].under_way == false) continue;
    all[i - 1].concluded = all[i].concluded;
    all[i - 1].last_round = all[i].last_round;
    if (all[i].under_way == true) {
      all[i - 1].last_certain_round = all[i].last_certain_round;
    } else if (all[i - 1].concluded) {
      all[i - 1].concluded->certain = false;
    }
  }
  return all;
}

LegOutcome StartInvestigation(const Round& round, const Investigation& investigation) {
  // Where it is not certain whether the authority knew, neither is which start counts: the moment
  // is uncertain, and so is the leg.
  std::optional<Moment> start = round.authority;
  if (!start) start = AsSubstitute(round.principal ? round.principal : round.staff);
  LegOutcome outcome = Decide(LEG_START_INVESTIGATION, start, investigation.opened);
  if (investigation.under_way == true) {
    outcome.remarks.push_back(api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND);
  }
  outcome.whole_chain_start = round.anyone;
  return outcome;
}

LegOutcome CompleteInvestigation(const Investigation& investigation) {
  const auto& start = investigation.reopened ? investigation.reopened : investigation.opened;
  LegOutcome outcome = Decide(LEG_COMPLETE_INVESTIGATION, start, investigation.concluded);
  if (investigation.reopened && investigation.opened &&
      CertainlyBefore(*investigation.opened, *investigation.reopened)) {
    outcome.whole_chain_start = investigation.opened;
    outcome.ended_before_reopening = investigation.concluded_before_reopening;
  }
  if (investigation.under_way == true) {
    outcome.remarks.push_back(api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND);
  }
  return outcome;
}

}  // namespace skyndsamt::law
