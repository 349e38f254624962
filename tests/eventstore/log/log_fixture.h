// What the log's tests share: a directory of their own, options for small logs, and events.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "eventstore/base/sha256.h"
#include "eventstore/log/event_log.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::log {

// Made fresh, removed at the end. In memory where there is such a file system: no test here depends
// on the disk, and real syncs only make them slow.
class TempDirectory {
 public:
  TempDirectory() {
    const std::filesystem::path memory = "/dev/shm";
    const bool usable = ::access(memory.c_str(), W_OK) == 0;
    const auto parent = usable ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "skynd-log-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline constexpr Micros kStart = 1'700'000'000'000'000;

inline Options SmallOptions(const std::string& directory) {
  Options options;
  options.directory = directory;
  options.memtable_bytes = 1u << 20;
  options.block_cache_bytes = 8u << 20;
  options.reserve_bytes = 0;
  return options;
}

inline StreamId StreamNamed(const std::string& name) { return {DerivedUuid("stream", name)}; }
inline RequestKey RequestNamed(const std::string& name) { return {DerivedUuid("request", name)}; }
inline Bytes32 FingerprintOf(const std::string& text) { return Sha256Of(text); }

struct NewEvent {
  std::string text;
  std::string type = "case.noted";
};

// One append to one or more streams, with bodies that say its request, index and count.
class AppendBuilder {
 public:
  AppendBuilder& To(const StreamId& stream, Expected expected, std::vector<NewEvent> events) {
    StreamAppend append{stream, expected, {}};
    for (const NewEvent& event : events) {
      PreparedEvent prepared;
      prepared.id = EventId::Random();
      prepared.type = event.type;
      append.events.push_back(std::move(prepared));
      texts_.push_back(event.text);
    }
    request_.streams.push_back(std::move(append));
    return *this;
  }
  AppendBuilder& Request(const std::string& name, const std::string& payload) {
    request_.request = RequestNamed(name);
    request_.fingerprint = FingerprintOf(payload);
    return *this;
  }
  AppendRequest Build() {
    uint32_t index = 0;
    for (StreamAppend& append : request_.streams) {
      for (PreparedEvent& event : append.events) {
        v1::Body body;
        body.set_index(index);
        body.set_count(static_cast<uint32_t>(texts_.size()));
        if (request_.request) {
          body.set_request_hash(std::string(request_.request->view()));
          body.set_fingerprint(std::string(View(request_.fingerprint)));
        }
        body.set_event(texts_[index++]);
        event.body = body.SerializeAsString();
        event.Prepare();
      }
    }
    return std::move(request_);
  }

 private:
  AppendRequest request_;
  std::vector<std::string> texts_;
};

inline std::string TextOf(const Record& record) {
  v1::Body body;
  EXPECT_TRUE(body.ParseFromString(record.body));
  return body.event();
}

inline std::vector<std::string> TextsOf(const std::vector<Record>& records) {
  std::vector<std::string> texts;
  for (const Record& record : records) texts.push_back(TextOf(record));
  return texts;
}

// A log in a directory of its own that can be closed and opened again.
class LogTest : public ::testing::Test {
 protected:
  LogTest() : options_(SmallOptions(directory_ / "log")) { Open(); }

  void Open() {
    auto log = EventLog::Open(options_, clock_);
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }
  void Close() { log_.reset(); }
  void Reopen() {
    Close();
    Open();
  }

  Appended Added(AppendBuilder& builder) {
    auto outcome = log_->AppendAndWait(builder.Build());
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (!outcome.ok() || !std::holds_alternative<Appended>(*outcome)) {
      ADD_FAILURE() << "not appended";
      return {};
    }
    return std::get<Appended>(*outcome);
  }
  Appended Add(const std::string& stream, std::vector<NewEvent> events,
               Expected expected = Expected::Any()) {
    AppendBuilder builder;
    builder.To(StreamNamed(stream), expected, std::move(events));
    return Added(builder);
  }
  AppendOutcome Try(AppendBuilder& builder) {
    auto outcome = log_->AppendAndWait(builder.Build());
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *std::move(outcome) : AppendOutcome{};
  }
  absl::StatusCode CodeOf(AppendBuilder& builder) {
    return log_->AppendAndWait(builder.Build()).status().code();
  }

  TempDirectory directory_;
  ManualClock clock_{kStart};
  Options options_;
  std::unique_ptr<EventLog> log_;
};

}  // namespace skyndsamt::log
