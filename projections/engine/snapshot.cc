#include "projections/engine/snapshot.h"

#include <rocksdb/db.h>

#include <utility>

#include "projections/engine/store.h"

namespace skyndsamt::engine {

Cursor::Cursor(const Store& store, std::unique_ptr<rocksdb::Iterator> rows, std::string scope,
               std::string prefix)
    : store_(store), rows_(std::move(rows)), scope_(std::move(scope)), prefix_(std::move(prefix)) {}

Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;

bool Cursor::Valid() const { return rows_->Valid() && rows_->key().starts_with(prefix_); }

std::string_view Cursor::key() const { return rows_->key().ToStringView().substr(scope_.size()); }

std::string_view Cursor::value() const { return rows_->value().ToStringView(); }

void Cursor::Next() { rows_->Next(); }

void Cursor::Seek(std::string_view key) {
  const std::string full = scope_ + std::string(key);
  rows_->Seek(full < prefix_ ? prefix_ : full);
}

absl::Status Cursor::status() const { return store_.Checked(rows_->status(), "read rows"); }

Snapshot::Snapshot(Store& store, std::shared_ptr<const rocksdb::Snapshot> at, std::string scope,
                   Position applied, Position settled)
    : store_(store),
      at_(std::move(at)),
      scope_(std::move(scope)),
      applied_(applied),
      settled_(settled) {}

absl::StatusOr<std::optional<std::string>> Snapshot::Get(std::string_view key) const {
  rocksdb::ReadOptions options;
  options.snapshot = at_.get();
  std::string value;
  const auto status = store_.db().Get(options, scope_ + std::string(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return store_.Checked(status, "read row");
  return value;
}

Cursor Snapshot::Scan(std::string_view prefix, std::string_view from) const {
  rocksdb::ReadOptions options;
  options.snapshot = at_.get();
  Cursor cursor(store_, std::unique_ptr<rocksdb::Iterator>(store_.db().NewIterator(options)),
                scope_, scope_ + std::string(prefix));
  cursor.Seek(from);
  return cursor;
}

}  // namespace skyndsamt::engine
