#include "services/cli/run.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "nlohmann/json.hpp"
#include "services/api/reasons.h"
#include "services/api/version.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done; 1 refused or failed; 2 the command line is wrong;\n"
    "            3 no server reached, outcome unknown: the same command may be repeated;\n"
    "            4 damage found.\n"
    "With --json, a failure is one JSON object on stderr: code, reason, message, violations;\n"
    "also where the command line is wrong.\n"
    "A newcomer begins with: skyndsamt demo deploy/cases/malmo-2012.json";

// gRPC's name of a failure's code: that of its reason, or else by what the exit code says, or else
// its own.
std::string CodeOf(const Failure& failure) {
  absl::StatusCode code = failure.code;
  if (failure.exit_code == kUsage) code = absl::StatusCode::kInvalidArgument;
  if (failure.exit_code == kUnreachable) code = absl::StatusCode::kUnavailable;
  if (failure.exit_code == kDamaged) code = absl::StatusCode::kDataLoss;
  api::v1::Reason reason;
  if (api::v1::Reason_Parse("REASON_" + failure.reason, &reason)) {
    code = static_cast<absl::StatusCode>(api::WordsOf(reason).code);
  }
  return absl::StatusCodeToString(code);
}

// For programs, what is otherwise said in prose.
std::string FailureJson(const Failure& failure) {
  std::string_view message = failure.text;
  if (!failure.reason.empty() && message.starts_with(failure.reason)) {
    message.remove_prefix(std::min(message.find('\n'), message.size() - 1) + 1);
  }
  nlohmann::ordered_json json = {
      {"code", CodeOf(failure)}, {"reason", failure.reason}, {"message", message}};
  json["violations"] = nlohmann::ordered_json::array();
  for (const Violation& violation : failure.violations) {
    json["violations"].push_back({{"field", violation.field}, {"description", violation.what}});
  }
  if (failure.violations.empty() && !failure.field.empty()) {
    json["violations"].push_back({{"field", failure.field}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What the environment says stands until an option says otherwise. Read here and not by the
// options: each command has its own, and those of commands that were not chosen would be asked,
// too.
void ReadEnvironment(SessionOptions& session) {
  for (const auto& [name, field] : {std::pair("SKYNDSAMT_SERVER", &session.server),
                                    std::pair("SKYNDSAMT_TOKEN", &session.token)}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') *field = value;
  }
}

// Looks before gRPC does, which without a certificate would trust all that the system does, and
// says nothing of a key that is none.
std::function<std::string(const std::string&)> HoldsPem(std::string label, std::string what) {
  return [label = std::move(label), what = std::move(what)](const std::string& path) {
    std::ostringstream pem;
    pem << std::ifstream(path).rdbuf();
    const std::string text = pem.str();
    const bool any = text.find("-----BEGIN ") != std::string::npos &&
                     text.find(label + "-----") != std::string::npos;
    return any ? std::string() : path + " holds no " + what + " (PEM) that can be read";
  };
}

}  // namespace

std::unique_ptr<Session> Context::Connect() const {
  return std::make_unique<Session>(session, json ? nullptr : &terminal.err);
}

ReportStyle Context::Style() const {
  ReportStyle style;
  style.language = In();
  style.ansi = terminal.out_is_terminal;
  return style;
}

int Context::Fail(const Failure& failure) const {
  terminal.out.flush();
  Failure told = failure;
  // No server of ours said so: which one was dialled tells what is wrong.
  if (told.exit_code == kUnreachable && told.reason.empty()) {
    told.text += "\n" + session.server + " (--server, SKYNDSAMT_SERVER)";
  }
  terminal.err << (json ? FailureJson(told) : WithoutControls(told.text)) << "\n" << std::flush;
  return told.exit_code;
}

int Context::Fail(int exit_code, const std::string& en, const std::string& sv) const {
  return Fail(Failure{exit_code, en + "\n" + sv, {}, {}});
}

int Context::Fail(const absl::Status& status, const std::string& sv) const {
  Failure failure{absl::IsDataLoss(status) ? kDamaged : kFailed,
                  std::string(status.message()) + "\n" + sv,
                  {},
                  {}};
  failure.code = status.code();
  return Fail(failure);
}

std::string CheckCount(const std::string& text) {
  uint64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? "" : "must be a whole number, 0 or more";
}

void AddServerOptions(CLI::App& command, Context& context) {
  command
      .add_option("--server", context.session.server,
                  "Server, host:port; without it that of SKYNDSAMT_SERVER")
      ->check([](const std::string& server) {
        return server.empty() ? std::string("must be host:port, and is empty") : std::string();
      })
      ->capture_default_str();
  command.add_option("--token", context.session.token,
                     "Token; without it that of SKYNDSAMT_TOKEN, or else a development server is "
                     "asked for its own");
  auto* ca = command
                 .add_option("--tls-ca", context.session.tls_ca,
                             "Certificates (PEM) that vouch for the server; without them no TLS")
                 ->check(HoldsPem("CERTIFICATE", "certificate"));
  auto* certificate = command
                          .add_option("--tls-certificate", context.session.tls_certificate,
                                      "Your own certificate (PEM), where the server asks for one")
                          ->check(HoldsPem("CERTIFICATE", "certificate"));
  auto* key = command.add_option("--tls-key", context.session.tls_key, "The key to it (PEM)")
                  ->check(HoldsPem("PRIVATE KEY", "private key"));
  certificate->needs(ca)->needs(key);
  key->needs(certificate);
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
  ReadEnvironment(context.session);
  CLI::App app(
      "Skyndsamt: reports of degrading treatment in preschools and schools, and whether each step "
      "was prompt.",
      "skyndsamt");
  app.footer(kFooter);
  app.set_version_flag("--version", api::kVersion);
  app.require_subcommand(1);
  for (auto add : {AddDemo,    AddServe,    AddPlay,       AddCase,    AddTimeliness, AddDiff,
                   AddTrail,   AddWorklist, AddForecast,   AddPattern, AddEvents,     AddPolicy,
                   AddToken,   AddStatus,   AddCheckpoint, AddBackup,  AddRestore,    AddFsck,
                   AddReplica, AddPromote,  AddSigningKey, AddLostKeys}) {
    add(app, context);
  }
  const bool for_program =
      std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    const bool wrong = error.get_exit_code() != 0;  // else it asks for help or the version
    if (wrong && for_program) {  // the line was not read to its end: context.json may be unset
      context.json = true;
      return context.Fail(kUsage, error.what(), "kommandoraden är fel");
    }
    return app.exit(error, terminal.out, terminal.err) == 0 ? kOk : kUsage;
  }
  try {
    const int code = context.chosen();
    terminal.out.flush();
    if (code != kOk || terminal.out) return code;
    return context.Fail(kFailed, "the output could not be written", "svaret kunde inte skrivas ut");
  } catch (const std::exception& error) {  // of the standard library: a directory that is a file
    return context.Fail(kFailed, error.what(), "det gick inte");
  }
}

}  // namespace skyndsamt::cli
