// fsck and restore: what runs in this process, on the data directory of a closed server.
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "eventstore/log/backup.h"
#include "eventstore/log/directory.h"
#include "eventstore/log/files.h"
#include "eventstore/log/fsck.h"
#include "eventstore/log/signing_key.h"
#include "eventstore/vault/secret_file.h"
#include "eventstore/vault/vault.h"
#include "services/cli/answer_json.h"
#include "services/cli/commands.h"
#include "services/cli/local_file.h"
#include "services/cli/progress.h"

namespace skyndsamt::cli {
namespace {

std::string Hex(const Bytes32& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

nlohmann::ordered_json FindingsJson(const std::vector<log::Finding>& findings) {
  auto json = nlohmann::ordered_json::array();
  for (const log::Finding& finding : findings) {
    nlohmann::ordered_json one = nlohmann::ordered_json::object();
    if (finding.position) one["position"] = std::to_string(*finding.position);
    one["what"] = finding.what;
    json.push_back(std::move(one));
  }
  return json;
}

void PrintReport(const Context& context, const log::FsckReport& report) {
  std::ostream& out = context.terminal.out;
  if (context.json) {
    nlohmann::ordered_json json = {{"origin", report.origin},
                                   {"records", std::to_string(report.records)},
                                   {"streams", std::to_string(report.streams)},
                                   {"requests", std::to_string(report.requests)},
                                   {"checkpoints", std::to_string(report.checkpoints)},
                                   {"root", Hex(report.root)},
                                   {"found", std::to_string(report.found)}};
    json["findings"] = FindingsJson(report.findings);
    out << json.dump() << "\n";
    return;
  }
  for (const log::Finding& finding : report.findings) {
    if (finding.position) out << "at " << *finding.position << ": ";
    out << finding.what << "\n";
  }
  out << report.records << " records in " << report.streams << " streams, " << report.requests
      << " requests, " << report.checkpoints << " signed checkpoints; root " << Hex(report.root)
      << "\n"
      << (report.clean()
              ? "clean"
              : std::to_string(report.found) + (report.found == 1 ? " finding" : " findings"))
      << "\n";
}

// The keys that checkpoints may be signed with: those given, and the data directory's own.
absl::StatusOr<std::vector<merkle::NoteVerifier>> VerifiersOf(
    const std::string& data, const std::vector<std::string>& given) {
  std::vector<merkle::NoteVerifier> verifiers;
  for (const std::string& key : given) {
    auto verifier = merkle::NoteVerifier::Parse(key);
    if (!verifier.ok()) return verifier.status();
    verifiers.push_back(*std::move(verifier));
  }
  log::Options options;
  options.directory = (std::filesystem::path(data) / "log").string();
  const auto origin = log::ReadOrigin(options);
  if (!origin.ok()) return origin.status();
  // Whoever may not read the key can still check everything else.
  auto signer = log::ReadSigningKey((std::filesystem::path(data) / "keys").string(), *origin);
  if (signer.ok() && signer->has_value()) verifiers.push_back((*signer)->verifier());
  return verifiers;
}

// A check that could not be made; damage that keeps the log closed is a finding too.
int FailCheck(const Context& context, const absl::Status& status) {
  if (!context.json || !absl::IsDataLoss(status)) {
    return context.Fail(status, "loggen kan inte kontrolleras");
  }
  const nlohmann::ordered_json json = {
      {"found", "1"}, {"findings", FindingsJson({{std::nullopt, std::string(status.message())}})}};
  context.terminal.out << json.dump() << "\n";
  return kDamaged;
}

// The keys' own damage is a finding as the log's is.
void CheckKeys(const Context& context, const std::string& keys, log::FsckReport& report) {
  std::error_code error;
  if (!std::filesystem::exists(keys + "/db", error)) {
    if (!context.json) context.terminal.err << "no key store: the log alone is looked at\n";
    return;
  }
  if (const absl::Status whole = vault::CheckKeyDatabase(keys); !whole.ok()) {
    ++report.found;
    report.findings.push_back({std::nullopt, std::string(whole.message())});
  }
}

int Fsck(const Context& context, const std::string& data,
         const std::vector<std::string>& verifier_keys) {
  const auto verifiers = VerifiersOf(data, verifier_keys);
  if (!verifiers.ok()) return FailCheck(context, verifiers.status());
  if (verifiers->empty() && !context.json) {
    context.terminal.err << "no verifier key: signatures of checkpoints are not looked at\n";
  }
  log::Options options;
  options.directory = (std::filesystem::path(data) / "log").string();
  options.create_if_missing = false;
  absl::StatusOr<log::FsckReport> report = [&] {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "checking, records");
    return log::Fsck(
        options, [&](uint64_t done, uint64_t total) { progress.At(done, total); }, *verifiers);
  }();
  if (!report.ok()) return FailCheck(context, report.status());
  CheckKeys(context, (std::filesystem::path(data) / "keys").string(), *report);
  PrintReport(context, *report);
  return report->clean() ? kOk : kDamaged;
}

// Nothing if there is none among the key files.
std::variant<std::optional<std::string>, Failure> ReadSigningKeyFile(const std::string& key_files) {
  constexpr size_t kMaxKeyBytes = 4096;
  if (key_files.empty()) return std::nullopt;
  auto read = ReadLocalFile(log::SigningKeyPath(key_files), kMaxKeyBytes);
  if (auto* key = std::get_if<std::string>(&read)) return std::move(*key);
  auto& failure = std::get<Failure>(read);
  if (failure.code == absl::StatusCode::kNotFound) return std::nullopt;
  return std::move(failure);
}

absl::Status TakeOverSigningKey(const Context& context, const std::optional<std::string>& key,
                                const std::string& keys) {
  if (key) return vault::ReplaceSecretFile(keys, log::SigningKeyPath(keys), *key);
  context.terminal.err << "no checkpoint.key among the key files: put it in " << keys
                       << ", or see `skyndsamt signing-key`\n";
  return absl::OkStatus();
}

// Makes a data directory of log and keys; it was absent or empty, and is empty again if that fails,
// so that nothing half made is served or stands in the way of the next try.
class DataDirectory {
 public:
  explicit DataDirectory(const std::string& data) : data_(data) {}
  ~DataDirectory() {
    std::error_code ignored;
    for (const char* made : {"log", "keys"}) {
      if (!whole_) std::filesystem::remove_all(data_ / made, ignored);
    }
  }
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  std::string log() const { return (data_ / "log").string(); }
  std::string keys() const { return (data_ / "keys").string(); }
  void Keep() { whole_ = true; }

 private:
  const std::filesystem::path data_;
  bool whole_ = false;
};

// A backup that a replica without keys made has none, and is restored without: what is sealed stays
// sealed. Nullopt where the key files that are given suit the backup.
std::optional<int> RefuseKeyFiles(const Context& context, const std::string& from,
                                  const std::string& key_files) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool keys = fs::exists(fs::path(from) / "keys", error);
  if (key_files.empty()) {
    if (!keys) return std::nullopt;
    return context.Fail(absl::FailedPreconditionError(
                            "the backup holds keys: say with --key-files where root.key is"),
                        "säkerhetskopian har nycklar: ange med --key-files var root.key finns");
  }
  if (auto readable = vault::CheckKeyFiles(key_files); !readable.ok()) {
    return context.Fail(readable, "en nyckelfil saknas eller kan inte läsas");
  }
  if (keys || !fs::exists(fs::path(from) / "log", error)) return std::nullopt;
  return context.Fail(
      absl::FailedPreconditionError(
          "the backup holds no keys: it is one of a replica without them, and restored without "
          "--key-files as such a copy, or was cut short"),
      "säkerhetskopian har inga nycklar: den är av en kopia utan nycklar och återställs utan "
      "--key-files som en sådan, eller så avbröts den");
}

int Restore(const Context& context, const std::string& from, const std::string& key_files,
            const std::string& data) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (const auto refused = RefuseKeyFiles(context, from, key_files)) return *refused;
  const auto signing_key = ReadSigningKeyFile(key_files);
  if (const auto* failure = std::get_if<Failure>(&signing_key)) return context.Fail(*failure);
  if (fs::exists(data, error) && !fs::is_empty(data, error)) {
    return context.Fail(absl::FailedPreconditionError("the data directory is not empty"),
                        "datakatalogen är inte tom");
  }
  if (const absl::Status directory = log::MakeDirectories(data); !directory.ok()) {
    return context.Fail(directory, "datakatalogen kan inte skapas");
  }
  DataDirectory made(data);
  const auto records = [&] {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal, "restoring, MiB");
    return log::Restore(
        (fs::path(from) / "log").string(), made.log(),
        [&](uint64_t done, uint64_t total) { progress.At(done >> 20, total >> 20); });
  }();
  if (!records.ok()) return context.Fail(records.status(), "loggen kan inte återställas");
  const absl::Status keys = [&]() -> absl::Status {
    if (key_files.empty()) return absl::OkStatus();
    const Waiting waiting(&context.terminal.err, context.terminal.err_is_terminal,
                          "restoring the keys");
    auto restored =
        vault::RestoreKeyStore((fs::path(from) / "keys").string(), key_files, made.keys());
    if (!restored.ok()) return restored;
    return TakeOverSigningKey(context, std::get<0>(signing_key), made.keys());
  }();
  if (!keys.ok()) return context.Fail(keys, "nycklarna kan inte återställas");
  made.Keep();
  if (context.json) {
    const nlohmann::ordered_json json = {{"records", std::to_string(*records)}, {"data", data}};
    context.terminal.out << json.dump() << "\n";
  } else {
    context.terminal.out << *records << " records restored"
                         << (key_files.empty() ? " without keys, for a replica" : "")
                         << "; views are rebuilt at the next start\n";
  }
  return kOk;
}

}  // namespace

void AddFsck(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("fsck", "Check a closed log: every record, index and hash");
  auto data = std::make_shared<std::string>("./data");
  auto keys = std::make_shared<std::vector<std::string>>();
  command->add_option("--data", *data, "Data directory, or a backup")->capture_default_str();
  command->add_option("--verifier-key", *keys,
                      "Keys that checkpoints may be signed with, besides the directory's own");
  AddJson(*command, context);
  command->callback([&context, data, keys] {
    context.chosen = [&context, data, keys] { return Fsck(context, *data, *keys); };
  });
}

void AddRestore(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("restore", "Make a data directory of a backup");
  auto from = std::make_shared<std::string>();
  auto data = std::make_shared<std::string>();
  auto key_files = std::make_shared<std::string>();
  command->add_option("BACKUP", *from, "Directory of the backup")->required();
  command->add_option("--data", *data, "Data directory to make; absent or empty")->required();
  command->add_option(
      "--key-files", *key_files,
      "Directory of root.key, epoch.key and checkpoint.key; they are never in a backup. A "
      "backup of a replica without keys is restored without");
  AddJson(*command, context);
  command->callback([&context, from, data, key_files] {
    context.chosen = [&context, from, data, key_files] {
      return Restore(context, *from, *key_files, *data);
    };
  });
}

}  // namespace skyndsamt::cli
