// checkpoint and signing-key: what the log says of itself, signed.
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "eventstore/log/directory.h"
#include "eventstore/log/files.h"
#include "eventstore/log/signing_key.h"
#include "eventstore/merkle/checkpoint.h"
#include "eventstore/merkle/verify.h"
#include "services/cli/commands.h"

namespace skyndsamt::cli {
namespace {

// What is asked of a checkpoint.
struct CheckpointQuestion {
  std::string verifier_key;
  std::string since;  // a file with an older one
  bool sign = false;
};

using Events = api::v1::EventService::StubInterface;

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError("cannot read " + path);
  return text.str();
}

// That the log has only grown since the older checkpoint: both are signed by the same key, and the
// server proves that the one tree is a beginning of the other.
absl::Status CheckGrowth(Session& session, const merkle::Checkpoint& older,
                         const merkle::Checkpoint& newer, std::optional<Failure>* failure) {
  const auto wrong = absl::DataLossError("the log has not only grown since: it was changed");
  if (older.size > newer.size) return absl::DataLossError("the log is shorter than it was");
  if (older.size == newer.size) return older == newer ? absl::OkStatus() : wrong;
  if (older.size == 0) return absl::OkStatus();
  api::v1::GetProofRequest request;
  request.set_size(newer.size);
  request.set_older_size(older.size);
  api::v1::Proof proof;
  *failure = session.Call(session.events(), &Events::GetProof, request, &proof);
  if (failure->has_value()) return absl::OkStatus();
  merkle::Path path;
  for (const std::string& hash : proof.hashes()) {
    if (hash.size() != 32) return wrong;
    path.push_back(ToArray<32>(hash));
  }
  const bool holds =
      merkle::VerifyConsistency(older.size, newer.size, older.root, newer.root, path);
  return holds ? absl::OkStatus() : wrong;
}

int Verify(const Context& context, const CheckpointQuestion& question, Session& session,
           const std::string& note) {
  const auto verifier = merkle::NoteVerifier::Parse(question.verifier_key);
  if (!verifier.ok()) return context.Fail(verifier.status(), "nyckeln kan inte läsas");
  const auto newer = merkle::OpenCheckpoint(note, {*verifier}, verifier->name());
  if (!newer.ok()) return context.Fail(newer.status(), "kontrollpunkten håller inte");
  context.terminal.err << "signed by " << verifier->name() << ", " << newer->size << " records\n";
  if (question.since.empty()) return kOk;
  const auto text = ReadText(question.since);
  if (!text.ok()) return context.Fail(text.status(), "filen kan inte läsas");
  const auto older = merkle::OpenCheckpoint(*text, {*verifier}, verifier->name());
  if (!older.ok()) return context.Fail(older.status(), "den äldre kontrollpunkten håller inte");
  std::optional<Failure> failure;
  const absl::Status grown = CheckGrowth(session, *older, *newer, &failure);
  if (failure) return context.Fail(*failure);
  if (!grown.ok())
    return context.Fail(grown, "loggen har inte bara vuxit sedan dess: den är ändrad");
  context.terminal.err << "the log has only grown since " << older->size << " records\n";
  return kOk;
}

int Checkpoint(const Context& context, const CheckpointQuestion& question) {
  auto session = context.Connect();
  api::v1::GetCheckpointRequest request;
  request.set_sign(question.sign);
  api::v1::Checkpoint checkpoint;
  if (auto failure =
          session->Call(session->events(), &Events::GetCheckpoint, request, &checkpoint)) {
    return context.Fail(*failure);
  }
  context.terminal.out << checkpoint.note() << std::flush;
  if (!question.verifier_key.empty()) return Verify(context, question, *session, checkpoint.note());
  context.terminal.err << "not checked: give --verifier-key, had from elsewhere than this server\n";
  return kOk;
}

// The origin of the log in a data directory; the one given where there is none yet.
absl::StatusOr<std::string> OriginOf(const std::string& data, const std::string& given) {
  log::Options options;
  options.directory = (std::filesystem::path(data) / "log").string();
  auto origin = log::ReadOrigin(options);
  if (!absl::IsNotFound(origin.status())) return origin;
  if (given.empty()) return absl::NotFoundError("there is no log yet: give --origin");
  return given;
}

int SigningKey(const Context& context, const std::string& data, const std::string& given,
               bool make) {
  const auto origin = OriginOf(data, given);
  if (!origin.ok()) return context.Fail(origin.status(), "loggen finns inte");
  namespace fs = std::filesystem;
  const std::string keys = (fs::path(data) / "keys").string();
  auto signer = log::ReadSigningKey(keys, *origin);
  if (signer.ok() && make) {
    absl::Status directories = log::MakeDirectories(data);
    if (directories.ok()) directories = log::MakeDirectories(keys);
    if (!directories.ok()) return context.Fail(directories, "katalogen kan inte skapas");
    auto made = log::MakeSigningKey(keys, *origin);
    if (!made.ok()) return context.Fail(made.status(), "nyckeln kan inte göras");
    signer = std::optional(*std::move(made));
  }
  if (!signer.ok()) return context.Fail(signer.status(), "nyckeln kan inte läsas");
  if (!signer->has_value()) {
    return context.Fail(absl::NotFoundError("there is no signing key; --new makes one"),
                        "det finns ingen nyckel; --new gör en");
  }
  context.terminal.out << (*signer)->verifier().Encode() << "\n";
  return kOk;
}

}  // namespace

void AddCheckpoint(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "checkpoint", "The log's newest signed checkpoint: keep it outside, compare it later");
  auto question = std::make_shared<CheckpointQuestion>();
  command->add_option("--verifier-key", question->verifier_key,
                      "Check the signature with this key (see `skyndsamt signing-key`)");
  command
      ->add_option("--since", question->since,
                   "A checkpoint kept earlier: check that the log has only grown since")
      ->needs("--verifier-key");
  command->add_flag("--sign", question->sign, "Have all that is recorded signed first");
  AddServerOptions(*command, context);
  command->callback([&context, question] {
    context.chosen = [&context, question] { return Checkpoint(context, *question); };
  });
}

void AddSigningKey(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand(
      "signing-key",
      "The verifier key of a data directory: give it to those who check checkpoints");
  auto data = std::make_shared<std::string>("./data");
  auto origin = std::make_shared<std::string>();
  auto make = std::make_shared<bool>(false);
  command->add_option("--data", *data, "Data directory")->capture_default_str();
  command->add_option("--origin", *origin, "Name of the log, where there is none yet");
  command->add_flag("--new", *make, "Make one, where there is none");
  command->callback([&context, data, origin, make] {
    context.chosen = [&context, data, origin, make] {
      return SigningKey(context, *data, *origin, *make);
    };
  });
}

}  // namespace skyndsamt::cli
