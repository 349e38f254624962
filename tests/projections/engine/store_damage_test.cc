// A view store that is lost or damaged, wherever the damage is met, is built again; one that is not
// is kept.
#include <filesystem>
#include <fstream>

#include "tests/projections/engine/runner_world.h"

namespace skyndsamt::engine {
namespace {

class StoreDamage : public RunnerTest {
 protected:
  void SayToMany(int streams) {
    for (int i = 0; i < streams; ++i) Append(*log_, Stream(i), {Said(std::to_string(random_()))});
  }

  // Flips bits of every table of the store, one in each hundred bytes between these parts of it.
  void DamageTables(double from, double until) {
    for (const auto& file : std::filesystem::directory_iterator(directory_ / "views")) {
      if (file.path().extension() != ".sst") continue;
      const auto size = static_cast<double>(file.file_size());
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      for (auto at = static_cast<std::streamoff>(size * from); at < size * until; at += 100) {
        const auto flipped = static_cast<char>(bytes.seekg(at).get() ^ 0x10);
        bytes.seekp(at).put(flipped);
      }
    }
  }
};

TEST_F(StoreDamage, BuildsALostStoreAgain) {
  SayRandom(100);
  ASSERT_TRUE(Open()->CatchUp().ok());
  const Held before = Dump(directory_ / "views");
  std::filesystem::remove_all(directory_ / "views");
  ASSERT_TRUE(Open()->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), before);
}

TEST_F(StoreDamage, BuildsADamagedStoreAgain) {
  SayRandom(100);
  ASSERT_TRUE(Open()->CatchUp().ok());
  const Held before = Dump(directory_ / "views");
  for (const auto& file : std::filesystem::directory_iterator(directory_ / "views")) {
    if (file.path().filename().string().starts_with("MANIFEST")) {
      std::filesystem::resize_file(file.path(), 20);
    }
  }
  ASSERT_TRUE(Open()->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), before);
}

TEST_F(StoreDamage, BuildsAStoreAgainWhoseDamageIsMetAsItIsOpened) {
  SayRandom(100);
  ASSERT_TRUE(Open()->CatchUp().ok());
  const Held before = Dump(directory_ / "views");
  DamageTables(0, 1);
  auto runner = Open();
  EXPECT_EQ(runner->applied(), 0u);
  ASSERT_TRUE(runner->CatchUp().ok());
  runner.reset();
  EXPECT_EQ(Dump(directory_ / "views"), before);
}

TEST_F(StoreDamage, BuildsAStoreAgainWhoseDamageAQueryMet) {
  SayToMany(2000);
  ASSERT_TRUE(Open()->CatchUp().ok());
  DamageTables(0.3, 0.6);
  {
    auto runner = Open();
    ASSERT_EQ(runner->applied(), 2000u) << "nothing to see yet";
    const auto snapshot = runner->Read("last_word");
    ASSERT_TRUE(snapshot.ok());
    auto rows = snapshot->Scan("");
    while (rows.Valid()) rows.Next();
    EXPECT_TRUE(absl::IsDataLoss(rows.status())) << rows.status();
  }
  auto runner = Open();
  EXPECT_EQ(runner->applied(), 0u);
  ASSERT_TRUE(runner->CatchUp().ok());
  runner.reset();
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

TEST_F(StoreDamage, StopsWhereItsStoreIsDamagedAndBuildsItAgainNextTime) {
  SayToMany(2000);
  ASSERT_TRUE(Open()->CatchUp().ok());
  DamageTables(0.3, 0.7);
  SayToMany(2000);
  {
    auto runner = Open();
    ASSERT_EQ(runner->applied(), 2000u) << "nothing to see yet";
    EXPECT_TRUE(absl::IsDataLoss(runner->CatchUp()));
    EXPECT_TRUE(absl::IsDataLoss(runner->health()));
  }
  ASSERT_TRUE(Open()->CatchUp().ok());
  EXPECT_EQ(Dump(directory_ / "views"), FromZero());
}

// The store is not to blame, and goes on telling what it holds.
TEST_F(StoreDamage, KeepsItsStoreWhereTheLogIsDamaged) {
  SayRandom(40);
  ASSERT_TRUE(Open()->CatchUp().ok());
  Append(*log_, Stream(1), {Said("refuse")});  // a view says DATA_LOSS
  EXPECT_TRUE(absl::IsDataLoss(Open()->CatchUp()));
  EXPECT_GE(Open()->applied(), 40u);
}

}  // namespace
}  // namespace skyndsamt::engine
