#include "tests/bench/store.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <latch>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "eventstore/base/clock.h"
#include "eventstore/base/coding.h"
#include "eventstore/log/event_log.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::bench {
namespace {

constexpr int kBatch = 64;
constexpr size_t kBody = 400;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Sixteen bytes that name a number: what callers bring is made without hashing, so that the clock
// runs for the log's own work alone.
Bytes16 Numbered(char kind, uint64_t number) {
  std::string bytes(8, kind);
  PutU64(bytes, number);
  return ToArray<16>(bytes);
}

// Bytes that do not compress, as sealed ones: another stretch of the same noise for every number.
std::string_view Noise(uint64_t number, size_t size) {
  static const std::string noise = [] {
    std::string bytes(1u << 20, '\0');
    std::mt19937_64 random(1);
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
  }();
  return std::string_view(noise).substr(number * 997 % (noise.size() - size), size);
}

// The body of one of `count` events in an append, as a command serialises it.
std::string Body(int index, int count) {
  log::v1::Body body;
  body.set_index(static_cast<uint32_t>(index));
  body.set_count(static_cast<uint32_t>(count));
  body.set_event(std::string(Noise(static_cast<uint64_t>(index), kBody - 12)));
  return body.SerializeAsString();
}

log::PreparedEvent Event(uint64_t number, const std::string& body) {
  log::PreparedEvent event;
  event.id = EventId{Numbered('e', number)};
  event.type = "incident.staff_learned";
  event.body = body;
  return event;
}

std::unique_ptr<log::EventLog> OpenLog(const std::string& directory, const Clock& clock) {
  log::Options options;
  options.directory = directory;
  auto opened = log::EventLog::Open(options, clock);
  if (!opened.ok()) std::abort();
  return std::move(*opened);
}

}  // namespace

double RawBatches(const std::string& directory, double seconds) {
  rocksdb::Options options;
  options.create_if_missing = true;
  // As the log has them: a yardstick must not pay for what the log has switched off.
  options.compression = rocksdb::kNoCompression;
  options.bytes_per_sync = 1u << 20;
  rocksdb::DB* raw = nullptr;
  if (!rocksdb::DB::Open(options, directory, &raw).ok()) std::abort();
  const std::unique_ptr<rocksdb::DB> db(raw);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  uint64_t written = 0;
  const double begun = Now();
  while (Now() - begun < seconds) {
    rocksdb::WriteBatch batch;
    for (int i = 0; i < kBatch; ++i) {
      std::string key;
      PutU64(key, written);
      const auto value = Noise(written++, kBody);
      batch.Put(key, rocksdb::Slice(value.data(), value.size()));
    }
    if (!db->Write(synced, &batch).ok()) std::abort();
  }
  return static_cast<double>(written) / (Now() - begun);
}

double OneStreamAppends(const std::string& directory, double seconds) {
  SystemClock clock;
  auto log = OpenLog(directory, clock);
  std::vector<std::string> bodies;
  for (int i = 0; i < kBatch; ++i) bodies.push_back(Body(i, kBatch));
  uint64_t written = 0;
  const double begun = Now();
  while (Now() - begun < seconds) {
    log::StreamAppend append;
    append.stream = StreamId{Numbered('s', written)};
    append.expected = log::Expected::Any();
    append.events.reserve(kBatch);
    for (const std::string& body : bodies) append.events.push_back(Event(written++, body));
    log::AppendRequest request;
    request.streams.push_back(std::move(append));
    if (!log->AppendAndWait(std::move(request)).ok()) std::abort();
  }
  return static_cast<double>(written) / (Now() - begun);
}

// So many appends in flight, each place with a stream of its own: the next is begun by the former's
// answer, as the commands of a load are.
double MergedAppends(const std::string& directory, double seconds, const Follow& follow) {
  SystemClock clock;
  const std::string body = Body(0, 1);
  std::atomic<uint64_t> started{0};
  std::atomic<uint64_t> answered{0};
  std::atomic<bool> stopping{false};
  std::latch idle(kBatch);
  auto log = OpenLog(directory, clock);
  const std::shared_ptr<void> follower = follow ? follow(*log) : nullptr;
  std::function<void(uint64_t)> next = [&](uint64_t place) {
    if (stopping) return idle.count_down();
    log::AppendRequest request;
    request.streams.push_back(
        {StreamId{Numbered('s', place)}, log::Expected::Any(), {Event(started++, body)}});
    log->Append(std::move(request), [&, place](absl::StatusOr<log::AppendOutcome> outcome) {
      if (!outcome.ok()) std::abort();
      ++answered;
      next(place);
    });
  };
  const double begun = Now();
  for (uint64_t place = 0; place < kBatch; ++place) next(place);
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stopping = true;
  idle.wait();
  return static_cast<double>(answered) / (Now() - begun);
}

}  // namespace skyndsamt::bench
