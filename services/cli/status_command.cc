// status: how the log, the views that follow it and the relays to Kafka stand.
#include <string>

#include "services/cli/answer_json.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

void PrintStatus(const Context& context, const api::v1::ServerStatus& status) {
  std::ostream& out = context.terminal.out;
  const bool bold = context.terminal.out_is_terminal;
  out << "log " << status.committed().log() << ": " << status.records() << " records, "
      << status.checkpoint() << " of them under a signed checkpoint; version " << status.version()
      << "\n";
  if (status.development_tokens()) out << "development tokens are given to anyone\n";
  Table views(
      {{"VIEW", 40}, NumberColumn("VERSION"), NumberColumn("POSITION"), NumberColumn("LAG")});
  for (const auto& view : status.views()) {
    views.Add({view.view(), std::to_string(view.version()), std::to_string(view.position()),
               std::to_string(view.lag())});
  }
  out << "\n" << views.Print(bold);
  if (status.has_replica()) {
    const auto& replica = status.replica();
    out << "\nreplica: " << replica.state() << (replica.caught_up() ? ", caught up" : "")
        << (replica.reason().empty() ? "" : ": ") << replica.reason() << "\n";
  }
  if (status.relays().empty()) return;
  Table relays(
      {{"RELAY TO", 40}, {"STATE", 8}, NumberColumn("SENT"), NumberColumn("BACKLOG"), {"WHY", 40}});
  for (const auto& relay : status.relays()) {
    relays.Add({relay.topic(), relay.state(), std::to_string(relay.sent()),
                std::to_string(relay.backlog()), relay.reason()});
  }
  out << "\n" << relays.Print(bold);
}

int ShowStatus(const Context& context) {
  auto session = context.Connect();
  api::v1::ServerStatus status;
  if (auto failure =
          session->Call(session->operation(),
                        &api::v1::OperationService::StubInterface::GetServerStatus, {}, &status)) {
    return context.Fail(*failure);
  }
  if (context.json) {
    context.terminal.out << AnswerJson(status).dump() << "\n";
  } else {
    PrintStatus(context, status);
  }
  return kOk;
}

}  // namespace

void AddStatus(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("status", "How far views and relays have followed the log");
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context] { context.chosen = [&context] { return ShowStatus(context); }; });
}

}  // namespace skyndsamt::cli
