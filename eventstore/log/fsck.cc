#include "eventstore/log/fsck.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/log/directory.h"
#include "eventstore/log/files.h"
#include "eventstore/log/fsck_checkpoints.h"
#include "eventstore/log/high_water.h"
#include "eventstore/log/record_codec.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/log/role.h"
#include "eventstore/log/store.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kKeptFindings = 1000;
constexpr uint64_t kProgressEvery = 4096;

// One pass over the records, looking each of its index rows up; then the indexes must have as many
// rows as were looked up, so that none is left over.
class Checker {
 public:
  Checker(Store& store, std::string origin, const FsckProgress& progress,
          const std::vector<merkle::NoteVerifier>& verifiers)
      : store_(store),
        progress_(progress),
        checkpoints_(store, origin, verifiers,
                     [this](std::string what) { Find(std::nullopt, std::move(what)); }) {
    report.origin = std::move(origin);
  }

  void Run();
  void CheckMark(const absl::StatusOr<HighWaterMark>& mark);
  void CheckFile(const absl::Status& read);
  void CheckPublished(const absl::StatusOr<std::string>& file);
  FsckReport report;

 private:
  void Find(std::optional<Position> position, std::string what);
  void CheckRecord(Position position, std::string_view value);
  void CheckHashes(const Record& record);
  void CheckStream(const Record& record, const Bytes32& leaf_hash);
  void CheckAppend(const Record& record);
  void CheckTiles();
  void CheckFrontier(const FrontierRow& frontier);
  void CheckEventIds();
  absl::StatusOr<uint64_t> CountRows(Family family);
  void CheckCounts();

  Store& store_;
  const FsckProgress& progress_;
  CheckpointChecker checkpoints_;
  merkle::Tree tree_;
  std::vector<merkle::Tile> tiles_;
  std::vector<uint64_t> event_ids_;
  Micros last_recorded_ = 0;
  uint64_t good_rows_ = 0;
  // The append that the last record belongs to.
  std::string request_;
  uint32_t index_ = 0;
  uint32_t count_ = 1;
};

void Checker::Find(std::optional<Position> position, std::string what) {
  if (report.findings.size() < kKeptFindings)
    report.findings.push_back({position, std::move(what)});
  ++report.found;
}

void Checker::Run() {
  auto frontier = store_.ReadFrontier();
  if (!frontier.ok()) {
    Find(std::nullopt, std::string(frontier.status().message()));
    frontier = FrontierRow{};
  }
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(
      store_.db().NewIterator(read, store_.family(Family::kLog)));
  checkpoints_.At(tree_);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto position = ParseLogKey(it->key().ToStringView());
    if (position != report.records) {
      // Everything after a gap hashes otherwise; naming the gap is enough.
      Find(report.records, "a record is missing");
      break;
    }
    CheckRecord(*position, it->value().ToStringView());
    ++report.records;
    checkpoints_.At(tree_);
    if (progress_ && report.records % kProgressEvery == 0) {
      progress_(report.records, std::max(frontier->size, report.records));
    }
  }
  if (!it->status().ok()) {
    Find(report.records, std::string(FromRocks(it->status(), "reading the log").message()));
  }
  if (index_ + 1 != count_) Find(std::nullopt, "the last append is not whole");
  report.root = tree_.Root();
  CheckFrontier(*frontier);
  CheckEventIds();
  if (progress_) progress_(report.records, report.records);
  CheckCounts();
}

void Checker::CheckRecord(Position position, std::string_view value) {
  auto record = DecodeStored(position, value);
  if (!record.ok()) {
    Find(position, std::string(record.status().message()));
    tree_.Append(Bytes32{}, &tiles_);
    tiles_.clear();
    return;
  }
  if (position > 0 && record->recorded <= last_recorded_) {
    Find(position, "recorded no later than the record before");
  }
  last_recorded_ = record->recorded;
  const Bytes32 leaf_hash = LeafHashOf(*record);
  CheckHashes(*record);
  CheckStream(*record, leaf_hash);
  CheckAppend(*record);
  uint64_t halves[2];
  std::memcpy(halves, record->event_id.bytes.data(), sizeof halves);
  event_ids_.push_back(halves[0] ^ halves[1]);
  tree_.Append(leaf_hash, &tiles_);
  CheckTiles();
}

void Checker::CheckHashes(const Record& record) {
  if (Sha256Of(record.body) != record.body_hash) {
    Find(record.position, "the body is not the one that the leaf hashes");
  }
  if (!std::string_view(record.leaf_data).ends_with(PartsDigest(record.parts))) {
    Find(record.position, "the sealed parts are not those that the leaf hashes");
  }
}

void Checker::CheckStream(const Record& record, const Bytes32& leaf_hash) {
  auto rows = store_.ReadRows(record.stream, record.revision - (record.revision > 0 ? 1 : 0),
                              record.revision);
  if (!rows.ok()) return Find(record.position, std::string(rows.status().message()));
  const StreamRow& own = rows->back();
  if (own.position != record.position || own.leaf_hash != leaf_hash) {
    Find(record.position, "the stream's row is not this record's");
  }
  ++good_rows_;
  if (record.revision == 0) ++report.streams;
  const Bytes32 previous = record.revision > 0 ? rows->front().leaf_hash : Bytes32{};
  if (record.previous_leaf_hash != previous) {
    Find(record.position, "the previous leaf hash is not that of the revision before");
  }
  if (record.revision > 0 && rows->front().position >= record.position) {
    Find(record.position, "the revision before stands later in the log");
  }
}

void Checker::CheckAppend(const Record& record) {
  const auto body = ScanBody(record.body);
  if (!body) return Find(record.position, "the body is not a log.v1.Body");
  const bool starts = index_ + 1 == count_;
  const uint32_t expected = starts ? 0 : index_ + 1;
  if (body->index != expected ||
      (!starts && (body->count != count_ || body->request_hash != request_))) {
    Find(record.position, "an append is not whole: index, count or request do not follow");
  }
  index_ = body->index;
  count_ = std::max(body->count, body->index + 1);
  request_ = body->request_hash;
  if (body->index != 0 || request_.empty()) return;
  ++report.requests;
  auto first = store_.FindRequest(RequestKey::FromBytes(request_));
  if (!first.ok()) return Find(record.position, std::string(first.status().message()));
  if (!first->has_value()) return Find(record.position, "the request id is not in the index");
  if (**first != record.position) {
    Find(record.position, "the request id's row names another record");
  }
}

void Checker::CheckTiles() {
  for (const merkle::Tile& tile : tiles_) {
    ++report.tiles;
    auto stored = store_.ReadTile(tile.level, tile.index);
    if (!stored.ok() || *stored != tile.hashes) {
      Find(std::nullopt, absl::StrCat("tile ", tile.index, " of level ", tile.level, " is ",
                                      stored.ok() ? "not what its leaves hash to" : "missing"));
    }
  }
  tiles_.clear();
}

void Checker::CheckFrontier(const FrontierRow& frontier) {
  if (frontier.size != report.records) {
    return Find(std::nullopt, absl::StrCat("the frontier row counts ", frontier.size,
                                           " records, the log holds ", report.records));
  }
  if (frontier.peaks != tree_.Peaks()) {
    Find(std::nullopt, "the frontier's peaks are not what the leaves hash to");
  }
  if (frontier.last_recorded != last_recorded_) {
    Find(std::nullopt, "the frontier's time is not the last record's");
  }
}

void Checker::CheckEventIds() {
  std::sort(event_ids_.begin(), event_ids_.end());
  for (auto it = event_ids_.begin();
       (it = std::adjacent_find(it, event_ids_.end())) != event_ids_.end(); ++it) {
    Find(std::nullopt, "an event id is there twice");
  }
}

absl::StatusOr<uint64_t> Checker::CountRows(Family family) {
  rocksdb::ReadOptions read;
  read.total_order_seek = true;  // over all hash buckets
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(store_.db().NewIterator(read, store_.family(family)));
  uint64_t rows = 0;
  for (it->SeekToFirst(); it->Valid(); it->Next()) ++rows;
  if (!it->status().ok()) return FromRocks(it->status(), "reading its rows");
  return rows;
}

void Checker::CheckCounts() {
  const std::pair<Family, uint64_t> expected[] = {{Family::kStream, good_rows_},
                                                  {Family::kRequest, report.requests},
                                                  {Family::kTile, report.tiles}};
  for (const auto& [family, rows] : expected) {
    const std::string name =
        absl::StrCat("the index '", kFamilyNames[static_cast<size_t>(family)], "'");
    const auto counted = CountRows(family);
    if (!counted.ok()) {
      Find(std::nullopt, absl::StrCat(name, ": ", counted.status().message()));
    } else if (*counted != rows) {
      Find(std::nullopt, absl::StrCat(name, " has ", *counted, " rows; the records make ", rows));
    }
  }
}

void Checker::CheckMark(const absl::StatusOr<HighWaterMark>& mark) {
  CheckFile(mark.ok() ? CheckAgainst(*mark, store_) : mark.status());
}

void Checker::CheckFile(const absl::Status& read) {
  if (!read.ok()) Find(std::nullopt, std::string(read.message()));
}

void Checker::CheckPublished(const absl::StatusOr<std::string>& file) {
  checkpoints_.End(tree_, file.ok() ? &*file : nullptr);
  report.checkpoints = checkpoints_.checked();
  if (!absl::IsNotFound(file.status())) CheckFile(file.status());
}

}  // namespace

absl::StatusOr<FsckReport> Fsck(const Options& options, const FsckProgress& progress,
                                const std::vector<merkle::NoteVerifier>& verifiers) {
  auto origin = ReadOrigin(options);
  if (!origin.ok()) return origin.status();
  auto lock = DirectoryLock::Take(options);
  if (!lock.ok() && !absl::IsPermissionDenied(lock.status())) return lock.status();
  auto store = Store::OpenReadOnly(options);
  if (!store.ok()) return store.status();
  Checker checker(**store, *std::move(origin), progress, verifiers);
  checker.Run();
  checker.CheckPublished(ReadWholeFile(FileSystemOf(options), CheckpointPath(options.directory)));
  checker.CheckMark(HighWater::Read(FileSystemOf(options), HighWaterPath(options.directory)));
  checker.CheckFile(ReadRole(FileSystemOf(options), options.directory).status());
  return std::move(checker.report);
}

}  // namespace skyndsamt::log
