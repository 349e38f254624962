// What tests of projections share: a directory of their own, a log in it, and what a view store
// holds, byte for byte. For one test at a time.
#pragma once

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "google/protobuf/message.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt {

// Made when it is named, gone when it goes.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "projections-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<log::EventLog> OpenLog(const std::string& directory, const Clock& clock) {
  log::Options options;
  options.directory = directory;
  options.sync = false;  // these tests are about what follows the log
  options.reserve_bytes = 0;
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) ADD_FAILURE() << log.status();
  return log.ok() ? *std::move(log) : nullptr;
}

// An event for Append below, which gives it its place.
inline log::PreparedEvent EventOf(std::string type, const google::protobuf::Message& message,
                                  const std::string& actor = "tester") {
  ::skyndsamt::log::v1::Body body;
  body.mutable_actor()->set_id(actor);
  body.mutable_actor()->set_role("caseworker");
  body.set_event(message.SerializeAsString());
  log::PreparedEvent event;
  event.id = EventId::Random();
  event.type = std::move(type);
  event.body = body.SerializeAsString();
  return event;
}

// Appends to one stream; the position of the last event.
inline Position Append(log::EventLog& log, const StreamId& stream,
                       std::vector<log::PreparedEvent> events) {
  for (size_t i = 0; i < events.size(); ++i) {
    ::skyndsamt::log::v1::Body body;
    EXPECT_TRUE(body.ParseFromString(events[i].body));
    body.set_index(static_cast<uint32_t>(i));
    body.set_count(static_cast<uint32_t>(events.size()));
    events[i].body = body.SerializeAsString();
    events[i].Prepare();
  }
  log::AppendRequest request;
  request.streams.push_back({stream, log::Expected::Any(), std::move(events)});
  auto outcome = log.AppendAndWait(std::move(request));
  if (!outcome.ok() || !std::holds_alternative<log::Appended>(*outcome)) {
    ADD_FAILURE() << "append: " << outcome.status();
    return 0;
  }
  const auto& appended = std::get<log::Appended>(*outcome);
  return appended.first + appended.count - 1;
}

// Every key and value of a view store that nobody has open.
inline std::map<std::string, std::string> Dump(const std::string& directory) {
  std::map<std::string, std::string> rows;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(rocksdb::Options(), directory, &opened);
  if (!status.ok()) {
    ADD_FAILURE() << status.ToString();
    return rows;
  }
  const std::unique_ptr<rocksdb::DB> db(opened);
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(rocksdb::ReadOptions()));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    rows[it->key().ToString()] = it->value().ToString();
  }
  return rows;
}

}  // namespace skyndsamt
