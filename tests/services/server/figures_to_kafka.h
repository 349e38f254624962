// Periods full of cases, a topic of a real broker for their figures, those who publish them, and a
// stranger who reads what arrived.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/base/sha256.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/server/figures.h"
#include "services/server/wiring.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/process/child.h"
#include "tests/projections/statistics/statistics_world.h"

namespace skyndsamt::server {

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

  // Some periods with cases at two units; what the first told is corrected in the third, and some
  // of it taken back. The log is then free for others to open.
  void MakeFigures(int periods) {
    for (int period = 0; period < periods; ++period) {
      if (period == 2) CorrectTheFirst();
      for (int i = 0; i < 26; ++i) {
        const std::string name = absl::StrCat("p", period, "x", i);
        world_.Report(name, i < 20 ? views::kUnit : statistics::kSchool);
        world_.Record(name,
                      "id: 'p' happened { edtf: '2012-01-09' } by: PARTY_STAFF to: PARTY_PRINCIPAL"
                      " principal_informed {}",
                      "id: 'a' happened { edtf: '2012-01-12' } authority_notified {}",
                      "id: 'o' happened { edtf: '2012-01-13' } investigation_opened {}",
                      absl::StrCat("id: 'c' happened { edtf: '2012-01-20' } "
                                   "investigation_concluded { finding: ",
                                   i % 2 == 0 ? "FINDING_SUBSTANTIATED" : kNot, " }"),
                      "id: 'z' happened { edtf: '2012-01-30' } case_closed {}");
      }
      world_.EndPeriod();
    }
    auto all = world_.Open("expected");
    ASSERT_TRUE(all->CatchUp().ok());
    const auto figures = all->From(0, 1'000'000);
    ASSERT_TRUE(figures.ok()) << figures.status();
    for (const auto& told : *figures) {
      expected_.push_back(FigureMessage(told, kafka::TopicNames(prefix_).statistics,
                                        world_.log().origin(), FormatOf(config_)));
      newest_[told.figure.id()] = told.figure;
    }
    all.reset();
    world_.Reopen("another");
    ASSERT_GT(expected_.size(), 60u);
  }

  // A publisher of its own store, which is lost whenever it is killed early.
  process::Child Start(const std::string& log, const std::string& store) {
    return process::Child({SKYNDSAMT_FIGURES_PROCESS, world_.path(log), world_.path(store),
                           config_.kafka_bootstrap, prefix_, config_.kafka_values});
  }
  void PublishAll() {
    process::Child publisher = Start("log", "store");
    ASSERT_EQ(Until(publisher, expected_.size()), expected_.size());
  }
  // A publisher of this process, of what rests on what has been sent of the log.
  std::unique_ptr<kafka::Publisher> Publish(const statistics::Statistics& figures, Position sent,
                                            kafka::ValueFormat format) {
    auto options = FiguresPublisherOf(config_);
    options.look_every = absl::Milliseconds(100);
    auto outbox = std::make_unique<FigureOutbox>(figures, options.topic.name, world_.log().origin(),
                                                 format, [sent] { return sent; });
    return kafka::StartOutboxPublisher(options, prefix_ + "relay.figures", world_.log(),
                                       std::move(outbox));
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

  static constexpr char kNot[] = "FINDING_NOT_SUBSTANTIATED";

  // Five findings of the one unit, and all but one of the other's.
  void CorrectTheFirst() {
    for (int i = 0; i < 10; i += 2) {
      world_.Record(absl::StrCat("p0x", i),
                    absl::StrCat("id: 'again' correction { of: 'c' replacement {"
                                 " investigation_concluded { finding: ",
                                 kNot, " } } }"));
    }
    for (int i = 20; i < 25; ++i) {
      world_.Record(absl::StrCat("p0x", i), "id: 'strike' correction { of: 'c' withdrawn: true }");
    }
  }

  const std::string prefix_;
  Config config_;
  StatisticsWorld world_{1, 2012};  // past: a broker takes no time that lies ahead
  std::vector<kafka::Message> expected_;
  std::map<std::string, statistics::v1::Figure> newest_;  // by id
};

}  // namespace skyndsamt::server
