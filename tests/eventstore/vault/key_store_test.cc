// The key store over a real directory: the pool, erasure down to the bytes on disk, rotation cut
// off half way, backup and restore.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "eventstore/vault/key_files.h"
#include "eventstore/vault/vault.h"

namespace skyndsamt::vault {
namespace {

namespace fs = std::filesystem;

class KeyStoreTest : public testing::Test {
 protected:
  KeyStoreTest() {
    char path[] = "/tmp/skyndsamt_vault_XXXXXX";
    root_ = ::mkdtemp(path);
  }
  ~KeyStoreTest() override { fs::remove_all(root_); }

  std::string Path(const std::string& name) const { return root_ + "/" + name; }

  absl::StatusOr<std::unique_ptr<KeyStore>> TryOpen(const std::string& name, size_t pool = 64) {
    KeyStoreOptions options;
    options.directory = Path(name);
    options.pool_size = pool;
    options.cache_keys = 16;
    return KeyStore::Open(options);
  }
  std::unique_ptr<KeyStore> MustOpen(const std::string& name = "keys", size_t pool = 64) {
    auto store = TryOpen(name, pool);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? std::move(*store) : nullptr;
  }

  std::string root_;
};

std::vector<FreshKey> MustTake(KeyStore& store, size_t n) {
  auto taken = store.Take(n);
  EXPECT_TRUE(taken.ok()) << taken.status();
  return taken.ok() ? *taken : std::vector<FreshKey>();
}

// Every file below a directory, in one string.
std::string AllBytes(const std::string& directory) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

bool Holds(const std::string& bytes, std::string_view needle) {
  return bytes.find(needle) != std::string::npos;
}

TEST_F(KeyStoreTest, FindsWhatItHandedOutAlsoAfterReopening) {
  std::vector<FreshKey> keys;
  {
    auto store = MustOpen();
    keys = MustTake(*store, 40);
    for (const FreshKey& fresh : keys) EXPECT_EQ(*store->Find(fresh.id), fresh.key);
  }
  auto store = MustOpen();
  for (const FreshKey& fresh : keys) {
    const auto found = store->Find(fresh.id);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, fresh.key);
  }
  EXPECT_TRUE(absl::IsNotFound(store->Find(KeyId::Random()).status()));
}

TEST_F(KeyStoreTest, HandsOutEveryKeyOnceToManyThreads) {
  auto store = MustOpen("keys", 128);
  std::vector<std::vector<FreshKey>> taken(8);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < 100; ++i) {
        for (const FreshKey& fresh : MustTake(*store, 1 + i % 7)) mine.push_back(fresh);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<KeyId> ids;
  std::set<Key> keys;
  size_t count = 0;
  for (const auto& mine : taken) {
    for (const FreshKey& fresh : mine) {
      ids.insert(fresh.id);
      keys.insert(fresh.key);
      EXPECT_EQ(*store->Find(fresh.id), fresh.key);
      ++count;
    }
  }
  EXPECT_EQ(ids.size(), count);
  EXPECT_EQ(keys.size(), count);
}

TEST_F(KeyStoreTest, TakesMoreThanThePoolHolds) {
  auto store = MustOpen("keys", 8);
  EXPECT_EQ(MustTake(*store, 100).size(), 100u);
}

// A process that dies without closing: what it had taken is there, and is not handed out again.
TEST_F(KeyStoreTest, NeverHandsOutAKeyTwiceAcrossACrash) {
  std::set<KeyId> seen;
  std::set<Key> keys;
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      KeyStoreOptions options;
      options.directory = Path("keys");
      options.pool_size = 32;
      auto store = KeyStore::Open(options);
      if (!store.ok()) ::_exit(1);
      for (int i = 0; i < 50; ++i) {
        const auto taken = (*store)->Take(1);
        if (!taken.ok() || ::write(pipe_ends[1], taken->data(), sizeof(FreshKey)) < 0) ::_exit(1);
      }
      ::_exit(0);  // no destructor runs
    }
    ::close(pipe_ends[1]);
    std::vector<FreshKey> told;
    FreshKey fresh;
    while (::read(pipe_ends[0], &fresh, sizeof fresh) == sizeof fresh) told.push_back(fresh);
    ::close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    ASSERT_EQ(told.size(), 50u);
    auto store = MustOpen("keys", 32);
    for (const FreshKey& t : MustTake(*store, 40)) told.push_back(t);
    for (const FreshKey& t : told) {
      EXPECT_TRUE(seen.insert(t.id).second);
      EXPECT_TRUE(keys.insert(t.key).second);
      const auto found = store->Find(t.id);
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(*found, t.key);
    }
  }
}

TEST_F(KeyStoreTest, LeavesNoByteOfAnErasedKeyAfterRotation) {
  std::vector<FreshKey> keys;
  std::vector<std::string> rows;  // the wrapped bytes as they stand on disk
  {
    auto store = MustOpen();
    keys = MustTake(*store, 64);
  }
  {
    const std::string before = AllBytes(Path("keys"));
    for (const FreshKey& fresh : keys) {
      // A row in a table or log: "k" id, lengths, then epoch 1 and the wrapped key.
      const size_t at = before.find(std::string(fresh.id.view()));
      ASSERT_NE(at, std::string::npos);
      const size_t value = before.find(std::string("\0\0\0\0\0\0\0\1", 8), at);
      ASSERT_LT(value, at + 64);
      rows.push_back(before.substr(value + 8, 40));
      EXPECT_FALSE(Holds(before, View(fresh.key)));
    }
  }
  auto store = MustOpen();
  std::vector<KeyId> erased;
  for (size_t i = 0; i < 32; ++i) erased.push_back(keys[i].id);
  ASSERT_TRUE(store->Backup(Path("old_backup")).ok());
  ASSERT_TRUE(store->Erase(erased).ok());
  for (const KeyId& id : erased) EXPECT_TRUE(absl::IsNotFound(store->Find(id).status()));
  const uint64_t epoch = store->epoch();
  ASSERT_TRUE(store->RotateEpoch().ok());
  EXPECT_EQ(store->epoch(), epoch + 1);

  const std::string after = AllBytes(Path("keys"));
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_FALSE(Holds(after, View(keys[i].key))) << i;
    EXPECT_FALSE(Holds(after, rows[i])) << i;  // survivors are wrapped anew
  }
  for (size_t i = 32; i < keys.size(); ++i) EXPECT_EQ(*store->Find(keys[i].id), keys[i].key);

  // The old backup holds the rows still, and opens nothing.
  EXPECT_TRUE(Holds(AllBytes(Path("old_backup")), rows[0]));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      RestoreKeyStore(Path("old_backup"), Path("keys"), Path("restored"))));
}

TEST_F(KeyStoreTest, KeepsHandingOutAndFindingWhileItRotates) {
  auto store = MustOpen("keys", 512);
  auto keys = MustTake(*store, 400);
  std::atomic<bool> done = false;
  std::thread reader([&] {
    size_t i = 0;
    while (!done) {
      const FreshKey& fresh = keys[i++ % keys.size()];
      const auto found = store->Find(fresh.id);
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(*found, fresh.key);
      const auto more = MustTake(*store, 1);
      EXPECT_EQ(*store->Find(more[0].id), more[0].key);
    }
  });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(store->RotateEpoch().ok());
  done = true;
  reader.join();
}

TEST_F(KeyStoreTest, FinishesARotationThatWasCutOff) {
  std::vector<FreshKey> keys;
  {
    auto store = MustOpen();
    keys = MustTake(*store, 30);
  }
  {
    KeyFiles files(Path("keys"), *rocksdb::FileSystem::Default());
    ASSERT_TRUE(files.Load(false).ok());
    auto epochs = files.epochs();
    epochs.push_back({epochs.back().epoch + 1, RandomKey()});
    ASSERT_TRUE(files.Store(epochs).ok());
  }
  auto store = MustOpen();
  EXPECT_EQ(store->epoch(), 2u);
  for (const FreshKey& fresh : keys) EXPECT_EQ(*store->Find(fresh.id), fresh.key);
  KeyFiles files(Path("keys"), *rocksdb::FileSystem::Default());
  ASSERT_TRUE(files.Load(false).ok());
  EXPECT_EQ(files.epochs().size(), 1u);
}

TEST_F(KeyStoreTest, RestoresABackupWithItsKeyFiles) {
  std::vector<FreshKey> keys;
  {
    auto store = MustOpen();
    keys = MustTake(*store, 30);
    ASSERT_TRUE(store->Backup(Path("backup")).ok());
    EXPECT_TRUE(absl::IsFailedPrecondition(store->Backup(Path("backup"))));
    const std::string backup = AllBytes(Path("backup"));
    for (const char* file : {"/keys/root.key", "/keys/epoch.key"}) {
      std::ifstream in(root_ + file, std::ios::binary);
      const std::string secret{std::istreambuf_iterator<char>(in), {}};
      EXPECT_FALSE(Holds(backup, std::string_view(secret).substr(secret.size() - 32)));
    }
  }
  const auto restored = RestoreKeyStore(Path("backup"), Path("keys"), Path("restored"));
  ASSERT_TRUE(restored.ok()) << restored;
  auto store = MustOpen("restored");
  for (const FreshKey& fresh : keys) EXPECT_EQ(*store->Find(fresh.id), fresh.key);
  EXPECT_TRUE(
      absl::IsFailedPrecondition(RestoreKeyStore(Path("backup"), Path("keys"), Path("restored"))));
}

// A key that is asked for once in ten years would not be there.
TEST_F(KeyStoreTest, RestoresNoBackupWithAFlippedByte) {
  {
    auto store = MustOpen("keys", 4096);
    MustTake(*store, 2000);
    ASSERT_TRUE(store->Backup(Path("backup")).ok());
  }
  EXPECT_TRUE(CheckKeyDatabase(Path("backup")).ok());
  fs::path table;
  for (const auto& file : fs::directory_iterator(Path("backup/db"))) {
    if (file.path().extension() == ".sst") table = file;
  }
  ASSERT_FALSE(table.empty());
  std::fstream bytes(table, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(table) / 2);
  bytes.seekg(middle);
  const char was = static_cast<char>(bytes.get());
  bytes.seekp(middle);
  bytes.put(static_cast<char>(was ^ 0x20));
  bytes.close();
  EXPECT_TRUE(absl::IsDataLoss(CheckKeyDatabase(Path("backup"))));
  const auto restored = RestoreKeyStore(Path("backup"), Path("keys"), Path("restored"));
  EXPECT_TRUE(absl::IsDataLoss(restored)) << restored;
}

// Of the same epoch by its number: only a key tells that nothing would open.
TEST_F(KeyStoreTest, RestoresNoBackupWithAnotherStoresKeyFiles) {
  {
    auto store = MustOpen();
    ASSERT_TRUE(store->Backup(Path("backup")).ok());
    MustOpen("other");
  }
  const auto restored = RestoreKeyStore(Path("backup"), Path("other"), Path("restored"));
  EXPECT_TRUE(absl::IsFailedPrecondition(restored)) << restored;
  EXPECT_THAT(std::string(restored.message()), testing::HasSubstr("another store's"));
}

TEST_F(KeyStoreTest, RefusesMissingForeignAndReadableKeyFiles) {
  MustOpen("keys");
  MustOpen("other");
  struct stat info;
  ASSERT_EQ(::stat(Path("keys/root.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(Path("keys/epoch.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  fs::permissions(Path("keys/root.key"), fs::perms(0640));
  EXPECT_TRUE(absl::IsFailedPrecondition(TryOpen("keys").status()));
  fs::permissions(Path("keys/root.key"), fs::perms(0600));
  EXPECT_TRUE(TryOpen("keys").ok());

  fs::rename(Path("keys/root.key"), Path("root.key"));
  EXPECT_TRUE(absl::IsFailedPrecondition(TryOpen("keys").status()));
  EXPECT_FALSE(fs::exists(Path("keys/root.key"))) << "a lost root key must not be replaced";
  fs::copy(Path("other/root.key"), Path("keys/root.key"));
  EXPECT_TRUE(absl::IsDataLoss(TryOpen("keys").status()));
  fs::remove(Path("keys/root.key"));
  fs::rename(Path("root.key"), Path("keys/root.key"));
  fs::rename(Path("keys/epoch.key"), Path("epoch.key"));
  EXPECT_TRUE(absl::IsFailedPrecondition(TryOpen("keys").status()));
  fs::rename(Path("epoch.key"), Path("keys/epoch.key"));
  EXPECT_TRUE(TryOpen("keys").ok());
}

TEST_F(KeyStoreTest, IsMadeAnewOnlyForWhoWantsOne) {
  const auto open = [this](bool create_if_missing) {
    KeyStoreOptions options;
    options.directory = Path("keys");
    options.create_if_missing = create_if_missing;
    return KeyStore::Open(options).status();
  };
  const auto none = open(false);
  EXPECT_TRUE(absl::IsFailedPrecondition(none)) << none;
  EXPECT_THAT(std::string(none.message()), testing::HasSubstr("there is none in"));
  EXPECT_FALSE(fs::exists(Path("keys")));
  EXPECT_TRUE(open(true).ok());
  EXPECT_TRUE(open(false).ok());
  // Where only the key files are left.
  fs::rename(Path("keys/db"), Path("db"));
  EXPECT_TRUE(absl::IsFailedPrecondition(open(false)));
  EXPECT_FALSE(fs::exists(Path("keys/db")));
  fs::rename(Path("db"), Path("keys/db"));
  EXPECT_TRUE(open(false).ok());
}

TEST_F(KeyStoreTest, RefusesADirectoryThatIsOpenElsewhere) {
  auto store = MustOpen();
  EXPECT_TRUE(absl::IsUnavailable(TryOpen("keys").status()));
  EXPECT_EQ(MustTake(*store, 1).size(), 1u);
}

}  // namespace
}  // namespace skyndsamt::vault
