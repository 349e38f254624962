#include "projections/law/explained_times.h"

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"
#include "projections/law/late_entries.h"

namespace skyndsamt::law {
namespace {

using api::v1::REASON_KIND_ARITHMETIC;
using api::v1::REASON_KIND_CALENDAR;
using api::v1::REASON_KIND_FACT;
using api::v1::REASON_KIND_RULE;
using api::v1::ReasonNode;

constexpr int64_t kMostDaysNamed = 92;

// "rektorn informerades 2021-03-05 (uppgift f2)".
Words Told(const DatedFact& fact) {
  const Phrase what = WhatHappened(fact.fact().kind_case());
  const Words when = TimeOf(fact);
  return {Cat(what.sv, " ", when.sv, " (uppgift ", fact.stated->id, ")"),
          Cat(what.en, " ", when.en, " (fact ", fact.stated->id, ")")};
}

void AddApproximate(const DatedFact& fact, ReasonNode& under) {
  if (!fact.shown.approximate()) return;
  std::string sv =
      "Tiden är ungefärlig eller osäker: svaret gäller bara om det håller även när gränsen "
      "flyttas ett steg";
  std::string en =
      "The time is approximate or uncertain: the answer holds only if it survives moving the "
      "bound by one step";
  if (fact.when.earliest && fact.when.latest) {
    const std::string first = FormatDay(DayOf(*fact.when.earliest));
    const std::string last = FormatDay(DayOf(*fact.when.latest));
    sv += Cat(", alltså prövad från ", first, " till ", last);
    en += Cat(", so it is tried from ", first, " to ", last);
  }
  AddReason(under, REASON_KIND_RULE, {sv + ".", en + "."});
}

// That a fact was written down a day or more after it happened; nothing for imported ones.
void AddLag(const CaseReading& reading, const DatedFact& fact, ReasonNode& under) {
  const auto lag = DocumentationLag(reading.file(), fact);
  if (!lag || lag->min < 24) return;
  const std::string day = FormatDay(DayOf(fact.stated->first_recorded));
  const Words days = InDays({.min = lag->min / 24, .max = lag->min / 24});
  ReasonNode& node =
      AddReason(under, REASON_KIND_FACT,
                {Cat("Uppgiften skrevs in ", day, ", minst ", days.sv, " efter att det hände."),
                 Cat("It was entered ", day, ", at least ", days.en, " after it happened.")});
  StandsOn(*fact.stated, node);
}

void AddOthers(const CaseReading& reading, const Moment& moment, ReasonNode& under) {
  for (const DatedFact* other : moment.others) {
    const Words told = Told(*other);
    ReasonNode& node = AddReason(
        under, REASON_KIND_FACT,
        {Cat("Det kan lika gärna vara detta, så gränserna omfattar även det: ", told.sv, "."),
         Cat("It may equally be this, so the bounds cover it too: ", told.en, ".")});
    StandsOn(*other->stated, node);
    AddApproximate(*other, node);
    AddLag(reading, *other, node);
  }
}

void AddWhatItRestsOn(const CaseReading& reading, const Moment& moment, ReasonNode& node) {
  StandsOn(*moment.fact->stated, node);
  AddApproximate(*moment.fact, node);
  AddLag(reading, *moment.fact, node);
  AddOthers(reading, moment, node);
}

void AddStart(const CaseReading& reading, const LegOutcome& leg, ReasonNode& root) {
  if (!leg.started) {
    if (leg.ended) {
      AddReason(root, REASON_KIND_FACT,
                {"Ingen uppgift säger när tiden började, så inga dagar räknas.",
                 "No fact says when the time began, so no days are counted."});
    }
    return;
  }
  const Words told = Told(*leg.started->fact);
  ReasonNode& node = AddReason(
      root, REASON_KIND_FACT,
      leg.started->inferred
          ? Words{Cat("När det började är inte antecknat, bara att det var före: ", told.sv, "."),
                  Cat("When it began is not on record, only that it was before: ", told.en, ".")}
          : Words{Cat("Tiden räknas från att ", told.sv, "."),
                  Cat("The time is counted from when ", told.en, ".")});
  if (leg.started->substitute) {
    AddReason(node, REASON_KIND_RULE,
              {"Den uppgift som tiden egentligen räknas från saknas; därför räknas den från denna.",
               "The fact that the time is properly counted from is missing; so this one stands "
               "in."});
  }
  if (!leg.started->certain) {
    AddReason(node, REASON_KIND_FACT,
              {"Det är inte säkert att detta hade hänt, eller att det hör hit.",
               "It is not certain that this had happened, or that it belongs here."});
  }
  AddWhatItRestsOn(reading, *leg.started, node);
}

void AddEnd(const CaseReading& reading, const LegOutcome& leg, ReasonNode& root) {
  if (!leg.ended) {
    const Phrase deed = DeedOf(leg.leg);
    const std::string as_of = FormatDay(DayOf(reading.file().as_of));
    AddReason(root, REASON_KIND_FACT,
              {Cat("Till och med ", as_of, " finns ingen uppgift om att ", deed.sv, "."),
               Cat("Up to and including ", as_of, " there is no fact that ", deed.en, ".")});
    return;
  }
  const Words told = Told(*leg.ended->fact);
  Words text;
  if (!leg.ended->certain) {
    text = {Cat("Kanske klart: ", told.sv,
                ". Det är inte säkert att det hade hänt, eller att det hör hit."),
            Cat("Perhaps done: ", told.en,
                ". It is not certain that it had happened, or that it belongs here.")};
  } else if (leg.ended->inferred) {
    text = {Cat("När det gjordes är inte antecknat, bara att det var senast när ", told.sv, "."),
            Cat("When it was done is not on record, only that it was by the time ", told.en, ".")};
  } else {
    text = {Cat("Klart: ", told.sv, "."), Cat("Done: ", told.en, ".")};
  }
  AddWhatItRestsOn(reading, *leg.ended, AddReason(root, REASON_KIND_FACT, text));
}

void AddWorkingDays(const Elapsed& elapsed, ReasonNode& under) {
  if (!elapsed.working_days) return;
  const Words working = InWorkingDays(*elapsed.working_days);
  Words off;
  if (elapsed.from.earliest && elapsed.to.latest) {
    off = NamedDaysOff(DayOf(*elapsed.from.earliest), DayOf(*elapsed.to.latest), elapsed.closed);
  }
  const bool none = off.sv.empty();
  ReasonNode& node = AddReason(
      under, REASON_KIND_CALENDAR,
      {Cat("Av dem ", working.sv, ": lördagar, söndagar, helgdagar och de tre aftnarna är ",
           "borträknade", none ? "" : " (", off.sv, none ? "." : ")."),
       Cat("Of these ", working.en, ": Saturdays, Sundays, public holidays and the three ",
           "eves are left out", none ? "" : " (", off.en, none ? "." : ").")});
  StandsOn(kHolidaysAct, {}, node);
}

void AddLength(const LegAnswer& answer, ReasonNode& root) {
  if (!answer.elapsed) return;
  const Elapsed& elapsed = *answer.elapsed;
  if (elapsed.done_before) {
    AddReason(root, REASON_KIND_ARITHMETIC,
              {"Det gjordes innan tiden började räknas, alltså 0 dagar.",
               "It was done before the time began, so 0 days."});
    return;
  }
  if (elapsed.days.min == 0 && !elapsed.days.max) {
    AddReason(
        root, REASON_KIND_ARITHMETIC,
        {"Hur många dagar det blir går inte att säga.", "How many days that is cannot be told."});
    return;
  }
  const Words days = InDays(elapsed.days);
  const bool running = elapsed.course == Course::kRunning;
  ReasonNode& node = AddReason(root, REASON_KIND_ARITHMETIC,
                               {Cat(running ? "Hittills " : "Det är ", days.sv,
                                    ": startdagen räknas inte, slutdagen räknas."),
                                Cat(running ? "So far " : "That is ", days.en,
                                    ": the day it starts is not counted, the day it ends is.")});
  AddWorkingDays(elapsed, node);
}

}  // namespace

Words NamedDaysOff(absl::CivilDay first, absl::CivilDay last, std::span<const ClosedDay> closed) {
  Words named;
  if (last - first > kMostDaysNamed) return named;
  for (absl::CivilDay day = first + 1; day <= last; ++day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) continue;
    const Holiday* holiday = HolidayOn(day);
    if (holiday == nullptr) continue;
    const char* separator = named.sv.empty() ? "" : ", ";
    named.sv += Cat(separator, holiday->sv, " ", FormatDay(day));
    named.en += Cat(separator, holiday->en, " ", FormatDay(day));
  }
  for (const ClosedDay& day : closed) {
    const char* separator = named.sv.empty() ? "" : ", ";
    const std::string& reason = day.span->reason();
    const std::string why = reason.empty() ? "" : Cat(" (", reason, ")");
    named.sv += Cat(separator, "stängt ", FormatDay(day.day), why);
    named.en += Cat(separator, "closed ", FormatDay(day.day), why);
  }
  return named;
}

namespace {

// From what the whole chain is counted: what the leg's own start must not hide.
Words ChainFrom(event::v1::Leg leg) {
  switch (leg) {
    case event::v1::LEG_COMPLETE_INVESTIGATION:
      return {"Från att utredningen först inleddes, före återupptagandet: ",
              "From when the investigation was first opened, before the reopening: "};
    case event::v1::LEG_DECIDE_MEASURES:
      return {"Från att utredningen först avslutades, före återupptagandet: ",
              "From when the investigation was first concluded, before the reopening: "};
    case event::v1::LEG_EVALUATE_MEASURES:
      return {"Från den sista uppföljningen före utvärderingen: ",
              "From the last follow-up before the evaluation: "};
    default:
      return {"Hela kedjan, från att någon först fick veta: ",
              "The whole chain, from when anyone first came to know: "};
  }
}

// How long it took the first time, before it began anew.
void AddFirstSpan(const LegOutcome& leg, ReasonNode& root) {
  const auto& ended = leg.ended_before_reopening;
  if (!ended || !ended->certain || ended->contradicted()) return;
  const Words days = InDays(CalendarDays(*leg.whole_chain_start, *ended));
  const Words told = Told(*ended->fact);
  StandsOn(*ended->stated(),
           AddReason(root, REASON_KIND_ARITHMETIC,
                     {Cat("Före återupptagandet, efter ", days.sv, ": ", told.sv, "."),
                      Cat("Before the reopening, after ", days.en, ": ", told.en, ".")}));
}

}  // namespace

void ExplainTimes(const CaseReading& reading, const LegAnswer& answer, ReasonNode& root) {
  AddStart(reading, *answer.leg, root);
  AddEnd(reading, *answer.leg, root);
  AddLength(answer, root);
  if (!answer.whole_chain) return;
  const Words days = InDays(*answer.whole_chain);
  const Words from = ChainFrom(answer.leg->leg);
  ReasonNode& node = AddReason(root, REASON_KIND_ARITHMETIC,
                               {Cat(from.sv, days.sv, "."), Cat(from.en, days.en, ".")});
  if (const EffectiveFact* first = answer.leg->whole_chain_start->stated()) StandsOn(*first, node);
  AddFirstSpan(*answer.leg, root);
}

}  // namespace skyndsamt::law
