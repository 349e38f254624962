// What the event log costs beside raw synced RocksDB batches, and how fast views are rebuilt.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "eventstore/log/event_log.h"

namespace skyndsamt::bench {

// Events a second, each 400 bytes of body; every batch or append of 64 is synced.
double RawBatches(const std::string& directory, double seconds);        // 64 puts a synced write
double OneStreamAppends(const std::string& directory, double seconds);  // 64 events to one stream

// 64 waiting, each on a stream of its own, begun by answers: callers do next to nothing beside the
// log. Whatever `follow` starts (a relay) lives beside it, from before the clock runs to its end.
using Follow = std::function<std::shared_ptr<void>(log::EventLog& log)>;
double MergedAppends(const std::string& directory, double seconds, const Follow& follow = {});

}  // namespace skyndsamt::bench
