// A key store that is older than its log is noticed, whatever made it so; one that has erased keys
// is not taken for one.
#include "eventstore/log/key_check.h"

#include <fstream>

#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

namespace fs = std::filesystem;

class KeyCheck : public LogTest {
 protected:
  KeyCheck() { OpenKeys(); }

  void OpenKeys() {
    vault::KeyStoreOptions options;
    options.directory = directory_ / "keys";
    options.pool_size = 8;
    auto keys = vault::KeyStore::Open(options);
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
  }

  // Records with so many parts each, under keys fresh from the store.
  void Record(int records, size_t parts = 2) {
    for (int i = 0; i < records; ++i) {
      const auto keys = keys_->Take(parts);
      ASSERT_TRUE(keys.ok()) << keys.status();
      Append(*keys);
      for (const vault::FreshKey& fresh : *keys) taken_.push_back(fresh.id);
    }
  }
  // A record with a part under each of these.
  void Append(const std::vector<vault::FreshKey>& keys) {
    AppendBuilder builder;
    builder.To(StreamNamed("s"), Expected::Any(), {{"x"}});
    AppendRequest request = builder.Build();
    PreparedEvent& event = request.streams[0].events[0];
    for (const vault::FreshKey& key : keys) {
      const auto part = static_cast<uint16_t>(event.parts.size());
      event.parts.push_back(vault::Seal(key.id, key.key, Bytes32{}, event.id, part, "text"));
    }
    event.Prepare();
    ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  }
  absl::Status Check() { return CheckKeys(*log_, *keys_); }

  // The key store's directory put aside and put back.
  void Keep(const std::string& name) {
    keys_.reset();
    fs::copy(directory_ / "keys", directory_ / name, fs::copy_options::recursive);
    OpenKeys();
  }
  void PutBack(const std::string& name) {
    keys_.reset();
    fs::remove_all(directory_ / "keys");
    fs::copy(directory_ / name, directory_ / "keys", fs::copy_options::recursive);
    OpenKeys();
  }

  std::unique_ptr<vault::KeyStore> keys_;
  std::vector<KeyId> taken_;
};

TEST_F(KeyCheck, TheStoreThatTheRecordsWereSealedWithIsTaken) {
  EXPECT_EQ(Check(), absl::OkStatus()) << "an empty log";
  Record(300);
  EXPECT_EQ(Check(), absl::OkStatus());
  keys_.reset();
  OpenKeys();
  EXPECT_EQ(Check(), absl::OkStatus()) << "opened again";
}

TEST_F(KeyCheck, KeysThatWereErasedAreNotMissed) {
  Record(20);
  ASSERT_TRUE(keys_->Erase({taken_.begin() + 10, taken_.end()}).ok());
  EXPECT_EQ(Check(), absl::OkStatus());
  ASSERT_TRUE(keys_->RotateEpoch().ok());
  keys_.reset();
  OpenKeys();
  EXPECT_EQ(Check(), absl::OkStatus());
  EXPECT_TRUE(*keys_->Knows(taken_.back()));
  EXPECT_FALSE(*keys_->Knows(KeyId::Random()));
}

TEST_F(KeyCheck, AnOlderCopyIsNoticedAlsoBehindRecordsWithoutParts) {
  Record(20);
  Keep("older");
  Record(5);
  Record(3000, /*parts=*/0);
  EXPECT_EQ(Check(), absl::OkStatus());
  PutBack("older");
  const auto checked = Check();
  EXPECT_EQ(checked.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(checked.message().find("older than the log"), std::string::npos) << checked;
}

// A person who was known before is sealed for with an old key, which an older copy has.
TEST_F(KeyCheck, AnOlderCopyIsNoticedAlsoBehindManyPartsUnderOneOldKey) {
  Record(20);
  const auto old = keys_->Take(1);
  ASSERT_TRUE(old.ok()) << old.status();
  Keep("older");
  Record(1);
  for (int i = 0; i < 30; ++i) Append(std::vector<vault::FreshKey>(10, old->front()));
  EXPECT_EQ(Check(), absl::OkStatus());
  PutBack("older");
  EXPECT_EQ(Check().code(), absl::StatusCode::kDataLoss);
}

TEST_F(KeyCheck, AnothersStoreIsNoticed) {
  Record(3);
  keys_.reset();
  fs::remove_all(directory_ / "keys");
  OpenKeys();
  ASSERT_TRUE(keys_->Take(20).ok());
  EXPECT_EQ(Check().code(), absl::StatusCode::kDataLoss);
}

TEST_F(KeyCheck, LostKeysAreFoundOnceEachAndCanBeGivenUp) {
  Record(20);
  Keep("older");
  Record(3);  // positions 20 to 22
  Record(5, /*parts=*/0);
  PutBack("older");
  const auto silent = [](uint64_t, uint64_t) {};
  auto lost = FindLostKeys(*log_, *keys_, silent);
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_EQ(lost->keys, std::vector<KeyId>(taken_.end() - 6, taken_.end()));
  EXPECT_EQ(lost->records, 3u);
  EXPECT_EQ(lost->first, 20u);
  EXPECT_EQ(lost->last, 22u);

  ASSERT_TRUE(keys_->Erase(lost->keys).ok());
  EXPECT_EQ(Check(), absl::OkStatus());
  keys_.reset();
  OpenKeys();
  EXPECT_EQ(Check(), absl::OkStatus()) << "opened again";
  for (size_t i = 0; i < taken_.size(); ++i) {
    EXPECT_EQ(keys_->Find(taken_[i]).ok(), i + 6 < taken_.size()) << i;
  }
  uint64_t told = 0;
  lost = FindLostKeys(*log_, *keys_, [&](uint64_t done, uint64_t) { told = done; });
  ASSERT_TRUE(lost.ok()) << lost.status();
  EXPECT_TRUE(lost->keys.empty());
  EXPECT_EQ(lost->records, 0u);
  EXPECT_EQ(told, log_->committed());
}

// RocksDB takes a write-ahead log that was cut for one that ended there.
TEST_F(KeyCheck, AWriteAheadLogThatWasCutAnywhereIsNoticedOrHarmless) {
  Record(40);
  // As a kill leaves it: nothing tidied away.
  fs::copy(directory_ / "keys", directory_ / "killed", fs::copy_options::recursive);
  fs::path wal;
  for (const auto& entry : fs::directory_iterator(directory_ / "killed/db")) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) wal = entry.path();
  }
  ASSERT_FALSE(wal.empty());
  const std::string name = "db/" + wal.filename().string();
  const uint64_t whole = fs::file_size(wal);
  int noticed = 0, harmless = 0;
  for (uint64_t kept = whole; kept > 0; kept -= std::min(kept, whole / 60 + 1)) {
    SCOPED_TRACE(kept);
    keys_.reset();
    fs::remove_all(directory_ / "keys");
    fs::copy(directory_ / "killed", directory_ / "keys", fs::copy_options::recursive);
    fs::resize_file(directory_ / "keys/" + name, kept);
    vault::KeyStoreOptions options;
    options.directory = directory_ / "keys";
    options.pool_size = 8;
    auto keys = vault::KeyStore::Open(options);
    if (!keys.ok()) {
      ++noticed;
      continue;
    }
    keys_ = *std::move(keys);
    if (!Check().ok()) {
      ++noticed;
      continue;
    }
    ++harmless;
    for (const KeyId& id : taken_) ASSERT_TRUE(keys_->Find(id).ok());
  }
  EXPECT_GT(noticed, 50);
  EXPECT_GT(harmless, 0);
}

}  // namespace
}  // namespace skyndsamt::log
