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
#include "tests/eventstore/kafka/java_program.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/services/server/figures_to_kafka.h"

namespace skyndsamt::server {
namespace {

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
    // Only the first is sure to find anything left to keep, and so to say a line.
    if (kills == 0) {
      ASSERT_THAT(consumer.ReadLine(), ::testing::StartsWith("kept "));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 2'000'000));
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
