// A data directory made of a backup and key files: what goes wrong, and what is left then.
#include <filesystem>
#include <fstream>

#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Restore : public WithServer {};

TEST_F(Restore, ThatFailsLeavesNothingInTheWayOfTheNext) {
  namespace fs = std::filesystem;
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const std::string backup = directory_ / "backup", data = directory_ / "restored";
  ASSERT_EQ(Cli({"backup", backup}).code, 0);
  server_.reset();
  const auto restore = [&](const std::string& key_files) {
    return RunHere({"restore", backup, "--data", data, "--key-files", key_files});
  };
  const std::string keys = directory_ / "data/keys", some = directory_ / "some";
  Ran ran = restore(directory_ / "nowhere");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("nowhere/root.key"), HasSubstr("nyckelfil")));
  EXPECT_FALSE(fs::exists(data));
  fs::create_directory(some);
  fs::copy(keys + "/root.key", some + "/root.key");
  EXPECT_THAT(restore(some).err, HasSubstr("some/epoch.key"));
  EXPECT_FALSE(fs::exists(data));
  std::ofstream(some + "/epoch.key") << "damaged";
  EXPECT_EQ(restore(some).code, 4);
  EXPECT_TRUE(fs::is_empty(data));
  ran = restore(keys);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(RunHere({"fsck", "--data", data}).code, 0);
}

// A key that is there and cannot be read is not one that is missing: the copy would sign with
// another.
TEST_F(Restore, ASigningKeyThatCannotBeReadIsNamedBeforeAnythingIsMade) {
  namespace fs = std::filesystem;
  const std::string backup = directory_ / "backup", keys = directory_ / "data/keys";
  ASSERT_EQ(Cli({"backup", backup}).code, 0);
  server_.reset();
  fs::remove(keys + "/checkpoint.key");
  fs::create_directory(keys + "/checkpoint.key");
  const std::string data = directory_ / "restored";
  Ran ran = RunHere({"restore", backup, "--data", data, "--key-files", keys});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("keys/checkpoint.key: cannot be read: Is a directory"));
  EXPECT_FALSE(fs::exists(data));
  fs::remove(keys + "/checkpoint.key");
  std::ofstream(keys + "/checkpoint.key") << "";
  ran = RunHere({"restore", backup, "--data", data, "--key-files", keys});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("keys/checkpoint.key: cannot be read: empty"));
  EXPECT_FALSE(fs::exists(data));
  fs::remove(keys + "/checkpoint.key");
  ran = RunHere({"restore", backup, "--data", data, "--key-files", keys});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("no checkpoint.key among the key files"));
}

TEST_F(Restore, LeavesTheModeOfADirectoryThatWasThere) {
  namespace fs = std::filesystem;
  const std::string backup = directory_ / "backup", keys = directory_ / "data/keys";
  ASSERT_EQ(Cli({"backup", backup}).code, 0);
  server_.reset();
  const std::string there = directory_ / "there", made = directory_ / "above/made";
  fs::create_directory(there);
  fs::permissions(there, fs::perms(0750));
  fs::permissions(keys + "/checkpoint.key", fs::perms(0644));
  for (const std::string& data : {there, made}) {
    const Ran ran = RunHere({"restore", backup, "--data", data, "--key-files", keys});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(fs::status(data + "/keys/checkpoint.key").permissions(), fs::perms(0600));
    EXPECT_EQ(Slurp(data + "/keys/checkpoint.key"), Slurp(keys + "/checkpoint.key"));
  }
  EXPECT_EQ(fs::status(there).permissions(), fs::perms(0750));
  EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all);
}

// As the backup of a replica that holds no keys is.
TEST_F(Restore, OfABackupWithoutKeysIsWithoutThemAndSaysSo) {
  namespace fs = std::filesystem;
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const std::string backup = directory_ / "backup", data = directory_ / "restored";
  ASSERT_EQ(Cli({"backup", backup}).code, 0);
  Ran ran = RunHere({"restore", backup, "--data", data});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("--key-files"), HasSubstr("har nycklar")));
  fs::remove_all(backup + "/keys");
  ran = RunHere({"restore", backup, "--data", data, "--key-files", directory_ / "data/keys"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("holds no keys"), HasSubstr("inga nycklar")));
  EXPECT_FALSE(fs::exists(data));
  ran = RunHere({"restore", backup, "--data", data});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("without keys, for a replica"));
  EXPECT_FALSE(fs::exists(data + "/keys"));
  EXPECT_EQ(RunHere({"fsck", "--data", data}).code, 0);
}

}  // namespace
}  // namespace skyndsamt::cli
