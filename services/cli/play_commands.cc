// play and demo.
#include <filesystem>
#include <vector>

#include "eventstore/base/ids.h"
#include "services/cli/commands.h"
#include "services/cli/page_file.h"
#include "services/cli/player.h"
#include "services/server/server.h"

namespace skyndsamt::cli {
namespace {

void PrintAnswers(const Context& context, const std::vector<CaseAnswer>& answers) {
  std::ostream& out = context.terminal.out;
  bool first = true;
  for (const CaseAnswer& answer : answers) {
    if (context.json) {
      out << TimelinessJson(answer.timeliness, answer.names).dump() << "\n";
      continue;
    }
    if (!first) out << "\n\n";
    first = false;
    if (answer.authored) {
      out << (context.language == "sv" ? "Påhittad: ingenting av detta har hänt.\n"
                                       : "Authored: nothing of this happened.\n");
    }
    out << TimelinessReport(answer.timeliness, answer.names, answer.title, context.Style());
  }
}

// The page, where one is asked for.
std::optional<Failure> WriteAnswers(const Context& context, Session& session,
                                    const std::vector<CaseAnswer>& answers) {
  if (context.html.empty()) return std::nullopt;
  std::vector<PageCase> cases;
  for (const CaseAnswer& answer : answers) {
    cases.push_back({answer.names, answer.title, answer.authored, answer.timeliness, {}});
    if (auto failure = AskTrail(session, cases.back())) return failure;
  }
  return WritePage(context.html, cases, context.In());
}

// "12 facts recorded, 3 were there already".
void PrintPlayed(const Context& context, const Played& played) {
  std::ostream& err = context.terminal.err;
  if (context.json) return;
  err << played.recorded << " facts recorded";
  if (played.deduplicated > 0) err << ", " << played.deduplicated << " were there already";
  err << "\n";
}

int Play(const Context& context, const std::vector<std::string>& paths) {
  SystemClock clock;
  auto read = ReadFiles(paths, clock);
  if (const auto* failure = std::get_if<Failure>(&read)) return context.Fail(*failure);
  auto session = context.Connect();
  Played played;
  std::vector<CaseAnswer> answers;
  {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "playing, facts");
    Player player(*session, std::get<std::vector<NamedFile>>(read), progress);
    if (auto failure = player.Play(&played)) return context.Fail(*failure);
    if (auto failure = player.Ask(&answers)) return context.Fail(*failure);
  }
  PrintPlayed(context, played);
  if (auto failure = WriteAnswers(context, *session, answers)) return context.Fail(*failure);
  PrintAnswers(context, answers);
  return kOk;
}

// A directory of its own, gone when the object is.
class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_(std::filesystem::temp_directory_path() /
              ("skyndsamt-demo-" + FormatUuid(RandomUuid()))) {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

int Demo(const Context& context, const std::vector<std::string>& paths) {
  SystemClock now;
  auto read = ReadFiles(paths, now);
  if (const auto* failure = std::get_if<Failure>(&read)) return context.Fail(*failure);
  const auto& files = std::get<std::vector<NamedFile>>(read);
  Micros end = 0;
  std::vector<Recording> plan = PlanDemo(files, now.Now(), &end);
  ManualClock clock(plan.empty() ? now.Now() : plan.front().at);

  TemporaryDirectory directory;
  server::Config config;
  config.data = directory.path();
  config.listen = "127.0.0.1:0";
  config.development_tokens = true;
  config.log_level = "error";
  config.reminders = false;
  auto server = server::Server::Start(config, clock);
  if (!server.ok()) {
    return context.Fail(
        absl::Status(server.status().code(), "the throwaway server did not start: " +
                                                 std::string(server.status().message())),
        "den tillfälliga servern startade inte");
  }
  SessionOptions options;
  options.server = (*server)->address();
  Session session(options, nullptr);
  Played played;
  std::vector<CaseAnswer> answers;
  {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "demo, facts");
    Player player(session, files, progress);
    if (auto failure = player.Demo(clock, &played)) return context.Fail(*failure);
    if (auto failure = player.Ask(&answers)) return context.Fail(*failure);
  }
  if (auto failure = WriteAnswers(context, session, answers)) return context.Fail(*failure);
  PrintAnswers(context, answers);
  return kOk;
}

}  // namespace

void AddPlay(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "play", "Bring case files in and show their timeliness; a file played again doubles nothing");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "Case files (deploy/cases); one given twice counts once")
      ->required();
  AddServerOptions(*command, context);
  AddJson(*command, context);
  AddLanguage(*command, context);
  AddHtml(*command, context);
  command->callback(
      [&context, files] { context.chosen = [&context, files] { return Play(context, *files); }; });
}

void AddDemo(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "demo",
      "Tell case files on a simulated clock in a throwaway server, and show their timeliness");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "Case files (deploy/cases); one given twice counts once")
      ->required();
  AddJson(*command, context);
  AddLanguage(*command, context);
  AddHtml(*command, context);
  command->callback(
      [&context, files] { context.chosen = [&context, files] { return Demo(context, *files); }; });
}

}  // namespace skyndsamt::cli
