#include "projections/law/explanation.h"

#include <ranges>
#include <string>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/holidays.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

// Collects the lines of one leg.
class Lines {
 public:
  explicit Lines(api::v1::LegTimeliness& to) : to_(to) {}

  void Add(std::string sv, std::string en) {
    auto& line = *to_.add_explanation();
    line.set_sv(std::move(sv));
    line.set_en(std::move(en));
  }
  void Add(const Phrase& phrase) {
    if (!phrase.sv.empty()) Add(std::string(phrase.sv), std::string(phrase.en));
  }

 private:
  api::v1::LegTimeliness& to_;
};

// "rektorn informerades 2021-03-05 (uppgift f2)".
Words Told(const DatedFact& fact) {
  const Phrase what = WhatHappened(fact.fact().kind_case());
  const Words when = TimeOf(fact);
  return {Cat(what.sv, " ", when.sv, " (uppgift ", fact.stated->id, ")"),
          Cat(what.en, " ", when.en, " (fact ", fact.stated->id, ")")};
}

void AddOthers(const Moment& moment, Lines& lines) {
  if (moment.others.empty()) return;
  std::string ids;
  for (const DatedFact* other : moment.others) {
    ids += Cat(ids.empty() ? "" : ", ", other->stated->id);
  }
  lines.Add(Cat("Det kan lika gärna vara uppgift ", ids, ", så gränserna omfattar alla."),
            Cat("It may equally be fact ", ids, ", so the bounds cover them all."));
}

void AddApproximate(const Moment& moment, Lines& lines) {
  if (moment.fact == nullptr || !moment.fact->shown.approximate()) return;
  lines.Add(
      "Tiden är ungefärlig eller osäker: svaret gäller bara om det håller även när gränsen "
      "flyttas ett steg.",
      "The time is approximate or uncertain: the answer holds only if it survives moving "
      "the bound by one step.");
}

void AddStatutes(const LegAnswer& answer, Lines& lines) {
  for (const event::v1::Statute* statute : answer.statutes) {
    const std::string& word = statute->time_word();
    const bool none = word.empty();
    lines.Add(Cat("Grund: ", statute->citation(), none ? " (inget tidsord). " : " (”", word,
                  none ? "" : "”). ", statute->note_sv()),
              Cat("Basis: ", statute->citation(), none ? " (no time word). " : " (\"", word,
                  none ? "" : "\"). ", statute->note_en()));
  }
}

void AddStart(const LegOutcome& leg, Lines& lines) {
  if (!leg.started) {
    if (leg.ended) {
      lines.Add("Ingen uppgift säger när tiden började, så inga dagar räknas.",
                "No fact says when the time began, so no days are counted.");
    }
    return;
  }
  const Words told = Told(*leg.started->fact);
  if (leg.started->inferred) {
    lines.Add(Cat("När det började är inte antecknat, bara att det var före: ", told.sv, "."),
              Cat("When it began is not on record, only that it was before: ", told.en, "."));
  } else {
    lines.Add(Cat("Tiden räknas från att ", told.sv, "."),
              Cat("The time is counted from when ", told.en, "."));
  }
  if (leg.started->substitute) {
    lines.Add("Den uppgift som tiden egentligen räknas från saknas; därför räknas den från denna.",
              "The fact that the time is properly counted from is missing; so this one stands in.");
  }
  if (!leg.started->certain) {
    lines.Add("Det är inte säkert att detta hade hänt, eller att det hör hit.",
              "It is not certain that this had happened, or that it belongs here.");
  }
  AddOthers(*leg.started, lines);
  AddApproximate(*leg.started, lines);
}

void AddEnd(const CaseReading& reading, const LegOutcome& leg, Lines& lines) {
  const Phrase deed = DeedOf(leg.leg);
  if (!leg.ended) {
    const std::string as_of = FormatDay(DayOf(reading.file().as_of));
    lines.Add(Cat("Till och med ", as_of, " finns ingen uppgift om att ", deed.sv, "."),
              Cat("Up to and including ", as_of, " there is no fact that ", deed.en, "."));
    return;
  }
  const Words told = Told(*leg.ended->fact);
  if (leg.ended->inferred) {
    lines.Add(
        Cat("När det gjordes är inte antecknat, bara att det var senast när ", told.sv, "."),
        Cat("When it was done is not on record, only that it was by the time ", told.en, "."));
  } else if (leg.ended->certain) {
    lines.Add(Cat("Klart: ", told.sv, "."), Cat("Done: ", told.en, "."));
  } else {
    lines.Add(Cat("Kanske klart: ", told.sv,
                  ". Det är inte säkert att det hade hänt, eller att det hör hit."),
              Cat("Perhaps done: ", told.en,
                  ". It is not certain that it had happened, or that it belongs here."));
  }
  AddOthers(*leg.ended, lines);
  AddApproximate(*leg.ended, lines);
}

// Weekdays left out of the working days by name, where both ends are days.
Words NamedDaysOff(const Interval& from, const Interval& to) {
  Words named;
  if (!from.earliest || !to.latest) return named;
  const absl::CivilDay first = DayOf(*from.earliest);
  const absl::CivilDay last = DayOf(*to.latest);
  if (last - first > 92) return named;
  for (absl::CivilDay day = first + 1; day <= last; ++day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) continue;
    const Holiday* holiday = HolidayOn(day);
    if (holiday == nullptr) continue;
    const char* separator = named.sv.empty() ? "" : ", ";
    named.sv += Cat(separator, holiday->sv, " ", FormatDay(day));
    named.en += Cat(separator, holiday->en, " ", FormatDay(day));
  }
  return named;
}

void AddLength(const LegAnswer& answer, Lines& lines) {
  if (!answer.elapsed) return;
  const Elapsed& elapsed = *answer.elapsed;
  if (elapsed.done_before) {
    lines.Add("Det gjordes innan tiden började räknas, alltså 0 dagar.",
              "It was done before the time began, so 0 days.");
    return;
  }
  if (elapsed.days.min == 0 && !elapsed.days.max) {
    lines.Add("Hur många dagar det blir går inte att säga.",
              "How many days that is cannot be told.");
    return;
  }
  const Words days = InDays(elapsed.days);
  const bool running = elapsed.course == Course::kRunning;
  std::string sv = Cat(running ? "Hittills " : "Det är ", days.sv,
                       ": startdagen räknas inte, slutdagen räknas.");
  std::string en = Cat(running ? "So far " : "That is ", days.en,
                       ": the day it starts is not counted, the day it ends is.");
  if (elapsed.working_days) {
    const Words working = InWorkingDays(*elapsed.working_days);
    const Words off = NamedDaysOff(elapsed.from, elapsed.to);
    sv += Cat(" Av dem ", working.sv, ": lördagar, söndagar, helgdagar och de tre ",
              "aftnarna är borträknade", off.sv.empty() ? "" : " (", off.sv,
              off.sv.empty() ? "." : ").");
    en += Cat(" Of these ", working.en, ": Saturdays, Sundays, public holidays and the ",
              "three eves are left out", off.en.empty() ? "" : " (", off.en,
              off.en.empty() ? "." : ").");
  }
  lines.Add(std::move(sv), std::move(en));
}

Phrase AgainstRoutineInWords(api::v1::RoutineVerdict verdict) {
  switch (verdict) {
    case api::v1::ROUTINE_VERDICT_WITHIN:
      return {"Det gjordes inom den tiden.", "It was done within that time."};
    case api::v1::ROUTINE_VERDICT_LATE:
      return {"Det blev senare än så.", "It became later than that."};
    case api::v1::ROUTINE_VERDICT_RUNNING:
      return {"Den tiden har inte gått ut.", "That time has not run out."};
    default:
      return {"Uppgifterna är inte så exakta att det går att säga om det var inom den tiden.",
              "The facts are not exact enough to tell whether it was within that time."};
  }
}

void AddRoutine(const RoutineFinding& routine, Lines& lines) {
  const Phrase verdict = AgainstRoutineInWords(routine.verdict);
  const std::string due = routine.due_instant ? FormatInstant(*routine.due_instant)
                          : routine.due_day   ? FormatDay(*routine.due_day)
                                              : "";
  if (routine.own_date && due.empty()) {
    lines.Add(
        "Besluten anger inte samma datum, och vilket av dem som kom först är inte säkert.",
        "The decisions do not name the same date, and which of them came first is uncertain.");
    return;
  }
  if (routine.own_date) {
    lines.Add(Cat("Planens eget datum: senast ", due, ". ", verdict.sv),
              Cat("The plan's own date: by ", due, ". ", verdict.en));
    return;
  }
  if (routine.straddles) {
    lines.Add(Cat("Starten kan ligga i flera versioner av rutinen (", routine.versions,
                  "); alla har prövats."),
              Cat("The start may lie in several versions of the routine (", routine.versions,
                  "); all were applied."));
  }
  const std::string words = routine.words.empty() ? "" : Cat(" ”", routine.words, "”");
  if (routine.verdict == api::v1::ROUTINE_VERDICT_NO_LIMIT) {
    lines.Add(words.empty() ? "Huvudmannens egen rutin sätter ingen tid."
                            : Cat("Huvudmannens egen rutin säger", words, " utan någon tid."),
              words.empty() ? "The authority's own routine sets no time."
                            : Cat("The authority's own routine says", words, " without a time."));
    return;
  }
  const Words limit = InLimit(routine.limit, routine.days);
  std::string sv =
      Cat("Huvudmannens egen rutin (version ", routine.versions, "):", words, " inom ", limit.sv);
  std::string en = Cat("The authority's own routine (version ", routine.versions, "):", words,
                       " within ", limit.en);
  if (!due.empty()) sv += Cat(", alltså senast ", due);
  if (!due.empty()) en += Cat(", so by ", due);
  if (routine.moved_from) {
    const std::string from = FormatDay(*routine.moved_from);
    sv += Cat(" (flyttat från ", from, ", som inte är en vardag; rutinen säger att det ",
              "då får göras nästa vardag)");
    en += Cat(" (moved from ", from, ", which is no working day; the routine says that ",
              "it may then be done the next one)");
  }
  lines.Add(Cat(sv, ". ", verdict.sv), Cat(en, ". ", verdict.en));
}

void AddYardstick(const event::v1::Yardstick& y, Lines& lines) {
  const bool accepted = y.outcome() == event::v1::YARDSTICK_OUTCOME_ACCEPTED;
  const bool criticised = y.outcome() == event::v1::YARDSTICK_OUTCOME_CRITICISED;
  lines.Add(Cat(accepted     ? "Har godtagits: "
                : criticised ? "Har kritiserats: "
                             : "Jämför: ",
                y.conduct_sv(), " (", y.source(), "). Skiljer sig: ", y.differs_sv(), "."),
            Cat(accepted     ? "Accepted: "
                : criticised ? "Criticised: "
                             : "Compare: ",
                y.conduct_en(), " (", y.source(), "). What differs: ", y.differs_en(), "."));
}

void AddPractice(const PracticeFinding& practice, Lines& lines) {
  if (practice.accepted != nullptr) AddYardstick(*practice.accepted, lines);
  if (practice.criticised != nullptr) AddYardstick(*practice.criticised, lines);
  for (const event::v1::Yardstick* y : practice.in_words) AddYardstick(*y, lines);
  switch (practice.position) {
    case api::v1::PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return lines.Add("Tiden är högst så lång som en som har godtagits.",
                       "The time is no longer than one that was accepted.");
    case api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return lines.Add("Tiden är minst så lång som en som har kritiserats.",
                       "The time is at least as long as one that was criticised.");
    case api::v1::PRACTICE_POSITION_BETWEEN:
      return lines.Add("Tiden ligger mellan det som har godtagits och det som har kritiserats.",
                       "The time lies between what was accepted and what was criticised.");
    case api::v1::PRACTICE_POSITION_RUNNING:
      return lines.Add("Tiden går, och har inte nått något som har kritiserats.",
                       "The time is running, and has not reached anything that was criticised.");
    case api::v1::PRACTICE_POSITION_UNDETERMINED:
      return lines.Add("Uppgifterna är inte så exakta att tiden kan jämföras.",
                       "The facts are not exact enough to compare the time.");
    default:
      return lines.Add("Det finns inget publicerat riktmärke i dagar för detta.",
                       "There is no published yardstick in days for this.");
  }
}

void AddRemark(api::v1::Remark remark, const LegOutcome& leg, Lines& lines) {
  switch (remark) {
    case api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND:
      return lines.Add("En utredning pågick redan sedan en tidigare omgång.",
                       "An investigation was already under way from an earlier round.");
    case api::v1::REMARK_DOCUMENTED_LATE:
      return lines.Add(
          "Uppgiften skrevs in först efter att tiden hade gått ut. Den räknas som gjord "
          "när den gjordes, men är sent dokumenterad.",
          "It was entered only after the time had run out. It counts as done when it "
          "was done, but is documented late.");
    case api::v1::REMARK_PRINCIPAL_ACCUSED:
      if (leg.why != Why::kNothing) return;  // the reason already says so
      return lines.Add(
          "Rektorn är anklagad: kedjan går från personalen direkt till huvudmannen "
          "(skolchefen).",
          "The principal is accused: the chain goes from staff straight to the "
          "authority (its chief education officer).");
    case api::v1::REMARK_WAITING_STOPS_NO_CLOCK:
      return lines.Add("En polisanmälan fanns. En polisutredning stoppar inte tiden (DO 2013).",
                       "A police report had been made. A police investigation does not stop the "
                       "time (DO 2013).");
    case api::v1::REMARK_CONTRADICTED:
      return lines.Add("Uppgifterna säger emot varandra, så ingenting jämförs.",
                       "The facts contradict each other, so nothing is compared.");
    default:
      return;  // said where the start, the end or the routine is explained
  }
}

}  // namespace

void Explain(const CaseReading& reading, const LegAnswer& answer, api::v1::LegTimeliness& to) {
  const LegOutcome& leg = *answer.leg;
  Lines lines(to);
  AddStatutes(answer, lines);
  lines.Add(Reason(leg.why));
  if (leg.clocked()) {
    AddStart(leg, lines);
    AddEnd(reading, leg, lines);
    AddLength(answer, lines);
    if (answer.whole_chain) {
      const Words days = InDays(*answer.whole_chain);
      lines.Add(Cat("Hela kedjan, från att någon först fick veta: ", days.sv, "."),
                Cat("The whole chain, from when anyone first came to know: ", days.en, "."));
    }
    AddRoutine(answer.routine, lines);
    AddPractice(answer.practice, lines);
  } else if (leg.state == api::v1::LEG_STATE_NOT_STARTED && leg.why == Why::kNothing) {
    lines.Add("Tiden har inte börjat räknas: ingen uppgift startar den.",
              "The time has not begun: no fact starts it.");
  }
  for (const api::v1::Remark remark : to.remarks() | std::views::transform([](int r) {
                                        return static_cast<api::v1::Remark>(r);
                                      })) {
    AddRemark(remark, leg, lines);
  }
}

}  // namespace skyndsamt::law
