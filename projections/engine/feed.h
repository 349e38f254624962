// One position in the log and the views that are kept at it: takes records, applies them to every
// view and writes rows and position at once. The runner has one for the serving views and one for
// each version being built beside. One thread at a time, but for next(), which any may ask.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "google/protobuf/arena.h"
#include "projections/engine/decoder.h"
#include "projections/engine/store.h"
#include "projections/engine/view.h"

namespace skyndsamt::engine {

// A view in a feed.
struct Fed {
  explicit Fed(std::unique_ptr<View> fed);

  std::unique_ptr<View> view;
  std::string scope;
  std::atomic<Position> settled = 0;
};

class Feed {
 public:
  Feed(std::string name, const RunnerOptions& options, Store& store, log::EventLog& log,
       const Decoder& decoder);

  void Add(std::unique_ptr<Fed> fed);
  // Takes a view out, and puts another into its place.
  std::unique_ptr<Fed> Replace(std::unique_ptr<Fed> fed);
  std::unique_ptr<Fed> Release();  // the only one
  // Reads the position and lets every view read back its memory. Before the first Take.
  absl::Status Load();

  // Takes what is there, up to a batch, and writes it; stops before `limit`. The number of events
  // taken; 0 when there is nothing. After an error nothing more is taken: an unknown event is
  // answered again and again, what a view refused for good.
  absl::StatusOr<size_t> Take(std::optional<Position> limit);
  bool HasWork() const;
  // About `items` units of put-off work of each view that has some.
  absl::Status Work(size_t items);
  // See Subscription::WhenReady.
  void WhenReady(std::function<void()> ready);

  const std::string& name() const { return name_; }
  Position next() const { return next_.load(std::memory_order_acquire); }
  Position settled() const;
  const std::vector<std::unique_ptr<Fed>>& fed() const { return fed_; }

 private:
  absl::Status Fill(std::optional<Position> limit);
  absl::StatusOr<size_t> Apply(size_t count);
  absl::Status Commit(rocksdb::WriteBatch& write, Position next, const EventId& last);

  const std::string name_;
  const RunnerOptions& options_;
  Store& store_;
  log::EventLog& log_;
  const Decoder& decoder_;
  std::vector<std::unique_ptr<Fed>> fed_;
  std::unique_ptr<log::Subscription> tail_;
  std::deque<std::shared_ptr<const log::Record>> waiting_;  // polled, not yet taken
  google::protobuf::Arena arena_;
  std::atomic<Position> next_ = 0;
  EventId last_;
  absl::Status failed_;
};

}  // namespace skyndsamt::engine
