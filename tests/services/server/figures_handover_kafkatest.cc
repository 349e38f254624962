// Who goes on with a topic of figures, and who must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/server/copies.h"
#include "tests/services/server/figures_to_kafka.h"

namespace skyndsamt::server {
namespace {

TEST_F(FiguresToKafka, ATopicOfOtherFiguresIsNotContinued) {
  MakeFigures(8);
  PublishAll();
  // The same log, by another method: what it would tell is not what the topic has.
  world_.Reopen("log");
  auto others = world_.Open("others", {.k = 4});
  ASSERT_TRUE(others->CatchUp().ok());
  const auto publisher = Publish(*others, world_.log().committed(), kafka::ValueFormat::kProtobuf);
  EXPECT_TRUE(kafka::Eventually(
      [&] { return publisher->Status().state == kafka::PublisherStatus::State::kStopped; }));
  EXPECT_THAT(publisher->Status().reason, ::testing::StartsWith("different:"));
  ExpectEachOnceAndInOrder();
}

// What a replica has made as the periods ended is what its primary told, and is what it goes on
// after, whatever it would make of the same log today.
TEST_F(FiguresToKafka, APromotedReplicaGoesOnAfterWhatItMadeBefore) {
  MakeFigures(8);
  PublishAll();
  JsonLog log("error");
  const Stores stores{OpenLog(world_.path("log"), world_.clock()), nullptr};
  config_.data = world_.path("replica");
  config_.replica = true;
  {
    const auto replica = StartFigures(config_, stores, nullptr, log);
    ASSERT_TRUE(replica.ok()) << replica.status();
    EXPECT_EQ(replica->publisher, nullptr) << "it tells nobody";
    EXPECT_TRUE(kafka::Eventually([&] {
      const auto made = replica->statistics->From(0, 1'000'000);
      return made.ok() && made->size() == expected_.size();
    }));
  }
  config_.replica = false;
  config_.statistics_k = 4;
  Checkpoints checkpoints;
  const auto relay = StartRelay(config_, stores, checkpoints, log);
  const auto status_of = [](const Figures& figures) { return figures.publisher->Status(); };
  {
    const auto promoted = StartFigures(config_, stores, relay.get(), log);
    ASSERT_TRUE(promoted.ok()) << promoted.status();
    EXPECT_TRUE(kafka::Eventually([&] {
      return status_of(*promoted).published == expected_.size();
    })) << status_of(*promoted).reason;
  }
  config_.data = world_.path("another replica");
  const auto anew = StartFigures(config_, stores, relay.get(), log);
  ASSERT_TRUE(anew.ok()) << anew.status();
  EXPECT_TRUE(kafka::Eventually([&] {
    return !status_of(*anew).reason.empty() &&
           status_of(*anew).state == kafka::PublisherStatus::State::kStopped;
  }));
  EXPECT_THAT(status_of(*anew).reason, ::testing::StartsWith("different:"));
}

// kafka_values may be changed: what the topic has says the same in either form. What it has not is
// reported as backlog.
TEST_F(FiguresToKafka, AreContinuedInTheOtherForm) {
  MakeFigures(8);
  world_.Reopen("log");
  Figures figures{.statistics = world_.Open("store"), .publisher = nullptr};
  ASSERT_TRUE(figures.statistics->CatchUp().ok());
  // Each publishes a part more than the one before it.
  for (const auto& [format, parts] :
       {std::pair{kafka::ValueFormat::kProtobuf, 2}, std::pair{kafka::ValueFormat::kJson, 3},
        std::pair{kafka::ValueFormat::kProtobuf, 4}}) {
    const Position sent = world_.log().committed() * static_cast<Position>(parts) / 4;
    uint64_t due = 0;
    const auto all = figures.statistics->From(0, 1'000'000);
    ASSERT_TRUE(all.ok()) << all.status();
    while (due < all->size() && (*all)[due].end <= sent) ++due;
    ASSERT_GT(due, 0u);
    figures.publisher = Publish(*figures.statistics, sent, format);
    EXPECT_TRUE(kafka::Eventually([&] {
      const auto status = figures.publisher->Status();
      return status.published == due || status.state == kafka::PublisherStatus::State::kStopped;
    }));
    api::v1::ServerStatus status;
    ReportFigures(config_, figures, status);
    ASSERT_EQ(status.relays_size(), 1);
    EXPECT_EQ(status.relays(0).sent(), due) << status.relays(0).reason();
    EXPECT_EQ(status.relays(0).backlog(), all->size() - due);
    figures.publisher.reset();
  }
}

}  // namespace
}  // namespace skyndsamt::server
