// timeliness and diff: how long each duty took, and what changed between two answers.
#include <memory>
#include <string>

#include "services/cli/commands.h"
#include "services/cli/comparison_report.h"
#include "services/cli/page_file.h"
#include "services/cli/player.h"

namespace skyndsamt::cli {
namespace {

using CaseStub = api::v1::CaseService::StubInterface;

struct Instants {
  std::string as_of, known_at;
};

struct Question {
  std::string incident, child;
  Instants at;                // of timeliness
  std::string before, after;  // of diff: both instants of a side, where they are not given apart
  Instants before_apart, after_apart;
  bool reasons = false;
};

std::optional<Failure> WriteOne(const Context& context, Session& session,
                                const api::v1::Timeliness& answer) {
  std::vector<PageCase> cases(1);
  cases[0].timeliness = answer;
  if (auto failure = AskTrail(session, cases[0])) return failure;
  return WritePage(context.html, cases, context.In());
}

int ShowTimeliness(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::GetTimelinessRequest request;
  request.set_incident(question.incident);
  request.set_child(question.child);
  request.set_as_of(AsOfForApi(question.at.as_of));
  request.set_known_at(AsOfForApi(question.at.known_at));
  api::v1::Timeliness answer;
  if (auto failure = session->Call(session->cases(), &CaseStub::GetTimeliness, request, &answer)) {
    return context.Fail(*failure);
  }
  if (!context.html.empty()) {
    if (auto failure = WriteOne(context, *session, answer)) return context.Fail(*failure);
  }
  ReportStyle style = context.Style();
  style.reasons = question.reasons;
  if (context.json) {
    context.terminal.out << TimelinessJson(answer, {}).dump() << "\n";
  } else {
    context.terminal.out << TimelinessReport(answer, {}, "", style);
  }
  return kOk;
}

void Fill(const std::string& both, const Instants& apart, api::v1::TimelinessInstants& to) {
  to.set_as_of(AsOfForApi(apart.as_of.empty() ? both : apart.as_of));
  to.set_known_at(AsOfForApi(apart.known_at.empty() ? both : apart.known_at));
}

int ShowDiff(const Context& context, const Question& question) {
  auto session = context.Connect();
  api::v1::CompareTimelinessRequest request;
  request.set_incident(question.incident);
  request.set_child(question.child);
  Fill(question.before, question.before_apart, *request.mutable_before());
  Fill(question.after, question.after_apart, *request.mutable_after());
  api::v1::CompareTimelinessResponse answer;
  if (auto failure =
          session->Call(session->cases(), &CaseStub::CompareTimeliness, request, &answer)) {
    return context.Fail(*failure);
  }
  if (context.json) {
    context.terminal.out << AnswerJson(answer).dump() << "\n";
  } else {
    context.terminal.out << ComparisonReport(answer, context.Style());
  }
  return kOk;
}

CLI::App* Command(CLI::App& app, Context& context, const std::string& name, const std::string& what,
                  std::shared_ptr<Question> question, int (*run)(const Context&, const Question&)) {
  auto* command = app.add_subcommand(name, what);
  command->add_option("INCIDENT", question->incident, "Incident id")->required();
  command->add_option("CHILD", question->child, "Child id, where the incident has several");
  AddLanguage(*command, context);
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context, question, run] {
    context.chosen = [&context, question, run] { return run(context, *question); };
  });
  return command;
}

}  // namespace

void AddTimeliness(CLI::App& app, Context& context) {
  auto question = std::make_shared<Question>();
  auto* command =
      Command(app, context, "timeliness", "How long each duty took and how that compares", question,
              ShowTimeliness);
  command->add_option("--as-of", question->at.as_of,
                      "What had happened by then: a date (its end) or an instant");
  command->add_option("--known-at", question->at.known_at, "What had been recorded by then");
  command->add_flag("--reasons", question->reasons,
                    "The tree of reasons below each duty, with what each stands on");
  AddHtml(*command, context);
}

void AddDiff(CLI::App& app, Context& context) {
  auto question = std::make_shared<Question>();
  auto* command =
      Command(app, context, "diff",
              "What changed between two answers about a case, and which entries caused it",
              question, ShowDiff);
  command
      ->add_option("--before", question->before,
                   "The earlier answer: what had happened and been recorded by then")
      ->required();
  command->add_option("--after", question->after, "The later answer; none = now");
  command->add_option("--before-as-of", question->before_apart.as_of,
                      "What had happened by then, where that is not --before");
  command->add_option("--before-known-at", question->before_apart.known_at,
                      "What had been recorded by then, where that is not --before");
  command->add_option("--after-as-of", question->after_apart.as_of, "The same for --after");
  command->add_option("--after-known-at", question->after_apart.known_at, "The same for --after");
}

}  // namespace skyndsamt::cli
