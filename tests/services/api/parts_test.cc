// The small parts of the door: bytes, page tokens, rate, workers.
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/synchronization/notification.h"
#include "services/api/message_bytes.h"
#include "services/api/page_token.h"
#include "services/api/rate_limiter.h"
#include "services/api/worker_pool.h"
#include "skyndsamt/api/v1/case_service.pb.h"
#include "skyndsamt/api/v1/incident_service.pb.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"

namespace skyndsamt::api {
namespace {

grpc::ByteBuffer Buffer(const std::string& bytes, size_t slices = 1) {
  std::vector<grpc::Slice> parts;
  const size_t each = bytes.size() / slices + 1;
  for (size_t at = 0; at < bytes.size(); at += each) parts.emplace_back(bytes.substr(at, each));
  return grpc::ByteBuffer(parts.data(), parts.size());
}

v1::RecordFactsRequest Command() {
  v1::RecordFactsRequest request;
  request.set_incident("åäö");
  request.add_facts()->set_note("first");
  auto* fact = request.add_facts();
  fact->set_id("second");
  fact->mutable_correction()->mutable_replacement()->set_note("MARK");
  return request;
}

TEST(MessageBytes, ReadsWhatItWrites) {
  const v1::RecordFactsRequest sent = Command();
  for (size_t slices : {1, 2, 7}) {
    v1::RecordFactsRequest read;
    const auto refusal = ParseBytes(Buffer(sent.SerializeAsString(), slices), 1000, read);
    EXPECT_FALSE(refusal);
    EXPECT_EQ(read.SerializeAsString(), sent.SerializeAsString());
  }
  v1::RecordFactsRequest again;
  EXPECT_FALSE(ParseBytes(ToBytes(sent), 1000, again));
  EXPECT_EQ(again.SerializeAsString(), sent.SerializeAsString());
}

// What would be recorded is judged as it is written, and a command is known again by its bytes.
TEST(MessageBytes, OfAQuestionTheIdsAreReadInLowerCaseAndNothingElse) {
  const std::string id = "ABCDEF00-0000-4000-8000-00000000000F", lower = absl::AsciiStrToLower(id);
  v1::PreviewPolicyRequest question, read;
  question.set_authority(id);
  question.set_as_of("2026-03-01T12:00:00Z");
  question.mutable_draft()->add_closing_days()->set_unit(id);
  ASSERT_FALSE(ParseQuestion(ToBytes(question), 1000, read));
  question.set_authority(lower);
  EXPECT_EQ(read.SerializeAsString(), question.SerializeAsString());
  v1::GetPatternRequest pattern;
  pattern.mutable_place()->set_unit(id);
  pattern.mutable_place()->set_place("SKOLGÅRDEN");
  v1::GetPatternRequest place;
  ASSERT_FALSE(ParseQuestion(ToBytes(pattern), 1000, place));
  EXPECT_EQ(place.place().unit(), lower);
  EXPECT_EQ(place.place().place(), "SKOLGÅRDEN");
  v1::GetRuleSetRequest rules, named;
  rules.set_version(id);  // as its publisher chose to call it
  ASSERT_FALSE(ParseQuestion(ToBytes(rules), 1000, named));
  EXPECT_EQ(named.version(), id);
  v1::RecordFactsRequest command, asked;
  command.set_incident(id);
  ASSERT_FALSE(ParseBytes(ToBytes(command), 1000, asked));
  EXPECT_EQ(asked.incident(), id);
}

TEST(MessageBytes, NamesTheFieldThatIsNotUtf8) {
  std::string bytes = Command().SerializeAsString();
  for (const char* bad : {"\xff\xff\xff\xff", "\xc0\xaf\xc0\xaf", "\xed\xa0\x80x",
                          "\xf4\x90\x80\x80", "\xe2\x82xx", "abc\xc3"}) {
    std::string broken = bytes;
    broken.replace(broken.find("MARK"), 4, bad, 4);
    v1::RecordFactsRequest read;
    const auto refusal = ParseBytes(Buffer(broken), 1000, read);
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->reason, v1::REASON_TEXT_NOT_UTF8);
    EXPECT_EQ(refusal->field, "facts[1].correction.replacement.note");
  }
}

TEST(MessageBytes, EveryTruncationIsMalformedOrShorter) {
  const std::string bytes = Command().SerializeAsString();
  for (size_t length = 0; length < bytes.size(); ++length) {
    v1::RecordFactsRequest read;
    const auto refusal = ParseBytes(Buffer(bytes.substr(0, length)), 1000, read);
    if (refusal) {
      EXPECT_TRUE(refusal->reason == v1::REASON_MESSAGE_MALFORMED ||
                  refusal->reason == v1::REASON_TEXT_NOT_UTF8);
    } else {
      EXPECT_LT(read.ByteSizeLong(), bytes.size());
    }
  }
}

TEST(MessageBytes, TooLargeIsSaidBeforeItIsParsed) {
  v1::RecordFactsRequest read;
  const auto refusal = ParseBytes(Buffer(std::string(1001, '\xff')), 1000, read);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, v1::REASON_MESSAGE_TOO_LARGE);
}

TEST(MessageBytes, DeepNestingIsRefusedNotFollowed) {
  std::string inner;
  for (int i = 0; i < 5000; ++i) {
    // replacement (2) within correction (62) within a fact
    std::string replacement = "\x12";
    const auto varint = [](std::string& out, size_t n) {
      for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
      out.push_back(static_cast<char>(n));
    };
    varint(replacement, inner.size());
    replacement += inner;
    std::string fact = "\xf2\x03";
    varint(fact, replacement.size());
    inner = fact + replacement;
    if (inner.size() > 60000) break;
  }
  std::string bytes = "\x22";
  size_t n = inner.size();
  for (; n >= 0x80; n >>= 7) bytes.push_back(static_cast<char>(n | 0x80));
  bytes.push_back(static_cast<char>(n));
  v1::RecordFactsRequest read;
  const auto refusal = ParseBytes(Buffer(bytes + inner), 1 << 20, read);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, v1::REASON_MESSAGE_MALFORMED);
}

TEST(PageTokens, ComeBackForTheSameQuestionOnly) {
  const std::string next("b\0c", 3);
  const std::string token = MakePageToken("question", next);
  EXPECT_EQ(ReadPageToken("question", token), next);
  EXPECT_EQ(ReadPageToken("another", token), std::nullopt);
  EXPECT_EQ(ReadPageToken("question", token + "A"), std::nullopt);
  EXPECT_EQ(ReadPageToken("question", "%%%"), std::nullopt);
  EXPECT_EQ(ReadPageToken("question", "AAAA"), std::nullopt);
  EXPECT_EQ(ReadPageToken("question", ""), "");
  EXPECT_EQ(MakePageToken("question", ""), "");
}

TEST(PageSizes, AreCoercedAndNeverNegative) {
  EXPECT_EQ(PageSize(0, 50, 500), 50u);
  EXPECT_EQ(PageSize(7, 50, 500), 7u);
  EXPECT_EQ(PageSize(100000, 50, 500), 500u);
  EXPECT_EQ(PageSize(-1, 50, 500), std::nullopt);
}

TEST(RateLimiter, AllowsTheRateAndABurst) {
  constexpr int64_t kSecond = 1'000'000'000;
  RateLimiter limiter(10);
  const access::Identity one{"i", "one", access::Role::kStaff, "", {}};
  const access::Identity two{"i", "two", access::Role::kStaff, "", {}};
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += limiter.Take(one, kSecond);
  EXPECT_EQ(taken, 20);
  EXPECT_TRUE(limiter.Take(two, kSecond));
  EXPECT_FALSE(limiter.Take(one, kSecond));
  taken = 0;
  for (int i = 0; i < 100; ++i) taken += limiter.Take(one, kSecond + kSecond / 2);
  EXPECT_EQ(taken, 5);
  RateLimiter open(0);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(open.Take(one, 0));
}

TEST(WorkerPool, RefusesWhatItsQueueCannotHold) {
  absl::Notification started, release;
  std::atomic<int> ran{0};
  {
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.Submit([&] {
      started.Notify();
      release.WaitForNotification();
    }));
    started.WaitForNotification();
    EXPECT_TRUE(pool.Submit([&] { ++ran; }));
    EXPECT_TRUE(pool.Submit([&] { ++ran; }));
    EXPECT_FALSE(pool.Submit([&] { ++ran; }));
    EXPECT_EQ(pool.queued(), 2u);
    pool.SubmitAlways([&] { ++ran; });
    release.Notify();
  }
  EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, StreamsTakeNoRoomFromCalls) {
  absl::Notification started, release;
  std::atomic<int> ran{0};
  {
    WorkerPool pool(1, 2);
    pool.SubmitAlways([&] {
      started.Notify();
      release.WaitForNotification();
    });
    started.WaitForNotification();
    for (int i = 0; i < 5; ++i) pool.SubmitAlways([&] { ++ran; });
    EXPECT_TRUE(pool.Submit([&] { ++ran; }));
    EXPECT_TRUE(pool.Submit([&] { ++ran; }));
    EXPECT_FALSE(pool.Submit([&] { ++ran; }));
    release.Notify();
  }
  EXPECT_EQ(ran, 7);
}

}  // namespace
}  // namespace skyndsamt::api
