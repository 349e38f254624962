#include "projections/law/duty_source.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

using event::v1::Statute;
using Times = absl::InlinedVector<Interval, 2>;

// What several say of the same question.
class Tally {
 public:
  void Add(Certainty says) {
    any_ = any_ || says != false;
    all_ = all_ && says == true;
  }
  // Nobody says so, all do, or that is not certain.
  Certainty result() const {
    if (!any_) return false;
    return all_ ? Certainty(true) : std::nullopt;
  }

 private:
  bool any_ = false;
  bool all_ = true;
};

struct Tallies {
  Tally required, limited, by_form, required_by_law, excepted, ended;
};

// What may not have happened had, if it did, by as_of; else it is as_of that is asked about.
Times TimesOf(const CaseReading& reading, const std::optional<Moment>& moment) {
  const Micros as_of = reading.file().as_of;
  Times times;
  if (moment) times.push_back(moment->when);
  if (moment && moment->certain) return times;
  if (moment && !CertainlyBy(times.front(), as_of)) times.front().latest = as_of;
  times.push_back(At(as_of));
  return times;
}

// From the beginning of an interval on. Dates of four-digit years compare as their texts do.
bool StoodAt(const Statute& statute, const Interval& when) {
  return when.earliest && statute.from() <= FormatDay(DayOf(*when.earliest));
}

// Whenever the clock started within its bounds: the statute stood then, or it reaches what was
// under way when it came, and that certainly was.
bool StandsFor(const Statute& statute, const ClockTimes& clock) {
  if (!statute.until().empty() &&
      !(clock.started.latest && FormatDay(DayOf(*clock.started.latest)) <= statute.until())) {
    return false;
  }
  if (statute.from().empty() || StoodAt(statute, clock.started)) return true;
  const bool running = statute.reach() == event::v1::POLICY_REACH_RUNNING ||
                       statute.reach() == event::v1::POLICY_REACH_RUNNING_ANEW;
  return running && StoodAt(statute, clock.stopped);
}

bool Excepts(const Statute& statute, event::v1::UnitForm form) {
  const auto& except = statute.except_forms();
  return std::ranges::find(except, form) != except.end();
}

// Every statute of the duty that the rule set has, of whatever time, leaves out units of the case's
// form: then the duty did not reach them before the first of them either.
bool NeverReached(const CaseReading& reading, event::v1::Leg leg, event::v1::UnitForm form) {
  auto statutes = reading.policy().StatutesIn(leg, Interval{});
  std::erase_if(statutes, [](const Statute* statute) {
    return statute->effect() == event::v1::STATUTE_EFFECT_ENDS;
  });
  return !statutes.empty() && std::ranges::all_of(statutes, [&](const Statute* statute) {
    return Excepts(*statute, form);
  });
}

void AskRoutines(const CaseReading& reading, event::v1::Leg leg, const UnitTerms& unit,
                 const ClockTimes& clock, Tallies& tallies) {
  for (const AppliedRoutine& applied : reading.PolicyOf(unit).RoutinesFor(clock)) {
    const Limit* limit =
        applied.version == nullptr ? nullptr : applied.version->For(leg, unit.form);
    const bool required = limit != nullptr && limit->words->required();
    tallies.required.Add(required);
    tallies.limited.Add(required || (limit != nullptr && limit->duration));
    tallies.by_form.Add(limit != nullptr && !limit->words->forms().empty());
  }
}

void AskStatutes(const CaseReading& reading, event::v1::Leg leg, const UnitTerms& unit,
                 const ClockTimes& clock, Tallies& tallies) {
  Certainty required = false;
  Certainty excepted = NeverReached(reading, leg, unit.form);
  bool ended = false;
  bool other = false;
  for (const Statute* statute : reading.policy().StatutesFor(leg, clock)) {
    const Certainty stands = StandsFor(*statute, clock) ? Certainty(true) : std::nullopt;
    if (Excepts(*statute, unit.form)) excepted = Either(excepted, stands);
    if (!Binds(*statute, unit)) continue;
    if (statute->effect() == event::v1::STATUTE_EFFECT_REQUIRES) {
      required = Either(required, stands);
    }
    const bool ends = statute->effect() == event::v1::STATUTE_EFFECT_ENDS;
    ended = ended || (ends && StoodAt(*statute, clock.started));
    other = other || !ends;
  }
  tallies.required_by_law.Add(required);
  tallies.excepted.Add(excepted);
  tallies.ended.Add(ended && !other);
}

}  // namespace

Asked AskedBy(const CaseReading& reading, event::v1::Leg leg, const std::optional<Moment>& started,
              const std::optional<Moment>& stopped, const std::optional<Interval>& unit_at) {
  Tallies tallies;
  for (const Interval& from : TimesOf(reading, started)) {
    for (const Interval& to : TimesOf(reading, stopped)) {
      for (const TermsAndClock& each : reading.UnitFor({from, to}, unit_at)) {
        AskRoutines(reading, leg, *each.terms, each.clock, tallies);
        AskStatutes(reading, leg, *each.terms, each.clock, tallies);
      }
    }
  }
  const Certainty by_law = tallies.required_by_law.result();
  return {.required = Either(tallies.required.result(), by_law),
          .at_all = Either(tallies.limited.result(), by_law),
          .by_form = tallies.by_form.result(),
          .excepted = tallies.excepted.result(),
          .ended = tallies.ended.result() == true};
}

LegOutcome UnlessEnded(const CaseReading& reading, LegOutcome outcome) {
  if (!reading.policy().ends_any() || outcome.state == api::v1::LEG_STATE_FULFILLED ||
      outcome.state == api::v1::LEG_STATE_NOT_REQUIRED || !outcome.started) {
    return outcome;
  }
  const Asked asked = AskedBy(reading, outcome.leg, outcome.started, std::nullopt, outcome.unit_at);
  if (!asked.ended || asked.at_all != false) return outcome;
  LegOutcome ended = NotRequired(outcome.leg, Why::kEndedByStatute);
  ended.round = outcome.round;
  ended.measure = outcome.measure;
  ended.guardian = outcome.guardian;
  ended.request = outcome.request;
  ended.unit_at = outcome.unit_at;
  return ended;
}

}  // namespace skyndsamt::law
