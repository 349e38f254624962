#include "services/commands/incident_cache.h"

#include "tests/eventstore/log/counting_fs.h"
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using IncidentCacheTest = House;

// More than one page of the log, so that a read can fail when a part is folded.
TEST_F(IncidentCacheTest, AFoldThatFailedHalfWayIsForgotten) {
  constexpr Revision kMore = 1'100;
  MustRecord(Request("open", "incident", {kOpened}));
  for (Revision i = 0; i < kMore; ++i) {
    const std::string id = std::to_string(i);
    MustRecord(Request("more" + id, "incident",
                       {"id: 'm" + id + "' happened { edtf: '2026-01-12' } staff_learned {}"}));
  }
  Close();
  const auto failing = std::make_shared<log::CountingFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(failing);
  log::Options options;
  options.directory = directory_ + "/log";
  options.reserve_bytes = 0;
  options.env = env.get();
  options.block_cache_bytes = 1;
  const auto log = *log::EventLog::Open(options, clock_);
  const StreamId stream = *StreamId::Parse(Uuid("incident"));

  FoldedIncident whole;
  const auto before = failing->Of("log/db/").operations;
  ASSERT_TRUE(whole.Load(*log, stream).ok());
  ASSERT_EQ(whole.last, kMore);
  const auto reads = static_cast<int64_t>(failing->Of("log/db/").operations - before);

  FoldedIncident part;
  failing->FailOnceAfter(reads - 3);
  ASSERT_FALSE(part.Load(*log, stream).ok());
  ASSERT_TRUE(failing->has_failed());
  failing->FailNoMore();
  EXPECT_FALSE(part.loaded);
  part.AssumeNew();
  EXPECT_FALSE(part.last.has_value());
  EXPECT_FALSE(part.state.exists);
  EXPECT_TRUE(part.keys.fingerprint.empty());
  ASSERT_TRUE(part.Load(*log, stream).ok());
  EXPECT_EQ(part.last, kMore);
  EXPECT_TRUE(part.keys == whole.keys);
}

}  // namespace
}  // namespace skyndsamt::commands
