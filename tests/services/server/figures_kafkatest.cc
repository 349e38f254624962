// Figures on their way to a real broker: each once and in order for a stranger who reads what is
// committed, however often the publisher is killed, and whoever else publishes.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "eventstore/base/sha256.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/server/figures.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/projections/statistics/statistics_world.h"

namespace skyndsamt::server {
namespace {

using kafka::SharedCluster;
using statistics::StatisticsWorld;

class FiguresToKafka : public ::testing::Test {
 protected:
  FiguresToKafka() : prefix_(kafka::FreshPrefix()) {
    config_.kafka_bootstrap = SharedCluster().bootstrap();
    config_.kafka_topic_prefix = prefix_;
    config_.kafka_replication = 1;
    const auto relay = EventsRelayOf(config_);
    const absl::Status made =
        kafka::EnsureTopics(relay.connection, {relay.positions}, absl::Seconds(60));
    EXPECT_TRUE(made.ok()) << made;
  }

  // Some periods with cases at two units. The log is then free for others to open.
  void MakeFigures(int periods) {
    for (int period = 0; period < periods; ++period) {
      for (int i = 0; i < 14; ++i) {
        const std::string name = "p" + std::to_string(period) + "x" + std::to_string(i);
        world_.Report(name, i < 8 ? views::kUnit : statistics::kSchool);
        world_.Record(name,
                      "id: 'p' happened { edtf: '2026-01-09' } by: PARTY_STAFF to: PARTY_PRINCIPAL"
                      " principal_informed {}",
                      "id: 'a' happened { edtf: '2026-01-12' } authority_notified {}",
                      "id: 'o' happened { edtf: '2026-01-13' } investigation_opened {}",
                      "id: 'c' happened { edtf: '2026-01-20' } investigation_concluded {"
                      " finding: FINDING_SUBSTANTIATED }",
                      "id: 'z' happened { edtf: '2026-01-30' } case_closed {}");
      }
      world_.EndPeriod();
    }
    auto all = world_.Open("expected");
    ASSERT_TRUE(all->CatchUp().ok());
    for (const auto& told : *all->From(0, 1'000'000)) {
      expected_.push_back(FigureMessage(told, kafka::TopicNames(prefix_).statistics,
                                        world_.log().origin(), kafka::ValueFormat::kProtobuf));
    }
    all.reset();
    world_.Reopen("another");
    ASSERT_GT(expected_.size(), 60u);
  }

  // A publisher of its own store, which is lost whenever it is killed early.
  process::Child Start(const std::string& log, const std::string& store) {
    return process::Child({SKYNDSAMT_FIGURES_PROCESS, world_.path(log), world_.path(store),
                           config_.kafka_bootstrap, prefix_});
  }
  // Until it has published up to a number; 0 if it ended before.
  static uint64_t Until(process::Child& child, uint64_t number) {
    while (true) {
      const std::string line = child.ReadLine();
      if (!line.starts_with("from ")) return 0;
      const uint64_t from = std::strtoull(line.c_str() + 5, nullptr, 10);
      if (from >= number) return from;
    }
  }

  // What a stranger finds: as many, numbered, in order, each as the log's replay has it.
  void ExpectEachOnceAndInOrder() {
    process::Child reader({"/usr/bin/python3", SKYNDSAMT_READ_FIGURES, "--bootstrap",
                           config_.kafka_bootstrap, "--topic",
                           kafka::TopicNames(prefix_).statistics, "--until",
                           std::to_string(expected_.size()), "--proto", SKYNDSAMT_FIGURES_PROTO,
                           "--asyncapi", SKYNDSAMT_ASYNCAPI});
    google::protobuf::Struct found;
    const std::string line = reader.ReadLine();
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &found).ok()) << line;
    Sha256 hash;
    for (const auto& message : expected_) hash.Update(message.key).Update(*message.value);
    auto& fields = *found.mutable_fields();
    EXPECT_EQ(fields["wrong"].string_value(), "");
    EXPECT_EQ(fields["figures"].number_value(), static_cast<double>(expected_.size()));
    EXPECT_EQ(fields["hash"].string_value(), kafka::Hex(hash.Finish()));
  }

  const std::string prefix_;
  Config config_;
  StatisticsWorld world_;
  std::vector<kafka::Message> expected_;
};

TEST_F(FiguresToKafka, KilledAgainAndAgainEachArrivesOnceAndInOrder) {
  MakeFigures(8);
  std::mt19937 random(5);
  for (uint64_t reached = 0; reached + 12 < expected_.size();) {
    process::Child publisher = Start("log", "store");
    reached = Until(publisher, reached + 1 + random() % 10);
    ASSERT_GT(reached, 0u);
    publisher.Kill();
  }
  process::Child last = Start("log", "store");
  ASSERT_EQ(Until(last, expected_.size()), expected_.size());
  ExpectEachOnceAndInOrder();
}

TEST_F(FiguresToKafka, TwoWhoPublishTheSameLeaveEachOnce) {
  MakeFigures(8);
  std::filesystem::copy(world_.path("log"), world_.path("copy"),
                        std::filesystem::copy_options::recursive);
  process::Child one = Start("log", "one");
  process::Child other = Start("copy", "other");
  ASSERT_EQ(Until(one, expected_.size()), expected_.size());
  ASSERT_EQ(Until(other, expected_.size()), expected_.size());
  ExpectEachOnceAndInOrder();
}

TEST_F(FiguresToKafka, ATopicOfOtherFiguresIsNotContinued) {
  MakeFigures(8);
  {
    process::Child publisher = Start("log", "store");
    ASSERT_EQ(Until(publisher, expected_.size()), expected_.size());
  }
  // The same log, by another method: what it would tell is not what the topic has.
  world_.Reopen("log");
  auto others = world_.Open("others", {.k = 6});
  ASSERT_TRUE(others->CatchUp().ok());
  auto options = FiguresPublisherOf(config_);
  const auto publisher = kafka::StartOutboxPublisher(
      options, prefix_ + "relay.figures", world_.log(),
      std::make_unique<FigureOutbox>(*others, options.topic.name, world_.log().origin(),
                                     kafka::ValueFormat::kProtobuf,
                                     [this] { return world_.log().committed(); }));
  EXPECT_TRUE(kafka::Eventually([&] {
    return publisher->Status().state == kafka::PublisherStatus::State::kStopped;
  }));
  EXPECT_THAT(publisher->Status().reason, ::testing::StartsWith("different:"));
  ExpectEachOnceAndInOrder();
}

}  // namespace
}  // namespace skyndsamt::server
