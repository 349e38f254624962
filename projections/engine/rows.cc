#include "projections/engine/rows.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <utility>

#include "projections/engine/store.h"

namespace skyndsamt::engine {

Rows::Rows(Store& store, std::string scope, rocksdb::WriteBatch& write)
    : store_(store), scope_(std::move(scope)), write_(write) {}

std::string Rows::Full(std::string_view key) const { return std::string(scope_).append(key); }

absl::StatusOr<std::optional<std::string>> Rows::Get(std::string_view key) const {
  std::string value;
  const auto status = store_.db().Get(rocksdb::ReadOptions(), Full(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return store_.Checked(status, "read row");
  return value;
}

absl::StatusOr<std::vector<Row>> Rows::Scan(std::string_view prefix, std::string_view from,
                                            size_t limit) const {
  std::vector<Row> found;
  const std::string full = Full(prefix);
  std::unique_ptr<rocksdb::Iterator> rows(store_.db().NewIterator(rocksdb::ReadOptions()));
  for (rows->Seek(from < prefix ? full : Full(from));
       found.size() < limit && rows->Valid() && rows->key().starts_with(full); rows->Next()) {
    const std::string_view key = rows->key().ToStringView().substr(scope_.size());
    found.push_back({std::string(key), rows->value().ToString()});
  }
  if (!rows->status().ok()) return store_.Checked(rows->status(), "scan rows");
  return found;
}

void Rows::Put(std::string_view key, std::string_view value) {
  write_.Put(Full(key), rocksdb::Slice(value.data(), value.size()));
}

void Rows::Delete(std::string_view key) { write_.Delete(Full(key)); }

}  // namespace skyndsamt::engine
