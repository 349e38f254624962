#include "tests/bench/store.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>

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

// One of `count` events in an append.
log::PreparedEvent Event(uint64_t number, int index, int count) {
  log::PreparedEvent event;
  event.id = EventId{DerivedUuid("bench", std::to_string(number))};
  event.type = "incident.staff_learned";
  log::v1::Body body;
  body.set_index(static_cast<uint32_t>(index));
  body.set_count(static_cast<uint32_t>(count));
  body.set_event(std::string(kBody - 12, static_cast<char>('a' + number % 26)));
  event.body = body.SerializeAsString();
  event.Prepare();
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
  rocksdb::DB* raw = nullptr;
  if (!rocksdb::DB::Open(options, directory, &raw).ok()) std::abort();
  const std::unique_ptr<rocksdb::DB> db(raw);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const std::string value(kBody, 'v');
  uint64_t written = 0;
  const double begun = Now();
  while (Now() - begun < seconds) {
    rocksdb::WriteBatch batch;
    for (int i = 0; i < kBatch; ++i) {
      std::string key;
      PutU64(key, written++);
      batch.Put(key, value);
    }
    if (!db->Write(synced, &batch).ok()) std::abort();
  }
  return static_cast<double>(written) / (Now() - begun);
}

double OneStreamAppends(const std::string& directory, double seconds) {
  SystemClock clock;
  auto log = OpenLog(directory, clock);
  uint64_t written = 0;
  const double begun = Now();
  while (Now() - begun < seconds) {
    log::StreamAppend append;
    append.stream = StreamId{DerivedUuid("stream", std::to_string(written))};
    append.expected = log::Expected::Any();
    for (int i = 0; i < kBatch; ++i) append.events.push_back(Event(written++, i, kBatch));
    log::AppendRequest request;
    request.streams.push_back(std::move(append));
    if (!log->AppendAndWait(std::move(request)).ok()) std::abort();
  }
  return static_cast<double>(written) / (Now() - begun);
}

double MergedAppends(const std::string& directory, double seconds) {
  SystemClock clock;
  auto log = OpenLog(directory, clock);
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  uint64_t started = 0;
  std::atomic<uint64_t> answered{0};
  const double begun = Now();
  while (Now() - begun < seconds) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return waiting < kBatch; });
      ++waiting;
    }
    const uint64_t number = started++;
    log::AppendRequest request;
    request.streams.push_back({StreamId{DerivedUuid("stream", std::to_string(number % 4096))},
                               log::Expected::Any(),
                               {Event(number, 0, 1)}});
    log->Append(std::move(request), [&](absl::StatusOr<log::AppendOutcome> outcome) {
      if (!outcome.ok()) std::abort();
      ++answered;
      std::lock_guard lock(mutex);
      --waiting;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return waiting == 0; });
  return static_cast<double>(answered) / (Now() - begun);
}

}  // namespace skyndsamt::bench
