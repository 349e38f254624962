// A log and a replica of it beside each other, and records on their way between the two.
#pragma once

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "eventstore/log/record_message.h"
#include "eventstore/vault/vault.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {

// As it comes from another house: through the message that carries it.
inline Record Carried(const Record& record) {
  v1::Record message;
  FillMessage("skyndsamt.local/log", record, &message);
  v1::Record received;
  EXPECT_TRUE(received.ParseFromString(message.SerializeAsString()));
  auto carried = FromMessage(received);
  EXPECT_TRUE(carried.ok()) << carried.status();
  return *carried;
}

class IngestTest : public LogTest {
 protected:
  IngestTest() : replica_options_(SmallOptions(directory_ / "replica")) {
    replica_options_.replica = true;
    OpenReplica();
  }

  void OpenReplica() {
    auto replica = EventLog::Open(replica_options_, clock_);
    ASSERT_TRUE(replica.ok()) << replica.status();
    replica_ = *std::move(replica);
  }
  void StartReplicaAnew() {
    replica_.reset();
    std::filesystem::remove_all(replica_options_.directory);
    OpenReplica();
  }
  void CloseAll() {
    Close();
    replica_.reset();
  }

  // An append of up to three streams with up to three events each, some with sealed parts.
  void AppendAtRandom(std::mt19937_64& random) {
    clock_.Advance(static_cast<Micros>(random() % 3));
    AppendBuilder builder;
    const size_t streams = 1 + random() % 3;
    for (size_t i = 0; i < streams; ++i) {
      const std::string name = std::to_string(random() % 20 * 3 + i);
      builder.To(StreamNamed(name), Expected::Any(),
                 std::vector<NewEvent>(1 + random() % 3, NewEvent{std::to_string(random())}));
    }
    if (random() % 2 == 0) builder.Request(std::to_string(random() % 200), "payload");
    AppendRequest request = builder.Build();
    for (StreamAppend& append : request.streams) {
      for (PreparedEvent& event : append.events) {
        for (uint64_t parts = random() % 3; parts > 0; --parts) {
          event.parts.push_back(vault::Seal(KeyId::Random(), Bytes32{3}, Sha256Of(event.body),
                                            event.id, static_cast<uint16_t>(event.parts.size()),
                                            std::string(64, 'x')));
        }
        event.Prepare();
      }
    }
    ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  }

  std::vector<Record> All() {
    ReadOptions options;
    options.max_records = 1 << 20;
    options.max_bytes = 1u << 30;
    auto read = log_->ReadAll(options);
    EXPECT_TRUE(read.ok() && !read->next);
    return std::move(read->records);
  }
  absl::StatusOr<Position> Feed(const std::vector<Record>& records) {
    std::vector<Record> carried;
    for (const Record& record : records) carried.push_back(Carried(record));
    return replica_->Ingest(std::move(carried));
  }

  // Three records in three appends, and one append of three over two streams.
  std::vector<Record> SixRecords() {
    Add("s", {{"0"}});
    AppendBuilder first;
    first.To(StreamNamed("s"), Expected::Any(), {{"1"}}).Request("r", "payload");
    Added(first);
    Add("t", {{"2"}});
    AppendBuilder three;
    three.To(StreamNamed("s"), Expected::Any(), {{"3"}, {"4"}});
    three.To(StreamNamed("u"), Expected::None(), {{"5"}}).Request("three", "payload");
    Added(three);
    return All();
  }
  Options replica_options_;
  std::unique_ptr<EventLog> replica_;
};

}  // namespace skyndsamt::log
