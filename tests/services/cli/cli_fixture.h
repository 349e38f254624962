// What the tests of the command line share: a directory of their own, a server in the process, and
// a call of the program in the process or as a program of its own. Not thread-safe.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/base/ids.h"
#include "eventstore/log/event_log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/cli/run.h"
#include "services/server/server.h"

namespace skyndsamt::cli {

class TestDirectory {
 public:
  TestDirectory()
      : path_(std::filesystem::temp_directory_path() /
              ("skyndsamt-cli-test-" + FormatUuid(RandomUuid()))) {
    std::filesystem::create_directories(path_);
  }
  ~TestDirectory() { std::filesystem::remove_all(path_); }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string Slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

inline std::string Case(const std::string& name) {
  return absl::StrCat(SKYNDSAMT_CASES, "/", name, ".json");
}

inline std::vector<std::string> AllCases() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(SKYNDSAMT_CASES)) {
    if (entry.path().extension() != ".json") continue;
    if (entry.path().filename() == "casefile.schema.json") continue;
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct Ran {
  int code = -1;
  std::string out;
  std::string err;

  // One object a line.
  std::vector<nlohmann::json> Lines() const {
    std::vector<nlohmann::json> lines;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }
};

inline Ran RunHere(std::vector<std::string> arguments) {
  std::ostringstream out, err;
  Ran ran;
  ran.code = Run(std::move(arguments), Terminal{out, err});
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

// Starts the real program with its output in files of `directory`; its process id. It sees
// `read_only`, if one is named, on a file system that is mounted read-only; where the kernel does
// not allow that, it ends with kNotAllowed.
inline constexpr int kNotAllowed = 126;
inline pid_t Start(const TestDirectory& directory, const std::vector<std::string>& arguments,
                   const std::string& read_only = "") {
  std::vector<char*> argv = {const_cast<char*>(SKYNDSAMT_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::string out = directory / "out", err = directory / "err";
  pid_t child = fork();
  if (child != 0) return child;
  int out_file = open(out.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  int err_file = open(err.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  dup2(out_file, STDOUT_FILENO);
  dup2(err_file, STDERR_FILENO);
  if (!read_only.empty()) {
    const char* path = read_only.c_str();
    const bool mounted =
        (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
        mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
    if (!mounted) _exit(kNotAllowed);
  }
  execv(SKYNDSAMT_PROGRAM, argv.data());
  _exit(127);
}

inline int Wait(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline Ran RunProgram(const std::vector<std::string>& arguments,
                      const std::string& read_only = "") {
  TestDirectory directory;
  Ran ran;
  ran.code = Wait(Start(directory, arguments, read_only));
  ran.out = Slurp(directory / "out");
  ran.err = Slurp(directory / "err");
  return ran;
}

// A server of the test's own on a free port, with development tokens.
class WithServer : public ::testing::Test {
 protected:
  void SetUp() override { StartServer("data"); }

  void StartServer(const std::string& data) {
    server::Config config;
    config.data = directory_ / data;
    config.listen = "127.0.0.1:0";
    config.development_tokens = true;
    config.log_level = "error";
    config.drain_seconds = 2;
    auto started = server::Server::Start(config, clock_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }

  Ran Cli(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--server", server_->address()});
    return RunHere(std::move(arguments));
  }
  uint64_t Records() const { return server_->event_log().committed(); }

  TestDirectory directory_;
  SystemClock clock_;
  std::unique_ptr<server::Server> server_;
};

}  // namespace skyndsamt::cli
