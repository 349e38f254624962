#include "services/cli/run.h"

#include <algorithm>
#include <utility>

#include "services/api/version.h"
#include "services/cli/commands.h"

namespace skyndsamt::cli {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done; 1 refused or failed; 2 the command line is wrong;\n"
    "            3 no server reached, outcome unknown: the same command may be repeated;\n"
    "            4 damage found.\n"
    "A newcomer begins with: skyndsamt demo deploy/cases/malmo-2012.json";

}  // namespace

std::unique_ptr<Session> Context::Connect() const {
  return std::make_unique<Session>(session, &terminal.err);
}

ReportStyle Context::Style() const {
  ReportStyle style;
  style.language = In();
  style.ansi = terminal.out_is_terminal;
  return style;
}

int Context::Fail(const Failure& failure) const {
  terminal.out.flush();
  terminal.err << failure.text << "\n" << std::flush;
  return failure.exit_code;
}

int Context::Fail(int exit_code, const std::string& en, const std::string& sv) const {
  return Fail(Failure{exit_code, en + "\n" + sv, {}, {}});
}

int Context::Fail(const absl::Status& status, const std::string& sv) const {
  return Fail(absl::IsDataLoss(status) ? kDamaged : kFailed, std::string(status.message()), sv);
}

void AddServerOptions(CLI::App& command, Context& context) {
  command.add_option("--server", context.session.server, "Server, host:port")
      ->envname("SKYNDSAMT_SERVER")
      ->capture_default_str();
  command
      .add_option("--token", context.session.token,
                  "Token; without one a development server is asked for its own")
      ->envname("SKYNDSAMT_TOKEN");
  command
      .add_option("--tls-ca", context.session.tls_ca,
                  "Certificates (PEM) that vouch for the server; without them no TLS")
      ->check(CLI::ExistingFile);
}

void AddJson(CLI::App& command, Context& context) {
  command.add_flag("--json", context.json, "One JSON object a line, for programs");
}

void AddLanguage(CLI::App& command, Context& context) {
  command.add_option("--lang", context.language, "Language of texts: en or sv")
      ->check(CLI::IsMember({"en", "sv"}))
      ->capture_default_str();
}

void AddHtml(CLI::App& command, Context& context) {
  command.add_option("--html", context.html,
                     "Also write a page that stands alone, for paper and screen readers, to FILE");
}

int Run(std::vector<std::string> arguments, const Terminal& terminal) {
  Context context(terminal);
  CLI::App app(
      "Skyndsamt: reports of degrading treatment in preschools and schools, and whether each step "
      "was prompt.",
      "skyndsamt");
  app.footer(kFooter);
  app.set_version_flag("--version", api::kVersion);
  app.require_subcommand(1);
  for (auto add : {AddDemo,    AddServe,      AddPlay,     AddCase,    AddTimeliness, AddDiff,
                   AddTrail,   AddWorklist,   AddForecast, AddPattern, AddEvents,     AddPolicy,
                   AddToken,   AddCheckpoint, AddBackup,   AddRestore, AddFsck,       AddReplica,
                   AddPromote, AddSigningKey, AddLostKeys}) {
    add(app, context);
  }
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error, terminal.out, terminal.err) == 0 ? kOk : kUsage;
  }
  int code = context.chosen();
  terminal.out.flush();
  return code;
}

}  // namespace skyndsamt::cli
