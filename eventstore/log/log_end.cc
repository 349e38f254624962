#include "eventstore/log/log_end.h"

#include <cassert>
#include <utility>

#include "eventstore/log/record_codec.h"
#include "eventstore/merkle/hash.h"

namespace skyndsamt::log {
namespace {

rocksdb::Slice SliceOf(std::string_view view) { return {view.data(), view.size()}; }

}  // namespace

void Group::Clear() {
  batch.Clear();
  records.clear();
  tree.reset();
  let_go.clear();
}

Bytes32 LogEnd::Lay(std::shared_ptr<Record> record, Group* group) {
  assert(record->position == next());
  scratch_.clear();
  EncodeStored(*record, scratch_);
  record->stored_bytes = scratch_.size();

  const Bytes32 leaf_hash = merkle::LeafHash(record->leaf_data);
  tree_.Append(leaf_hash, &tiles_);
  last_recorded_ = record->recorded;
  group->last_leaf_hash = leaf_hash;
  group->batch.Put(store_.family(Family::kLog), LogKey(record->position), scratch_);
  group->batch.Put(store_.family(Family::kStream), StreamKey(record->stream, record->revision),
                   StreamValue(record->position, leaf_hash));
  group->records.push_back(std::move(record));
  return leaf_hash;
}

void LogEnd::LayRequest(const RequestKey& key, Position first, Group* group) {
  group->batch.Put(store_.family(Family::kRequest), SliceOf(key.view()), LogKey(first));
}

void LogEnd::Seal(Group* group) {
  assert(!group->records.empty());
  for (const merkle::Tile& tile : tiles_) {
    group->batch.Put(store_.family(Family::kTile), TileKey(tile.level, tile.index), tile.hashes);
  }
  tiles_.clear();
  group->batch.Put(store_.family(Family::kMeta), SliceOf(kFrontierKey),
                   FrontierValue({tree_.size(), last_recorded_, tree_.Peaks()}));
  group->tree = std::make_shared<const merkle::Tree>(tree_);
}

}  // namespace skyndsamt::log
