// Starting takes as long however long the log is: what is read of log, keys and views while they
// are opened stays the same while the log grows twentyfold.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"
#include "tests/write_path/random_commands.h"

namespace skyndsamt::testing {
namespace {

using Reads = log::CountingFileSystem::Reads;

class Start : public ::testing::Test {
 protected:
  Start() {
    options_.directory = directory_ / "data";
    std::filesystem::create_directory(options_.directory);
  }

  // Incidents of a hundred facts, each with a text under a key of its own.
  void GrowTo(Position records) {
    auto path = WritePath::Open(options_, clock_);
    ASSERT_TRUE(path.ok()) << path.status();
    (*path)->Start();
    RandomCommands commands(incidents_ + 1);
    while ((*path)->log().committed() < records) {
      const uint64_t incident = incidents_++;
      MustRecord(**path, commands.Opening(incident));
      for (int half = 0; half < 2; ++half) {
        auto request = commands.Always(incident);
        while (request.facts_size() < 50) {
          auto& fact = *request.add_facts();
          fact = request.facts(0);
          fact.set_id("f." + std::to_string(half * 100 + request.facts_size()));
          fact.set_note("Vi såg det från fönstret");
        }
        MustRecord(**path, request);
      }
    }
    // What views have not taken when the server ends is no cost of a start.
    (*path)->views().runner().Stop();
    ASSERT_TRUE((*path)->views().runner().CatchUp().ok());
  }

  static void MustRecord(WritePath& path, const api::v1::RecordFactsRequest& request) {
    const auto outcome = path.Record(request);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->index(), 0u);
  }

  // What opening reads of a part of the directory.
  std::map<std::string, Reads> ReadsOfOpening() {
    const auto counting = std::make_shared<log::CountingFileSystem>();
    const auto env = rocksdb::NewCompositeEnv(counting);
    WritePathOptions counted = options_;
    counted.env = env.get();
    EXPECT_TRUE(WritePath::Open(counted, clock_).ok());
    std::map<std::string, Reads> reads;
    for (const char* part : {"/log/", "/keys/", "/views/"}) reads[part] = counting->Of(part);
    return reads;
  }

  log::TempDirectory directory_;
  const SystemClock clock_;
  WritePathOptions options_;
  uint64_t incidents_ = 0;
};

TEST_F(Start, ReadsABoundedAmountHoweverLongTheLog) {
  ASSERT_NO_FATAL_FAILURE(GrowTo(5'000));
  const auto small = ReadsOfOpening();
  ASSERT_NO_FATAL_FAILURE(GrowTo(100'000));
  const auto large = ReadsOfOpening();
  // Twenty times the log: as much of the write-ahead logs, and a few more tables are opened.
  for (const auto& [part, reads] : large) {
    EXPECT_LT(reads.bytes, 3 * small.at(part).bytes) << part;
    EXPECT_LT(reads.operations, 6 * small.at(part).operations) << part;
  }
}

}  // namespace
}  // namespace skyndsamt::testing
