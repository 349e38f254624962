// A stream whose index or tables are damaged: whoever reads it is told, and never takes a part for
// the whole, however the pages fall.
#include <memory>

#include "eventstore/log/store.h"
#include "tests/eventstore/log/counting_fs.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

class ReadFaultsTest : public LogTest {
 protected:
  // The revisions that come, page by page, until the end or an error.
  std::vector<Revision> Pages(ReadOptions options, absl::Status* status) {
    std::vector<Revision> seen;
    for (;;) {
      auto read = log_->ReadStream(StreamNamed("s"), options);
      *status = read.status();
      if (!read.ok()) return seen;
      for (const Record& record : read->records) seen.push_back(record.revision);
      if (!read->next) return seen;
      options.from = read->next;
    }
  }

  void Fill(Revision revisions, size_t bytes) {
    for (Revision i = 0; i < revisions; ++i) Add("s", {{std::string(bytes, 'x')}});
  }

  void LoseRow(Revision revision) {
    Close();
    {
      const auto store = *Store::Open(options_, /*create=*/false);
      ASSERT_TRUE(
          store->db()
              .Delete({}, store->family(Family::kStream), StreamKey(StreamNamed("s"), revision))
              .ok());
    }
    Open();
  }
};

TEST_F(ReadFaultsTest, AMissingRowIsFoundWhereverAPageOrAChunkBegins) {
  constexpr Revision kRevisions = 200, kLost = 64;
  Fill(kRevisions, 10);
  LoseRow(kLost);
  for (const size_t most : {1u, 10u, 64u, 1000u}) {
    for (const bool backward : {false, true}) {
      for (const auto from : std::vector<std::optional<Revision>>{{}, 60, 63, 64, 65, 128, 500}) {
        ReadOptions options{.from = from, .backward = backward, .max_records = most};
        SCOPED_TRACE(testing::Message() << most << " backward " << backward << " from "
                                        << (from ? std::to_string(*from) : "nowhere"));
        const bool passes =
            backward ? from.value_or(kRevisions) >= kLost : from.value_or(0) <= kLost;
        absl::Status status;
        const auto seen = Pages(options, &status);
        EXPECT_EQ(status.code(), passes ? absl::StatusCode::kDataLoss : absl::StatusCode::kOk);
        for (size_t i = 1; i < seen.size(); ++i) {
          ASSERT_EQ(seen[i], backward ? seen[i - 1] - 1 : seen[i - 1] + 1);
        }
      }
    }
  }
}

TEST_F(ReadFaultsTest, FromBeyondTheEndIsNothingForwardAndTheNewestBackward) {
  Fill(3, 10);
  absl::Status status;
  EXPECT_EQ(Pages({.from = 3}, &status), std::vector<Revision>{});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Pages({.from = 7, .backward = true}, &status), (std::vector<Revision>{2, 1, 0}));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(ReadFaultsTest, AReadThatFailsIsNeverTakenForTheEnd) {
  constexpr Revision kRevisions = 80;
  const auto failing = std::make_shared<CountingFileSystem>();
  const auto env = rocksdb::NewCompositeEnv(failing);
  options_.env = env.get();
  options_.memtable_bytes = 64u << 10;
  options_.block_cache_bytes = 1;
  Reopen();
  for (Revision i = 0; i < kRevisions; ++i) {
    Fill(1, 1'500);
    Add("beside", {{std::string(3'000, 'x')}});
  }
  Reopen();
  for (const bool backward : {false, true}) {
    const ReadOptions options{.backward = backward, .max_records = 30};
    int failed = 0;
    for (;; ++failed) {
      ASSERT_LT(failed, 3'000);
      failing->FailOnceAfter(failed);
      absl::Status status;
      const auto seen = Pages(options, &status);
      const bool has_failed = failing->has_failed();
      failing->FailNoMore();
      if (!has_failed) {
        EXPECT_TRUE(status.ok()) << status;
        EXPECT_EQ(seen.size(), kRevisions);
        break;
      }
      ASSERT_FALSE(status.ok()) << "after " << failed << " reads, " << seen.size() << " seen";
    }
    EXPECT_GT(failed, 50);
  }
  Close();
}

}  // namespace
}  // namespace skyndsamt::log
