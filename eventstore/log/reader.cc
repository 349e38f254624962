#include "eventstore/log/reader.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "eventstore/log/body_fields.h"
#include "eventstore/log/record_codec.h"
#include "eventstore/log/rocks_status.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kScannedPerRead = 10000;
constexpr size_t kRowsPerChunk = 64;
constexpr size_t kMissedRecords = 100;

std::string_view KindOf(std::string_view type) { return type.substr(0, type.find('.')); }

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Collects records until a bound of the read options is reached.
class Collector {
 public:
  explicit Collector(const ReadOptions& options) : options_(options) {}

  // False if the record is to be left for the next read.
  bool HasRoomFor(size_t bytes) const {
    return result.records.empty() ||
           (result.records.size() < options_.max_records && bytes_ + bytes <= options_.max_bytes);
  }
  void Add(Record record) {
    bytes_ += record.stored_bytes;
    result.records.push_back(std::move(record));
  }

  ReadResult result;

 private:
  const ReadOptions& options_;
  size_t bytes_ = 0;
};

// The rows of a stream that a read asks for, a chunk at a time, in the order that it asks for. A
// row that is missing among those that must be there is DATA_LOSS, wherever a chunk or a page
// begins.
class StreamChunks {
 public:
  StreamChunks(Store& store, const StreamId& stream, const ReadOptions& options, Position committed)
      : store_(store),
        stream_(stream),
        options_(options),
        committed_(committed),
        chunk_(std::clamp<size_t>(options.max_records, 1, kRowsPerChunk)) {}

  // None are left if it is empty.
  absl::StatusOr<std::vector<StreamRow>> Next() {
    if (at_ && *at_ == end_) return std::vector<StreamRow>{};
    auto rows = at_ ? Following() : First();
    if (!rows.ok() || rows->empty()) return rows;
    at_ = rows->back().revision;
    return rows;
  }

 private:
  using Rows = absl::StatusOr<std::vector<StreamRow>>;

  Rows First() { return options_.backward ? FirstDown() : FirstUp(options_.from.value_or(0)); }

  Rows FirstDown() {
    auto rows =
        store_.RowsDown(stream_, options_.from.value_or(~Revision{0}), 0, committed_, chunk_);
    end_ = 0;
    if (!rows.ok() || !options_.from) return rows;
    if (!rows->empty() && rows->front().revision == *options_.from) return rows;
    // Then the stream must be shorter than where it was to be read from.
    const auto newest = store_.NewestBelow(stream_, committed_);
    if (!newest.ok()) return newest.status();
    if (*newest && (rows->empty() || rows->front().revision != (*newest)->revision)) {
      return absl::DataLossError("a stream's row is missing");
    }
    return rows;
  }

  // Rows lie newest first, so the first look, at where the stream ends, finds all of a short one.
  Rows FirstUp(Revision from) {
    auto rows = store_.RowsDown(stream_, ~Revision{0}, from, committed_, chunk_);
    if (!rows.ok() || rows->empty()) return rows;
    end_ = rows->front().revision;
    if (rows->back().revision != from) return Chunk(from);
    std::reverse(rows->begin(), rows->end());
    return rows;
  }

  Rows Following() { return Chunk(options_.backward ? *at_ - 1 : *at_ + 1); }

  Rows Chunk(Revision from) {
    if (!options_.backward) {
      return store_.ReadRows(stream_, from, from + std::min<Revision>(end_ - from, chunk_ - 1));
    }
    auto rows = store_.ReadRows(stream_, from - std::min<Revision>(from, chunk_ - 1), from);
    if (rows.ok()) std::reverse(rows->begin(), rows->end());
    return rows;
  }

  Store& store_;
  const StreamId& stream_;
  const ReadOptions& options_;
  const Position committed_;
  const size_t chunk_;
  std::optional<Revision> at_;  // the last one given
  Revision end_ = 0;            // the last one there is to give, once the first are found
};

}  // namespace

bool Filter::Matches(std::string_view type) const {
  return empty() || Contains(types, type) || Contains(kinds, KindOf(type));
}

absl::Status Reader::Scan(
    Position from, bool backward, Position committed, bool fill_cache,
    const std::function<absl::StatusOr<bool>(Position, std::string_view)>& visit) const {
  rocksdb::ReadOptions read;
  read.fill_cache = fill_cache;
  const std::string bound_key = LogKey(committed);
  const rocksdb::Slice bound(bound_key);
  if (!backward) read.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(
      store_.db().NewIterator(read, store_.family(Family::kLog)));
  Position expected = from;
  for (it->Seek(LogKey(from)); it->Valid(); backward ? it->Prev() : it->Next()) {
    const auto position = ParseLogKey({it->key().data(), it->key().size()});
    if (position != expected) return absl::DataLossError("a record is missing from the log");
    auto more = visit(expected, {it->value().data(), it->value().size()});
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    expected += backward ? Position{0} - 1 : 1;
  }
  if (!it->status().ok()) return FromRocks(it->status(), "reading the log");
  if (expected != (backward ? ~Position{0} : committed)) {
    return absl::DataLossError("a record is missing from the log");
  }
  return absl::OkStatus();
}

absl::StatusOr<ReadResult> Reader::ReadAll(const ReadOptions& options) const {
  Collector collector(options);
  const Position committed = tail_.committed();
  collector.result.committed = committed;
  Position from = options.from.value_or(options.backward ? ~Position{0} : 0);
  if (options.backward && committed > 0) from = std::min(from, committed - 1);
  if (from >= committed) return std::move(collector.result);
  size_t scanned = 0;
  auto visit = [&](Position position, std::string_view value) -> absl::StatusOr<bool> {
    const bool wanted = options.filter.Matches(StoredType(value));
    if (scanned++ == kScannedPerRead || (wanted && !collector.HasRoomFor(value.size()))) {
      collector.result.next = position;
      return false;
    }
    if (!wanted) return true;
    auto record = DecodeStored(position, value);
    if (!record.ok()) return record.status();
    collector.Add(*std::move(record));
    return true;
  };
  auto scan = Scan(from, options.backward, committed, /*fill_cache=*/true, visit);
  if (!scan.ok()) return scan;
  return std::move(collector.result);
}

absl::StatusOr<ReadResult> Reader::ReadStream(const StreamId& stream,
                                              const ReadOptions& options) const {
  Collector collector(options);
  collector.result.committed = tail_.committed();
  StreamChunks chunks(store_, stream, options, collector.result.committed);
  size_t scanned = 0;
  for (;;) {
    const auto rows = chunks.Next();
    if (!rows.ok()) return rows.status();
    if (rows->empty()) return std::move(collector.result);
    std::vector<Position> positions;
    positions.reserve(rows->size());
    for (const StreamRow& row : *rows) positions.push_back(row.position);
    const auto values = store_.ReadValues(positions);
    if (!values.ok()) return values.status();
    for (size_t i = 0; i < values->size(); ++i) {
      const std::string_view value = (*values)[i].ToStringView();
      const bool wanted = options.filter.Matches(StoredType(value));
      if (scanned++ == kScannedPerRead || (wanted && !collector.HasRoomFor(value.size()))) {
        collector.result.next = (*rows)[i].revision;
        return std::move(collector.result);
      }
      if (!wanted) continue;
      auto record = DecodeStored(positions[i], value);
      if (!record.ok()) return record.status();
      if (record->stream != stream || record->revision != (*rows)[i].revision) {
        return absl::DataLossError("a stream's row points at another record");
      }
      collector.Add(*std::move(record));
    }
  }
}

absl::StatusOr<std::optional<StreamHead>> Reader::Head(const StreamId& stream) const {
  auto row = store_.NewestBelow(stream, tail_.committed());
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  return StreamHead{(*row)->revision, (*row)->position, (*row)->leaf_hash};
}

absl::StatusOr<Position> Reader::FirstRecordedAt(Micros instant) const {
  const Position committed = tail_.committed();
  Position low = 0;
  Position high = committed;
  while (low < high) {
    const Position middle = low + (high - low) / 2;
    auto values = store_.ReadValues({middle});
    if (!values.ok()) return values.status();
    if (StoredRecorded(values->front().ToStringView()) < instant) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<Revision> Reader::FirstRecordedAt(const StreamId& stream, Micros instant) const {
  // Time rises with positions, so the instant is a position, and that is looked for.
  const auto position = FirstRecordedAt(instant);
  if (!position.ok()) return position.status();
  const auto newest = store_.NewestBelow(stream, tail_.committed());
  if (!newest.ok()) return newest.status();
  if (!newest->has_value()) return Revision{0};
  Revision low = 0;
  Revision high = (*newest)->revision + 1;
  while (low < high) {
    const Revision middle = low + (high - low) / 2;
    const auto row = store_.ReadRows(stream, middle, middle);
    if (!row.ok()) return row.status();
    if (row->front().position < *position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<std::optional<AppendOutcome>> Reader::FindRequest(const RequestKey& key,
                                                                 const Bytes32& fingerprint) const {
  auto position = store_.FindRequest(key);
  if (!position.ok()) return position.status();
  const Position committed = tail_.committed();
  if (!position->has_value() || **position >= committed) return std::nullopt;
  auto record = store_.ReadRecord(**position);
  if (!record.ok()) return record.status();
  const auto body = ScanBody(record->body);
  if (!body || body->request_hash != key.view()) {
    return absl::DataLossError("a request's row points at another record");
  }
  if (body->fingerprint != View(fingerprint)) return AppendOutcome(RequestReused{});
  auto appended = Rebuild(**position, body->count);
  if (!appended.ok()) return appended.status();
  return AppendOutcome(*std::move(appended));
}

absl::StatusOr<Appended> Reader::Rebuild(Position first, uint32_t count) const {
  if (count > tail_.committed() - first) {
    return absl::DataLossError("an append is not wholly in the log");
  }
  std::vector<Position> positions(count);
  std::iota(positions.begin(), positions.end(), first);
  auto values = store_.ReadValues(positions);
  if (!values.ok()) return values.status();
  Appended appended{first, count, 0, {}, /*deduplicated=*/true};
  std::optional<StreamId> stream;
  for (size_t i = 0; i < count; ++i) {
    auto record = DecodeStored(positions[i], (*values)[i].ToStringView());
    if (!record.ok()) return record.status();
    // An append's streams follow one another, each named once.
    if (stream != record->stream) appended.revisions.emplace_back();
    stream = record->stream;
    appended.revisions.back() = record->revision;
    appended.recorded = record->recorded;
  }
  return appended;
}

absl::StatusOr<std::vector<Record>> Reader::Missed(const StreamId& stream, Revision first,
                                                   Revision last) const {
  ReadOptions options;
  options.from = first;
  options.max_records = std::min<Revision>(kMissedRecords, last - first + 1);
  auto read = ReadStream(stream, options);
  if (!read.ok()) return read.status();
  return std::move(read->records);
}

}  // namespace skyndsamt::log
