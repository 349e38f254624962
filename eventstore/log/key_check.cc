#include "eventstore/log/key_check.h"

#include "absl/strings/str_cat.h"

namespace skyndsamt::log {

absl::Status CheckKeys(EventLog& log, vault::KeyStore& keys) {
  ReadOptions options;
  options.backward = true;
  options.max_records = kCheckedParts;
  size_t parts = 0;
  for (size_t records = 0; records < kCheckedRecords && parts < kCheckedParts;) {
    auto page = log.ReadAll(options);
    if (!page.ok()) return page.status();
    records += page->records.size();
    for (const Record& record : page->records) {
      for (const SealedPart& part : record.parts) {
        const auto known = keys.Knows(part.key);
        if (!known.ok()) return known.status();
        if (!*known) {
          return absl::DataLossError(absl::StrCat(
              "the key store is older than the log: it never made a key that record ",
              record.position,
              " is sealed with. An old copy was put in place, or its write-ahead log is damaged. "
              "Nothing was recorded. Restore the key store's latest backup; see the runbook, 'key "
              "store behind its log'"));
        }
      }
      parts += record.parts.size();
      if (parts >= kCheckedParts) break;
    }
    if (!page->next) break;
    options.from = page->next;
  }
  return absl::OkStatus();
}

}  // namespace skyndsamt::log
