// events, token and backup: the log, and what runs a server.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "projections/law/civil_time.h"
#include "services/cli/codes.h"
#include "services/cli/commands.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

// Which events are wanted.
struct EventQuestion {
  std::string stream;
  uint64_t from = 0;
  uint64_t limit = 0;
  bool follow = false;
  std::vector<std::string> types;
  std::vector<std::string> kinds;
};

constexpr int kTypeWidth = 34;

void PrintEvent(const Context& context, const api::v1::Event& event) {
  std::ostream& out = context.terminal.out;
  if (context.json) {
    out << EventJson(event).dump() << "\n";
    return;
  }
  // By Stockholm's clock, as the trail has it.
  const std::string recorded = law::FormatInstant(event.recorded().seconds() * 1'000'000);
  out << Padded(std::to_string(event.record().position().position()), 8, true) << "  "
      << recorded.substr(0, 19) << "  " << Padded(event.type(), kTypeWidth) << "  "
      << event.stream() << " " << event.revision() << "\n";
}

// The place before `from`. A position on the wire names its log: the server is asked for it.
std::optional<Failure> FindPlaceBefore(Session& session, uint64_t from,
                                       skyndsamt::log::v1::LogPosition* place) {
  api::v1::ReadEventsRequest request;
  request.set_page_size(1);
  api::v1::ReadEventsResponse page;
  auto failure = session.Call(session.events(), &api::v1::EventService::StubInterface::ReadEvents,
                              request, &page);
  place->set_log(page.reflects().log());
  place->set_position(from - 1);
  return failure;
}

// The stream has ended, but a read can be taken up where it was: `next` is the first position that
// was not shown.
int FailFollowing(const Context& context, Failure failure, uint64_t next, bool begun) {
  const bool server_went = failure.exit_code == kUnreachable;
  const bool token_expired = begun && failure.reason == "IDENTITY_INVALID";
  const std::string from = "--from " + std::to_string(next);
  if (token_expired) {
    failure.text +=
        "\nwith a new token, go on with " + from + "\nfortsätt med " + from + " och en ny token";
  } else if (server_went && (begun || !failure.reason.empty())) {
    failure.text = (failure.reason.empty() ? "" : failure.reason + "\n") +
                   "the server ended the stream; when it runs again, go on with " + from +
                   "\nservern avslutade strömmen; fortsätt med " + from + " när den är igång igen";
  }
  return context.Fail(failure);
}

int Follow(const Context& context, const EventQuestion& question, Session& session) {
  if (auto failure = session.EnsureToken()) return context.Fail(*failure);
  grpc::ClientContext call;
  session.Prepare(call, false);
  api::v1::SubscribeEventsRequest request;
  if (question.from == 0) {
    request.set_beginning(true);
  } else if (auto failure = FindPlaceBefore(session, question.from, request.mutable_after())) {
    return context.Fail(*failure);
  }
  for (const auto& type : question.types) request.mutable_filter()->add_types(type);
  for (const auto& kind : question.kinds) request.mutable_filter()->add_stream_kinds(kind);
  auto reader = session.events().SubscribeEvents(&call, request);
  api::v1::SubscribeEventsResponse response;
  uint64_t shown = 0, next = question.from;
  bool begun = false;
  while (reader->Read(&response)) {
    begun = true;
    if (response.has_checkpoint()) next = std::max(next, response.checkpoint().position());
    for (const auto& event : response.batch().events()) {
      PrintEvent(context, event);
      next = event.record().position().position() + 1;
      if (++shown == question.limit) {
        call.TryCancel();
        reader->Finish();
        return kOk;
      }
    }
    context.terminal.out.flush();
  }
  return FailFollowing(context, FailureOf(reader->Finish()), next, begun);
}

int Events(const Context& context, const EventQuestion& question) {
  auto session = context.Connect();
  if (question.follow) return Follow(context, question, *session);
  api::v1::ReadEventsRequest request;
  request.set_stream(question.stream);
  request.set_position(question.from);
  request.set_page_size(1000);
  for (const auto& type : question.types) request.mutable_filter()->add_types(type);
  for (const auto& kind : question.kinds) request.mutable_filter()->add_stream_kinds(kind);
  uint64_t shown = 0;
  do {
    api::v1::ReadEventsResponse page;
    if (auto failure = session->Call(
            session->events(), &api::v1::EventService::StubInterface::ReadEvents, request, &page)) {
      return context.Fail(*failure);
    }
    for (const auto& event : page.events()) {
      PrintEvent(context, event);
      if (++shown == question.limit) return kOk;
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kOk;
}

int Token(const Context& context, const api::v1::IssueTokenRequest& request) {
  auto session = context.Connect();
  api::v1::IssueTokenResponse response;
  if (auto failure = session->IssueToken(request, &response)) return context.Fail(*failure);
  if (context.json) {
    context.terminal.out << AnswerJson(response).dump() << "\n";
  } else {
    context.terminal.out << response.token() << "\n";
  }
  return kOk;
}

int Backup(const Context& context, const std::string& directory) {
  auto session = context.Connect();
  if (auto failure = session->EnsureToken()) return context.Fail(*failure);
  grpc::ClientContext call;
  session->Prepare(call, false);
  api::v1::CreateBackupRequest request;
  request.set_directory(std::filesystem::absolute(directory).lexically_normal().string());
  auto reader = session->operation().CreateBackup(&call, request);
  api::v1::CreateBackupResponse step;
  std::optional<Waiting>
      waiting;  // the server says what it begins; how long that takes is seen here
  while (reader->Read(&step) && step.step() != "done") {
    waiting.emplace(&context.terminal.err, context.terminal.err_is_terminal,
                    "backing up the " + step.step());
  }
  grpc::Status status = reader->Finish();
  waiting.reset();
  if (!status.ok()) return context.Fail(FailureOf(status));
  if (context.json) {
    const nlohmann::ordered_json json = {{"records", std::to_string(step.records())},
                                         {"directory", request.directory()}};
    context.terminal.out << json.dump() << "\n";
  } else {
    context.terminal.out << step.records() << " records in " << request.directory() << "\n";
  }
  context.terminal.err
      << "root.key, epoch.key and checkpoint.key are not in it: keep copies of them apart\n";
  return kOk;
}

}  // namespace

void AddEvents(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("events", "The log's events, sealed parts closed");
  auto question = std::make_shared<EventQuestion>();
  command->add_option("--stream", question->stream, "One stream alone, by id");
  command->add_option("--from", question->from, "First position (revision, for a stream)")
      ->check(CheckCount);
  command->add_option("--limit", question->limit, "At most so many; 0 = all")->check(CheckCount);
  command->add_option("--type", question->types,
                      "Types, e.g. incident.authority_notified; what --kind names comes too");
  command->add_option("--kind", question->kinds,
                      "Kinds of stream: incident, authority, system, timer");
  auto* follow = command->add_flag("--follow", question->follow, "Go on with what comes");
  follow->excludes(command->get_option("--stream"));
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context, question] {
    context.chosen = [&context, question] { return Events(context, *question); };
  });
}

void AddToken(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("token", "A development token, from a server that gives them");
  auto role = std::make_shared<std::string>("system");
  auto units = std::make_shared<std::vector<std::string>>();
  auto authority = std::make_shared<std::string>();
  auto subject = std::make_shared<std::string>();
  auto valid = std::make_shared<int>(0);
  command
      ->add_option("--role", *role,
                   "staff, principal, chief, caseworker, investigator, auditor, "
                   "statistics, operator or system")
      ->capture_default_str();
  command->add_option("--unit", *units, "Unit ids it may see; staff and principals see no other");
  command->add_option("--authority", *authority, "Authority id; none = every one");
  command->add_option("--subject", *subject, "Pseudonymous id of the holder");
  command->add_option("--valid", *valid, "Seconds; 0 = the server's choice")->check(CheckCount);
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context, role, units, authority, subject, valid] {
    context.chosen = [&context, role, units, authority, subject, valid] {
      api::v1::IssueTokenRequest asked;
      asked.set_role(*role);
      asked.set_authority(*authority);
      asked.set_subject(*subject);
      asked.set_valid_seconds(*valid);
      for (const std::string& unit : *units) asked.add_units(unit);
      return Token(context, asked);
    };
  });
}

void AddBackup(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("backup", "Back a running server up, while it goes on");
  auto directory = std::make_shared<std::string>();
  command->add_option("DIRECTORY", *directory, "On the server; absent or empty")->required();
  AddServerOptions(*command, context);
  AddJson(*command, context);
  command->callback([&context, directory] {
    context.chosen = [&context, directory] { return Backup(context, *directory); };
  });
}

}  // namespace skyndsamt::cli
