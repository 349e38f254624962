// checkpoint, signing-key and fsck: what an auditor does with the command line alone.
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using ::testing::HasSubstr;

class CheckpointCommand : public WithServer {
 protected:
  std::string VerifierKey() const {
    const Ran ran = RunHere({"signing-key", "--data", directory_ / "data"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out.substr(0, ran.out.find('\n'));
  }
  std::string Sign() const {
    const Ran ran = Cli({"checkpoint", "--sign"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }
  void Play(const std::string& name) const {
    const Ran ran = Cli({"play", Case(name)});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
};

TEST_F(CheckpointCommand, IsCheckedWithAKeyHadFromElsewhere) {
  Play("malmo-2012");
  const Ran unchecked = Cli({"checkpoint", "--sign"});
  EXPECT_EQ(unchecked.code, 0);
  EXPECT_THAT(unchecked.out, HasSubstr("\xe2\x80\x94 skyndsamt.local/log "));
  EXPECT_THAT(unchecked.err, HasSubstr("not checked"));
  const Ran checked = Cli({"checkpoint", "--verifier-key", VerifierKey()});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(checked.out, unchecked.out);
  EXPECT_THAT(checked.err, HasSubstr("signed by skyndsamt.local/log"));
  // Another key of the same name.
  const std::string elsewhere = directory_ / "elsewhere";
  const Ran other =
      RunHere({"signing-key", "--data", elsewhere, "--origin", "skyndsamt.local/log", "--new"});
  ASSERT_EQ(other.code, 0) << other.err;
  const Ran refused =
      Cli({"checkpoint", "--verifier-key", other.out.substr(0, other.out.find('\n'))});
  EXPECT_EQ(refused.code, 4);
}

TEST_F(CheckpointCommand, TellsWhetherTheLogHasOnlyGrown) {
  Play("malmo-2012");
  const std::string key = VerifierKey();
  const std::string kept = directory_.Write("kept", Sign());
  Play("varmdo-a");
  Sign();
  const Ran grown = Cli({"checkpoint", "--verifier-key", key, "--since", kept});
  EXPECT_EQ(grown.code, 0) << grown.err;
  EXPECT_THAT(grown.err, HasSubstr("the log has only grown since"));
  // A server with the same key and another history.
  server_.reset();
  for (const std::string made : {"log", "views", "keys/db", "keys/root.key", "keys/epoch.key"}) {
    std::filesystem::remove_all(directory_ / ("data/" + made));
  }
  StartServer("data");
  Play("haninge-2021");
  Sign();
  const Ran changed = Cli({"checkpoint", "--verifier-key", key, "--since", kept});
  EXPECT_EQ(changed.code, 4) << changed.err;
  const std::string touched = directory_.Write("touched", Slurp(kept) + "x");
  EXPECT_EQ(Cli({"checkpoint", "--verifier-key", key, "--since", touched}).code, 4);
  EXPECT_EQ(Cli({"checkpoint", "--since", kept}).code, 2) << "needs a key";
}

TEST_F(CheckpointCommand, FsckChecksThoseThatAreKept) {
  Play("malmo-2012");
  Sign();
  const std::string key = VerifierKey();
  server_.reset();
  const std::string data = directory_ / "data";
  const Ran clean = RunHere({"fsck", "--data", data});
  EXPECT_EQ(clean.code, 0) << clean.out;
  EXPECT_THAT(clean.out, HasSubstr("1 signed checkpoints"));
  // Its key is gone: signatures can be checked with the key that was given out, or not at all.
  std::filesystem::remove(data + "/keys/checkpoint.key");
  EXPECT_THAT(RunHere({"fsck", "--data", data}).err, HasSubstr("signatures"));
  EXPECT_EQ(RunHere({"fsck", "--data", data, "--verifier-key", key}).code, 0);
  const Ran other = RunHere({"signing-key", "--data", data, "--new"});
  ASSERT_EQ(other.code, 0) << other.err;
  const Ran found = RunHere({"fsck", "--data", data});
  EXPECT_EQ(found.code, 4);
  EXPECT_THAT(found.out, HasSubstr("is not signed by a key that is trusted"));
  EXPECT_EQ(RunHere({"fsck", "--data", data, "--verifier-key", key}).code, 0);
}

TEST_F(CheckpointCommand, TheServerDoesNotStartWithoutTheKeyThatItSignedWith) {
  Play("malmo-2012");
  Sign();
  server_.reset();
  const std::string key = directory_ / "data/keys/checkpoint.key";
  const auto start = [&](const std::string& trusted) {
    server::Config config;
    config.data = directory_ / "data";
    config.listen = "127.0.0.1:0";
    config.development_tokens = true;
    config.log_level = "off";
    config.trusted_verifier_keys = trusted;
    return server::Server::Start(config, clock_).status();
  };
  const std::string former = VerifierKey();
  std::filesystem::rename(key, key + ".kept");
  const absl::Status missing = start("");
  EXPECT_EQ(missing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("checkpoint.key is missing"));
  ASSERT_EQ(RunHere({"signing-key", "--data", directory_ / "data", "--new"}).code, 0);
  EXPECT_EQ(start("").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(start(former).ok());
  std::filesystem::rename(key + ".kept", key);
  EXPECT_TRUE(start("").ok());
}

TEST_F(CheckpointCommand, TheSigningKeyIsMadeOnceAndShownAtWill) {
  EXPECT_EQ(RunHere({"signing-key", "--data", directory_ / "data", "--new"}).code, 1);
  EXPECT_THAT(VerifierKey(), HasSubstr("skyndsamt.local/log+"));
  EXPECT_EQ(RunHere({"signing-key", "--data", directory_ / "nowhere"}).code, 1);
}

TEST(PromoteCommand, SaysWhatItLacks) {
  TestDirectory directory;
  const std::string data = directory / "data";
  const Ran without_kafka = RunHere({"promote", "--data", data});
  EXPECT_EQ(without_kafka.code, 1);
  EXPECT_THAT(without_kafka.err, HasSubstr("promotion needs Kafka"));
  const Ran without_key = RunHere({"promote", "--data", data, "--kafka", "127.0.0.1:1"});
  EXPECT_EQ(without_key.code, 1);
  EXPECT_THAT(without_key.err, HasSubstr("signing-key"));
  const Ran alone = RunHere({"replica", "--data", data, "--dev-tokens"});
  EXPECT_EQ(alone.code, 1);
  EXPECT_THAT(alone.err, HasSubstr("a replica needs kafka_bootstrap"));
}

}  // namespace
}  // namespace skyndsamt::cli
