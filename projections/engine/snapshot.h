// A view's rows as they were at one moment, with the position they reflect: for queries.
// Thread-safe; holds its version of the rows until it goes, so it should not be kept.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/ids.h"

namespace rocksdb {
class Iterator;
class Snapshot;
}  // namespace rocksdb

namespace skyndsamt::engine {

class Store;

// Rows in key order. One thread at a time; must not outlive its snapshot.
class Cursor {
 public:
  Cursor(const Store& store, std::unique_ptr<rocksdb::Iterator> rows, std::string scope,
         std::string prefix);
  ~Cursor();
  Cursor(Cursor&&) noexcept;

  // On a row, or past the last (then status() tells whether that is the end).
  bool Valid() const;
  std::string_view key() const;
  std::string_view value() const;
  void Next();
  void Seek(std::string_view key);
  absl::Status status() const;

 private:
  const Store& store_;
  std::unique_ptr<rocksdb::Iterator> rows_;
  std::string scope_;
  std::string prefix_;  // with the scope
};

class Snapshot {
 public:
  Snapshot(Store& store, std::shared_ptr<const rocksdb::Snapshot> at, std::string scope,
           Position applied, Position settled);

  // Every event below is in the rows.
  Position applied() const { return applied_; }
  // Every event below is also in the rows whose making the view puts off.
  Position settled() const { return settled_; }

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;
  // The rows whose key begins with `prefix`, from `from` (a whole key; empty = the first) on.
  Cursor Scan(std::string_view prefix, std::string_view from = {}) const;

 private:
  Store& store_;
  std::shared_ptr<const rocksdb::Snapshot> at_;
  std::string scope_;
  Position applied_;
  Position settled_;
};

}  // namespace skyndsamt::engine
