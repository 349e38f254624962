// Checks a whole log against itself: every record, index row, request id, hash, tile and kept
// checkpoint, and the small files beside. Opens read-only and changes nothing.
//
// Checked: positions gapless; times strictly increasing; stored bytes well-formed; body and part
// hashes; revisions gapless per stream with the right previous leaf hash; each record in the stream
// index exactly once; appends whole (index and count in the bodies); each request id in the request
// index exactly once and used by one append; event ids unique; every tile and the frontier as
// recomputed from the leaves; the root and, where a key is given, the signature of every kept
// checkpoint; the one in the file CHECKPOINT among them; the log not behind its high-water file;
// the file ROLE, if there is one.
//
// Memory: 8 bytes per record (event ids) beside RocksDB's bounded cache.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "eventstore/merkle/note.h"

namespace skyndsamt::log {

struct Finding {
  std::optional<Position> position;  // of the record it is about, if any
  std::string what;                  // no stored content
};

struct FsckReport {
  std::string origin;
  uint64_t records = 0;
  uint64_t streams = 0;
  uint64_t requests = 0;
  uint64_t tiles = 0;
  uint64_t checkpoints = 0;
  Bytes32 root{};
  uint64_t found = 0;             // findings in all
  std::vector<Finding> findings;  // the first 1,000

  bool clean() const { return found == 0; }
};

// Called now and then with the records checked so far and in all.
using FsckProgress = std::function<void(uint64_t checked, uint64_t total)>;

// `options.directory`, cache size and env are used; the origin is read from the directory. Takes
// the directory's lock unless it is on a read-only file system. An error means that the check could
// not be made (no log there, open elsewhere, the database does not open); damage is a finding.
// `verifiers` are the keys that checkpoints may be signed with; without any, signatures are not
// looked at.
absl::StatusOr<FsckReport> Fsck(const Options& options, const FsckProgress& progress = {},
                                const std::vector<merkle::NoteVerifier>& verifiers = {});

}  // namespace skyndsamt::log
