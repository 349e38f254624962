// Figures on their way to a real broker: each once and in order for a stranger who reads what is
// committed, however often the publisher is killed, and whoever else publishes; and for the
// consumers of deploy/clients/kafka, in Python and in Java, which are killed as well.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <sstream>
#include <thread>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "eventstore/base/sha256.h"
#include "eventstore/kafka/cloud_event.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/server/figures.h"
#include "services/server/wiring.h"
#include "tests/eventstore/kafka/java_program.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_publisher.h"
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

TEST_F(FiguresToKafka, KilledAgainAndAgainEachArrivesOnceAndInOrder) {
  MakeFigures(8);
  std::mt19937_64 random(kafka::TestSeed());
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
  const auto relay = StartRelay(config_, stores, log);
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

TEST_F(FiguresToKafka, InJsonEachKeepsToTheSchema) {
  config_.kafka_values = "json";
  MakeFigures(8);
  PublishAll();
  ExpectEachOnceAndInOrder();
}

enum class Language { kPython, kJava };

// deploy/clients/kafka/keep_figures.sh, run as it stands, and KeepFigures of
// deploy/clients/kafka/java.
class FiguresKept : public FiguresToKafka,
                    public ::testing::WithParamInterface<std::tuple<std::string, Language>> {
 protected:
  FiguresKept() { config_.kafka_values = std::get<std::string>(GetParam()); }

  std::vector<std::string> Command(uint64_t until) const {
    return Command(until, std::get<Language>(GetParam()));
  }
  std::vector<std::string> Command(uint64_t until, Language language) const {
    const std::vector<std::string> asked = {"--bootstrap", config_.kafka_bootstrap,
                                            "--database",  world_.path("figures.db"),
                                            "--topic",     kafka::TopicNames(prefix_).statistics,
                                            "--until",     std::to_string(until),
                                            "--batch",     "4"};
    if (language == Language::kJava) {
      return kafka::JavaCommand(kafka::kConsumers, "skyndsamt.KeepFigures", asked);
    }
    std::vector<std::string> command = {"/usr/bin/env", "PYTHON=/usr/bin/python3",
                                        "GENERATED=" + world_.path("generated"),
                                        SKYNDSAMT_KEEP_FIGURES};
    command.insert(command.end(), asked.begin(), asked.end());
    return command;
  }

  // The lines of its table when it has kept so many, in whatever columns.
  std::vector<std::string> Kept(uint64_t until) const {
    return Kept(until, std::get<Language>(GetParam()));
  }
  std::vector<std::string> Kept(uint64_t until, Language language) const {
    process::Child consumer(Command(until, language));
    std::vector<std::string> lines;
    for (std::string line = consumer.ReadLine(); !line.empty(); line = consumer.ReadLine()) {
      std::stringstream words(line);
      const std::vector<std::string> some{std::istream_iterator<std::string>(words), {}};
      if (some[0] != "kept") lines.push_back(absl::StrJoin(some, " "));
    }
    EXPECT_EQ(consumer.Wait(), 0);
    return lines;
  }

  // The same by the figures themselves.
  static std::string LineOf(const statistics::v1::Figure& figure) {
    const auto without = [](const std::string& prefix, const std::string& name) {
      EXPECT_EQ(name.find(prefix), 0u) << name;
      return name.substr(prefix.size());
    };
    std::vector<std::string> words;
    if (!figure.unit().empty()) {
      words = {"unit", figure.unit()};
    } else {
      const bool formless = figure.form() == event::v1::UNIT_FORM_UNSPECIFIED;
      words = {
          formless ? "authority" : without("UNIT_FORM_", event::v1::UnitForm_Name(figure.form())),
          figure.authority()};
    }
    words.push_back(figure.first_day() + "/" + figure.last_day());
    words.push_back(without("STEP_", statistics::v1::Step_Name(figure.step())));
    if (figure.leg() != 0) words.push_back(without("LEG_", event::v1::Leg_Name(figure.leg())));
    words.push_back(std::to_string(figure.count()));
    std::map<std::string, std::string> divided;
    for (const auto& breakdown : figure.breakdowns()) {
      std::map<std::string, std::string> cells;
      for (const auto& cell : breakdown.cells()) {
        cells[cell.value()] =
            absl::StrCat(cell.value().empty() ? "not told apart" : cell.value(), " ", cell.count());
      }
      const auto text = [](std::string* all, const auto& cell) { all->append(cell.second); };
      const auto name =
          without("ATTRIBUTE_", statistics::v1::Attribute_Name(breakdown.attribute()));
      divided[name] = absl::StrCat(name, ": ", absl::StrJoin(cells, ", ", text));
    }
    const auto text = [](std::string* all, const auto& one) { all->append(one.second); };
    if (!divided.empty()) words.push_back(absl::StrJoin(divided, "; ", text));
    return absl::StrJoin(words, " ");
  }
  void ExpectTableIsTheFigures() const {
    std::vector<std::string> lines = {"OF PERIOD STEP COUNT DIVIDED BY"};
    for (const auto& [id, figure] : newest_) {
      if (!figure.withdrawn()) lines.push_back(LineOf(figure));
    }
    EXPECT_THAT(Kept(expected_.size()), ::testing::UnorderedElementsAreArray(lines));
  }

  // A figure as the publisher would send it after the one before.
  void Send(uint64_t number) {
    kafka::Message message = expected_[number];
    message.headers.push_back({std::string(kafka::kSequence), absl::StrFormat("%020d", number)});
    if (number > 0) {
      message.headers.push_back(
          {std::string(kafka::kPreviousSequence), absl::StrFormat("%020d", number - 1)});
    }
    const auto publisher = kafka::TopicPublisher::Open(FiguresPublisherOf(config_).connection);
    ASSERT_TRUE(publisher.ok()) << publisher.status();
    const absl::Status sent = (*publisher)->Publish(message, absl::Seconds(60));
    ASSERT_TRUE(sent.ok()) << sent;
  }
  void MakeTopic() {
    const auto options = FiguresPublisherOf(config_);
    const auto made = kafka::EnsureTopics(options.connection, {options.topic}, absl::Seconds(60));
    ASSERT_TRUE(made.ok()) << made;
  }
};

TEST_P(FiguresKept, KilledAtRandomTheTableIsTheFiguresCorrectedAndWithoutTheWithdrawn) {
  MakeFigures(8);
  const auto some = [&](auto holds) {
    return std::ranges::any_of(newest_, [&](const auto& one) { return holds(one.second); });
  };
  ASSERT_TRUE(some([](const auto& one) { return one.withdrawn(); }));
  ASSERT_TRUE(some([](const auto& one) {
    return one.revision() > 0 && !one.withdrawn() && one.breakdowns_size() > 0;
  }));
  PublishAll();
  std::mt19937_64 random(kafka::TestSeed());
  for (int kills = 0; kills < 4; ++kills) {
    process::Child consumer(Command(expected_.size() + 1));
    for (auto lines = random() % 6; lines > 0; --lines) {
      ASSERT_THAT(consumer.ReadLine(), ::testing::StartsWith("kept "));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    consumer.Kill();
  }
  ExpectTableIsTheFigures();
  ExpectTableIsTheFigures();  // and nothing more when it is asked again
}

TEST_P(FiguresKept, WhatOneLanguageBeganTheOtherEnds) {
  MakeFigures(8);
  PublishAll();
  const auto other =
      std::get<Language>(GetParam()) == Language::kJava ? Language::kPython : Language::kJava;
  ASSERT_THAT(Kept(expected_.size() / 2, other), ::testing::SizeIs(::testing::Gt(1)));
  ExpectTableIsTheFigures();
}

TEST_P(FiguresKept, WhatComesTwiceIsKeptOnceAndAGapStopsIt) {
  MakeFigures(8);
  MakeTopic();
  for (const uint64_t number : {0, 1, 2, 1, 2, 3, 0}) Send(number);
  EXPECT_THAT(Kept(4), ::testing::SizeIs(5)) << "and what names the columns";
  Send(5);
  std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$0\" \"$@\" 2>&1"};
  for (const std::string& word : Command(6)) command.push_back(word);
  process::Child consumer(command);
  EXPECT_EQ(consumer.ReadLine(),
            "gap: position 3 is the last one taken, the next says it follows 4");
  EXPECT_EQ(consumer.Wait(), 2);
  EXPECT_THAT(Kept(0), ::testing::SizeIs(5)) << "what was there still stands";
}

INSTANTIATE_TEST_SUITE_P(In, FiguresKept,
                         ::testing::Combine(::testing::Values("protobuf", "json"),
                                            ::testing::Values(Language::kPython, Language::kJava)),
                         [](const auto& way) {
                           const bool java = std::get<Language>(way.param) == Language::kJava;
                           return std::get<std::string>(way.param) + (java ? "Java" : "Python");
                         });

}  // namespace
}  // namespace skyndsamt::server
