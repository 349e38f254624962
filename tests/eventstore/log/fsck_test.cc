// fsck finds every kind of damage, and names it.
#include "eventstore/log/fsck.h"

#include <rocksdb/db.h>

#include <fstream>
#include <functional>
#include <utility>

#include "eventstore/log/high_water.h"
#include "eventstore/log/record_codec.h"
#include "eventstore/log/role.h"
#include "eventstore/log/store.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

class FsckTest : public LogTest {
 protected:
  // 300 records over ten streams, in appends of one to three, a third of them with request ids.
  void Fill() {
    for (int i = 0; i < 150; ++i) {
      AppendBuilder builder;
      builder.To(StreamNamed(std::to_string(i % 10)), Expected::Any(),
                 std::vector<NewEvent>(1 + i % 3, NewEvent{std::to_string(i)}));
      if (i % 3 == 0) builder.Request(std::to_string(i), "payload");
      Added(builder);
    }
    Close();
  }
  FsckReport Check() {
    auto report = Fsck(options_);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *std::move(report) : FsckReport{};
  }
  void Damage(const std::function<void(Store&)>& change) {
    auto store = Store::Open(options_, false);
    ASSERT_TRUE(store.ok());
    change(**store);
  }
  // Exactly this is found, and undoing it makes the log clean again.
  void ExpectFound(Family family, const std::string& key, std::optional<std::string> value,
                   const std::string& expected) {
    std::string before;
    bool existed = false;
    const rocksdb::WriteOptions write;
    Damage([&](Store& store) {
      existed = store.db().Get({}, store.family(family), key, &before).ok();
      if (value) {
        ASSERT_TRUE(store.db().Put(write, store.family(family), key, *value).ok());
      } else {
        ASSERT_TRUE(store.db().Delete(write, store.family(family), key).ok());
      }
    });
    const FsckReport report = Check();
    std::string all;
    for (const Finding& finding : report.findings) all += finding.what + "; ";
    EXPECT_NE(all.find(expected), std::string::npos) << "found only: " << all;
    Damage([&](Store& store) {
      const auto restored = existed ? store.db().Put(write, store.family(family), key, before)
                                    : store.db().Delete(write, store.family(family), key);
      ASSERT_TRUE(restored.ok());
    });
    EXPECT_TRUE(Check().clean());
  }
  // Writes an index to a table of its own on disk, and flips one bit of its first block.
  void FlipABitOf(Family family) {
    std::string path;
    Damage([&](Store& store) {
      ASSERT_TRUE(store.db().Flush({}, store.family(family)).ok());
      rocksdb::ColumnFamilyMetaData tables;
      store.db().GetColumnFamilyMetaData(store.family(family), &tables);
      for (const auto& level : tables.levels) {
        for (const auto& file : level.files) path = file.directory + "/" + file.relative_filename;
      }
    });
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    const int byte = bytes.seekg(20).get();
    bytes.seekp(20).put(static_cast<char>(byte ^ 0x10));
    ASSERT_TRUE(bytes.good()) << path;
  }
  Record RecordAt(Position position) {
    auto store = Store::OpenReadOnly(options_);
    return *(*store)->ReadRecord(position);
  }
  static std::string Encoded(const Record& record) {
    std::string bytes;
    EncodeStored(record, bytes);
    return bytes;
  }
};

TEST_F(FsckTest, ACleanLogIsCleanAndCounted) {
  Fill();
  uint64_t last_checked = 0;
  const auto report = Fsck(options_, [&](uint64_t checked, uint64_t) { last_checked = checked; });
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->clean()) << report->findings.front().what;
  EXPECT_EQ(report->records, 300u);
  EXPECT_EQ(report->streams, 10u);
  EXPECT_EQ(report->requests, 50u);
  EXPECT_EQ(report->tiles, 1u);
  EXPECT_EQ(report->origin, "skyndsamt.local/log");
  EXPECT_EQ(last_checked, 300u);
  Open();
  EXPECT_EQ(*log_->Root(300), report->root);
}

TEST_F(FsckTest, AnEmptyLogIsClean) {
  Close();
  EXPECT_TRUE(Check().clean());
}

TEST_F(FsckTest, ALogInUseOrNoLogCannotBeChecked) {
  EXPECT_EQ(Fsck(options_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Fsck(SmallOptions(directory_ / "nowhere")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(FsckTest, FindsAMissingRecord) {
  Fill();
  ExpectFound(Family::kLog, LogKey(17), std::nullopt, "a record is missing");
  ExpectFound(Family::kLog, LogKey(299), std::nullopt, "the frontier row counts");
}

TEST_F(FsckTest, FindsAnEditedRecord) {
  Fill();
  Record record = RecordAt(17);
  record.body.back() ^= 1;
  ExpectFound(Family::kLog, LogKey(17), Encoded(record), "the body is not the one");
  record = RecordAt(17);
  record.parts.emplace_back();
  ExpectFound(Family::kLog, LogKey(17), Encoded(record), "malformed");
  record = RecordAt(17);
  record.type = "case.other";
  PreparedEvent no_parts;
  no_parts.Prepare();
  record.leaf_data = EncodeLeaf(record, no_parts.parts_digest);
  ExpectFound(Family::kLog, LogKey(17), Encoded(record), "the stream's row is not this record's");
  ExpectFound(Family::kLog, LogKey(17), Encoded(record), "tile 0 of level 0 is not what");
  record.recorded -= 1'000'000;
  record.leaf_data = EncodeLeaf(record, no_parts.parts_digest);
  ExpectFound(Family::kLog, LogKey(17), Encoded(record), "recorded no later");
}

TEST_F(FsckTest, FindsARecordAddedAtTheEnd) {
  Fill();
  Record record = RecordAt(299);
  record.position = 300;
  PreparedEvent no_parts;
  no_parts.Prepare();
  record.leaf_data = EncodeLeaf(record, no_parts.parts_digest);
  ExpectFound(Family::kLog, LogKey(300), Encoded(record), "an event id is there twice");
}

TEST_F(FsckTest, FindsDamagedStreamRows) {
  Fill();
  const Record record = RecordAt(17);
  const std::string key = StreamKey(record.stream, record.revision);
  ExpectFound(Family::kStream, key, std::nullopt, "a stream's row is missing");
  ExpectFound(Family::kStream, key, StreamValue(18, LeafHashOf(record)),
              "the stream's row is not this record's");
  ExpectFound(Family::kStream, key, StreamValue(17, Bytes32{}), "the previous leaf hash");
  ExpectFound(Family::kStream, StreamKey(StreamNamed("ghost"), 0), StreamValue(1, Bytes32{}),
              "the index 'stream' has 301 rows");
}

TEST_F(FsckTest, FindsDamagedRequestRows) {
  Fill();
  const std::string key(RequestNamed("30").view());
  ExpectFound(Family::kRequest, key, std::nullopt, "the request id is not in the index");
  ExpectFound(Family::kRequest, key, LogKey(0), "the request id's row names another record");
  ExpectFound(Family::kRequest, std::string(RequestNamed("ghost").view()), LogKey(0),
              "the index 'request' has 51 rows");
}

TEST_F(FsckTest, FindsDamagedTilesAndFrontier) {
  Fill();
  ExpectFound(Family::kTile, TileKey(0, 0), std::nullopt, "tile 0 of level 0 is missing");
  ExpectFound(Family::kTile, TileKey(0, 0), std::string(8192, 'x'), "tile 0 of level 0 is not");
  ExpectFound(Family::kTile, TileKey(1, 0), std::string(8192, 'x'), "the index 'tile' has 2 rows");
  auto frontier = *(*Store::OpenReadOnly(options_))->ReadFrontier();
  frontier.peaks.back()[0] ^= 1;
  ExpectFound(Family::kMeta, std::string(kFrontierKey), FrontierValue(frontier),
              "the frontier's peaks");
  ExpectFound(Family::kMeta, std::string(kFrontierKey), "junk", "the frontier row is malformed");
}

TEST_F(FsckTest, FindsWhatElseIsThereBesideADamagedIndexTable) {
  Fill();
  Damage([&](Store& store) {
    ASSERT_TRUE(store.db().Delete({}, store.family(Family::kLog), LogKey(290)).ok());
  });
  for (const auto& [family, name] : {std::pair{Family::kStream, "stream"},
                                     {Family::kRequest, "request"},
                                     {Family::kTile, "tile"}}) {
    FlipABitOf(family);
    const FsckReport report = Check();
    std::string all;
    for (const Finding& finding : report.findings) all += finding.what + "; ";
    EXPECT_NE(all.find("a record is missing"), std::string::npos) << all;
    const std::string damaged =
        "the index '" + std::string(name) + "': reading its rows: Corruption";
    EXPECT_NE(all.find(damaged), std::string::npos) << all;
  }
}

TEST_F(FsckTest, FindsALogBehindItsHighWaterFile) {
  Fill();
  auto& fs = FileSystemOf(options_);
  const std::string path = HighWaterPath(options_.directory);
  ASSERT_TRUE(HighWater::Create(fs, path, {301, {}}).ok());
  const FsckReport report = Check();
  ASSERT_EQ(report.found, 1u);
  EXPECT_NE(report.findings[0].what.find("had acknowledged 301"), std::string::npos);
}

TEST_F(FsckTest, FindsADamagedRoleFileAsAStartDoes) {
  Fill();
  for (const auto& role : {Role{Role::Kind::kReplica, {}}, Role{Role::Kind::kRetired, {}},
                           Role{Role::Kind::kPrimary, PrimaryId::Random()}}) {
    ASSERT_TRUE(WriteRole(FileSystemOf(options_), options_.directory, role).ok());
    EXPECT_TRUE(Check().clean());
  }
  std::ofstream(RolePath(options_.directory)) << "skyndsamt-role 1\nreplicb\n";
  const FsckReport report = Check();
  ASSERT_EQ(report.found, 1u);
  EXPECT_NE(report.findings[0].what.find("'the ROLE file is damaged'"), std::string::npos);
  EXPECT_EQ(EventLog::Open(options_, clock_).status().message(), report.findings[0].what);
}

}  // namespace
}  // namespace skyndsamt::log
