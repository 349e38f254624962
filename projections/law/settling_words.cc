#include "projections/law/settling_words.h"

#include "absl/strings/str_join.h"
#include "projections/law/verdict_words.h"

namespace skyndsamt::law {
namespace {

using api::v1::SettledIf;
using api::v1::Settling;

Words OutcomeOf(const SettledIf& settled) {
  if (settled.routine() != api::v1::ROUTINE_VERDICT_UNSPECIFIED) {
    return InFull(RoutineWord(settled.routine()));
  }
  if (settled.practice() != api::v1::PRACTICE_POSITION_UNSPECIFIED) {
    return InFull(PracticeWord(settled.practice()));
  }
  return InFull(StateWord(settled.state()));
}

// "f3 (huvudmannen underrättades)".
Words Named(const CaseReading& reading, const std::string& id) {
  const DatedFact* fact = reading.Find(id);
  if (fact == nullptr) return {id, id};
  const Phrase what = WhatHappened(fact->fact().kind_case());
  return {Cat(id, " (", what.sv, ")"), Cat(id, " (", what.en, ")")};
}

struct SideWords {
  Phrase at_most;   // before the bound of `earlier`
  Phrase at_least;  // before that of `later`
};

Words Bound(const SettledIf& side, bool length) {
  if (!length) return {side.bound(), side.bound()};
  return InLimit(side.bound(), event::v1::DAY_COUNT_CALENDAR);
}

// "Senast 2017-10-11: inom rutinens tid. Tidigast 2017-10-12: senare än rutinens tid."
Words Sides(const Settling& settling, const SideWords& words, bool length) {
  Words text;
  if (settling.has_earlier()) {
    const Words outcome = OutcomeOf(settling.earlier());
    const Words bound = Bound(settling.earlier(), length);
    text.sv += Cat(" ", words.at_most.sv, " ", bound.sv, ": ", outcome.sv, ".");
    text.en += Cat(" ", words.at_most.en, " ", bound.en, ": ", outcome.en, ".");
  }
  if (settling.has_later()) {
    const Words outcome = OutcomeOf(settling.later());
    const Words bound = Bound(settling.later(), length);
    text.sv += Cat(" ", words.at_least.sv, " ", bound.sv, ": ", outcome.sv, ".");
    text.en += Cat(" ", words.at_least.en, " ", bound.en, ": ", outcome.en, ".");
  }
  if (!settling.either_way()) {
    const bool between = settling.has_earlier() && settling.has_later();
    text.sv +=
        between ? " Däremellan beror det även på annat." : " Annars beror det även på annat.";
    text.en += between ? " In between it depends on more." : " Otherwise it depends on more.";
  }
  return text;
}

constexpr SideWords kTimes{{"Senast", "By"}, {"Tidigast", "From"}};
constexpr SideWords kLengths{{"Högst", "At most"}, {"Minst", "At least"}};

Words OfTime(const CaseReading& reading, const Settling& settling) {
  const Words fact = Named(reading, settling.facts(0));
  const Words sides = Sides(settling, kTimes, false);
  if (settling.either_way()) {
    const std::string& line = settling.later().bound();
    return {Cat("Vad som skulle avgöra det: på vilken sida om ", line, " uppgift ", fact.sv,
                " ligger.", sides.sv),
            Cat("What would settle it: on which side of ", line, " fact ", fact.en, " lies.",
                sides.en)};
  }
  return {Cat("Vad som kan avgöra det: när uppgift ", fact.sv, " var.", sides.sv),
          Cat("What may settle it: when fact ", fact.en, " was.", sides.en)};
}

Words OfLength(const CaseReading& reading, const Settling& settling) {
  const Words from = Named(reading, settling.facts(0));
  const Words to = Named(reading, settling.facts(1));
  const Words sides = Sides(settling, kLengths, true);
  return {Cat("Vad som skulle avgöra det: hur lång tid som gick från uppgift ", from.sv,
              " till uppgift ", to.sv, ".", sides.sv),
          Cat("What would settle it: how long it was from fact ", from.en, " to fact ", to.en, ".",
              sides.en)};
}

Words OfMissingStart(const api::v1::LegTimeliness& leg, const Settling& settling) {
  // Of the duty to open an investigation it is the opening that nobody recorded, if not its start.
  const bool opening = leg.leg() == event::v1::LEG_START_INVESTIGATION && leg.has_started();
  const Phrase start = StartOf(opening ? event::v1::LEG_COMPLETE_INVESTIGATION : leg.leg());
  const Words sides = Sides(settling, kTimes, false);
  return {
      Cat("Vad som skulle avgöra det: en uppgift om när ", start.sv, ". Den saknas.", sides.sv),
      Cat("What would settle it: a fact that says when ", start.en, ". There is none.", sides.en)};
}

}  // namespace

void PutInWords(const CaseReading& reading, const api::v1::LegTimeliness& leg, Settling& settling) {
  const std::string ids = absl::StrJoin(settling.facts(), ", ");
  Words text;
  switch (settling.by()) {
    case api::v1::SETTLED_BY_TIME:
      text = OfTime(reading, settling);
      break;
    case api::v1::SETTLED_BY_LENGTH:
      text = OfLength(reading, settling);
      break;
    case api::v1::SETTLED_BY_TIMES:
      text = {Cat("Ingen enskild uppgift avgör det. Vad som skulle avgöra det: att uppgifterna ",
                  ids, " alla dateras närmare."),
              Cat("No fact settles it alone. What would settle it: that facts ", ids,
                  " are all dated better.")};
      break;
    case api::v1::SETTLED_BY_MISSING_START:
      text = OfMissingStart(leg, settling);
      break;
    case api::v1::SETTLED_BY_CORRECTION:
      text = {Cat("Vad som skulle avgöra det: att någon av uppgifterna ", ids,
                  ", som säger emot varandra, rättas."),
              Cat("What would settle it: that one of facts ", ids,
                  ", which contradict each other, is corrected.")};
      break;
    case api::v1::SETTLED_BY_FINDING:
      text = {Cat("Vad som skulle avgöra det: vad utredningen kom fram till (uppgift ", ids, ")."),
              Cat("What would settle it: what the investigation found (fact ", ids, ").")};
      break;
    case api::v1::SETTLED_BY_UNSPECIFIED:
      text = {"Vad som skulle avgöra det gick inte att finna: för mycket är ovisst på en gång.",
              "What would settle it could not be found: too much is uncertain at once."};
      break;
    default:
      text = {"Inget datum avgör det: de publicerade besluten går isär vid denna längd.",
              "No date settles it: the published decisions differ at this length."};
  }
  *settling.mutable_text() = ToText(text);
}

}  // namespace skyndsamt::law
