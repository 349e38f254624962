// The whole write path in one directory, and the views behind it: log, keys, views and commands,
// put together as the server does, but for gRPC. Memtables, pools and caches are small, so that
// flushes, compactions, refills and evictions happen under way. Thread-safe, but for destruction.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/views/views.h"
#include "services/commands/authority_commands.h"
#include "services/commands/incident_commands.h"
#include "services/commands/units.h"

namespace skyndsamt::testing {

inline const std::string kAuthority = "a0000000-0000-4000-8000-000000000001";
inline const std::string kUnit = "b0000000-0000-4000-8000-000000000001";
inline const std::string kOtherUnit = "b0000000-0000-4000-8000-000000000002";

struct WritePathOptions {
  std::string directory;  // holds log/, keys/ and views/; must be there
  rocksdb::Env* env = nullptr;
  bool sync = true;
  size_t cache_bytes = 64u << 10;  // folded incidents; in sixteen shards, so a few each
  std::string views = "views";     // the views' directory in it
};

log::Options LogOptionsOf(const WritePathOptions& options);
vault::KeyStoreOptions KeyOptionsOf(const WritePathOptions& options);

class WritePath {
 public:
  // Opens everything, checks the keys against the log, records the shipped rules, an authority and
  // its two units where they are missing, and brings the views up to the log.
  static absl::StatusOr<std::unique_ptr<WritePath>> Open(const WritePathOptions& options,
                                                         const Clock& clock);
  ~WritePath();

  // From here on the views follow by themselves.
  void Start() { views_->runner().Start(); }
  // Carries out a command as a caseworker, and waits for its answer.
  absl::StatusOr<commands::RecordOutcome> Record(const api::v1::RecordFactsRequest& request);

  log::EventLog& log() { return *log_; }
  vault::KeyStore& keys() { return *keys_; }
  views::Views& views() { return *views_; }
  commands::IncidentCommands& commands() { return *commands_; }
  const commands::Units& units() const { return *units_; }

 private:
  WritePath() = default;
  absl::Status OpenStores(const WritePathOptions& options, const Clock& clock);
  absl::Status DeclareOrganisation(const Clock& clock);

  std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<views::Views> views_;
  std::unique_ptr<commands::Units> units_;
  std::unique_ptr<commands::IncidentCommands> commands_;
};

// The caller that every command of these tests has.
const commands::CallerScope& Caseworker();

// Every row of every view, by view and key.
using ViewRows = std::map<std::pair<std::string, std::string>, std::string>;
absl::StatusOr<ViewRows> RowsOf(views::Views& views);
// Brings the views up to the log, builds them from zero in `scratch` (absent), and compares: what
// differs, or empty. Not while the runner is started.
std::string CompareWithZero(WritePath& path, const std::string& scratch, const Clock& clock);

// What fsck finds in the log, which must be closed: the first finding, why it cannot be checked, or
// empty.
std::string FsckOf(const WritePathOptions& options);

}  // namespace skyndsamt::testing
