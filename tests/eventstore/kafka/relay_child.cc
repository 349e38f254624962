#include "tests/eventstore/kafka/relay_child.h"

#include <cstdlib>
#include <filesystem>

namespace skyndsamt::kafka {
namespace {

constexpr uint64_t kFewEvents = 40'000;  // eighty transactions
// Short, so that a test can cut the network for longer.
constexpr int kTransactionMillis = 6'000;

// On disk: a million records are no matter for memory.
std::string NewDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "skynd-relay-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) std::abort();
  return path;
}

}  // namespace

uint64_t EventsToRelay() {
  const char* asked = std::getenv("KAFKATEST_EVENTS");
  return asked == nullptr ? kFewEvents : std::strtoull(asked, nullptr, 10);
}

RelayChild::RelayChild(std::string bootstrap, int replication)
    : directory_(NewDirectory()),
      bootstrap_(std::move(bootstrap)),
      prefix_(FreshPrefix()),
      replication_(replication) {
  Start();
}

RelayChild::~RelayChild() {
  if (child_ != nullptr) Kill();
  std::filesystem::remove_all(directory_);
}

void RelayChild::Start() {
  child_ = std::make_unique<process::Child>(
      std::vector<std::string>{SKYNDSAMT_RELAY_PROCESS, directory_ + "/log", bootstrap_, prefix_,
                               std::to_string(replication_), std::to_string(kTransactionMillis)});
}

void RelayChild::Kill() {
  child_->Kill();
  child_.reset();
}

void RelayChild::Until(uint64_t records) { child_->WriteLine("until " + std::to_string(records)); }

void RelayChild::StartAnotherRelay() { child_->WriteLine("another"); }

void RelayChild::WaitPast(uint64_t records) { Wait("past " + std::to_string(records)); }

void RelayChild::WaitUntilSent() { Wait("wait"); }

void RelayChild::Wait(const std::string& command) {
  child_->WriteLine(command);
  while (true) {
    const std::string line = child_->ReadLine();
    said_.push_back(line);
    std::printf("  %s\n", line.c_str());
    if (line.starts_with("sent")) return;
    ASSERT_TRUE(line.starts_with("relay")) << "the relay does not get on";
  }
}

std::unique_ptr<log::EventLog> RelayChild::End() {
  EXPECT_EQ(child_->Wait(), 0);
  child_.reset();
  log::Options options;
  options.directory = directory_ + "/log";
  options.reserve_bytes = 0;
  auto log = log::EventLog::Open(options, clock_);
  EXPECT_TRUE(log.ok()) << log.status();
  return log.ok() ? *std::move(log) : nullptr;
}

void RelayChild::ExpectTopicIsLog(log::EventLog& log, const std::string& bootstrap,
                                  uint64_t records) {
  ASSERT_EQ(log.committed(), records);
  for (const auto& read_with : {ReadTopic, ReadTopicInJava}) {
    SCOPED_TRACE(read_with == ReadTopic ? "read in Python" : "read in Java");
    const ReadBack read = read_with(bootstrap, TopicNames(prefix_).events, records);
    EXPECT_EQ(read.wrong, "");
    EXPECT_EQ(read.records, records);
    EXPECT_EQ(read.root, Hex(*log.Root(records)));
  }
}

}  // namespace skyndsamt::kafka
