// Where a relay goes on, from what Kafka has and what the log confirms.
#include "eventstore/kafka/relay_position.h"

#include <gmock/gmock.h>

#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

using kafka::ResumeFrom;
using kafka::Sent;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class RelayPosition : public LogTest {
 protected:
  RelayPosition() {
    for (int i = 0; i < 10; ++i) Add("s", {{std::to_string(i)}});
  }

  v1::RelayPosition Noted(uint64_t size) {
    v1::RelayPosition position;
    position.set_log(log_->origin());
    position.set_epoch(4);
    position.set_size(size);
    if (size > 0) position.set_last_sent(size - 1);
    const auto root = log_->Root(std::min<uint64_t>(size, log_->committed()));
    position.set_root(std::string(View(*root)));
    return position;
  }
  std::string Refusal(const Sent& sent) {
    return std::string(ResumeFrom(sent, *log_).status().message());
  }
};

TEST_F(RelayPosition, ARecordIsSentOnlyAfterTheOneBeforeIt) {
  kafka::EventsMapping mapping("events", 0, log_->origin(), kafka::ValueFormat::kProtobuf);
  const auto records = log_->ReadAll({})->records;
  const auto sent = [&](Position position, std::optional<Position> previous) {
    int messages = 0;
    const absl::Status mapped =
        mapping.Map(records[position], previous, [&](const kafka::Message&) { ++messages; });
    EXPECT_EQ(messages, mapped.ok() ? 1 : 0);
    return mapped.ok();
  };
  EXPECT_TRUE(sent(0, std::nullopt));
  EXPECT_TRUE(sent(7, 6));
  EXPECT_FALSE(sent(7, 5));
  EXPECT_FALSE(sent(7, 7));
  EXPECT_FALSE(sent(7, std::nullopt));
  EXPECT_FALSE(sent(0, 0));
}

TEST_F(RelayPosition, AClusterThatHasNothingGetsEverything) {
  const auto resume = ResumeFrom({.topic_is_new = true}, *log_);
  ASSERT_TRUE(resume.ok()) << resume.status();
  EXPECT_EQ(resume->size, 0u);
  EXPECT_FALSE(resume->last_sent);
  EXPECT_EQ(resume->epoch, 0u);
  EXPECT_EQ(resume->remark, "");
}

TEST_F(RelayPosition, GoesOnAfterWhatWasSent) {
  const auto resume = ResumeFrom({.position = Noted(7), .last = 6}, *log_);
  ASSERT_TRUE(resume.ok()) << resume.status();
  EXPECT_EQ(resume->size, 7u);
  EXPECT_EQ(resume->last_sent, 6u);
  EXPECT_EQ(resume->epoch, 4u);
  EXPECT_EQ(resume->remark, "");
}

TEST_F(RelayPosition, ATopicWhoseOldRecordsHaveAgedOutIsGoneOnWith) {
  const auto resume = ResumeFrom({.position = Noted(7)}, *log_);
  ASSERT_TRUE(resume.ok()) << resume.status();
  EXPECT_EQ(resume->size, 7u);
}

TEST_F(RelayPosition, ATopicThatWasMadeAnewGetsEverythingAgain) {
  const auto resume = ResumeFrom({.position = Noted(7), .topic_is_new = true}, *log_);
  ASSERT_TRUE(resume.ok()) << resume.status();
  EXPECT_EQ(resume->size, 0u);
  EXPECT_FALSE(resume->last_sent);
  EXPECT_THAT(resume->remark, HasSubstr("anew"));
}

// What came before its first record was there once, and is not to be had from it any more.
TEST_F(RelayPosition, ATopicThatLacksItsBeginningIsRefused) {
  EXPECT_THAT(
      Refusal({.position = Noted(7), .last = 6, .lacks_beginning = true}),
      AllOf(StartsWith("different: the topic lacks its beginning"), HasSubstr("Delete it")));
  EXPECT_THAT(Refusal({.last = 6, .lacks_beginning = true}), StartsWith("different:"));
}

TEST_F(RelayPosition, TheTopicIsBelievedWhereATransactionWasTorn) {
  for (const Position last : {4u, 8u}) {
    const auto resume = ResumeFrom({.position = Noted(7), .last = last}, *log_);
    ASSERT_TRUE(resume.ok()) << resume.status();
    EXPECT_EQ(resume->size, last + 1);
    EXPECT_EQ(resume->last_sent, last);
    EXPECT_THAT(resume->remark, HasSubstr("going on from what the topic has"));
  }
  const auto lost = ResumeFrom({.last = 3}, *log_);
  ASSERT_TRUE(lost.ok());
  EXPECT_EQ(lost->size, 4u);
}

TEST_F(RelayPosition, AheadOfTheLogIsRefused) {
  EXPECT_THAT(Refusal({.position = Noted(11), .last = 10}), StartsWith("ahead: Kafka has 11"));
  EXPECT_THAT(Refusal({.last = 10}), StartsWith("ahead: Kafka has position 10"));
}

TEST_F(RelayPosition, AnotherHistoryIsRefused) {
  v1::RelayPosition other = Noted(7);
  other.set_root(std::string(32, 'x'));
  EXPECT_THAT(Refusal({.position = other, .last = 6}), StartsWith("different: the root"));
  other = Noted(7);
  other.set_log("another.example/log");
  EXPECT_THAT(Refusal({.position = other}), StartsWith("different: Kafka's position is of"));
}

TEST_F(RelayPosition, AValueThatIsNoPositionIsRefused) {
  kafka::ReadMessage message;
  EXPECT_FALSE(kafka::ParsePosition(message).ok()) << "a tombstone";
  message.value = "\xff\xff";
  EXPECT_FALSE(kafka::ParsePosition(message).ok());
  message.value = Noted(3).SerializeAsString();
  EXPECT_TRUE(kafka::ParsePosition(message).ok());
}

}  // namespace
}  // namespace skyndsamt::log
