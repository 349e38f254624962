#include "eventstore/base/shortage.h"

#include <gtest/gtest.h>

#include "absl/status/statusor.h"

namespace skyndsamt {
namespace {

TEST(Shortage, IsToldWhateverTheTextSays) {
  for (const Shortage what : {Shortage::kQueue, Shortage::kSpace}) {
    const absl::Status status = Exhausted(what, "queue, disk, space");
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ShortageOf(status), what);
    EXPECT_EQ(ShortageOf(absl::StatusOr<int>(status).status()), what);
  }
}

TEST(Shortage, IsNotReadFromStatusesThatDoNotTellIt) {
  EXPECT_EQ(ShortageOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(ShortageOf(absl::ResourceExhaustedError("append queue")), std::nullopt);
}

}  // namespace
}  // namespace skyndsamt
