// case, trail and worklist: questions about cases.
#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "projections/views/fact_words.h"
#include "services/cli/codes.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"
#include "services/commands/sealed_fields.h"
#include "services/domain/incident.h"

namespace skyndsamt::cli {
namespace {

using CaseStub = api::v1::CaseService::StubInterface;

// Which case is asked about.
struct Question {
  std::string incident, child, unit, role;
  std::string of;  // list the cases of this incident
  bool open_sealed = false;
};

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

void PrintCase(const Context& context, const api::v1::Case& found) {
  std::ostream& out = context.terminal.out;
  auto line = [&out](std::string_view name, const std::string& value) {
    if (!value.empty()) out << Paragraph(Padded(name, 16), value, 100);
  };
  line("incident", found.incident());
  line("child", found.child_name().empty() ? found.child()
                                           : found.child_name() + " (" + found.child() + ")");
  line("unit", found.unit());
  line("state", CodeName(found.state()));
  line("variant", found.adult_variant() ? "adult" : "child");
  if (found.principal_accused()) line("", "the principal is accused");
  line("investigator", found.investigator());
  if (found.finding() != 0) line("finding", CodeName(found.finding()));
  if (found.type() != 0) line("type", CodeName(found.type()));
  line("rounds", std::to_string(found.rounds()));
  if (found.reopened() > 0) line("reopened", std::to_string(found.reopened()));
  line("last recorded", InstantForPeople(found.last_recorded()));
  line("linked", Joined(found.linked_incidents()));
  line("next", Joined(found.next_actions()));
  if (found.measures().empty()) return;
  Table table({{"MEASURE", 34}, {"LEVEL", 12}, {"DUE", 12}, {"DONE", 9}, {"EFFECT", 12}});
  for (const auto& measure : found.measures()) {
    table.Add({measure.measure(), measure.level() == 0 ? "–" : CodeName(measure.level()),
               measure.due().empty() ? "–" : measure.due(),
               measure.withdrawn()     ? "withdrawn"
               : measure.carried_out() ? "yes"
                                       : "no",
               measure.effect() == 0 ? "–" : CodeName(measure.effect())});
  }
  out << "\n" << table.Print(context.terminal.out_is_terminal);
}

int ListCases(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::ListCasesRequest request;
  request.set_unit(question.unit);
  request.set_incident(question.of);
  request.set_page_size(500);
  Table table({{"INCIDENT", 36}, {"CHILD", 36}, {"STATE", 20}});
  Progress progress = context.Reading("cases");
  uint64_t read = 0;
  do {
    api::v1::ListCasesResponse page;
    if (auto failure = session->Call(session->cases(), &CaseStub::ListCases, request, &page)) {
      return context.Fail(*failure);
    }
    progress.At(read += page.cases_size(), 0);
    for (const auto& found : page.cases()) {
      if (context.json) {
        context.terminal.out << AnswerJson(found).dump() << "\n";
      } else {
        table.Add({found.incident(), found.child(), CodeName(found.state())});
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  progress.End();
  if (context.json) return kOk;
  if (table.empty()) {
    context.terminal.out << "no cases\n";
  } else {
    context.terminal.out << table.Print(context.terminal.out_is_terminal);
  }
  return kOk;
}

int ShowCase(const Context& context, const Question& question) {
  if (question.incident.empty()) return ListCases(context, question);
  auto session = context.Connect();
  api::v1::GetCaseRequest request;
  request.set_incident(question.incident);
  request.set_child(question.child);
  api::v1::Case found;
  if (auto failure = session->Call(session->cases(), &CaseStub::GetCase, request, &found)) {
    if (failure->field == "child" && question.child.empty()) {
      failure->text += "\nskyndsamt case --of " + question.incident;
    }
    return context.Fail(*failure);
  }
  if (context.json) {
    context.terminal.out << AnswerJson(found).dump() << "\n";
  } else {
    PrintCase(context, found);
  }
  return kOk;
}

std::string LagText(const api::v1::AuditEntry& entry) {
  if (entry.imported()) return "imported";
  if (!entry.has_documentation_lag_hours()) return "–";
  const auto& lag = entry.documentation_lag_hours();
  std::string text = std::to_string(lag.min());
  if (!lag.has_max()) return "≥ " + text + " h";
  return lag.max() == lag.min() ? text + " h" : text + "–" + std::to_string(lag.max()) + " h";
}

// What was said, on one line, whatever lines its author made: none passes for one of the table's.
std::string SaidIn(const commands::SealedValue& value) {
  std::string said;
  for (int i = 0; i < value.size(); ++i) {
    std::string text = value.Text(i);
    if (const auto* codes = value.field->enum_type(); codes != nullptr) {
      int number = 0;
      const auto* code =
          absl::SimpleAtoi(text, &number) ? codes->FindValueByNumber(number) : nullptr;
      if (code != nullptr) text = CodeOf(code);
    }
    std::ranges::replace(text, '\n', ' ');
    said += (i == 0 ? "" : "; ") + text;
  }
  return said;
}

// Sealed fields that a person wrote, a line each with what it says where it was opened; then those
// that are closed or erased. The log's own fingerprint key is none of them.
std::string SealedTexts(const api::v1::AuditEntry& entry) {
  std::string lines, closed;
  std::set<std::string> opened{"fingerprint"};
  event::v1::Fact fact = entry.fact();
  commands::ForEachSealed(fact, [&](const commands::SealedValue& value) {
    opened.insert(value.path);
    lines += "\n" + value.path + ": " + SaidIn(value);
  });
  for (const std::string& path : entry.sealed_fields()) {
    if (!opened.contains(path)) closed += (closed.empty() ? "" : ", ") + path;
  }
  return closed.empty() ? lines : lines + "\nsealed: " + closed;
}

void AddEntry(const Context& context, const api::v1::AuditEntry& entry, Table& table) {
  const std::string kind(domain::KindName(entry.fact()));
  const std::string& id = entry.fact().id();
  std::string what = context.language == "sv" ? entry.what().sv() : entry.what().en();
  if (!entry.corrects().empty()) what += "\ncorrects " + entry.corrects();
  if (!entry.corrected_by().empty()) what += "\nstruck through by " + Joined(entry.corrected_by());
  what += SealedTexts(entry);
  for (const auto& late : entry.late()) {
    what += "\n" + (context.language == "sv" ? late.text().sv() : late.text().en());
  }
  std::string by = entry.role();
  if (!entry.actor().empty()) by += "\n" + entry.actor();
  table.Add({id == kind ? id : id + "\n" + kind, StatedForPeople(entry.happened()),
             InstantForPeople(entry.recorded()) + "\n" + by, what, LagText(entry)});
}

// Places that the longest name of a kind of fact takes: no name is broken.
size_t LongestKind() {
  const auto* kinds = event::v1::Fact::descriptor()->FindOneofByName("kind");
  size_t longest = 0;
  for (int i = 0; i < kinds->field_count(); ++i) {
    longest = std::max(longest, kinds->field(i)->name().size());
  }
  return longest;
}

int ShowTrail(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::ListAuditTrailRequest request;
  request.set_incident(question.incident);
  request.set_child(question.child);
  request.set_open_sealed(question.open_sealed);
  Table table({{"FACT", LongestKind()},
               {"HAPPENED", 18},
               {"RECORDED, BY", 16},
               {"WHAT", 40},
               NumberColumn("LAG")});
  Progress progress = context.Reading("entries");
  uint64_t read = 0;
  do {
    api::v1::ListAuditTrailResponse page;
    if (auto failure = session->Call(session->cases(), &CaseStub::ListAuditTrail, request, &page)) {
      return context.Fail(*failure);
    }
    progress.At(read += page.entries_size(), 0);
    for (const auto& entry : page.entries()) {
      if (context.json) {
        context.terminal.out << AnswerJson(entry).dump() << "\n";
      } else {
        AddEntry(context, entry, table);
      }
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  progress.End();
  if (!context.json) context.terminal.out << table.Print(context.terminal.out_is_terminal);
  return kOk;
}

int ShowWorklist(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::ListWorklistRequest request;
  request.set_unit(question.unit);
  request.set_role(question.role);
  request.set_page_size(500);
  Table table(
      {{"DUE", 12}, {"DUTY", 26}, {"ROLE", 12}, {"SINCE", 10}, {"CHILD", 8}, {"INCIDENT", 36}});
  Progress progress = context.Reading("steps");
  uint64_t read = 0;
  do {
    api::v1::ListWorklistResponse page;
    if (auto failure = session->Call(session->cases(), &CaseStub::ListWorklist, request, &page)) {
      return context.Fail(*failure);
    }
    progress.At(read += page.items_size(), 0);
    for (const auto& item : page.items()) {
      if (context.json) {
        context.terminal.out << AnswerJson(item).dump() << "\n";
        continue;
      }
      DutyName duty = NameOf(item.leg());
      // A duty stands once per measure, guardian or request: the second line says which.
      const std::string which = item.measure() + item.guardian() + item.request();
      std::string name(context.language == "sv" ? duty.sv : duty.en);
      if (item.round() > 1) {
        name +=
            (context.language == "sv" ? "\nomgång " : "\nround ") + std::to_string(item.round());
      }
      if (item.uncertain()) name += context.language == "sv" ? "\noklart" : "\nperhaps";
      table.Add({DueForPeople(item), std::move(name), item.role(),
                 item.since().empty() ? "–" : item.since().substr(0, 10),
                 item.child().empty() ? "–" : views::ShortId(item.child()),
                 which.empty() ? item.incident() : item.incident() + "\n" + which});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  progress.End();
  if (context.json) return kOk;
  if (table.empty()) {
    context.terminal.out << "nothing is waiting\n";
  } else {
    context.terminal.out << table.Print(context.terminal.out_is_terminal);
  }
  return kOk;
}

void Chooses(CLI::App* command, Context& context, std::shared_ptr<Question> question,
             int (*run)(const Context&, const Question&)) {
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context, question, run] {
    context.chosen = [&context, question, run] { return run(context, *question); };
  });
}

}  // namespace

void AddCase(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("case", "Where a case stands and what it takes next; all cases");
  auto question = std::make_shared<Question>();
  command->add_option("INCIDENT", question->incident, "Incident id; none = list all cases");
  command->add_option("CHILD", question->child, "Child id, where the incident has several");
  command->add_option("--unit", question->unit, "List the cases of this unit");
  command->add_option("--of", question->of, "List the cases of this incident, one for each child");
  Chooses(command, context, question, ShowCase);
}

void AddTrail(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("trail", "Every entry: happened, recorded, who, what it changed");
  auto question = std::make_shared<Question>();
  command->add_option("INCIDENT", question->incident, "Incident id")->required();
  command->add_option("CHILD", question->child, "Child id; none = the whole incident");
  command->add_flag("--open", question->open_sealed, "Open sealed texts, if the token may");
  AddLanguage(*command, context);
  Chooses(command, context, question, ShowTrail);
}

void AddWorklist(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("worklist", "What waits to be done, what is due first on top");
  auto question = std::make_shared<Question>();
  command->add_option("--unit", question->unit, "Of this unit alone");
  command->add_option("--role", question->role, "Of this role alone: staff, principal, ...");
  AddLanguage(*command, context);
  Chooses(command, context, question, ShowWorklist);
}

}  // namespace skyndsamt::cli
