// The file system that loses power loses what a strict disk may lose, and nothing else.
#include "tests/eventstore/log/power_cut_fs.h"

#include <fstream>

#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

namespace fs = std::filesystem;
using rocksdb::FileOptions;
using rocksdb::IOOptions;

class PowerCutDisk : public testing::Test {
 protected:
  std::unique_ptr<rocksdb::FSWritableFile> Make(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    EXPECT_TRUE(disk_.NewWritableFile(directory_ / name, FileOptions(), &file, nullptr).ok());
    return file;
  }
  void Write(const std::string& name, const std::string& bytes, bool sync = true) {
    auto file = Make(name);
    EXPECT_TRUE(file->Append(bytes, IOOptions(), nullptr).ok());
    if (sync) {
      EXPECT_TRUE(file->Sync(IOOptions(), nullptr).ok());
    }
    EXPECT_TRUE(file->Close(IOOptions(), nullptr).ok());
  }
  void SyncNames(const std::string& of = "") {
    std::unique_ptr<rocksdb::FSDirectory> names;
    EXPECT_TRUE(disk_.NewDirectory(directory_ / of, IOOptions(), &names, nullptr).ok());
    EXPECT_TRUE(names->Fsync(IOOptions(), nullptr).ok());
  }
  void Rename(const std::string& from, const std::string& to) {
    EXPECT_TRUE(disk_.RenameFile(directory_ / from, directory_ / to, IOOptions(), nullptr).ok());
  }
  void Cut(bool torn = false) {
    disk_.Cut();
    EXPECT_FALSE(disk_.CreateDir(directory_ / "late", IOOptions(), nullptr).ok());
    disk_.Restore(random_, torn);
  }
  std::string Contents(const std::string& name) const {
    std::ifstream in(directory_ / name, std::ios::binary);
    return in ? std::string(std::istreambuf_iterator<char>(in), {}) : "no file";
  }

  TempDirectory directory_;
  PowerCutFileSystem disk_;
  std::mt19937_64 random_{1};
};

TEST_F(PowerCutDisk, KeepsSyncedBytesUnderASyncedName) {
  auto file = Make("a");
  ASSERT_TRUE(file->Append("synced", IOOptions(), nullptr).ok());
  ASSERT_TRUE(file->Sync(IOOptions(), nullptr).ok());
  ASSERT_TRUE(file->Append("lost", IOOptions(), nullptr).ok());
  SyncNames();
  file.reset();
  Cut();
  EXPECT_EQ(Contents("a"), "synced");
}

TEST_F(PowerCutDisk, LosesANameThatItsDirectoryDoesNotHold) {
  Write("a", "synced");
  Cut();
  EXPECT_EQ(Contents("a"), "no file");
}

TEST_F(PowerCutDisk, UndoesARenameAndGivesBackWhatItReplaced) {
  Write("old", "old");
  Write("new", "new");
  SyncNames();
  Rename("new", "old");
  EXPECT_EQ(Contents("old"), "new");
  Cut();
  EXPECT_EQ(Contents("old"), "old");
  EXPECT_EQ(Contents("new"), "new");
  Rename("new", "old");
  SyncNames();
  Cut();
  EXPECT_EQ(Contents("old"), "new");
  EXPECT_EQ(Contents("new"), "no file");
}

TEST_F(PowerCutDisk, BringsBackWhatWasDeletedAsItWasDurable) {
  Write("a", "durable");
  SyncNames();
  {
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    ASSERT_TRUE(disk_.NewRandomRWFile(directory_ / "a", FileOptions(), &file, nullptr).ok());
    ASSERT_TRUE(file->Write(0, "X", IOOptions(), nullptr).ok());
  }
  EXPECT_EQ(Contents("a"), "Xurable");
  ASSERT_TRUE(disk_.DeleteFile(directory_ / "a", IOOptions(), nullptr).ok());
  EXPECT_EQ(Contents("a"), "no file");
  Cut();
  EXPECT_EQ(Contents("a"), "durable");
  ASSERT_TRUE(disk_.DeleteFile(directory_ / "a", IOOptions(), nullptr).ok());
  SyncNames();
  Cut();
  EXPECT_EQ(Contents("a"), "no file");
}

TEST_F(PowerCutDisk, LosesADirectoryWithAllThatIsInIt) {
  ASSERT_TRUE(disk_.CreateDir(directory_ / "d", IOOptions(), nullptr).ok());
  Write("d/a", "synced");
  SyncNames("d");
  Cut();
  EXPECT_FALSE(fs::exists(directory_ / "d"));
  ASSERT_TRUE(disk_.CreateDir(directory_ / "d", IOOptions(), nullptr).ok());
  SyncNames();
  Write("d/a", "synced");
  SyncNames("d");
  Cut();
  EXPECT_EQ(Contents("d/a"), "synced");
}

TEST_F(PowerCutDisk, MovesADirectoryWithWhatItHolds) {
  ASSERT_TRUE(disk_.CreateDir(directory_ / "tmp", IOOptions(), nullptr).ok());
  Write("tmp/a", "lost", /*sync=*/false);
  Write("tmp/b", "synced");
  Rename("tmp", "d");
  SyncNames("d");
  SyncNames();
  Cut();
  EXPECT_EQ(Contents("d/a"), "");
  EXPECT_EQ(Contents("d/b"), "synced");
}

TEST_F(PowerCutDisk, TornKeepsAnOlderPartOfWhatWasNotSynced) {
  bool kept_some = false, lost_some = false;
  for (int i = 0; i < 50; ++i) {
    const std::string name = std::to_string(i);
    Write(name, "");
    SyncNames();
    Write(name, "0123456789", /*sync=*/false);
    Write(name + ".first", "x");
    Write(name + ".second", "x");
    Cut(/*torn=*/true);
    const std::string left = Contents(name);
    EXPECT_EQ(left, std::string("0123456789").substr(0, left.size()));
    kept_some |= !left.empty();
    lost_some |= left.size() < 10;
    EXPECT_TRUE(Contents(name + ".first") == "x" || Contents(name + ".second") == "no file");
  }
  EXPECT_TRUE(kept_some && lost_some);
}

TEST_F(PowerCutDisk, UndoesWhatWasWrittenInPlaceAndBeyondTheEnd) {
  Write("a", "0123456789");
  SyncNames();
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  ASSERT_TRUE(disk_.NewRandomRWFile(directory_ / "a", FileOptions(), &file, nullptr).ok());
  ASSERT_TRUE(file->Write(8, "ABCD", IOOptions(), nullptr).ok());
  EXPECT_EQ(Contents("a"), "01234567ABCD");
  ASSERT_TRUE(file->Sync(IOOptions(), nullptr).ok());
  ASSERT_TRUE(file->Write(0, "EF", IOOptions(), nullptr).ok());
  ASSERT_TRUE(file->Write(12, "GH", IOOptions(), nullptr).ok());
  EXPECT_EQ(Contents("a"), "EF234567ABCDGH");
  file.reset();
  Cut();
  EXPECT_EQ(Contents("a"), "01234567ABCD");
}

TEST_F(PowerCutDisk, BringsBackWhatWasCutOff) {
  auto file = Make("a");
  ASSERT_TRUE(file->Append("0123456789", IOOptions(), nullptr).ok());
  ASSERT_TRUE(file->Sync(IOOptions(), nullptr).ok());
  SyncNames();
  ASSERT_TRUE(file->Truncate(4, IOOptions(), nullptr).ok());
  file.reset();
  EXPECT_EQ(Contents("a"), "0123");
  Cut();
  EXPECT_EQ(Contents("a"), "0123456789");
}

TEST_F(PowerCutDisk, TornLeavesSomeSectorsOfWhatWasWrittenInPlace) {
  constexpr size_t kSectors = 8, kSector = 512;
  bool mixed = false;
  for (int i = 0; i < 20; ++i) {
    Write("a", std::string(kSectors * kSector, 'o'));
    SyncNames();
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    ASSERT_TRUE(disk_.NewRandomRWFile(directory_ / "a", FileOptions(), &file, nullptr).ok());
    ASSERT_TRUE(file->Write(0, std::string(kSectors * kSector, 'n'), IOOptions(), nullptr).ok());
    file.reset();
    Cut(/*torn=*/true);
    const std::string left = Contents("a");
    ASSERT_EQ(left.size(), kSectors * kSector);
    for (size_t at = 0; at < left.size(); at += kSector) {
      EXPECT_EQ(left.substr(at, kSector), std::string(kSector, left[at]));
    }
    const size_t first_old = left.find('o');
    mixed |= first_old != std::string::npos && left.find('n', first_old) != std::string::npos;
  }
  EXPECT_TRUE(mixed) << "a later sector may be there where an earlier one is not";
}

TEST_F(PowerCutDisk, CanLieAboutItsSyncs) {
  disk_.IgnoreSyncsOf([](const std::string& path) { return path.ends_with("/a"); });
  Write("a", "promised");
  Write("b", "kept");
  SyncNames();
  Cut();
  EXPECT_EQ(Contents("a"), "");
  EXPECT_EQ(Contents("b"), "kept");
}

}  // namespace
}  // namespace skyndsamt::log
