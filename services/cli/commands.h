// The commands of the command line. Each Add... declares one with its options and sets what is to
// run when it was chosen; run.cc calls it after the line was read. Not thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "eventstore/base/ids.h"
#include "services/cli/progress.h"
#include "services/cli/report.h"
#include "services/cli/run.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// What all commands share. Filled when the line is read; outlives every command.
struct Context {
  explicit Context(const Terminal& where) : terminal(where) {}

  const Terminal& terminal;
  SessionOptions session;
  bool json = false;
  std::string language = "en";
  std::string html;  // path of the page to write; empty: none
  std::function<int()> chosen;

  std::unique_ptr<Session> Connect() const;
  ReportStyle Style() const;
  // How far a list of several pages has been read; silent where JSON shows that itself.
  Progress Reading(const std::string& what) const {
    return Progress(json ? nullptr : &terminal.err, terminal.err_is_terminal, "reading, " + what);
  }
  Language In() const { return language == "sv" ? Language::kSwedish : Language::kEnglish; }
  // Writes the failure to err, as a JSON object with --json; its exit code.
  int Fail(const Failure& failure) const;
  int Fail(int exit_code, const std::string& en, const std::string& sv) const;
  // The same for what a floor below said, in English; damage has its own exit code.
  int Fail(const absl::Status& status, const std::string& sv) const;
};

// An `until` for the API: a weekday's name, in English or Swedish, is the next such day, today
// included; a date as it is, a time of day as RFC 3339.
std::string UntilForApi(const std::string& text, Micros now);

// For an option that counts: what is wrong with its value, or nothing.
std::string CheckCount(const std::string& text);

// Options that commands share.
void AddServerOptions(CLI::App& command, Context& context);
void AddJson(CLI::App& command, Context& context);
void AddLanguage(CLI::App& command, Context& context);
// --html FILE: the answers as a page, beside what is printed.
void AddHtml(CLI::App& command, Context& context);

void AddServe(CLI::App& app, Context& context);
void AddReplica(CLI::App& app, Context& context);
void AddPromote(CLI::App& app, Context& context);
void AddCheckpoint(CLI::App& app, Context& context);
void AddSigningKey(CLI::App& app, Context& context);
void AddPlay(CLI::App& app, Context& context);
void AddDemo(CLI::App& app, Context& context);
void AddCase(CLI::App& app, Context& context);
void AddTimeliness(CLI::App& app, Context& context);
void AddDiff(CLI::App& app, Context& context);
void AddTrail(CLI::App& app, Context& context);
void AddWorklist(CLI::App& app, Context& context);
void AddForecast(CLI::App& app, Context& context);
void AddPattern(CLI::App& app, Context& context);
void AddEvents(CLI::App& app, Context& context);
void AddPolicy(CLI::App& app, Context& context);
void AddToken(CLI::App& app, Context& context);
void AddStatus(CLI::App& app, Context& context);
void AddFsck(CLI::App& app, Context& context);
void AddBackup(CLI::App& app, Context& context);
void AddRestore(CLI::App& app, Context& context);
void AddLostKeys(CLI::App& app, Context& context);

}  // namespace skyndsamt::cli
