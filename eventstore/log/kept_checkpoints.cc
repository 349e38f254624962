#include "eventstore/log/kept_checkpoints.h"

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "eventstore/log/files.h"
#include "eventstore/log/rocks_status.h"
#include "eventstore/log/stored_tree.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::log {
namespace {

std::unique_ptr<rocksdb::Iterator> MetaRows(Store& store) {
  return std::unique_ptr<rocksdb::Iterator>(
      store.db().NewIterator(rocksdb::ReadOptions(), store.family(Family::kMeta)));
}

// None where there are no more checkpoints. A row among them that is none is not passed over: those
// behind it would be hidden.
absl::StatusOr<std::optional<KeptCheckpoint>> CheckpointAt(const rocksdb::Iterator& it) {
  if (!it.Valid() || !it.key().ToStringView().starts_with(kCheckpointPrefix)) return std::nullopt;
  const auto size = ParseCheckpointKey(it.key().ToStringView());
  if (!size) return absl::DataLossError("a checkpoint's row is malformed");
  return KeptCheckpoint{*size, it.value().ToString()};
}

}  // namespace

absl::Status KeepCheckpoints(const Options& options, Store& store,
                             const std::vector<KeptCheckpoint>& checkpoints) {
  std::map<uint64_t, std::string_view> fresh;
  for (const KeptCheckpoint& checkpoint : checkpoints) {
    std::string kept;
    const auto got = store.db().Get(rocksdb::ReadOptions(), store.family(Family::kMeta),
                                    CheckpointKey(checkpoint.size), &kept);
    if (!got.ok() && !got.IsNotFound()) return FromRocks(got, "reading a checkpoint");
    if (!got.ok()) fresh.try_emplace(checkpoint.size, checkpoint.note);
  }
  if (fresh.empty()) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  for (const auto& [size, note] : fresh) {
    batch.Put(store.family(Family::kMeta), CheckpointKey(size),
              rocksdb::Slice(note.data(), note.size()));
  }
  rocksdb::WriteOptions write;
  write.sync = options.sync;
  const auto put = store.db().Write(write, &batch);
  if (!put.ok()) return FromRocks(put, "keeping checkpoints");
  const auto last = NewestCheckpoint(store, ~uint64_t{0});
  if (!last.ok()) return last.status();
  return WriteWholeFile(FileSystemOf(options), CheckpointPath(options.directory), (*last)->note);
}

absl::StatusOr<std::vector<KeptCheckpoint>> ReadCheckpoints(Store& store, uint64_t from,
                                                            size_t max) {
  std::vector<KeptCheckpoint> found;
  const auto it = MetaRows(store);
  for (it->Seek(CheckpointKey(from)); found.size() < max; it->Next()) {
    auto checkpoint = CheckpointAt(*it);
    if (!checkpoint.ok()) return checkpoint.status();
    if (!checkpoint->has_value()) break;
    found.push_back(**std::move(checkpoint));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "reading checkpoints");
  return found;
}

absl::StatusOr<std::optional<KeptCheckpoint>> NewestCheckpoint(Store& store, uint64_t at_most) {
  const auto it = MetaRows(store);
  it->SeekForPrev(CheckpointKey(at_most));
  if (!it->status().ok()) return FromRocks(it->status(), "reading checkpoints");
  return CheckpointAt(*it);
}

absl::StatusOr<KeptCheckpoint> CheckNote(std::string_view note, std::string_view origin,
                                         Store* store, const merkle::Tree& tree) {
  const auto checkpoint = merkle::ParseCheckpoint(note.substr(0, note.rfind("\n\n") + 1));
  if (!checkpoint.ok()) return absl::DataLossError("a signed checkpoint is damaged");
  if (checkpoint->origin != origin)
    return absl::DataLossError("a signed checkpoint is another log's");
  if (checkpoint->size > tree.size()) {
    return absl::DataLossError(
        absl::StrCat("the log holds ", tree.size(), " records but has signed ", checkpoint->size));
  }
  auto root = absl::StatusOr<Bytes32>(tree.Root());
  if (checkpoint->size < tree.size()) {
    auto prover = ProverOf(*store, std::make_shared<const merkle::Tree>(tree), checkpoint->size);
    if (!prover.ok()) return prover.status();
    root = prover->Root();
  }
  if (!root.ok()) return root.status();
  if (*root != checkpoint->root) {
    return absl::DataLossError(absl::StrCat("the first ", checkpoint->size,
                                            " records are not those that the log has signed"));
  }
  return KeptCheckpoint{checkpoint->size, std::string(note)};
}

absl::Status CheckSigned(const Options& options, Store* store, const merkle::Tree& tree) {
  const auto check = [&](std::string_view note) -> absl::Status {
    const auto checked = CheckNote(note, options.origin, store, tree);
    if (!absl::IsDataLoss(checked.status())) return checked.status();
    return absl::DataLossError(absl::StrCat(checked.status().message(),
                                            ". Nothing was changed. Restore the latest backup or "
                                            "promote a replica; see deploy/runbook.md, "
                                            "'the log is not what it signed'"));
  };
  if (store != nullptr) {
    const auto newest = NewestCheckpoint(*store, ~uint64_t{0});
    if (!newest.ok()) return newest.status();
    const auto checked = newest->has_value() ? check((*newest)->note) : absl::OkStatus();
    if (!checked.ok()) return checked;
  }
  const auto file = ReadWholeFile(FileSystemOf(options), CheckpointPath(options.directory));
  if (absl::IsNotFound(file.status())) return absl::OkStatus();
  if (!file.ok()) return file.status();
  return check(*file);
}

}  // namespace skyndsamt::log
