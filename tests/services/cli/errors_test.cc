// What goes wrong, told to people in two languages and to programs as JSON.
#include <functional>

#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Errors : public WithServer {};

TEST_F(Errors, AreOneObjectForPrograms) {
  const std::string incident = "00000000-0000-4000-8000-000000000001";
  const Ran people = Cli({"timeliness", incident});
  const Ran programs = Cli({"timeliness", incident, "--json"});
  EXPECT_EQ(programs.code, people.code);
  EXPECT_EQ(programs.out, "");
  const json error = json::parse(programs.err);
  EXPECT_EQ(error.at("code"), "NOT_FOUND");
  EXPECT_EQ(error.at("reason"), "INCIDENT_UNKNOWN");
  EXPECT_THAT(error.at("message").get<std::string>(),
              AllOf(HasSubstr("no such incident"), HasSubstr("finns inte")));
  EXPECT_EQ(error.at("violations").at(0).at("field"), "incident");
}

TEST_F(Errors, NameTheServerThatCannotBeReached) {
  const Ran people = RunHere({"case", "--server", "127.0.0.1:1"});
  EXPECT_EQ(people.code, 3);
  EXPECT_THAT(people.err, HasSubstr("127.0.0.1:1"));
  const Ran programs = RunHere({"case", "--server", "127.0.0.1:1", "--json"});
  EXPECT_EQ(programs.code, 3);
  EXPECT_EQ(json::parse(programs.err).at("code"), "UNAVAILABLE");
  EXPECT_THAT(json::parse(programs.err).at("message").get<std::string>(), HasSubstr("127.0.0.1:1"));
}

TEST_F(Errors, InTheCommandLineAreOneObjectForPrograms) {
  const std::vector<std::vector<std::string>> wrong = {
      {"timeliness"}, {"events", "--limit", "-1"}, {"nothing"}, {"case", "--nothing"}, {}};
  for (std::vector<std::string> command : wrong) {
    SCOPED_TRACE(command.empty() ? "" : command[0]);
    EXPECT_EQ(RunHere(command).code, 2);
    command.push_back("--json");
    const Ran ran = RunHere(command);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    const json error = json::parse(ran.err);
    EXPECT_EQ(error.at("code"), "INVALID_ARGUMENT");
    EXPECT_EQ(error.at("reason"), "");
    EXPECT_THAT(error.at("message").get<std::string>(), HasSubstr("kommandoraden"));
    EXPECT_TRUE(error.at("violations").empty());
  }
  const Ran help = RunHere({"case", "--json", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("--json"));
}

TEST_F(Errors, OfFilesHaveTheirCodesForPrograms) {
  const std::string nothing = directory_ / "nothing.json";
  const std::string malformed = directory_.Write("malformed.json", "{\"id\": 7}");
  const auto code = [&](std::vector<std::string> command) {
    command.push_back("--json");
    const Ran ran = command[0] == "demo" ? RunHere(command) : Cli(command);
    EXPECT_EQ(ran.code, 1);
    return json::parse(ran.err).at("code").get<std::string>();
  };
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"play"}, {"demo"}, {"policy", "validate"}}) {
    SCOPED_TRACE(command[0]);
    const auto with = [&](const std::string& file) {
      std::vector<std::string> whole = command;
      whole.push_back(file);
      return whole;
    };
    EXPECT_EQ(code(with(nothing)), "NOT_FOUND");
    EXPECT_EQ(code(with(malformed)), "INVALID_ARGUMENT");
    EXPECT_EQ(code(with(directory_.Write("empty.json", ""))), "INVALID_ARGUMENT");
  }
  EXPECT_EQ(code({"demo", Case("malmo-2012"), "--html", directory_ / "nowhere/page.html"}),
            "NOT_FOUND");
}

TEST_F(Errors, AFilesOwnControlCharactersAreNotObeyed) {
  const Ran ran = RunHere({"demo", directory_.Write("odd.json", R"({"od\u001b[31md": 1})")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("$.od [31md: "), Not(HasSubstr("\x1b"))));
}

TEST_F(Errors, ATimeThatIsNoInstantIsNotToldToBeEdtf) {
  const Ran played = Cli({"play", "--json", Case("osteraker")});
  ASSERT_EQ(played.code, 0) << played.err;
  const std::string incident = Cli({"case", "--json"}).Lines().at(0).at("incident");
  const Ran ran = Cli({"timeliness", incident, "--known-at", "2026-03"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("TIME_MALFORMED at known_at"), HasSubstr("dagens slut"),
                             Not(HasSubstr("EDTF"))));
}

TEST_F(Errors, ANegativeNumberOfEventsIsRefused) {
  for (const char* option : {"--limit", "--from"}) {
    const Ran ran = Cli({"events", option, "-1"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr(std::string(option) + ": must be a whole number, 0 or more"));
  }
}

TEST_F(Errors, TheHelpOfEventsNamesEveryKindOfStream) {
  const std::string help = RunHere({"events", "--help"}).out;
  for (const char* kind : {"incident", "authority", "system", "timer"}) {
    EXPECT_THAT(help.substr(help.find("--kind")), HasSubstr(kind));
  }
}

TEST_F(Errors, ABackupIsNotWrittenWhereSomethingStands) {
  directory_.Write("something", "here");
  const Ran ran = Cli({"backup", directory_ / "."});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("not empty"), HasSubstr("inte tom")));
}

// One bit of each file of the log's database that has such a name.
void Damage(const std::string& data, const std::function<bool(const std::string& name)>& is) {
  for (const auto& entry : std::filesystem::directory_iterator(data + "/log/db")) {
    std::string bytes = Slurp(entry.path());
    if (!is(entry.path().filename()) || bytes.empty()) continue;
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
    std::ofstream(entry.path(), std::ios::binary) << bytes;
  }
}

TEST_F(Errors, ADamagedWriteAheadLogIsAFinding) {
  ASSERT_EQ(Cli({"play", "--json", Case("malmo-2012")}).code, 0);
  server_.reset();
  const std::string data = directory_ / "data";
  Damage(data, [](const std::string& name) { return name.ends_with(".log"); });
  const Ran people = RunHere({"fsck", "--data", data});
  EXPECT_EQ(people.code, 4);
  EXPECT_THAT(people.out, HasSubstr("acknowledged"));
  const Ran programs = RunHere({"fsck", "--data", data, "--json"});
  EXPECT_EQ(programs.code, 4);
  EXPECT_THAT(programs.Lines().at(0).at("findings").dump(), HasSubstr("acknowledged"));
  const Ran served = RunHere({"serve", "--data", data, "--listen", "127.0.0.1:0", "--dev-tokens"});
  EXPECT_EQ(served.code, 4);
  EXPECT_THAT(served.err, HasSubstr("behind its high-water mark"));
}

TEST_F(Errors, DamageThatKeepsTheLogClosedIsAFinding) {
  ASSERT_EQ(Cli({"play", "--json", Case("malmo-2012")}).code, 0);
  server_.reset();
  Damage(directory_ / "data", [](const std::string& name) { return name.starts_with("MANIFEST"); });
  const Ran people = RunHere({"fsck", "--data", directory_ / "data"});
  EXPECT_EQ(people.code, 4);
  EXPECT_THAT(people.err, HasSubstr("deploy/runbook.md"));
  const Ran programs = RunHere({"fsck", "--data", directory_ / "data", "--json"});
  EXPECT_EQ(programs.code, 4);
  EXPECT_EQ(programs.err, "");
  const json report = programs.Lines().at(0);
  EXPECT_EQ(report.at("found"), "1");
  EXPECT_THAT(report.at("findings").at(0).at("what").get<std::string>(),
              HasSubstr("deploy/runbook.md"));
}

TEST_F(Errors, ALogThatLostASmallFileIsDamagedAndTheRunbookTellsWhatToDo) {
  namespace fs = std::filesystem;
  server_.reset();
  const std::string data = directory_ / "data", runbook = Slurp(SKYNDSAMT_RUNBOOK);
  const std::vector<std::string> serve = {"serve",    "--data",      data,
                                          "--listen", "127.0.0.1:0", "--dev-tokens"};
  const auto expect = [&](const std::vector<std::string>& command, const std::string& heading) {
    const Ran ran = RunProgram(command);
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_THAT(ran.out + ran.err,
                AllOf(HasSubstr("deploy/runbook.md"), HasSubstr("'" + heading + "'")));
    EXPECT_THAT(runbook, HasSubstr("\n## " + heading + "\n"));
  };
  fs::rename(data + "/log/FORMAT", data + "/FORMAT");
  expect(serve, "the FORMAT file is missing");
  expect({"fsck", "--data", data}, "the FORMAT file is missing");
  expect({"restore", data, "--data", directory_ / "new", "--key-files", data + "/keys"},
         "the FORMAT file is missing");
  fs::rename(data + "/FORMAT", data + "/log/FORMAT");
  fs::remove(data + "/log/HIGH-WATER");
  expect(serve, "the high-water file is missing, or has no sound slot");
  expect({"fsck", "--data", data}, "the high-water file is missing, or has no sound slot");
}

// As where a disk is not mounted: a new log in its place would be taken for it.
TEST_F(Errors, ALogThatIsGoneIsNotBegunAnewBesideItsKeys) {
  namespace fs = std::filesystem;
  server_.reset();
  const std::string data = directory_ / "data";
  const std::vector<std::string> serve = {"serve",    "--data",      data,
                                          "--listen", "127.0.0.1:0", "--dev-tokens"};
  fs::rename(data + "/log", directory_ / "log");
  for (const bool mount_point : {false, true}) {
    if (mount_point) fs::create_directory(data + "/log");
    const Ran ran = RunProgram(serve);
    EXPECT_EQ(ran.code, 4) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("'the log is gone'"));
    EXPECT_EQ(fs::exists(data + "/log"), mount_point);
  }
  EXPECT_THAT(Slurp(SKYNDSAMT_RUNBOOK), HasSubstr("\n## the log is gone\n"));
}

TEST_F(Errors, AStreamThatTheServerEndsTellsWhereToGoOn) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const TestDirectory output;
  const auto lines = [&] {
    const std::string out = Slurp(output / "out");
    return static_cast<uint64_t>(std::count(out.begin(), out.end(), '\n'));
  };
  const pid_t following =
      Start(output, {"events", "--follow", "--from", "2", "--server", server_->address()});
  for (int i = 0; i < 300 && lines() + 2 < Records(); ++i) usleep(100'000);
  const uint64_t records = Records();
  ASSERT_EQ(lines() + 2, records);
  server_.reset();
  EXPECT_EQ(Wait(following), 3);
  const std::string from = "--from " + std::to_string(records);
  EXPECT_THAT(Slurp(output / "err"),
              AllOf(HasSubstr("go on with " + from), HasSubstr("fortsätt med " + from),
                    Not(HasSubstr("request id")), Not(HasSubstr("whether this was recorded"))));
}

TEST_F(Errors, AStreamWhoseTokenExpiresTellsWhereToGoOn) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const std::string issued = Cli({"token", "--valid", "1"}).out;
  const Ran ran = Cli({"events", "--follow", "--token", issued.substr(0, issued.find('\n'))});
  EXPECT_EQ(ran.code, 1);
  const std::string from = "--from " + std::to_string(Records());
  EXPECT_THAT(ran.err, AllOf(HasSubstr("IDENTITY_INVALID"), HasSubstr("go on with " + from),
                             HasSubstr("fortsätt med " + from)));
}

TEST_F(Errors, StatusTellsHowFarTheViewsAre) {
  ASSERT_EQ(Cli({"play", "--json", Case("malmo-2012")}).code, 0);
  const Ran people = Cli({"status"});
  ASSERT_EQ(people.code, 0) << people.err;
  EXPECT_THAT(people.out,
              AllOf(HasSubstr(std::to_string(Records()) + " records"), HasSubstr("VIEW"),
                    HasSubstr("case_status"), HasSubstr("worklist")));
  const json status = Cli({"status", "--json"}).Lines().at(0);
  EXPECT_EQ(status.at("records"), std::to_string(Records()));
  EXPECT_GE(status.at("views").size(), 2u);
  for (const json& view : status.at("views")) EXPECT_TRUE(view.contains("lag")) << view;
}

// A variable of the environment, while the object lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* const name_;
};

class Environment : public WithServer {
 protected:
  // Every command that asks a server.
  std::vector<std::vector<std::string>> Commands() const {
    const std::string id = "00000000-0000-4000-8000-000000000001";
    return {{"play", Case("osteraker")},
            {"case"},
            {"timeliness", id},
            {"diff", id, "--before", "2021-01-01T00:00:00Z"},
            {"trail", id},
            {"worklist"},
            {"forecast", id},
            {"pattern", "--child", id},
            {"events"},
            {"events", "--follow", "--limit", "1"},
            {"policy"},
            {"policy", "rules"},
            {"token"},
            {"status"},
            {"checkpoint"},
            {"backup", directory_ / "backup"}};
  }
  std::string TokenOf(const std::string& role) const {
    const std::string token = Cli({"token", "--role", role}).out;
    return token.substr(0, token.find('\n'));
  }
};

TEST_F(Environment, IsAskedForTheServerOnlyWhereTheCommandLineNamesNone) {
  const Variable server("SKYNDSAMT_SERVER", server_->address());
  const uint64_t records = Records();
  for (std::vector<std::string> command : Commands()) {
    SCOPED_TRACE(command[0]);
    command.insert(command.end(), {"--server", "127.0.0.1:1"});
    const Ran ran = RunHere(command);
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("127.0.0.1:1 "));
  }
  EXPECT_EQ(Records(), records) << "nothing came to the environment's server";
  EXPECT_EQ(RunHere({"play", Case("osteraker")}).code, 0);
  EXPECT_GT(Records(), records);
}

TEST_F(Environment, IsAskedForTheTokenOnlyWhereTheCommandLineGivesNone) {
  ASSERT_EQ(Cli({"play", Case("osteraker")}).code, 0);
  const std::string good = TokenOf("system");
  const Variable token("SKYNDSAMT_TOKEN", "x.y.z");
  EXPECT_THAT(Cli({"case"}).err, HasSubstr("IDENTITY_INVALID"));
  for (std::vector<std::string> command : Commands()) {
    SCOPED_TRACE(command[0]);
    command.insert(command.end(), {"--token", good});
    EXPECT_THAT(Cli(command).err, Not(HasSubstr("IDENTITY_INVALID")));
  }
}

TEST_F(Environment, IsToldOfInTheHelp) {
  const std::string help = RunHere({"play", "--help"}).out;
  EXPECT_THAT(help, AllOf(HasSubstr("SKYNDSAMT_SERVER"), HasSubstr("SKYNDSAMT_TOKEN")));
}

}  // namespace
}  // namespace skyndsamt::cli
