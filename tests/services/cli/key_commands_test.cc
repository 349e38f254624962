// lost-keys: a server whose newest keys are gone starts again once they are given up, and not
// before.
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LostKeysCommand : public WithServer {
 protected:
  LostKeysCommand() : data_(directory_ / "data") {}

  void Play(const std::string& name) const {
    const Ran ran = Cli({"play", Case(name)});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  // The key store goes back to how it was before the second case.
  void LoseNewestKeys() {
    Play("malmo-2012");
    server_.reset();
    fs::copy(data_ + "/keys", directory_ / "older", fs::copy_options::recursive);
    StartServer("data");
    Play("varmdo-a");
    server_.reset();
    fs::remove_all(data_ + "/keys");
    fs::copy(directory_ / "older", data_ + "/keys", fs::copy_options::recursive);
  }

  const std::string data_;
};

TEST_F(LostKeysCommand, SaysThatNoneIsLost) {
  Play("malmo-2012");
  server_.reset();
  const Ran ran = RunHere({"lost-keys", "--data", data_});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "no key is lost\n");
}

TEST_F(LostKeysCommand, TheServerStartsAgainOnceTheyAreGivenUp) {
  LoseNewestKeys();
  const Ran refused =
      RunHere({"serve", "--data", data_, "--listen", "127.0.0.1:0", "--dev-tokens"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, HasSubstr("key store is older than the log"));

  const Ran found = RunHere({"lost-keys", "--data", data_});
  EXPECT_EQ(found.code, 4) << found.err;
  EXPECT_THAT(found.out, HasSubstr("keys are lost"));
  EXPECT_EQ(RunHere({"serve", "--data", data_, "--listen", "127.0.0.1:0", "--dev-tokens"}).code, 4)
      << "looking changes nothing";

  const Ran given_up = RunHere({"lost-keys", "--data", data_, "--give-up"});
  EXPECT_EQ(given_up.code, 0) << given_up.err;
  EXPECT_THAT(given_up.out, HasSubstr("given up"));
  EXPECT_EQ(RunHere({"lost-keys", "--data", data_}).out, "no key is lost\n");
  StartServer("data");
  Play("norrkoping-2011");  // what is recorded from now on is sealed with new keys
  const Ran events = Cli({"events", "--limit", "3"});
  EXPECT_EQ(events.code, 0) << events.err;
}

// What would be there would look like the log's own, and stand in its way.
TEST_F(LostKeysCommand, AKeyStoreThatIsGoneIsMadeAnewOnlyByGivingItUp) {
  Play("malmo-2012");
  server_.reset();
  const std::string keys = data_ + "/keys";
  fs::rename(keys, directory_ / "aside");
  const Ran found = RunHere({"lost-keys", "--data", data_});
  EXPECT_NE(found.code, 0);
  EXPECT_THAT(found.err, HasSubstr("there is none in " + keys));
  EXPECT_FALSE(fs::exists(keys)) << "looking changes nothing";
  const Ran refused =
      RunHere({"serve", "--data", data_, "--listen", "127.0.0.1:0", "--dev-tokens"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("there is none in " + keys));
  EXPECT_FALSE(fs::exists(keys)) << "a refused start changes nothing";

  fs::rename(directory_ / "aside", keys);
  EXPECT_EQ(RunHere({"lost-keys", "--data", data_}).out, "no key is lost\n");
  fs::remove_all(keys);
  const Ran given_up = RunHere({"lost-keys", "--data", data_, "--give-up"});
  EXPECT_EQ(given_up.code, 0) << given_up.err;
  EXPECT_THAT(given_up.out, HasSubstr("given up"));
  StartServer("data");
  Play("norrkoping-2011");
}

// The authority's own stream is sealed as well: the fingerprints of its requests are keyed.
TEST_F(LostKeysCommand, AnAuthorityWhoseKeysWereGivenUpIsChangedAsBefore) {
  LoseNewestKeys();
  ASSERT_EQ(RunHere({"lost-keys", "--data", data_, "--give-up"}).code, 0);
  StartServer("data");
  Play("varmdo-a");  // the same again: each request is known by its id
}

TEST_F(LostKeysCommand, LeavesADirectoryInUseAlone) {
  const Ran ran = RunHere({"lost-keys", "--data", data_, "--give-up"});
  EXPECT_NE(ran.code, 0);
}

}  // namespace
}  // namespace skyndsamt::cli
