#include "tests/eventstore/kafka/replica_child.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <utility>

#include "eventstore/base/clock.h"
#include "tests/eventstore/kafka/kafka_fixture.h"

namespace skyndsamt::kafka {
namespace {

constexpr uint64_t kSizesBetween = 200;

std::string NewDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "skynd-replica-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) std::abort();
  return path;
}

// Sizes at which two logs are compared.
std::set<uint64_t> SizesUpTo(uint64_t records) {
  std::set<uint64_t> sizes = {records};
  for (uint64_t size = 1; size < records; size *= 2) sizes.insert(size);
  for (uint64_t i = 1; i < kSizesBetween; ++i) sizes.insert(records * i / kSizesBetween);
  return sizes;
}

}  // namespace

ReplicaChild::ReplicaChild(std::string bootstrap, std::string prefix)
    : directory_(NewDirectory()), bootstrap_(std::move(bootstrap)), prefix_(std::move(prefix)) {
  Start();
}

ReplicaChild::~ReplicaChild() {
  if (child_ != nullptr) Kill();
  std::filesystem::remove_all(directory_);
}

void ReplicaChild::Start() {
  const auto signer = TestSigner(log::Options().origin);
  child_ = std::make_unique<process::Child>(
      std::vector<std::string>{SKYNDSAMT_REPLICA_PROCESS, directory_ + "/log", bootstrap_, prefix_,
                               signer.verifier().Encode()});
}

void ReplicaChild::Kill() {
  child_->Kill();
  child_.reset();
}

void ReplicaChild::WaitFor(uint64_t records) {
  for (uint64_t has = 0; has < records;) {
    const std::string line = child_->ReadLine();
    ASSERT_FALSE(line.empty() || line.starts_with("stopped")) << line;
    std::istringstream words(line);
    std::string word;
    words >> word >> has;
  }
}

void ReplicaChild::ExpectIsLog(log::EventLog& log) {
  WaitFor(log.committed());
  Kill();
  log::Options options;
  options.directory = directory_ + "/log";
  options.reserve_bytes = 0;
  options.replica = true;
  const SystemClock clock;
  const auto copy = log::EventLog::Open(options, clock);
  ASSERT_TRUE(copy.ok()) << copy.status();
  ASSERT_EQ((*copy)->committed(), log.committed());
  EXPECT_TRUE((*copy)->NewestCheckpoint()->has_value()) << "it has compared none";
  for (const uint64_t size : SizesUpTo(log.committed())) {
    EXPECT_EQ(*(*copy)->Root(size), *log.Root(size)) << "of the first " << size;
  }
}

}  // namespace skyndsamt::kafka
