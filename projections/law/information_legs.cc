#include "projections/law/information_legs.h"

#include <algorithm>
#include <utility>

#include "projections/law/duty_source.h"
#include "projections/law/measure_legs.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;
using event::v1::LEG_FEED_BACK_TO_AUTHORITY;
using event::v1::LEG_FEED_BACK_TO_GUARDIAN;
using event::v1::LEG_INFORM_GUARDIAN;

// The guardian a fact names; null where it is about no guardian.
const std::string* GuardianNamed(const Fact& fact) {
  switch (fact.kind_case()) {
    case Fact::kGuardianInformed:
      return &fact.guardian_informed().guardian();
    case Fact::kGuardianGivenFeedback:
      return &fact.guardian_given_feedback().guardian();
    case Fact::kDecisionNotToInform:
      return &fact.decision_not_to_inform().guardian();
    default:
      return nullptr;
  }
}

// An empty guardian means the child's guardians without saying which.
bool Reaches(const Fact& fact, std::string_view guardian) {
  const std::string* named = GuardianNamed(fact);
  return named != nullptr && (named->empty() || guardian.empty() || *named == guardian);
}

bool GuardsAny(const event::v1::PersonDeclared& person, std::string_view child) {
  return std::ranges::any_of(person.guardian_of(),
                             [&](const std::string& guarded) { return guarded == child; });
}

// The fact that says the pupil is 18 or older; null if none does.
const EffectiveFact* AdultPupil(const CaseReading& reading) {
  for (const EffectiveFact& effective : reading.effective()) {
    for (const auto& child : effective.fact->incident_opened().children()) {
      if (child.person() == reading.file().child && child.adult_pupil() == event::v1::ANSWER_YES) {
        return &effective;
      }
    }
  }
  return nullptr;
}

// The fact by which the guardian is accused, as whatever; null if there is none. Where "a guardian"
// is accused and nobody knows which, it may be any of them, and none is proposed.
const EffectiveFact* Accused(const CaseReading& reading, std::string_view guardian) {
  for (const EffectiveFact& effective : reading.effective()) {
    for (const auto& accused : effective.fact->incident_opened().accused()) {
      if (!guardian.empty() && accused.person() == guardian) return &effective;
      if (accused.kind() != event::v1::ACCUSED_KIND_GUARDIAN) continue;
      if (accused.person().empty() || guardian.empty()) return &effective;
    }
  }
  return nullptr;
}

// When the guardian was declared suspected; absent if that certainly came after as_of.
std::optional<Moment> Suspected(const CaseReading& reading, std::string_view guardian) {
  Candidates declared;
  for (const DatedFact& dated : reading.dated()) {
    if (!dated.fact().has_person_declared()) continue;
    const auto& person = dated.fact().person_declared();
    const bool meant =
        guardian.empty() ? GuardsAny(person, reading.file().child) : person.person() == guardian;
    if (!meant || person.suspected() != event::v1::ANSWER_YES) continue;
    if (CertainlyAfter(dated.when, reading.file().as_of)) continue;
    declared.push_back({&dated, dated.happened});
  }
  return EarliestOf(declared);
}

// The leg, unless nothing is asked for this guardian. Whether there is a decision not to inform may
// itself be uncertain; then so is a leg that waits.
LegOutcome UnlessNotAsked(const CaseReading& reading, std::string_view guardian,
                          LegOutcome outcome) {
  const auto decided = EarliestOf(reading.Those([&](const Fact& fact) {
    return fact.has_decision_not_to_inform() && Reaches(fact, guardian);
  }));
  const auto suspected = Suspected(reading, guardian);
  if (const EffectiveFact* accusing = Accused(reading, guardian)) {
    outcome = NotRequired(outcome.leg, Why::kGuardianSuspected, accusing);
  } else if (suspected && suspected->certain) {
    outcome = NotRequired(outcome.leg, Why::kGuardianSuspected, suspected->stated());
  } else if (const EffectiveFact* adult = AdultPupil(reading)) {
    outcome = NotRequired(outcome.leg, Why::kAdultPupil, adult);
  } else if (decided && decided->certain && !outcome.ended) {
    outcome = GiveUp(outcome, Why::kDecisionNotTo, *decided);
  } else if (decided && !(outcome.ended && outcome.ended->certain)) {
    outcome = PerhapsNotRequired(std::move(outcome), Why::kPerhapsNotRequired, decided->stated());
  }
  if (suspected && outcome.state != api::v1::LEG_STATE_NOT_REQUIRED) {
    outcome = PerhapsNotRequired(std::move(outcome), Why::kPerhapsNotRequired, suspected->stated());
  }
  outcome.guardian = guardian;
  return outcome;
}

// Where the table asks "not earlier": what lies certainly before the conclusion was information.
std::optional<Moment> FeedbackAfter(const Candidates& given, const Moment* conclusion) {
  if (conclusion == nullptr) return std::nullopt;
  return EarliestOf(NotBefore(given, *conclusion, /*same_day_is_after=*/true));
}

std::optional<Moment> Copy(const Moment* moment) {
  return moment == nullptr ? std::nullopt : std::optional<Moment>(*moment);
}

}  // namespace

std::vector<std::string_view> GuardiansOf(const CaseReading& reading) {
  std::vector<std::string_view> own;
  std::vector<std::string_view> others;
  const auto add = [](std::vector<std::string_view>& to, std::string_view id) {
    if (!id.empty() && std::ranges::find(to, id) == to.end()) to.push_back(id);
  };
  for (const EffectiveFact& effective : reading.effective()) {
    if (!effective.fact->has_person_declared()) continue;
    const auto& person = effective.fact->person_declared();
    if (GuardsAny(person, reading.file().child)) {
      add(own, person.person());
    } else if (!person.guardian_of().empty()) {
      add(others, person.person());
    }
  }
  for (const DatedFact* dated : reading.facts()) {
    const std::string* named = GuardianNamed(dated->fact());
    if (named != nullptr && std::ranges::find(others, *named) == others.end()) add(own, *named);
  }
  if (own.empty()) own.push_back({});
  return own;
}

LegOutcome InformGuardian(const CaseReading& reading, const Rounds& rounds,
                          std::string_view guardian) {
  const auto informed = EarliestOf(reading.Those([&](const Fact& fact) {
    return !fact.has_decision_not_to_inform() && Reaches(fact, guardian);
  }));
  return UnlessNotAsked(reading, guardian,
                        Decide(LEG_INFORM_GUARDIAN, rounds.all().front().anyone, informed));
}

LegOutcome FeedBackToGuardian(const CaseReading& reading, std::string_view guardian,
                              const std::vector<Investigation>& investigations) {
  const Moment* conclusion = LastConclusion(investigations);
  const auto given = FeedbackAfter(reading.Those([&](const Fact& fact) {
    return fact.has_guardian_given_feedback() && Reaches(fact, guardian);
  }),
                                   conclusion);
  return UnlessNotAsked(reading, guardian,
                        Decide(LEG_FEED_BACK_TO_GUARDIAN, Copy(conclusion), given));
}

Certainty AdultVariant(const CaseReading& reading, const Rounds& rounds) {
  const CaseFacts& facts = reading.case_facts();
  if (facts.adult_variant) return true;
  if (!facts.guardian_accused) return false;
  return RoutineSays(reading, rounds.all().front().anyone, [](const RoutineVersion* routine) {
    return routine != nullptr && routine->published->adult_variant_for_guardians();
  });
}

LegOutcome FeedBackToAuthority(const CaseReading& reading, const Rounds& rounds,
                               const std::vector<Investigation>& investigations) {
  const Moment* conclusion = LastConclusion(investigations);
  const Candidates all_given =
      reading.Those([](const Fact& fact) { return fact.has_authority_given_feedback(); });
  const auto given = FeedbackAfter(all_given, conclusion);
  const Certainty asked =
      Either(AdultVariant(reading, rounds),
             AskedBy(reading, LEG_FEED_BACK_TO_AUTHORITY, Copy(conclusion), given).required);
  // Feedback before a conclusion that may not have been drawn may have been on an earlier one.
  const bool perhaps_given =
      given || (conclusion != nullptr && !conclusion->certain && !all_given.empty());
  if (!perhaps_given && asked == false) {
    return NotRequired(LEG_FEED_BACK_TO_AUTHORITY, Why::kChildVariant);
  }
  LegOutcome outcome = Decide(LEG_FEED_BACK_TO_AUTHORITY, Copy(conclusion), given);
  const bool certain = (given && given->certain) || asked == true;
  return certain ? outcome : PerhapsNotRequired(std::move(outcome));
}

}  // namespace skyndsamt::law
