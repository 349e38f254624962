// forecast and pattern: what will be late, and what was repeated.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "eventstore/base/clock.h"
#include "projections/law/civil_time.h"
#include "projections/views/fact_words.h"
#include "services/cli/codes.h"
#include "services/cli/commands.h"
#include "services/cli/player.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using CaseStub = api::v1::CaseService::StubInterface;

struct Question {
  std::string incident, child, accused, unit, place, role, until, as_of, known_at;
  bool only_late = false;
};

bool Swedish(const Context& context) { return context.language == "sv"; }

std::string Duty(const Context& context, event::v1::Leg leg) {
  const DutyName duty = NameOf(leg);
  return std::string(Swedish(context) ? duty.sv : duty.en);
}

void AddStep(const Context& context, const api::v1::ForecastStep& step, bool with_incident,
             Table& table) {
  const Language language = context.Style().language;
  std::string duty = Duty(context, step.leg());
  if (step.round() > 1) {
    duty += (Swedish(context) ? "\nomgång " : "\nround ") + std::to_string(step.round());
  }
  for (const std::string& about : {step.measure(), step.guardian(), step.request()}) {
    if (!about.empty()) duty += "\n" + about;
  }
  if (step.uncertain()) {
    duty +=
        Swedish(context) ? "\noklart om den gäller, eller är gjord" : "\nperhaps no duty, or done";
  }
  if (step.after_reopening()) {
    duty += Swedish(context) ? "\nnär ärendet återupptas" : "\nonce the case is reopened";
  }
  std::vector<std::string> cells = {DueForPeople(step), std::move(duty), step.role(),
                                    WordFor(step.verdict_now(), language),
                                    WordFor(step.verdict_then(), language)};
  if (with_incident) cells.push_back(step.incident());
  table.Add(std::move(cells));
}

Table ForecastTable(const Context& context, const std::string& until, bool with_incident) {
  const bool sv = Swedish(context);
  std::vector<Column> columns = {{sv ? "SENAST" : "DUE", 18},
                                 {sv ? "LED" : "DUTY", 24},
                                 {sv ? "ROLL" : "ROLE", 10},
                                 {sv ? "NU" : "NOW", 8},
                                 {until, 10}};
  if (with_incident) columns.push_back({sv ? "HÄNDELSE" : "INCIDENT", 36});
  return Table(std::move(columns));
}

void PrintTable(const Context& context, const Table& table) {
  std::ostream& out = context.terminal.out;
  if (table.empty()) {
    out << (Swedish(context) ? "ingenting väntar\n" : "nothing is waiting\n");
  } else {
    out << table.Print(context.terminal.out_is_terminal);
  }
}

int ListForecast(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::ListForecastRequest request;
  request.set_unit(question.unit);
  request.set_role(question.role);
  request.set_until(question.until);
  request.set_only_late(question.only_late);
  request.set_page_size(500);
  std::optional<Table> table;
  Progress progress = context.Reading("steps");
  uint64_t read = 0;
  do {
    api::v1::ListForecastResponse page;
    if (auto failure = session->Call(session->cases(), &CaseStub::ListForecast, request, &page)) {
      return context.Fail(*failure);
    }
    if (!table) table = ForecastTable(context, InstantForPeople(page.until()), true);
    progress.At(read += page.steps_size(), 0);
    for (const auto& step : page.steps()) {
      if (context.json) {
        context.terminal.out << AnswerJson(step).dump() << "\n";
      } else {
        AddStep(context, step, true, *table);
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  progress.End();
  if (!context.json) PrintTable(context, *table);
  return kOk;
}

int ShowForecast(const Context& context, const Question& question) {
  if (question.incident.empty()) return ListForecast(context, question);
  auto session = context.Connect();
  api::v1::GetForecastRequest request;
  request.set_incident(question.incident);
  request.set_child(question.child);
  request.set_until(question.until);
  request.set_as_of(AsOfForApi(question.as_of));
  api::v1::Forecast forecast;
  if (auto failure = session->Call(session->cases(), &CaseStub::GetForecast, request, &forecast)) {
    return context.Fail(*failure);
  }
  if (question.only_late) {
    auto& steps = *forecast.mutable_steps();
    const auto in_time = [](const auto& step) { return !step.perhaps_late_then(); };
    steps.erase(std::remove_if(steps.begin(), steps.end(), in_time), steps.end());
  }
  if (context.json) {
    context.terminal.out << AnswerJson(forecast).dump() << "\n";
    return kOk;
  }
  Table table = ForecastTable(context, InstantForPeople(forecast.until()), false);
  for (const auto& step : forecast.steps()) AddStep(context, step, false, table);
  PrintTable(context, table);
  return kOk;
}

// The numbers that people call the incidents by here.
using Numbers = std::map<std::string, int>;

std::string LegsText(const Context& context, const api::v1::PatternIncident& incident) {
  std::string text;
  for (const auto& one : incident.cases()) {
    for (const auto& leg : one.legs()) {
      if (!text.empty()) text += "\n";
      text += Duty(context, leg.leg());
      if (leg.has_days()) text += " " + RangeText(leg.days()) + " d";
      if (leg.verdict() == api::v1::ROUTINE_VERDICT_NO_LIMIT) continue;
      text += ", " + WordFor(leg.verdict(), context.Style().language);
    }
  }
  return text;
}

void PrintIncidents(const Context& context, const api::v1::Pattern& pattern, Numbers& numbers) {
  const bool sv = Swedish(context);
  Table table({NumberColumn("#"),
               {sv ? "HÄNDE" : "HAPPENED", 18},
               NumberColumn(sv ? "DAGAR EFTER" : "DAYS AFTER"),
               {sv ? "HÄNDELSE" : "INCIDENT", 22},
               {"TIDSLÄGE", 40}});
  for (const auto& incident : pattern.incidents()) {
    const int number = static_cast<int>(numbers.size()) + 1;
    numbers[incident.incident()] = number;
    std::string which = incident.incident();
    if (!incident.place().empty()) which += "\n" + incident.place();
    for (const auto& link : incident.links()) {
      which += (sv ? "\nkopplad till " : "\nlinked to ") + views::ShortId(link.other());
    }
    const auto& gap = incident.days_since_previous();
    table.Add({std::to_string(number), StatedForPeople(incident.happened().edtf()),
               incident.has_days_since_previous() ? RangeText(gap) : "–", which,
               LegsText(context, incident)});
  }
  context.terminal.out << table.Print(context.terminal.out_is_terminal);
}

void PrintRecurrences(const Context& context, const api::v1::Pattern& pattern,
                      const Numbers& numbers) {
  const bool sv = Swedish(context);
  for (const auto& recurrence : pattern.recurrences()) {
    std::string line = sv ? recurrence.text().sv() : recurrence.text().en();
    if (recurrence.leg() != 0) line = Duty(context, recurrence.leg()) + ": " + line;
    std::string which;
    for (const std::string& incident : recurrence.incidents()) {
      which += (which.empty() ? " (" : ", ") + std::to_string(numbers.at(incident));
    }
    context.terminal.out << Paragraph("  · ", line + which + ")", 100);
  }
}

void PrintPattern(const Context& context, const api::v1::Pattern& pattern) {
  const bool sv = Swedish(context);
  std::ostream& out = context.terminal.out;
  if (pattern.incidents().empty()) {
    out << (sv ? "inga händelser\n" : "no incidents\n");
    return;
  }
  out << pattern.incidents_size() << (sv ? " händelser, " : " incidents, ")
      << RangeText(pattern.span_days())
      << (sv ? " dagar mellan den första och den sista\n"
             : " days between the first and the last\n");
  if (pattern.left_out() > 0) {
    out << (sv ? "de tidigast antecknade är utelämnade: " : "the earliest recorded are left out: ")
        << pattern.left_out() << "\n";
  }
  out << "\n";
  Numbers numbers;
  PrintIncidents(context, pattern, numbers);
  out << (sv ? "\nVad som upprepades\n" : "\nWhat was repeated\n");
  PrintRecurrences(context, pattern, numbers);
  Table table({NumberColumn("#"), {sv ? "HÄNDE" : "HAPPENED", 22}, {sv ? "VAD" : "WHAT", 68}});
  for (const auto& moment : pattern.timeline()) {
    table.Add({std::to_string(numbers.at(moment.incident())), StatedForPeople(moment.when().edtf()),
               sv ? moment.what().sv() : moment.what().en()});
  }
  out << "\n" << table.Print(context.terminal.out_is_terminal);
}

int ShowPattern(const Context& context, const Question& question) {
  if (question.child.empty() && question.accused.empty() && question.place.empty()) {
    return context.Fail(kUsage, "say whose: --child, --accused, or --unit with --place",
                        "säg vems: --child, --accused, eller --unit med --place");
  }
  auto session = context.Connect();
  api::v1::GetPatternRequest request;
  if (!question.child.empty()) {
    request.set_child(question.child);
  } else if (!question.accused.empty()) {
    request.set_accused(question.accused);
  } else {
    request.mutable_place()->set_unit(question.unit);
    request.mutable_place()->set_place(question.place);
  }
  request.set_as_of(AsOfForApi(question.as_of));
  request.set_known_at(AsOfForApi(question.known_at));
  api::v1::Pattern pattern;
  if (auto failure = session->Call(session->cases(), &CaseStub::GetPattern, request, &pattern)) {
    return context.Fail(*failure);
  }
  if (context.json) {
    context.terminal.out << AnswerJson(pattern).dump() << "\n";
  } else {
    PrintPattern(context, pattern);
  }
  return kOk;
}

void Chooses(CLI::App* command, Context& context, std::shared_ptr<Question> question,
             int (*run)(const Context&, const Question&)) {
  AddServerOptions(*command, context);
  AddJson(*command, context);
  AddLanguage(*command, context);
  command->callback([&context, question, run] {
    context.chosen = [&context, question, run] { return run(context, *question); };
  });
}

}  // namespace

std::string UntilForApi(const std::string& text, Micros now) {
  static const std::map<std::string, absl::Weekday> kDays = {
      {"monday", absl::Weekday::monday},       {"måndag", absl::Weekday::monday},
      {"tuesday", absl::Weekday::tuesday},     {"tisdag", absl::Weekday::tuesday},
      {"wednesday", absl::Weekday::wednesday}, {"onsdag", absl::Weekday::wednesday},
      {"thursday", absl::Weekday::thursday},   {"torsdag", absl::Weekday::thursday},
      {"friday", absl::Weekday::friday},       {"fredag", absl::Weekday::friday},
      {"saturday", absl::Weekday::saturday},   {"lördag", absl::Weekday::saturday},
      {"sunday", absl::Weekday::sunday},       {"söndag", absl::Weekday::sunday}};
  const auto day = kDays.find(text);
  if (day == kDays.end()) return AsOfForApi(text);
  return law::FormatDay(absl::NextWeekday(law::DayOf(now) - 1, day->second));
}

void AddForecast(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "forecast", "What becomes late when, if nothing more is done; of a case, or of all");
  auto question = std::make_shared<Question>();
  auto* incident =
      command->add_option("INCIDENT", question->incident, "Incident id; none = all cases");
  command->add_option("CHILD", question->child, "Child id, where the incident has several");
  command
      ->add_option("--by", question->until,
                   "A day (its end), a weekday such as friday, or an instant; a week if not given")
      ->transform([](const std::string& text) { return UntilForApi(text, SystemClock().Now()); });
  command->add_flag("--late", question->only_late, "Only what is late, or perhaps so, by then");
  command->add_option("--unit", question->unit, "Of this unit alone");
  command->add_option("--role", question->role, "Of this role alone: staff, principal, ...");
  command->add_option("--as-of", question->as_of, "Of a case: as it could have been made then")
      ->needs(incident);
  Chooses(command, context, question, ShowForecast);
}

void AddPattern(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "pattern", "The incidents of one child, one place or one accused person as one story");
  auto question = std::make_shared<Question>();
  auto* child = command->add_option("--child", question->child, "Child id");
  auto* accused = command->add_option("--accused", question->accused, "Accused person's id");
  auto* unit = command->add_option("--unit", question->unit, "Unit id, with --place");
  auto* place = command->add_option("--place", question->place, "Place of the unit's own list");
  accused->excludes(child);
  unit->excludes(child)->excludes(accused)->needs(place);
  place->needs(unit);
  command->add_option("--as-of", question->as_of,
                      "What had happened by then: a date (its end) or an instant");
  command->add_option("--known-at", question->known_at, "What had been recorded by then");
  Chooses(command, context, question, ShowPattern);
}

}  // namespace skyndsamt::cli
