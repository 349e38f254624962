#include "projections/law/explained_comparisons.h"

#include <optional>

#include "projections/law/civil_time.h"
#include "projections/law/differences.h"
#include "projections/law/edtf.h"
#include "projections/law/explained_times.h"
#include "projections/law/holidays.h"
#include "projections/law/verdict_words.h"

namespace skyndsamt::law {
namespace {

using api::v1::REASON_KIND_ARITHMETIC;
using api::v1::REASON_KIND_CALENDAR;
using api::v1::REASON_KIND_CONCLUSION;
using api::v1::REASON_KIND_FACT;
using api::v1::REASON_KIND_RULE;
using api::v1::ReasonNode;

constexpr std::string_view kCountingAct = "Lagen (1930:173) om beräkning av lagstadgad tid 1 §";
constexpr std::string_view kNextWeekdayAct = "Lagen (1930:173) om beräkning av lagstadgad tid 2 §";

int UtcOffset(Micros instant) { return Stockholm().At(absl::FromUnixMicros(instant)).offset; }

// The last instant in time, as people say it: a day, or a time of day for a limit in hours.
std::string Due(const RoutineFinding& routine, Micros due) {
  const auto limit = ParseDuration(routine.limit);
  const bool timed = !routine.own_date && limit.ok() && limit->timed;
  return timed ? FormatInstant(due) : FormatDay(DayOf(due));
}

void AddMoved(const RoutineFinding& routine, ReasonNode& under) {
  if (!routine.moved_from) return;
  const std::string from = FormatDay(*routine.moved_from);
  const Holiday* holiday = HolidayOn(*routine.moved_from);
  const Words name = holiday == nullptr
                         ? Words{}
                         : Words{Cat(" (", holiday->sv, ")"), Cat(" (", holiday->en, ")")};
  ReasonNode& node = AddReason(
      under, REASON_KIND_CALENDAR,
      {Cat("Det är flyttat från ", from, name.sv,
           ", som inte är en vardag; rutinen säger att det då får göras nästa vardag."),
       Cat("That is moved from ", from, name.en,
           ", which is no working day; the routine says that it may then be done the next one.")});
  StandsOn(kNextWeekdayAct, {}, node);
  node.mutable_stands_on()->set_routine(routine.versions);
}

// What the calendar did between the instant that the time is counted from and the last in time.
void AddCalendar(const RoutineFinding& routine, const Elapsed& elapsed, ReasonNode& under) {
  AddMoved(routine, under);
  const auto limit = ParseDuration(routine.limit);
  const std::optional<Micros> from =
      routine.counted_from ? StartOf(*routine.counted_from) : elapsed.from.earliest;
  if (!limit.ok() || !from) return;
  const absl::CivilDay start = DayOf(*from);
  if (limit->months != 0 && routine.due_day && !routine.moved_from && limit->days == 0 &&
      routine.due_day->day() < start.day()) {
    StandsOn(
        kCountingAct, {},
        AddReason(
            under, REASON_KIND_CALENDAR,
            {Cat("Månaden saknar dag ", start.day(), ", så tiden slutar dess sista dag."),
             Cat("The month has no day ", start.day(), ", so the time ends on its last day.")}));
  }
  if (routine.days == event::v1::DAY_COUNT_WORKING && routine.due_day) {
    const Words off = NamedDaysOff(start, *routine.due_day, routine.closed);
    StandsOn(kHolidaysAct, {},
             AddReason(under, REASON_KIND_CALENDAR,
                       {Cat("Lördagar och söndagar räknas inte",
                            off.sv.empty() ? "" : ", inte heller ", off.sv, "."),
                        Cat("Saturdays and Sundays are not counted",
                            off.en.empty() ? "" : ", nor are ", off.en, ".")}));
  }
  if (!routine.due_instant) return;
  const int before = UtcOffset(*from);
  const int after = UtcOffset(*routine.due_instant);
  if (before == after) return;
  AddReason(under, REASON_KIND_CALENDAR,
            after > before
                ? Words{"Klockan ställdes fram däremellan; timmarna räknas som de går.",
                        "The clocks went forward in between; hours are counted as they pass."}
                : Words{"Klockan ställdes tillbaka däremellan; timmarna räknas som de går.",
                        "The clocks went back in between; hours are counted as they pass."});
}

// The last day or instant in time, or both ends of it where the start is not known exactly.
void AddDue(const RoutineFinding& routine, const Elapsed& elapsed, ReasonNode& under) {
  Words text;
  if (routine.first_due && routine.last_due) {
    const std::string first = Due(routine, *routine.first_due);
    const std::string last = Due(routine, *routine.last_due);
    text = first == last ? Words{Cat("Alltså senast ", last, "."), Cat("So by ", last, ".")}
                         : Words{Cat("Alltså senast någon gång från ", first, " till ", last,
                                     ", beroende på när det började."),
                                 Cat("So by some time from ", first, " to ", last,
                                     ", depending on when it began.")};
  } else if (routine.last_due) {
    const std::string last = Due(routine, *routine.last_due);
    text = {Cat("Alltså senast ", last, " eller tidigare, beroende på när det började."),
            Cat("So by ", last, " or earlier, depending on when it began.")};
  } else if (routine.first_due) {
    const std::string first = Due(routine, *routine.first_due);
    text = {Cat("Alltså senast ", first, " eller senare, beroende på när det började."),
            Cat("So by ", first, " or later, depending on when it began.")};
  } else {
    return;
  }
  AddCalendar(routine, elapsed, AddReason(under, REASON_KIND_ARITHMETIC, text));
}

// A version that came after the clock had started, and why it applies all the same.
void AddReach(const RoutineFinding& routine, ReasonNode& under) {
  if (!routine.reached_under_way) return;
  std::string sv = "Versionen gäller även det som pågick när den trädde i kraft";
  std::string en = "The version also applies to what was under way when it came into force";
  if (routine.counted_from) {
    const std::string day = FormatDay(*routine.counted_from);
    sv += Cat(", och dess tid räknas från ", day);
    en += Cat(", and its time is counted from ", day);
  }
  AddReason(under, REASON_KIND_RULE, {sv + ".", en + "."})
      .mutable_stands_on()
      ->set_routine(routine.versions);
}

void AddStraddling(const LegAnswer& answer, ReasonNode& under) {
  const std::string& versions = answer.routine.versions;
  const bool unit = answer.units.size() > 1;
  AddReason(
      under, REASON_KIND_RULE,
      {Cat(unit ? "Starten kan ligga före eller efter att enheten ändrades, och det som gäller "
                  "är då inte detsamma ("
                : "Starten kan ligga i flera versioner av rutinen (",
           versions, "); alla har prövats."),
       Cat(unit ? "The start may lie before or after the unit changed, and what holds is then "
                  "not the same ("
                : "The start may lie in several versions of the routine (",
           versions, "); all were applied.")});
}

void AddOwnRule(const LegAnswer& answer, ReasonNode& under) {
  const RoutineFinding& routine = answer.routine;
  if (routine.own_date && !routine.due_day) {
    AddReason(under, REASON_KIND_FACT,
              {"Besluten anger inte samma datum, och vilket av dem som kom först är inte säkert.",
               "The decisions do not name the same date, and which of them came first is "
               "uncertain."});
    return;
  }
  if (routine.own_date) {
    const std::string due = FormatDay(*routine.due_day);
    ReasonNode& node = AddReason(
        under, REASON_KIND_FACT,
        {Cat("Planens eget datum: senast ", due, "."), Cat("The plan's own date: by ", due, ".")});
    if (answer.leg->started) StandsOn(*answer.leg->started->stated(), node);
    return;
  }
  if (routine.straddles) AddStraddling(answer, under);
  const std::string words = routine.words.empty() ? "" : Cat(" ”", routine.words, "”");
  if (routine.verdict == api::v1::ROUTINE_VERDICT_NO_LIMIT) {
    if (words.empty()) return;
    AddReason(under, REASON_KIND_RULE,
              {Cat("Huvudmannens egen rutin säger", words, "."),
               Cat("The authority's own routine says", words, ".")})
        .mutable_stands_on()
        ->set_routine(routine.versions);
    return;
  }
  const Words limit = InLimit(routine.limit, routine.days);
  ReasonNode& node = AddReason(under, REASON_KIND_RULE,
                               {Cat("Huvudmannens egen rutin (version ", routine.versions,
                                    "):", words, " inom ", limit.sv, "."),
                                Cat("The authority's own routine (version ", routine.versions,
                                    "):", words, " within ", limit.en, ".")});
  node.mutable_stands_on()->set_routine(routine.versions);
  AddReach(routine, node);
  if (answer.elapsed) AddDue(routine, *answer.elapsed, node);
}

// How exactly a decision tells the time it measured.
Phrase HowPrecise(event::v1::YardstickPrecision precision) {
  switch (precision) {
    case event::v1::YARDSTICK_PRECISION_DATES:
      return {"Avgörandet anger tiden i dagar", "The decision gives the time in days"};
    case event::v1::YARDSTICK_PRECISION_MONTHS:
      return {"Avgörandet anger tiden i månader", "The decision gives the time in months"};
    case event::v1::YARDSTICK_PRECISION_WORDS:
      return {"Avgörandet anger tiden bara i ord", "The decision gives the time in words alone"};
    default:
      return {"Hur noga avgörandet anger tiden är inte känt",
              "How exactly the decision gives the time is not known"};
  }
}

// The decision was certainly not there yet at the instant asked about.
bool CameLater(const event::v1::Yardstick& y, Micros as_of) {
  const auto date = ParseEdtf(y.date());
  return !y.date().empty() && date.ok() && CertainlyAfter(*date, as_of);
}

// Who decided, when, and how exactly the decision tells the time.
void AddDecision(const event::v1::Yardstick& y, Micros as_of, ReasonNode& under) {
  const Phrase precise = HowPrecise(y.precision());
  Words decided;
  const bool decision = y.outcome() != event::v1::YARDSTICK_OUTCOME_UNSPECIFIED;
  if (decision && y.decided_by().empty()) {
    decided = {"; vem som avgjort är inte känt här", "; who decided is not known here"};
  } else if (!y.decided_by().empty()) {
    decided = {Cat("; avgjort av ", y.decided_by()), Cat("; decided by ", y.decided_by())};
  }
  if (!y.date().empty()) {
    decided.sv += Cat("; avgörandets datum ", y.date());
    decided.en += Cat("; date of the decision ", y.date());
  }
  if (CameLater(y, as_of)) {
    decided.sv += "; avgörandet är senare än dagen som frågan gäller";
    decided.en += "; the decision is later than the day asked about";
  }
  AddReason(under, REASON_KIND_RULE,
            {Cat(precise.sv, decided.sv, "."), Cat(precise.en, decided.en, ".")});
}

void AddYardstick(const CaseReading& reading, const LegAnswer& answer,
                  const event::v1::Yardstick& y, ReasonNode& under) {
  const Words differs = DiffersFrom(y, reading, FormOf(answer));
  const bool none = differs.sv.empty();
  const bool accepted = y.outcome() == event::v1::YARDSTICK_OUTCOME_ACCEPTED;
  const bool criticised = y.outcome() == event::v1::YARDSTICK_OUTCOME_CRITICISED;
  const Phrase kind = accepted     ? Phrase{"Har godtagits: ", "Accepted: "}
                      : criticised ? Phrase{"Har kritiserats: ", "Criticised: "}
                                   : Phrase{"Jämför: ", "Compare: "};
  ReasonNode& node =
      AddReason(under, REASON_KIND_RULE,
                {Cat(kind.sv, y.conduct_sv(), " (", y.source(),
                     none ? ")." : "). Skiljer sig: ", differs.sv, none ? "" : "."),
                 Cat(kind.en, y.conduct_en(), " (", y.source(),
                     none ? ")." : "). What differs: ", differs.en, none ? "" : ".")});
  StandsOn(y.source(), reading.policy().VersionOf(y), node);
  node.mutable_stands_on()->set_yardstick(y.id());
  if (accepted || criticised) AddDecision(y, reading.file().as_of, node);
}

}  // namespace

void ExplainRoutine(const LegAnswer& answer, ReasonNode& root) {
  const RoutineFinding& routine = answer.routine;
  Words text = InFull(RoutineSentence(routine.verdict));
  if (routine.verdict == api::v1::ROUTINE_VERDICT_NO_LIMIT) {
    text = {"Huvudmannens egen rutin sätter ingen tid.",
            "The authority's own routine sets no time."};
  }
  AddOwnRule(answer, AddReason(root, REASON_KIND_CONCLUSION, text));
}

void ExplainPractice(const CaseReading& reading, const LegAnswer& answer, ReasonNode& root) {
  const PracticeFinding& practice = answer.practice;
  ReasonNode& node =
      AddReason(root, REASON_KIND_CONCLUSION, InFull(PracticeSentence(practice.position)));
  if (practice.accepted != nullptr) AddYardstick(reading, answer, *practice.accepted, node);
  if (practice.criticised != nullptr) AddYardstick(reading, answer, *practice.criticised, node);
  for (const event::v1::Yardstick* y : practice.in_words) AddYardstick(reading, answer, *y, node);
}

}  // namespace skyndsamt::law
