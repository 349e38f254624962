// The real program: its exit codes, a server served and stopped, backup, restore and fsck.
#include <thread>

#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using ::testing::HasSubstr;

// `skyndsamt serve` as a process of its own, stopped with SIGTERM.
class Served {
 public:
  Served(const TestDirectory& directory, const std::string& data)
      : directory_(directory),
        child_(Start(directory,
                     {"serve", "--data", data, "--listen", "127.0.0.1:0", "--dev-tokens"})) {
    constexpr std::string_view kMark = "serving on ";
    for (int i = 0; i < 600 && address_.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      std::string said = Slurp(directory_ / "err");
      size_t at = said.find(kMark);
      if (at == said.npos || said.find(',', at) == said.npos) continue;
      at += kMark.size();
      address_ = said.substr(at, said.find(',', at) - at);
    }
  }
  ~Served() { Stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  int Stop(int signal = SIGTERM) {
    if (child_ == 0) return -1;
    kill(child_, signal);
    int code = Wait(child_);
    child_ = 0;
    return code;
  }
  const std::string& address() const { return address_; }

 private:
  const TestDirectory& directory_;
  pid_t child_;
  std::string address_;
};

TEST(Program, ExitsByWhatHappened) {
  EXPECT_EQ(RunProgram({"--help"}).code, 0);
  EXPECT_THAT(RunProgram({"--help"}).out, HasSubstr("Exit codes"));
  EXPECT_EQ(RunProgram({"--version"}).code, 0);
  EXPECT_EQ(RunProgram({}).code, 2);
  EXPECT_EQ(RunProgram({"forget"}).code, 2);
  EXPECT_EQ(RunProgram({"play"}).code, 2);
  EXPECT_EQ(RunProgram({"play", "--lang", "no", Case("malmo-2012")}).code, 2);
  EXPECT_EQ(RunProgram({"play", "--server", "127.0.0.1:1", Case("malmo-2012")}).code, 3);
  EXPECT_EQ(RunProgram({"worklist", "--server", "127.0.0.1:1"}).code, 3);
  EXPECT_EQ(RunProgram({"play", "/nonexistent.json"}).code, 1);
  EXPECT_EQ(RunProgram({"fsck", "--data", "/nonexistent"}).code, 1);
  TestDirectory directory;
  EXPECT_EQ(
      RunProgram({"serve", "--data", directory / "d", "--listen", "0.0.0.0:0", "--dev-tokens"})
          .code,
      1);
}

TEST(Program, DemoPrintsATable) {
  Ran ran = RunProgram({"demo", Case("malmo-2012")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("≥ criticised"));
}

TEST(Program, ServesBacksUpRestoresAndChecks) {
  TestDirectory directory;
  const std::string data = directory / "data", backup = directory / "backup",
                    restored = directory / "restored";
  std::string cases, restored_cases, records;
  {
    Served served(directory, data);
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    const std::string& at = served.address();
    Ran played = RunProgram({"play", "--json", Case("sandsbro-routine"), "--server", at});
    ASSERT_EQ(played.code, 0) << played.err;
    cases = RunProgram({"case", "--json", "--server", at}).out;
    Ran backed_up = RunProgram({"backup", backup, "--json", "--server", at});
    ASSERT_EQ(backed_up.code, 0) << backed_up.err;
    EXPECT_EQ(backed_up.Lines().at(0).at("directory"), backup);
    records = backed_up.Lines().at(0).at("records").get<std::string>();
    EXPECT_GT(std::stoul(records), 10u);
    EXPECT_EQ(RunProgram({"backup", backup, "--server", at}).code, 1) << "not empty any more";
    EXPECT_EQ(served.Stop(), 0);
  }
  EXPECT_EQ(RunProgram({"fsck", "--data", data}).code, 0);
  EXPECT_EQ(RunProgram({"fsck", "--data", backup}).code, 0);
  Ran restore =
      RunProgram({"restore", backup, "--data", restored, "--key-files", data + "/keys", "--json"});
  ASSERT_EQ(restore.code, 0) << restore.err;
  EXPECT_EQ(restore.Lines().at(0), (nlohmann::json{{"records", records}, {"data", restored}}));
  EXPECT_EQ(RunProgram({"restore", backup, "--data", restored, "--key-files", data + "/keys"}).code,
            1);
  {
    Served served(directory, restored);
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    restored_cases = RunProgram({"case", "--json", "--server", served.address()}).out;
  }
  EXPECT_FALSE(cases.empty());
  auto lines = [](const std::string& text) {
    Ran ran;
    ran.out = text;
    return ran.Lines();
  };
  EXPECT_EQ(lines(cases), lines(restored_cases));
}

TEST(Program, FsckFindsDamageInACopy) {
  TestDirectory directory;
  const std::string data = directory / "data", copy = directory / "copy";
  {
    Served served(directory, data);
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    ASSERT_EQ(RunProgram({"play", Case("malmo-2012"), "--server", served.address()}).code, 0);
    ASSERT_EQ(RunProgram({"backup", copy, "--server", served.address()}).code, 0);
  }
  ASSERT_EQ(RunProgram({"fsck", "--data", copy}).code, 0);
  // A flipped byte in the middle of the largest file of the copy's database.
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(copy + "/log")) {
    const std::string extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".log" && extension != ".sst")) continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) {
      largest = entry.path();
    }
  }
  ASSERT_FALSE(largest.empty());
  std::string bytes = Slurp(largest);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
  std::ofstream(largest, std::ios::binary) << bytes;
  Ran damaged = RunProgram({"fsck", "--data", copy});
  EXPECT_EQ(damaged.code, 4) << damaged.out << damaged.err;
}

TEST(Program, ASecondServerOnTheSameDataIsRefusedAndTheFirstIsUntouched) {
  TestDirectory directory;
  const std::string data = directory / "data";
  Served first(directory, data);
  ASSERT_FALSE(first.address().empty()) << Slurp(directory / "err");
  const std::string& at = first.address();
  ASSERT_EQ(RunProgram({"play", Case("malmo-2012"), "--server", at}).code, 0);
  const std::string cases = RunProgram({"case", "--json", "--server", at}).out;

  Ran second = RunProgram({"serve", "--data", data, "--listen", "127.0.0.1:0", "--dev-tokens"});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("the log is open elsewhere"));
  EXPECT_THAT(second.err, HasSubstr("servern startade inte"));
  EXPECT_EQ(RunProgram({"fsck", "--data", data}).code, 1) << "what is open cannot be checked";

  EXPECT_EQ(RunProgram({"case", "--json", "--server", at}).out, cases);
  EXPECT_EQ(RunProgram({"play", Case("osteraker"), "--server", at}).code, 0);
  EXPECT_EQ(first.Stop(), 0);
  EXPECT_EQ(RunProgram({"fsck", "--data", data}).code, 0);
}

TEST(Program, SaysThatItsDataCannotBeWrittenAndChecksItThere) {
  TestDirectory directory;
  const std::string data = directory / "data";
  std::string events;
  {
    Served served(directory, data);
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    ASSERT_EQ(RunProgram({"play", Case("malmo-2012"), "--server", served.address()}).code, 0);
    events = RunProgram({"events", "--json", "--server", served.address()}).out;
  }
  const std::string records = RunProgram({"fsck", "--data", data}).out;
  Ran refused =
      RunProgram({"serve", "--data", data, "--listen", "127.0.0.1:0", "--dev-tokens"}, data);
  if (refused.code == kNotAllowed) GTEST_SKIP() << "file systems may not be mounted here";
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("cannot be written"));
  Ran checked = RunProgram({"fsck", "--data", data}, data);
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_EQ(checked.out, records);
  Served served(directory, data);
  ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
  EXPECT_EQ(RunProgram({"events", "--json", "--server", served.address()}).out, events);
}

// The real server, killed while the published cases are played, until they have been played whole:
// what is there then is what a server that lived has.
TEST(Program, IsKilledAgainAndAgainAndHasEverythingOnce) {
  TestDirectory directory;
  const auto play = [](const std::string& address) {
    std::vector<std::string> arguments = {"play", "--server", address};
    for (const std::string& path : AllCases()) arguments.push_back(path);
    return arguments;
  };
  const auto count_events = [](const std::string& address) {
    return RunProgram({"events", "--json", "--server", address}).Lines().size();
  };
  size_t events = 0;
  {
    Served served(directory, directory / "undisturbed");
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    ASSERT_EQ(RunProgram(play(served.address())).code, 0);
    events = count_events(served.address());
  }
  const std::string data = directory / "data";
  for (int kills = 0; kills < 8; ++kills) {
    SCOPED_TRACE(kills);
    Served served(directory, data);
    ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
    TestDirectory of_player;
    const pid_t player = Start(of_player, play(served.address()));
    std::this_thread::sleep_for(std::chrono::milliseconds(30 * kills));
    served.Stop(SIGKILL);
    Wait(player);
    Ran checked = RunProgram({"fsck", "--data", data});
    ASSERT_EQ(checked.code, 0) << checked.out << checked.err;
  }
  Served served(directory, data);
  ASSERT_FALSE(served.address().empty()) << Slurp(directory / "err");
  for (int twice = 0; twice < 2; ++twice) {
    Ran played = RunProgram(play(served.address()));
    EXPECT_EQ(played.code, 0) << played.err;
    EXPECT_EQ(count_events(served.address()), events);
  }
}

}  // namespace
}  // namespace skyndsamt::cli
