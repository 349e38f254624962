#include "projections/law/trial.h"

#include <utility>

#include "projections/law/case_legs.h"
#include "projections/law/case_reading.h"
#include "projections/law/leg_answer.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

using api::v1::Question;
using api::v1::SettledIf;

// One text for what is supposed, to find it again.
std::string KeyOf(std::span<const Supposed> supposed) {
  std::string key;
  const auto add = [&key](const std::optional<Micros>& bound) {
    AppendTo(key, bound ? Cat("|", *bound) : std::string("|"));
  };
  for (const Supposed& one : supposed) {
    AppendTo(key, Cat(";", one.fact));
    add(one.earliest);
    add(one.latest);
    if (one.after.empty()) continue;
    AppendTo(key, Cat("|", one.after, "|", FormatDuration(one.at_least), "|",
                      one.at_most ? FormatDuration(*one.at_most) : std::string()));
  }
  return key;
}

Answers AnswersTo(const CaseReading& reading, const LegOutcome& leg) {
  if (!leg.clocked()) return {.state = leg.state};
  const LegAnswer found = Measured(reading, leg);
  return {leg.state, found.routine.verdict, found.practice.position};
}

std::optional<SettledIf> SettledAt(Question question, const Probe& probe, int64_t at) {
  const auto answers = probe(at);
  if (!answers || !answers->Settled(question)) return std::nullopt;
  return answers->Only(question);
}

}  // namespace

bool Answers::Settled(Question question) const {
  switch (question) {
    case api::v1::QUESTION_STATE:
      return state != api::v1::LEG_STATE_UNDETERMINED;
    case api::v1::QUESTION_ROUTINE:
      return routine != api::v1::ROUTINE_VERDICT_UNDETERMINED;
    case api::v1::QUESTION_PRACTICE:
      return practice != api::v1::PRACTICE_POSITION_UNDETERMINED;
    default:
      return false;
  }
}

SettledIf Answers::Only(Question question) const {
  SettledIf only;
  if (question == api::v1::QUESTION_ROUTINE) only.set_routine(routine);
  if (question == api::v1::QUESTION_PRACTICE) only.set_practice(practice);
  const bool nothing_to_compare = only.routine() == api::v1::ROUTINE_VERDICT_UNSPECIFIED &&
                                  only.practice() == api::v1::PRACTICE_POSITION_UNSPECIFIED;
  if (nothing_to_compare) only.set_state(state);
  return only;
}

std::string LegKey(const api::v1::LegTimeliness& leg) {
  return LegKey({.leg = leg.leg(),
                 .round = leg.round(),
                 .measure = leg.measure(),
                 .guardian = leg.guardian(),
                 .request = leg.request()});
}

std::string LegKey(const LegOutcome& leg) {
  return Cat(static_cast<int64_t>(leg.leg), "/", static_cast<int64_t>(leg.round), "/", leg.measure,
             "/", leg.guardian, "/", leg.request);
}

std::optional<Answers> Trial::Try(const std::string& leg, std::span<const Supposed> supposed) {
  const std::string key = KeyOf(supposed);
  auto tried = tried_.find(key);
  if (tried == tried_.end()) {
    if (work_ >= most_work_) return std::nullopt;
    CaseFile file = file_;
    file.supposed = supposed;
    const CaseReading reading(file);
    ByLeg answers;
    for (const LegOutcome& one : LegsOf(reading, work_)) {
      answers[LegKey(one)] = AnswersTo(reading, one);
    }
    tried = tried_.emplace(key, std::move(answers)).first;
  }
  const auto found = tried->second.find(leg);
  if (found != tried->second.end()) return found->second;
  // A round that is then none, or a measure, guardian or request that no fact names any more, has
  // nothing that began.
  return Answers{.state = api::v1::LEG_STATE_NOT_STARTED};
}

Turn FindTurn(Question question, int64_t first, int64_t last, const Probe& at_most,
              const Probe& at_least) {
  Turn turn;
  if (const auto low = SettledAt(question, at_most, first)) {
    int64_t yes = first;
    int64_t no = last;  // supposing "at most the last" supposes nothing
    while (no - yes > 1) {
      const int64_t middle = yes + (no - yes) / 2;
      (SettledAt(question, at_most, middle) ? yes : no) = middle;
    }
    turn.up_to = yes;
    turn.earlier = *low;
  }
  if (const auto high = SettledAt(question, at_least, last)) {
    int64_t yes = last;
    int64_t no = first;
    while (yes - no > 1) {
      const int64_t middle = no + (yes - no) / 2;
      (SettledAt(question, at_least, middle) ? yes : no) = middle;
    }
    turn.from = yes;
    turn.later = *high;
  }
  return turn;
}

}  // namespace skyndsamt::law
