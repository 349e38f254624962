// Reading: both ways, from anywhere, by time, filtered, within bounds.
#include <algorithm>
#include <map>
#include <random>

#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

class ReadTest : public LogTest {
 protected:
  // Thirty events over three streams and two kinds, at one-second steps.
  void Fill() {
    for (int i = 0; i < 30; ++i) {
      clock_.Set(kStart + i * 1'000'000);
      Add(std::to_string(i % 3), {{std::to_string(i), i % 3 == 0 ? "policy.set" : "case.noted"}});
    }
  }
  std::vector<std::string> All(ReadOptions options) {
    std::vector<std::string> texts;
    while (true) {
      auto read = log_->ReadAll(options);
      EXPECT_TRUE(read.ok()) << read.status();
      for (const Record& record : read->records) texts.push_back(TextOf(record));
      if (!read->next) return texts;
      options.from = read->next;
    }
  }
  std::vector<std::string> Stream(const std::string& name, ReadOptions options) {
    std::vector<std::string> texts;
    while (true) {
      auto read = log_->ReadStream(StreamNamed(name), options);
      EXPECT_TRUE(read.ok()) << read.status();
      for (const Record& record : read->records) texts.push_back(TextOf(record));
      if (!read->next) return texts;
      options.from = read->next;
    }
  }
  static std::vector<std::string> Numbers(int first, int last, int step) {
    std::vector<std::string> numbers;
    for (int i = first; step > 0 ? i <= last : i >= last; i += step) {
      numbers.push_back(std::to_string(i));
    }
    return numbers;
  }
};

TEST_F(ReadTest, AnEmptyLogReadsAsNothing) {
  EXPECT_TRUE(All({}).empty());
  EXPECT_TRUE(All({.backward = true}).empty());
  EXPECT_TRUE(Stream("s", {}).empty());
  EXPECT_TRUE(Stream("s", {.backward = true}).empty());
  EXPECT_EQ(*log_->FirstRecordedAt(kStart), 0u);
  EXPECT_FALSE(log_->Head(StreamNamed("s"))->has_value());
}

TEST_F(ReadTest, ReadsEverythingBothWaysInChunksOfAnySize) {
  Fill();
  for (const size_t chunk : {1u, 7u, 30u, 1000u}) {
    EXPECT_EQ(All({.max_records = chunk}), Numbers(0, 29, 1));
    EXPECT_EQ(All({.from = 11, .max_records = chunk}), Numbers(11, 29, 1));
    EXPECT_EQ(All({.backward = true, .max_records = chunk}), Numbers(29, 0, -1));
    EXPECT_EQ(All({.from = 11, .backward = true, .max_records = chunk}), Numbers(11, 0, -1));
    EXPECT_EQ(Stream("1", {.max_records = chunk}), Numbers(1, 28, 3));
    EXPECT_EQ(Stream("1", {.from = 4, .max_records = chunk}), Numbers(13, 28, 3));
    EXPECT_EQ(Stream("1", {.backward = true, .max_records = chunk}), Numbers(28, 1, -3));
    EXPECT_EQ(Stream("1", {.from = 4, .backward = true, .max_records = chunk}), Numbers(13, 1, -3));
  }
  EXPECT_TRUE(All({.from = 30}).empty());
  EXPECT_TRUE(Stream("1", {.from = 10}).empty());
  EXPECT_TRUE(Stream("unknown", {}).empty());
}

TEST_F(ReadTest, StaysWithinBytesButGivesAtLeastOne) {
  Fill();
  auto one = log_->ReadAll({.max_bytes = 1});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->records.size(), 1u);
  EXPECT_EQ(one->next, 1u);
  const size_t bytes = one->records[0].stored_bytes;
  auto three = log_->ReadStream(StreamNamed("1"), {.max_bytes = 3 * bytes + bytes / 2});
  EXPECT_EQ(three->records.size(), 3u);
  EXPECT_EQ(three->next, 3u);
}

TEST_F(ReadTest, FiltersByTypeAndKind) {
  Fill();
  EXPECT_EQ(All({.filter = {.types = {"policy.set"}}}), Numbers(0, 27, 3));
  EXPECT_EQ(All({.filter = {.kinds = {"policy"}}}), Numbers(0, 27, 3));
  EXPECT_EQ(All({.filter = {.types = {"case.noted"}, .kinds = {"policy"}}}).size(), 30u);
  EXPECT_TRUE(All({.filter = {.types = {"policy"}}}).empty());
  EXPECT_EQ(Stream("0", {.filter = {.kinds = {"policy"}}}).size(), 10u);
  EXPECT_TRUE(Stream("1", {.filter = {.kinds = {"policy"}}}).empty());
  EXPECT_EQ(All({.backward = true, .max_records = 2, .filter = {.kinds = {"policy"}}}),
            Numbers(27, 0, -3));
}

TEST_F(ReadTest, AFilteredReadComesBackAfterTenThousand) {
  for (int i = 0; i < 25; ++i) Add("s", std::vector<NewEvent>(500, NewEvent{"x"}));
  auto read = log_->ReadAll({.filter = {.kinds = {"policy"}}});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->records.empty());
  EXPECT_EQ(read->next, 10000u);
  read = log_->ReadAll({.from = read->next, .filter = {.kinds = {"policy"}}});
  EXPECT_FALSE(read->next.has_value());
}

TEST_F(ReadTest, FindsThePositionOfATime) {
  Fill();
  EXPECT_EQ(*log_->FirstRecordedAt(0), 0u);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(*log_->FirstRecordedAt(kStart + i * 1'000'000), static_cast<Position>(i));
    EXPECT_EQ(*log_->FirstRecordedAt(kStart + i * 1'000'000 + 1), static_cast<Position>(i + 1));
  }
}

TEST_F(ReadTest, FindsTheRevisionOfATimeInAStream) {
  EXPECT_EQ(*log_->FirstRecordedAt(StreamNamed("1"), kStart), 0u);
  Fill();
  EXPECT_EQ(*log_->FirstRecordedAt(StreamNamed("unknown"), kStart), 0u);
  for (int i = 0; i < 30; ++i) {
    const Micros instant = kStart + i * 1'000'000;
    for (int of = 0; of < 3; ++of) {
      const std::string stream = std::to_string(of);
      std::vector<std::string> expected;
      for (int n = of; n < 30; n += 3) {
        if (n >= i) expected.push_back(std::to_string(n));
      }
      const auto first = log_->FirstRecordedAt(StreamNamed(stream), instant);
      ASSERT_TRUE(first.ok()) << first.status();
      EXPECT_EQ(Stream(stream, {.from = *first}), expected) << "from " << i;
    }
  }
  EXPECT_EQ(*log_->FirstRecordedAt(StreamNamed("1"), kStart + 60'000'000), 10u);
}

TEST_F(ReadTest, ARecordReadsBackAsItWasWritten) {
  AppendBuilder builder;
  builder.To(StreamNamed("s"), Expected::None(), {{"text", "case.sealed"}});
  AppendRequest request = builder.Build();
  PreparedEvent& event = request.streams[0].events[0];
  event.schema = 7;
  for (uint8_t i = 1; i <= 2; ++i) {
    SealedPart part;
    part.key = KeyId::Random();
    part.salt.fill(i);
    part.ciphertext = std::string(20u * i, static_cast<char>(i));
    part.commitment.fill(static_cast<uint8_t>(0x80 + i));
    event.parts.push_back(part);
  }
  event.Prepare();
  const PreparedEvent written = event;
  ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  for (int round = 0; round < 2; ++round) {
    const Record record = log_->ReadAll({})->records.at(0);
    EXPECT_EQ(record.position, 0u);
    EXPECT_EQ(record.recorded, kStart);
    EXPECT_EQ(record.event_id, written.id);
    EXPECT_EQ(record.stream, StreamNamed("s"));
    EXPECT_EQ(record.revision, 0u);
    EXPECT_EQ(record.previous_leaf_hash, Bytes32{});
    EXPECT_EQ(record.type, "case.sealed");
    EXPECT_EQ(record.kind(), "case");
    EXPECT_EQ(record.schema, 7u);
    EXPECT_EQ(record.body, written.body);
    EXPECT_EQ(record.body_hash, Sha256Of(written.body));
    ASSERT_EQ(record.parts.size(), 2u);
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(record.parts[i].key, written.parts[i].key);
      EXPECT_EQ(record.parts[i].salt, written.parts[i].salt);
      EXPECT_EQ(record.parts[i].ciphertext, written.parts[i].ciphertext);
      EXPECT_EQ(record.parts[i].commitment, written.parts[i].commitment);
    }
    Reopen();
  }
}

TEST_F(ReadTest, RevisionsAreChainedByLeafHash) {
  Add("s", {{"0"}, {"1"}});
  Add("other", {{"x"}});
  Add("s", {{"2"}});
  const auto read = log_->ReadStream(StreamNamed("s"), {});
  ASSERT_EQ(read->records.size(), 3u);
  Bytes32 previous{};
  for (const Record& record : read->records) {
    EXPECT_EQ(record.previous_leaf_hash, previous);
    previous = Sha256Of(std::string(1, '\0') + record.leaf_data);
  }
  const auto head = **log_->Head(StreamNamed("s"));
  EXPECT_EQ(head.last, 2u);
  EXPECT_EQ(head.position, 3u);
  EXPECT_EQ(head.leaf_hash, previous);
}

// Random appends against a model in memory, with flushes forced by a small memtable and reopening.
TEST_F(ReadTest, AgreesWithAModelOverRandomAppends) {
  options_.memtable_bytes = 64u << 10;
  Reopen();
  std::mt19937_64 random(11);
  std::vector<std::string> all;
  std::map<std::string, std::vector<std::string>> streams;
  for (int round = 0; round < 400; ++round) {
    const std::string stream = std::to_string(random() % 20);
    std::vector<NewEvent> events(1 + random() % 4);
    for (NewEvent& event : events) {
      event.text = std::to_string(random()) + std::string(random() % 600, 'x');
      all.push_back(event.text);
      streams[stream].push_back(event.text);
    }
    const auto size = streams[stream].size();
    const Appended appended =
        Add(stream, events,
            size == events.size() ? Expected::None() : Expected::Exactly(size - events.size() - 1));
    ASSERT_EQ(appended.revisions.front(), size - 1);
    if (round % 130 == 129) Reopen();
  }
  EXPECT_EQ(All({.max_records = 37}), all);
  for (auto& [name, texts] : streams) {
    EXPECT_EQ(Stream(name, {.max_records = 9}), texts);
    std::reverse(texts.begin(), texts.end());
    EXPECT_EQ(Stream(name, {.backward = true}), texts);
  }
}

}  // namespace
}  // namespace skyndsamt::log
