// What the event log costs beside raw synced RocksDB batches, and how fast views are rebuilt.
#pragma once

#include <cstdint>
#include <string>

namespace skyndsamt::bench {

// Events a second, each 400 bytes of body; every batch or append of 64 is synced.
double RawBatches(const std::string& directory, double seconds);        // 64 puts a synced write
double OneStreamAppends(const std::string& directory, double seconds);  // 64 events to one stream
double MergedAppends(const std::string& directory, double seconds);     // 64 waiting, 64 streams

}  // namespace skyndsamt::bench
