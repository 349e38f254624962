#include "tests/write_path/write_path.h"

#include <filesystem>
#include <future>
#include <utility>

#include "eventstore/log/fsck.h"
#include "eventstore/log/key_check.h"
#include "projections/law/shipped_rules.h"
#include "services/commands/rule_set_commands.h"

namespace skyndsamt::testing {
namespace {

views::ViewsOptions ViewsOptionsOf(const std::string& directory, rocksdb::Env* env) {
  views::ViewsOptions options;
  options.runner.directory = directory;
  options.runner.memtable_bytes = 256u << 10;
  options.runner.block_cache_bytes = 1u << 20;
  options.runner.batch_records = 64;
  options.runner.env = env;
  return options;
}

// What an answer of AuthorityCommands says beside being an answer.
template <typename Response>
absl::Status MustHaveAnswered(const absl::StatusOr<commands::AuthorityOutcome<Response>>& outcome) {
  if (!outcome.ok()) return outcome.status();
  if (std::holds_alternative<Response>(*outcome)) return absl::OkStatus();
  const auto* rejection = std::get_if<domain::Rejection>(&*outcome);
  return absl::InternalError("the organisation was refused: " +
                             (rejection != nullptr ? rejection->field : "request id reused"));
}

}  // namespace

const commands::CallerScope& Caseworker() {
  static const commands::CallerScope caller{"https://issuer.test", "caseworker-1", "caseworker",
                                            kUnit, kAuthority};
  return caller;
}

log::Options LogOptionsOf(const WritePathOptions& options) {
  log::Options log;
  log.directory = options.directory + "/log";
  log.env = options.env;
  log.sync = options.sync;
  log.memtable_bytes = 64u << 10;
  log.block_cache_bytes = 1u << 20;
  log.ring_bytes = 64u << 10;
  log.reserve_bytes = 0;
  return log;
}

vault::KeyStoreOptions KeyOptionsOf(const WritePathOptions& options) {
  vault::KeyStoreOptions keys;
  keys.directory = options.directory + "/keys";
  keys.env = options.env;
  keys.pool_size = 32;
  keys.cache_keys = 64;
  keys.reserve_bytes = 0;
  return keys;
}

absl::Status WritePath::OpenStores(const WritePathOptions& options, const Clock& clock) {
  auto log = log::EventLog::Open(LogOptionsOf(options), clock);
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  auto keys = vault::KeyStore::Open(KeyOptionsOf(options));
  if (!keys.ok()) return keys.status();
  keys_ = *std::move(keys);
  return log::CheckKeys(*log_, *keys_);
}

absl::StatusOr<std::unique_ptr<WritePath>> WritePath::Open(const WritePathOptions& options,
                                                           const Clock& clock) {
  std::unique_ptr<WritePath> path(new WritePath());
  if (auto opened = path->OpenStores(options, clock); !opened.ok()) return opened;
  const auto rules = commands::PublishRuleSetIfNew(*path->log_, law::ShippedRules());
  if (!rules.ok()) return rules.status();
  auto views = views::Views::Open(
      ViewsOptionsOf(options.directory + "/" + options.views, options.env), *path->log_, clock);
  if (!views.ok()) return views.status();
  path->views_ = *std::move(views);
  path->units_ = std::make_unique<commands::Units>(*path->views_, clock);
  if (auto declared = path->DeclareOrganisation(clock); !declared.ok()) return declared;
  if (auto up = path->views_->runner().CatchUp(); !up.ok()) return up;
  path->commands_ = std::make_unique<commands::IncidentCommands>(
      *path->log_, *path->keys_, *path->units_, clock,
      commands::IncidentCommandsOptions{.cache_bytes = options.cache_bytes});
  return path;
}

WritePath::~WritePath() {
  commands_.reset();
  units_.reset();
  views_.reset();
  log_.reset();
}

absl::Status WritePath::DeclareOrganisation(const Clock& clock) {
  commands::AuthorityCommands authorities(*log_, *keys_, *units_, clock);
  api::v1::DeclareAuthorityRequest authority;
  authority.set_request_id(kAuthority);
  authority.mutable_authority()->set_authority(kAuthority);
  authority.mutable_authority()->set_name("Provkommunen");
  authority.mutable_authority()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  auto answered = MustHaveAnswered(authorities.DeclareAuthority(Caseworker(), authority));
  for (const std::string& unit : {kUnit, kOtherUnit}) {
    api::v1::DeclareUnitRequest declared;
    declared.set_request_id(unit);
    declared.set_authority(kAuthority);
    declared.mutable_unit()->set_unit(unit);
    declared.mutable_unit()->set_name("Provskolan");
    declared.mutable_unit()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
    declared.mutable_unit()->add_places("hallen");  // where random facts happen
    if (answered.ok()) {
      answered = MustHaveAnswered(authorities.DeclareUnit(Caseworker(), declared));
    }
  }
  return answered;
}

absl::StatusOr<commands::RecordOutcome> WritePath::Record(
    const api::v1::RecordFactsRequest& request) {
  std::promise<absl::StatusOr<commands::RecordOutcome>> promise;
  auto future = promise.get_future();
  commands_->RecordFacts(Caseworker(), request,
                         [&](auto outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

absl::StatusOr<ViewRows> RowsOf(views::Views& views) {
  ViewRows rows;
  for (const auto& status : views.runner().Status()) {
    auto snapshot = views.runner().Read(status.view);
    if (!snapshot.ok()) return snapshot.status();
    auto cursor = snapshot->Scan("");
    for (; cursor.Valid(); cursor.Next()) {
      rows[{status.view, std::string(cursor.key())}] = std::string(cursor.value());
    }
    if (!cursor.status().ok()) return cursor.status();
  }
  return rows;
}

std::string CompareWithZero(WritePath& path, const std::string& scratch, const Clock& clock) {
  if (auto up = path.views().runner().CatchUp(); !up.ok()) return "the views: " + up.ToString();
  auto live = RowsOf(path.views());
  if (!live.ok()) return "the views cannot be read: " + live.status().ToString();
  absl::StatusOr<ViewRows> rebuilt;
  {
    auto zero = views::Views::Open(ViewsOptionsOf(scratch, nullptr), path.log(), clock);
    if (!zero.ok()) return "views from zero do not open: " + zero.status().ToString();
    if (auto up = (*zero)->runner().CatchUp(); !up.ok()) return "from zero: " + up.ToString();
    rebuilt = RowsOf(**zero);
  }
  std::filesystem::remove_all(scratch);
  if (!rebuilt.ok()) return "views from zero cannot be read: " + rebuilt.status().ToString();
  if (*live == *rebuilt) return {};
  for (const auto& [key, value] : *rebuilt) {
    const auto found = live->find(key);
    if (found == live->end()) return "a row is missing in " + key.first;
    if (found->second != value) return "a row is another in " + key.first;
  }
  return "there are rows too many";
}

std::string FsckOf(const WritePathOptions& options) {
  const auto report = log::Fsck(LogOptionsOf(options));
  if (!report.ok()) return report.status().ToString();
  return report->clean() ? "" : report->findings.front().what;
}

}  // namespace skyndsamt::testing
