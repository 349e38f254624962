// Opening, closing, and what a log's directory may and may not be.
#include <filesystem>
#include <fstream>

#include "eventstore/log/store.h"
#include "eventstore/merkle/tree.h"
#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using OpenTest = LogTest;

absl::Status TryOpen(const Options& options) {
  const ManualClock clock(kStart);
  return EventLog::Open(options, clock).status();
}

TEST_F(OpenTest, ASecondOpeningOfADirectoryIsRefused) {
  Add("s", {{"x"}});
  EXPECT_EQ(TryOpen(options_).code(), absl::StatusCode::kFailedPrecondition);
  Add("s", {{"y"}});  // the first is not disturbed
  Reopen();
  EXPECT_EQ(log_->committed(), 2u);
}

TEST_F(OpenTest, AMissingLogIsNotMadeUnlessAsked) {
  Options options = SmallOptions(directory_ / "nowhere");
  options.create_if_missing = false;
  EXPECT_EQ(TryOpen(options).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(options.directory));
}

TEST_F(OpenTest, ADirectoryOfSomethingElseIsRefusedAndLeftAlone) {
  const Options options = SmallOptions(directory_ / "letters");
  std::filesystem::create_directory(options.directory);
  std::ofstream(options.directory + "/letter") << "dear";
  EXPECT_EQ(TryOpen(options).code(), absl::StatusCode::kFailedPrecondition);
  int files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(options.directory)) {
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(OpenTest, AnotherFormatIsRefused) {
  Close();
  std::ofstream(FormatPath(options_.directory)) << "skyndsamt-log 2\nskyndsamt.local/log\n";
  EXPECT_EQ(TryOpen(options_).code(), absl::StatusCode::kFailedPrecondition);
  std::ofstream(FormatPath(options_.directory)) << FormatFileText(options_.origin);
  Open();
}

TEST_F(OpenTest, ALogOfAnotherNameIsRefused) {
  Close();
  Options other = options_;
  other.origin = "skyndsamt.local/reads";
  EXPECT_EQ(TryOpen(other).code(), absl::StatusCode::kFailedPrecondition);
  Open();
}

TEST_F(OpenTest, AnInterruptedCreationIsTakenUpAgain) {
  Close();
  // As after a power cut between the first files of a new log.
  std::filesystem::remove_all(DatabasePath(options_.directory));
  Open();
  Close();
  std::filesystem::remove_all(DatabasePath(options_.directory));
  std::filesystem::remove(HighWaterPath(options_.directory));
  Open();
  Close();
  std::filesystem::remove_all(options_.directory);
  std::filesystem::create_directory(options_.directory);
  std::ofstream(options_.directory + "/FORMAT.new") << "skynd";
  Open();
  EXPECT_EQ(log_->committed(), 0u);
  Add("s", {{"x"}});
  EXPECT_EQ(log_->committed(), 1u);
}

TEST_F(OpenTest, TheTreeIsTheSameAfterReopeningAtAnySize) {
  merkle::Tree tree;
  std::vector<merkle::Tile> complete;
  std::vector<Bytes32> roots = {tree.Root()};
  for (const size_t batch : {1u, 254u, 1u, 1u, 300u, 500u}) {
    Add("s", std::vector<NewEvent>(batch, NewEvent{"x"}));
    auto read = log_->ReadAll({.from = roots.size() - 1});
    for (const Record& record : read->records) {
      tree.Append(LeafHashOf(record), &complete);
      roots.push_back(tree.Root());
    }
    Reopen();
    ASSERT_EQ(log_->committed(), tree.size());
    ASSERT_EQ(*log_->Root(tree.size()), tree.Root());
  }
  for (uint64_t size = 0; size <= tree.size(); size += 13) {
    ASSERT_EQ(*log_->Root(size), roots[size]) << size;
  }
  EXPECT_EQ(log_->Root(tree.size() + 1).status().code(), absl::StatusCode::kInvalidArgument);
}

// What opening reads, by the log's length.
class StartTest : public LogTest {
 protected:
  struct Reads {
    CountingFileSystem::Reads wal, other;
    uint64_t log_bytes = 0;
  };

  Reads OpenWith(uint64_t records) {
    options_.memtable_bytes = 256u << 10;
    Reopen();
    while (log_->committed() < records) {
      const std::string stream = std::to_string(log_->committed());
      Add(stream, std::vector<NewEvent>(500, NewEvent{std::string(200, 'x')}));
    }
    Close();
    Reads reads;
    for (const auto& entry :
         std::filesystem::directory_iterator(DatabasePath(options_.directory))) {
      reads.log_bytes += entry.file_size();
    }
    const auto counting = std::make_shared<CountingFileSystem>();
    const auto env = rocksdb::NewCompositeEnv(counting);
    options_.env = env.get();
    Open();
    EXPECT_EQ(log_->committed(), records);
    Close();
    options_.env = nullptr;
    reads.wal = counting->Of(".log");
    reads.other = counting->Of("");
    reads.other.bytes -= reads.wal.bytes;
    reads.other.operations -= reads.wal.operations;
    return reads;
  }
};

TEST_F(StartTest, ReadsABoundedAmountHoweverLongTheLog) {
  const Reads small = OpenWith(5'000);
  const Reads large = OpenWith(100'000);
  EXPECT_GT(large.log_bytes, 10 * small.log_bytes);
  // The write-ahead log is as long as the memtables; beside it only a few more tables are opened.
  EXPECT_LT(large.wal.bytes, 2 * small.wal.bytes);
  EXPECT_LT(large.other.bytes, 3 * small.other.bytes);
  EXPECT_LT(large.other.operations, 10 * small.other.operations);
}

}  // namespace
}  // namespace skyndsamt::log
