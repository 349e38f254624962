#include "eventstore/log/key_check.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace skyndsamt::log {

namespace {

absl::Status Older(const Record& record) {
  return absl::DataLossError(absl::StrCat(
      "the key store is older than the log: it never made a key that record ", record.position,
      " is sealed with. An old copy was put in place, or its write-ahead log is damaged. "
      "Nothing was recorded. Restore the key store's latest backup; see the runbook, 'key "
      "store behind its log'"));
}

}  // namespace

absl::Status CheckKeys(EventLog& log, vault::KeyStore& keys) {
  ReadOptions options;
  options.backward = true;
  options.max_records = kCheckedKeys;
  absl::flat_hash_set<KeyId> seen;
  for (size_t records = 0; records < kCheckedRecords && seen.size() < kCheckedKeys;) {
    auto page = log.ReadAll(options);
    if (!page.ok()) return page.status();
    records += page->records.size();
    for (const Record& record : page->records) {
      for (const SealedPart& part : record.parts) {
        if (!seen.insert(part.key).second) continue;
        const auto known = keys.Knows(part.key);
        if (!known.ok()) return known.status();
        if (!*known) return Older(record);
      }
      if (seen.size() >= kCheckedKeys) break;
    }
    if (!page->next) break;
    options.from = page->next;
  }
  return absl::OkStatus();
}

namespace {

// Looks each key up once.
class Search {
 public:
  Search(vault::KeyStore& keys, LostKeys& lost) : keys_(keys), lost_(lost) {}

  absl::Status Look(const Record& record) {
    bool here = false;
    for (const SealedPart& part : record.parts) {
      auto [seen, is_new] = missing_.try_emplace(part.key, false);
      if (is_new) {
        const auto known = keys_.Knows(part.key);
        if (!known.ok()) return known.status();
        seen->second = !*known;
        if (!*known) lost_.keys.push_back(part.key);
      }
      here |= seen->second;
    }
    if (!here) return absl::OkStatus();
    if (lost_.records++ == 0) lost_.first = record.position;
    lost_.last = record.position;
    return absl::OkStatus();
  }

 private:
  vault::KeyStore& keys_;
  LostKeys& lost_;
  absl::flat_hash_map<KeyId, bool> missing_;
};

}  // namespace

absl::StatusOr<LostKeys> FindLostKeys(EventLog& log, vault::KeyStore& keys,
                                      const std::function<void(uint64_t, uint64_t)>& progress) {
  LostKeys lost;
  Search search(keys, lost);
  ReadOptions options;
  options.max_records = 1000;
  const Position end = log.committed();
  for (uint64_t done = 0;;) {
    auto page = log.ReadAll(options);
    if (!page.ok()) return page.status();
    for (const Record& record : page->records) {
      if (auto looked = search.Look(record); !looked.ok()) return looked;
    }
    progress(done += page->records.size(), end);
    if (!page->next) return lost;
    options.from = page->next;
  }
}

}  // namespace skyndsamt::log
