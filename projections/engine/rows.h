// A view's rows as the view itself sees them while it takes events: bytes by key, in key order.
//
// Put and Delete join the write under way, together with every other view's rows and the position;
// Get and Scan see what earlier writes left, never the write under way: a view remembers what it
// has put until the next Apply after Flush. Used by one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class WriteBatch;
}  // namespace rocksdb

namespace skyndsamt::engine {

class Store;

struct Row {
  std::string key;
  std::string value;
  bool operator==(const Row&) const = default;
};

class Rows {
 public:
  // `scope` is what the store puts before every key of the view's version.
  Rows(Store& store, std::string scope, rocksdb::WriteBatch& write);

  absl::StatusOr<std::optional<std::string>> Get(std::string_view key) const;
  // At most `limit` rows whose key begins with `prefix`, from `from` (a whole key) on.
  absl::StatusOr<std::vector<Row>> Scan(std::string_view prefix, std::string_view from,
                                        size_t limit) const;
  void Put(std::string_view key, std::string_view value);
  void Delete(std::string_view key);

 private:
  std::string Full(std::string_view key) const;

  Store& store_;
  const std::string scope_;
  rocksdb::WriteBatch& write_;
};

}  // namespace skyndsamt::engine
