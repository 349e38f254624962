// Write-ahead logs laid out ahead: how long they are on disk, how long they say they are, and what
// a backup takes of them.
#include "eventstore/log/wal_files.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "eventstore/log/store.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

namespace fs = std::filesystem;
using rocksdb::IOOptions;

class WalFiles : public testing::Test {
 protected:
  WalFiles() { fs::create_directory(directory_ / "db"); }

  std::unique_ptr<rocksdb::FSWritableFile> Make(const std::string& path) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    auto& files = *env_->GetFileSystem();
    EXPECT_TRUE(files.NewWritableFile(path, rocksdb::FileOptions(), &file, nullptr).ok());
    return file;
  }
  uint64_t SaidOf(const std::string& path) {
    uint64_t size = 0;
    EXPECT_TRUE(env_->GetFileSize(path, &size).ok());
    return size;
  }

  TempDirectory directory_;
  const std::unique_ptr<rocksdb::Env> env_ =
      WithWalsLaidAhead(rocksdb::Env::Default(), directory_ / "db");
};

TEST_F(WalFiles, AreLongerThanTheySayAndCutWhenClosed) {
  constexpr uint64_t kBlock = 32u << 10;
  const std::string path = directory_ / "db/000001.log";
  auto file = Make(path);
  for (const size_t bytes : {1u, 100u, 70'000u, 3u << 20}) {
    const uint64_t before = SaidOf(path);
    ASSERT_TRUE(file->Append(std::string(bytes, 'x'), IOOptions(), nullptr).ok());
    EXPECT_EQ(SaidOf(path), before + bytes);
    EXPECT_GT(fs::file_size(path), SaidOf(path));
    EXPECT_EQ(fs::file_size(path) % kBlock, 0u);
  }
  const uint64_t written = SaidOf(path);
  ASSERT_TRUE(file->Close(IOOptions(), nullptr).ok());
  file.reset();
  EXPECT_EQ(fs::file_size(path), written);
  EXPECT_EQ(SaidOf(path), written);
}

TEST_F(WalFiles, OtherFilesAreAsTheyWere) {
  fs::create_directory(directory_ / "copy");
  for (const char* name : {"db/000002.sst", "copy/000001.log"}) {
    auto file = Make(directory_ / name);
    ASSERT_TRUE(file->Append("0123456789", IOOptions(), nullptr).ok());
    ASSERT_TRUE(file->Flush(IOOptions(), nullptr).ok());
    EXPECT_EQ(fs::file_size(directory_ / name), 10u) << name;
  }
}

using WalBackup = LogTest;

TEST_F(WalBackup, TakesWhatWasWrittenAndNothingThatIsLaidAhead) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) Add("s", {{std::string(300, 'x')}});
  });
  uint64_t copied = 0;
  for (int round = 0; round < 50 && (round < 5 || copied == 0); ++round) {
    const std::string to = directory_ / ("backup" + std::to_string(round));
    ASSERT_TRUE(log_->Backup(to).ok());
    for (const auto& entry : fs::directory_iterator(DatabasePath(to))) {
      if (entry.path().extension() != ".log") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      // A record may end in some, never in a page.
      EXPECT_LT(bytes.size() - (bytes.find_last_not_of('\0') + 1), 4096u) << bytes.size();
      copied += bytes.size();
    }
  }
  stop = true;
  writer.join();
  EXPECT_GT(copied, 0u);
}

}  // namespace
}  // namespace skyndsamt::log
