// How an append that the brokers refused is sent again: in pieces, all in one transaction, each
// answered for before the next. A piece that is refused is many the next time, down to the one
// record that is refused whatever is around it. That record is found in a few transactions that
// wait for a few dozen answers each, where one that waits for every record might outlast its time;
// and an append that is only too large at once ends in pieces that are not. Not thread-safe.
#pragma once

#include <cstddef>
#include <iterator>
#include <set>

namespace skyndsamt::kafka {

class AppendPieces {
 public:
  static constexpr size_t kParts = 32;  // of a piece that was refused, at most

  // Nothing was refused yet: it is one piece, and is not waited for.
  bool whole() const { return cuts_.empty(); }
  bool EndsBefore(size_t record) const { return cuts_.contains(record); }
  // Whether that record is a piece by itself.
  bool Alone(size_t record) const { return EndsBefore(record) && EndsBefore(record + 1); }

  // The piece which that record, of so many, is in was refused.
  void Refused(size_t record, size_t records) {
    cuts_.insert({0, records});
    const auto after = cuts_.upper_bound(record);
    const size_t begin = *std::prev(after), end = *after;
    const size_t size = (end - begin + kParts - 1) / kParts;
    for (size_t cut = begin + size; cut < end; cut += size) cuts_.insert(cut);
  }

 private:
  std::set<size_t> cuts_;  // what every piece begins or ends at
};

}  // namespace skyndsamt::kafka
