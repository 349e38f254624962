// A cursor over the log: reads the shared ring while it keeps up, chunks of the store when it does
// not. Holds no records between polls.
#pragma once

#include <functional>

#include "eventstore/log/courier.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/reader.h"
#include "eventstore/log/tail.h"

namespace skyndsamt::log {

// One thread at a time.
class TailSubscription : public Subscription {
 public:
  TailSubscription(const Tail& tail, const Reader& reader, Courier& courier, Position from,
                   Filter filter);
  ~TailSubscription() override;

  absl::StatusOr<Delivery> Poll(size_t max_records, size_t max_bytes) override;
  void WhenReady(std::function<void()> ready) override;
  Position next() const override { return next_; }

 private:
  // Both advance next_ over what was taken or did not pass the filter.
  void TakeFromRing(const std::vector<RecordPtr>& ring, size_t max_records, size_t max_bytes,
                    Delivery* delivery);
  absl::Status TakeFromStore(Position committed, size_t max_records, size_t max_bytes,
                             Delivery* delivery);

  const Tail& tail_;
  const Reader& reader_;
  Courier& courier_;
  Position next_;
  const Filter filter_;
  bool live_ = false;
  size_t passed_over_ = 0;  // records since the last delivery that did not pass the filter
};

}  // namespace skyndsamt::log
