// lost-keys: what to do when the newest keys are gone with the machine that made them.
#include <filesystem>

#include "eventstore/log/directory.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/key_check.h"
#include "eventstore/vault/vault.h"
#include "services/cli/answer_json.h"
#include "services/cli/commands.h"
#include "services/cli/progress.h"

namespace skyndsamt::cli {
namespace {

// A closed server's log and keys.
struct Closed {
  std::unique_ptr<log::EventLog> log;
  std::unique_ptr<vault::KeyStore> keys;
};

// Where the key store itself is gone, whoever gives its keys up gets a new one.
absl::StatusOr<Closed> Open(const std::string& data, bool give_up, const Clock& clock) {
  log::Options options;
  options.directory = (std::filesystem::path(data) / "log").string();
  options.create_if_missing = false;
  options.reserve_bytes = 0;
  auto origin = log::ReadOrigin(options);
  if (!origin.ok()) return origin.status();
  options.origin = *std::move(origin);
  auto opened = log::EventLog::Open(options, clock);
  if (!opened.ok()) return opened.status();
  vault::KeyStoreOptions key_options;
  key_options.directory = (std::filesystem::path(data) / "keys").string();
  key_options.create_if_missing = give_up;
  key_options.pool_size = 0;
  key_options.reserve_bytes = 0;
  auto keys = vault::KeyStore::Open(key_options);
  if (!keys.ok()) return keys.status();
  return Closed{*std::move(opened), *std::move(keys)};
}

void PrintLost(const Context& context, const log::LostKeys& lost, bool given_up) {
  std::ostream& out = context.terminal.out;
  if (context.json) {
    const nlohmann::ordered_json json = {{"keys", std::to_string(lost.keys.size())},
                                         {"records", std::to_string(lost.records)},
                                         {"first", std::to_string(lost.first)},
                                         {"last", std::to_string(lost.last)},
                                         {"given_up", given_up}};
    out << json.dump() << "\n";
    return;
  }
  if (lost.keys.empty()) {
    out << "no key is lost\n";
    return;
  }
  out << lost.keys.size() << " keys are lost; " << lost.records << " records, at " << lost.first
      << " to " << lost.last << ", have texts sealed with them\n"
      << (given_up ? "given up: those texts stay closed for good\n"
                   : "look for a newer copy of the keys first; --give-up goes on without them\n");
}

int FindLost(const Context& context, const std::string& data, bool give_up) {
  const SystemClock clock;
  auto closed = Open(data, give_up, clock);
  if (!closed.ok()) return context.Fail(closed.status(), "katalogen kan inte öppnas");
  const auto lost = [&] {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "looking, records");
    return log::FindLostKeys(*closed->log, *closed->keys,
                             [&](uint64_t done, uint64_t total) { progress.At(done, total); });
  }();
  if (!lost.ok()) return context.Fail(lost.status(), "nycklarna kan inte jämföras med loggen");
  if (give_up) {
    const absl::Status erased = closed->keys->Erase(lost->keys);
    if (!erased.ok()) return context.Fail(erased, "nycklarna kunde inte avskrivas");
  }
  PrintLost(context, *lost, give_up && !lost->keys.empty());
  return lost->keys.empty() || give_up ? kOk : kDamaged;
}

}  // namespace

void AddLostKeys(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "lost-keys", "Find what is sealed with keys that a closed server's key store never made");
  auto data = std::make_shared<std::string>("./data");
  auto give_up = std::make_shared<bool>(false);
  command->add_option("--data", *data, "Data directory")->capture_default_str();
  command->add_flag("--give-up", *give_up,
                    "Let the texts stay closed for good, so that the server starts without them");
  AddJson(*command, context);
  command->callback([&context, data, give_up] {
    context.chosen = [&context, data, give_up] { return FindLost(context, *data, *give_up); };
  });
}

}  // namespace skyndsamt::cli
