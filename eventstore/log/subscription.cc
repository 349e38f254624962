#include "eventstore/log/subscription.h"

#include <algorithm>
#include <utility>

#include "eventstore/log/record_codec.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kCheckpointEvery = 10000;
constexpr size_t kRingChunk = 256;

}  // namespace

TailSubscription::TailSubscription(const Tail& tail, const Reader& reader, Courier& courier,
                                   Position from, Filter filter)
    : tail_(tail), reader_(reader), courier_(courier), next_(from), filter_(std::move(filter)) {}

TailSubscription::~TailSubscription() { courier_.Forget(this); }

absl::StatusOr<Delivery> TailSubscription::Poll(size_t max_records, size_t max_bytes) {
  max_records = std::max<size_t>(max_records, 1);
  Delivery delivery;
  while (true) {
    delivery.position = next_;
    const Position committed = tail_.committed();
    if (next_ >= committed) {
      if (!std::exchange(live_, true)) delivery.kind = Delivery::Kind::kCaughtUp;
      return delivery;
    }
    std::vector<RecordPtr> ring;
    if (tail_.ReadRing(next_, std::min(max_records, kRingChunk), &ring)) {
      TakeFromRing(ring, max_records, max_bytes, &delivery);
    } else if (std::exchange(live_, false)) {
      delivery.kind = Delivery::Kind::kFellBehind;
      return delivery;
    } else {
      auto taken = TakeFromStore(committed, max_records, max_bytes, &delivery);
      if (!taken.ok() && delivery.records.empty()) return taken;
    }
    delivery.position = next_;
    if (!delivery.records.empty()) {
      passed_over_ = 0;
      delivery.kind = Delivery::Kind::kRecords;
      return delivery;
    }
    if (passed_over_ >= kCheckpointEvery) {
      passed_over_ = 0;
      delivery.kind = Delivery::Kind::kCheckpoint;
      return delivery;
    }
  }
}

void TailSubscription::TakeFromRing(const std::vector<RecordPtr>& ring, size_t max_records,
                                    size_t max_bytes, Delivery* delivery) {
  size_t bytes = 0;
  for (const RecordPtr& record : ring) {
    if (filter_.Matches(record->type)) {
      bytes += record->stored_bytes;
      const bool full = delivery->records.size() == max_records || bytes > max_bytes;
      if (full && !delivery->records.empty()) return;
      delivery->records.push_back(record);
    } else {
      ++passed_over_;
    }
    next_ = record->position + 1;
  }
}

absl::Status TailSubscription::TakeFromStore(Position committed, size_t max_records,
                                             size_t max_bytes, Delivery* delivery) {
  size_t bytes = 0;
  return reader_.Scan(
      next_, /*backward=*/false, committed, /*fill_cache=*/false,
      [&](Position position, std::string_view value) -> absl::StatusOr<bool> {
        if (filter_.Matches(StoredType(value))) {
          bytes += value.size();
          const bool full = delivery->records.size() == max_records || bytes > max_bytes;
          if (full && !delivery->records.empty()) return false;
          auto record = DecodeStored(position, value);
          if (!record.ok()) return record.status();
          delivery->records.push_back(std::make_shared<const Record>(*std::move(record)));
        } else {
          ++passed_over_;
        }
        next_ = position + 1;
        return passed_over_ < kCheckpointEvery;
      });
}

void TailSubscription::WhenReady(std::function<void()> ready) {
  // One that has not been told that it is caught up has something to hear at once.
  courier_.Watch(this, next_, /*at_once=*/!live_, std::move(ready));
}

}  // namespace skyndsamt::log
