// The key store on a disk that fails: what it answers, when it goes on, and that no key that it
// handed out is lost.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "eventstore/base/shortage.h"
#include "eventstore/vault/vault.h"
#include "tests/eventstore/log/power_cut_fs.h"

namespace skyndsamt::vault {
namespace {

using log::PowerCutFileSystem;
using rocksdb::IOStatus;
using Op = PowerCutFileSystem::Op;

class KeyStoreFaults : public testing::Test {
 protected:
  KeyStoreFaults() {
    char path[] = "/tmp/skyndsamt_vault_XXXXXX";
    root_ = ::mkdtemp(path);
    Open();
  }
  ~KeyStoreFaults() override {
    disk_->SetFault({});
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  void Open() {
    KeyStoreOptions options;
    options.directory = root_ + "/keys";
    options.pool_size = 8;
    options.env = env_.get();
    auto store = KeyStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  // Whatever is written meets this.
  void Fail(const IOStatus& fault) {
    disk_->SetFault(
        [fault](Op op, const std::string&) { return op == Op::kAppend ? fault : IOStatus::OK(); });
  }
  void Fill() { disk_->SetFreeSpace(0); }
  void MakeRoom() { disk_->SetFreeSpace(std::nullopt); }
  void Take(size_t n) {
    auto taken = store_->Take(n);
    ASSERT_TRUE(taken.ok()) << taken.status();
    taken_.insert(taken_.end(), taken->begin(), taken->end());
  }
  // Whether the store is well again without anybody's doing.
  bool RecoversWithin(std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!store_->health().ok() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return store_->health().ok();
  }
  void ExpectAllFound() {
    for (const FreshKey& fresh : taken_) {
      const auto found = store_->Find(fresh.id);
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(*found, fresh.key);
    }
  }

  std::string root_;
  const std::shared_ptr<PowerCutFileSystem> disk_ = std::make_shared<PowerCutFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = log::NewPowerCutEnv(disk_);
  std::unique_ptr<KeyStore> store_;
  std::vector<FreshKey> taken_;
};

TEST_F(KeyStoreFaults, AFullDiskIsOverOnceThereIsRoom) {
  for (int round = 0; round < 3; ++round) {
    SCOPED_TRACE(round);
    Take(20);
    Fill();
    EXPECT_EQ(ShortageOf(store_->Take(100).status()), Shortage::kSpace);
    EXPECT_EQ(ShortageOf(store_->health()), Shortage::kSpace);
    EXPECT_EQ(ShortageOf(store_->Take(100).status()), Shortage::kSpace) << "still full";
    ExpectAllFound();
    MakeRoom();
    EXPECT_TRUE(RecoversWithin(std::chrono::seconds(3))) << store_->health();
    Take(100);
  }
  ExpectAllFound();
  store_.reset();
  Open();
  ExpectAllFound();
}

// With keys enough in the pool nobody asks for more: it is noticed, and mended, all the same.
TEST_F(KeyStoreFaults, AnErasureThatFoundTheDiskFullCanBeRepeatedOnceThereIsRoom) {
  Take(2);
  Fill();
  EXPECT_EQ(ShortageOf(store_->Erase({taken_[0].id})), Shortage::kSpace);
  EXPECT_EQ(ShortageOf(store_->health()), Shortage::kSpace);
  MakeRoom();
  EXPECT_TRUE(RecoversWithin(std::chrono::seconds(3))) << store_->health();
  EXPECT_EQ(store_->Erase({taken_[0].id}), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(store_->Find(taken_[0].id).status()));
  EXPECT_EQ(*store_->Find(taken_[1].id), taken_[1].key);
}

TEST_F(KeyStoreFaults, WhatWasHandedOutOnceThereWasRoomSurvivesAPowerCut) {
  std::mt19937_64 random(7);
  for (const bool torn : {false, true}) {
    Take(20);
    Fill();
    EXPECT_FALSE(store_->Take(100).ok());
    MakeRoom();
    ASSERT_TRUE(RecoversWithin(std::chrono::seconds(3))) << store_->health();
    Take(100);
    ASSERT_TRUE(store_->Erase({taken_.back().id}).ok());
    const KeyId erased = taken_.back().id;
    taken_.pop_back();
    disk_->Cut();
    store_.reset();
    disk_->Restore(random, torn);
    Open();
    ExpectAllFound();
    EXPECT_TRUE(absl::IsNotFound(store_->Find(erased).status()));
    EXPECT_TRUE(*store_->Knows(erased));
  }
}

TEST_F(KeyStoreFaults, ABackupThatWasMadeSurvivesAPowerCut) {
  std::mt19937_64 random(7);
  Take(20);
  ASSERT_EQ(store_->Backup(root_ + "/backup"), absl::OkStatus());
  disk_->Cut();
  store_.reset();
  disk_->Restore(random, /*torn=*/false);
  EXPECT_EQ(CheckKeyDatabase(root_ + "/backup"), absl::OkStatus());
  EXPECT_TRUE(std::filesystem::exists(root_ + "/backup/README"));
  EXPECT_EQ(RestoreKeyStore(root_ + "/backup", root_ + "/keys", root_ + "/restored"),
            absl::OkStatus());
}

TEST_F(KeyStoreFaults, IsOpenedWithoutRoomAndReadUntilThereIsSome) {
  Take(20);
  store_.reset();
  Fill();
  Open();
  ExpectAllFound();
  EXPECT_EQ(ShortageOf(store_->Take(1).status()), Shortage::kSpace);
  MakeRoom();
  EXPECT_TRUE(RecoversWithin(std::chrono::seconds(3))) << store_->health();
  Take(1);
}

// Also of a disk that has no room after all: what is on it is not known.
TEST_F(KeyStoreFaults, AWriteThatFailedIsTheLastUntilTheStoreIsOpenedAgain) {
  for (const IOStatus& fault : {IOStatus::IOError("injected"), IOStatus::NoSpace("injected")}) {
    SCOPED_TRACE(fault.ToString());
    Take(20);
    Fail(fault);
    EXPECT_EQ(store_->Take(100).status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(store_->health().code(), absl::StatusCode::kUnavailable);
    disk_->SetFault({});
    EXPECT_FALSE(RecoversWithin(std::chrono::milliseconds(1500)));
    EXPECT_EQ(store_->Take(100).status().code(), absl::StatusCode::kUnavailable);
    ExpectAllFound();
    store_.reset();
    Open();
    EXPECT_EQ(store_->health(), absl::OkStatus());
    ExpectAllFound();
    Take(100);
  }
}

}  // namespace
}  // namespace skyndsamt::vault
