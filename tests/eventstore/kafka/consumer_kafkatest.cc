// The consumers of deploy/clients/kafka, in Python and in Java: killed at any moment, given
// messages twice, or missing one; several of them on one database, and topics made anew.
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "tests/eventstore/kafka/java_program.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

constexpr int kMustStop = 2;  // its exit code
constexpr uint64_t kForEver = ~uint64_t{0} >> 2;

using ::testing::HasSubstr;
using ::testing::Not;

enum class Language { kPython, kJava };

class Consumers : public RelayTest {
 protected:
  std::vector<std::string> Command(uint64_t until, Language language) const {
    const std::vector<std::string> asked = {"--bootstrap", SharedCluster().bootstrap(),
                                            "--database",  directory_ / "counts.db",
                                            "--topic",     names_.events,
                                            "--until",     std::to_string(until),
                                            "--batch",     "40"};
    if (language == Language::kJava) return JavaCommand(kConsumers, "skyndsamt.CountSteps", asked);
    std::vector<std::string> command = {"/usr/bin/env", "PYTHON=/usr/bin/python3",
                                        "GENERATED=" + (directory_ / "generated"),
                                        SKYNDSAMT_COUNT_STEPS};
    command.insert(command.end(), asked.begin(), asked.end());
    return command;
  }
  // What it prints when it has counted so many.
  std::map<std::string, uint64_t> Counted(uint64_t until, Language language) const {
    process::Child consumer(Command(until, language));
    std::string line = consumer.ReadLine();
    while (line.starts_with("counted ")) line = consumer.ReadLine();
    google::protobuf::Struct found;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &found).ok()) << line;
    std::map<std::string, uint64_t> counts;
    for (const auto& [name, value] : found.fields()) {
      counts[name] = static_cast<uint64_t>(value.number_value());
    }
    return counts;
  }
  // The same by the log itself.
  std::map<std::string, uint64_t> InLog() const {
    std::map<std::string, uint64_t> counts;
    for (Position next = 0; next < log_->committed();) {
      const auto read = log_->ReadAll({.from = next, .max_records = 1000});
      for (const log::Record& record : read->records) {
        const absl::Time recorded = absl::FromUnixMicros(record.recorded);
        ++counts[record.type + " " + absl::FormatTime("%Y-%m", recorded, absl::UTCTimeZone())];
      }
      next += read->records.size();
    }
    return counts;
  }
  // A record on the topic as the relay would send it after the one before.
  void Send(Position position) {
    CloudEventEncoder encoder(names_.events, 0, log_->origin(), ValueFormat::kProtobuf);
    const auto record = log_->ReadAll({.from = position, .max_records = 1});
    const auto message = encoder.Encode(record->records[0],
                                        position == 0 ? std::nullopt : std::optional(position - 1));
    auto publisher = TopicPublisher::Open(Options().connection);
    ASSERT_TRUE(message.ok() && publisher.ok());
    const absl::Status sent = (*publisher)->Publish(**message, absl::Seconds(60));
    ASSERT_TRUE(sent.ok()) << sent;
  }
  // What a cluster's operator does to the topic.
  void Operate(const std::vector<std::string>& what) {
    std::vector<std::string> words = {SharedCluster().bootstrap(), names_.events};
    words.insert(words.end(), what.begin(), what.end());
    const Ended done =
        RunToItsEnd(JavaCommand(kConsumers, SKYNDSAMT_KAFKATESTS "/OperateTopic.java", words));
    ASSERT_EQ(done.code, 0) << done.said;
  }
  // The same command, with a database that is not there yet.
  std::vector<std::string> Anew(std::vector<std::string> command) const {
    std::ranges::replace(command, directory_ / "counts.db", directory_ / "anew.db");
    return command;
  }
  // The same command, reading from the topic's beginning.
  static std::vector<std::string> FromBeginning(std::vector<std::string> command) {
    command.push_back("--from-beginning");
    return command;
  }
  void MakeTopic() {
    const absl::Status made =
        EnsureTopics(Options().connection, {Options().topic}, absl::Seconds(60));
    ASSERT_TRUE(made.ok()) << made;
  }
};

class ConsumerTest : public Consumers, public testing::WithParamInterface<Language> {
 protected:
  std::vector<std::string> Command(uint64_t until) const {
    return Consumers::Command(until, GetParam());
  }
  std::map<std::string, uint64_t> Counted() const { return Counted(log_->committed()); }
  std::map<std::string, uint64_t> Counted(uint64_t until) const {
    return Consumers::Counted(until, GetParam());
  }
};

// After so many transactions, or while it is still looking for where to go on.
void KillAfter(const std::vector<std::string>& command, uint64_t transactions,
               std::chrono::microseconds pause) {
  process::Child consumer(command);
  for (; transactions > 0; --transactions) {
    const std::string line = consumer.ReadLine();
    ASSERT_TRUE(line.starts_with("counted ")) << line;
  }
  std::this_thread::sleep_for(pause);
  consumer.Kill();
}

TEST_P(ConsumerTest, KilledAtRandomItCountsEveryStepOnce) {
  std::mt19937_64 random(TestSeed());
  const auto relay = StartRelay(Options());
  for (int i = 0; i < 5; ++i) {
    AddMany(400);
    for (const char* type : {"incident.staff_learned", "incident.classified"}) {
      Add("others", std::vector<log::NewEvent>(17, {"text", type}));
    }
    ASSERT_TRUE(CatchesUp(*relay));
    KillAfter(Command(kForEver), random() % 8, std::chrono::microseconds(random() % 20'000));
  }
  EXPECT_EQ(Counted(), InLog());
  EXPECT_EQ(Counted(), InLog()) << "and nothing more when it is asked again";
}

TEST_P(ConsumerTest, WhatComesTwiceIsCountedOnce) {
  MakeTopic();
  AddMany(40);
  for (const Position position : {0u, 1u, 2u, 1u, 2u, 3u, 0u}) Send(position);
  for (Position position = 3; position < 40; ++position) Send(position);
  EXPECT_EQ(Counted(), InLog());
}

// Until it has said that it has come to a position.
void ReadUntil(process::Child& consumer, Position position) {
  const std::string wanted = "counted " + std::to_string(position);
  std::string line = consumer.ReadLine();
  while (line != wanted && line.starts_with("counted ")) line = consumer.ReadLine();
  EXPECT_EQ(line, wanted);
}

// Both read every message, and each waits for the other.
TEST_P(ConsumerTest, SeveralOnOneDatabaseCountEveryStepOnce) {
  MakeTopic();
  AddMany(30);
  process::Child one(Command(kForEver)), two(Command(kForEver));
  Send(0);
  for (process::Child* consumer : {&one, &two}) ReadUntil(*consumer, 0);
  for (Position position = 1; position < 30; ++position) Send(position);
  for (process::Child* consumer : {&one, &two}) ReadUntil(*consumer, 29);
  EXPECT_EQ(Counted(), InLog());
}

// It has been told that there is no such topic before that is made, and both languages say so.
TEST_P(ConsumerTest, WaitsForATopicThatIsNotMadeYet) {
  AddMany(20);
  process::Child consumer(WithErrors(Command(20)));
  std::string line = consumer.ReadLine();
  const bool java = GetParam() == Language::kJava;
  const char* no_topic = java ? "=UNKNOWN_TOPIC_OR_PARTITION" : "Unknown topic or partition";
  while (!line.empty() && line.find(no_topic) == line.npos) line = consumer.ReadLine();
  EXPECT_THAT(line, HasSubstr(no_topic));
  MakeTopic();
  for (Position position = 0; position < 20; ++position) Send(position);
  while (!line.empty() && line != "counted 19") line = consumer.ReadLine();
  EXPECT_EQ(line, "counted 19");
  EXPECT_EQ(consumer.Wait(), 0);
  EXPECT_EQ(Counted(), InLog());
}

// In the topic that was made anew the records lie at other offsets.
TEST_P(ConsumerTest, FromTheBeginningOfATopicThatWasMadeAnewItPassesOverWhatItHas) {
  MakeTopic();
  AddMany(40);
  for (const Position position : {0u, 1u, 0u, 1u, 0u, 1u}) Send(position);
  for (Position position = 2; position < 20; ++position) Send(position);
  Counted(20);
  Operate({"make-anew"});
  for (Position position = 0; position < 20; ++position) Send(position);
  const Ended stopped = RunToItsEnd(Command(40));
  EXPECT_EQ(stopped.code, kMustStop) << stopped.said;
  EXPECT_THAT(stopped.said, HasSubstr("gone: offset 23 "));
  {
    process::Child again(FromBeginning(Command(40)));
    ReadUntil(again, 19);
    again.Kill();
  }
  for (Position position = 20; position < 40; ++position) Send(position);
  EXPECT_EQ(Counted(40), InLog()) << "its place is where the record lies now";
}

TEST_P(ConsumerTest, FromTheBeginningItSeesAnotherHistory) {
  MakeTopic();
  AddMany(20);
  for (Position position = 0; position < 20; ++position) Send(position);
  Counted();
  log_.reset();
  options_.directory = directory_ / "forked";
  Open();
  AddMany(40);
  Operate({"make-anew"});
  for (Position position = 0; position < 40; ++position) Send(position);
  const Ended ended = RunToItsEnd(FromBeginning(Command(40)));
  EXPECT_EQ(ended.code, kMustStop);
  EXPECT_THAT(ended.said, HasSubstr("another history: position 19 is not the record"));
}

TEST_P(ConsumerTest, StopsAtAGap) {
  MakeTopic();
  AddMany(20);
  for (const Position position : {0u, 1u, 3u}) Send(position);
  const Ended ended = RunToItsEnd(Command(20));
  EXPECT_EQ(ended.code, kMustStop);
  EXPECT_THAT(ended.said, HasSubstr("gap: position 1 is the last one taken, the next says it "
                                    "follows 2"));
}

// Records were given up in a promotion, after it had counted them: it counts nothing of the other
// history, neither before that has come to where it stands nor after.
TEST_P(ConsumerTest, StopsWhereAnotherHistoryStandsAtItsPlace) {
  MakeTopic();
  AddMany(20);
  for (Position position = 0; position < 20; ++position) Send(position);
  const auto counted = Counted();
  log_.reset();
  options_.directory = directory_ / "forked";
  Open();
  AddMany(40);
  for (Position position = 10; position < 40; ++position) Send(position);
  const Ended ended = RunToItsEnd(Command(40));
  EXPECT_EQ(ended.code, kMustStop);
  EXPECT_THAT(ended.said,
              HasSubstr("another history: position 19 is not the record that was taken"));
  EXPECT_EQ(Counted(20), counted);
}

TEST_P(ConsumerTest, ReadsValuesThatAreJson) {
  AddMany(100);
  const auto relay = StartRelay(Options(ValueFormat::kJson), ValueFormat::kJson);
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(Counted(), InLog());
}

TEST_P(ConsumerTest, GoesOnWhereTheOtherLanguagesEnded) {
  const Language other = GetParam() == Language::kJava ? Language::kPython : Language::kJava;
  const auto relay = StartRelay(Options());
  AddMany(100);
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(Consumers::Counted(log_->committed(), other), InLog());
  AddMany(100);
  ASSERT_TRUE(CatchesUp(*relay));
  EXPECT_EQ(Counted(), InLog());
}

// Records have been deleted at the broker: the one that stands where it stopped, and so the first
// that a new consumer would take.
TEST_P(ConsumerTest, StopsWhereItsPlaceIsNoLongerKept) {
  MakeTopic();
  AddMany(40);
  for (Position position = 0; position < 20; ++position) Send(position);
  const auto counted = Counted(20);
  for (Position position = 20; position < 40; ++position) Send(position);
  Operate({"delete-before", "20"});
  const Ended ended = RunToItsEnd(Command(40));
  EXPECT_EQ(ended.code, kMustStop);
  EXPECT_THAT(ended.said, HasSubstr("gone: offset 19 is no longer kept"));
  EXPECT_EQ(Counted(20), counted);
  const Ended anew = RunToItsEnd(Anew(Command(40)));
  EXPECT_EQ(anew.code, kMustStop);
  EXPECT_THAT(anew.said, HasSubstr("gone: offset 0 is no longer kept"));
  // Told to, it goes on after what it took; a new one has nothing that the first could follow.
  const Ended late = RunToItsEnd(FromBeginning(Anew(Command(40))));
  EXPECT_EQ(late.code, kMustStop);
  EXPECT_THAT(late.said, HasSubstr("gap: position -1 is the last one taken"));
  const Ended on = RunToItsEnd(FromBeginning(Command(40)));
  EXPECT_EQ(on.code, 0) << on.said;
  EXPECT_EQ(Counted(40), InLog());
}

// It decodes values too, and does not count what is not what its headers say.
TEST_P(ConsumerTest, StopsAtAValueThatIsOfAnotherRecord) {
  MakeTopic();
  AddMany(20);
  CloudEventEncoder encoder(names_.events, 0, log_->origin(), ValueFormat::kProtobuf);
  const auto records = log_->ReadAll({.max_records = 2})->records;
  Message message = **encoder.Encode(records[0], std::nullopt);
  message.value = (*encoder.Encode(records[1], 0))->value;
  auto publisher = TopicPublisher::Open(Options().connection);
  ASSERT_TRUE(publisher.ok() && (*publisher)->Publish(message, absl::Seconds(60)).ok());
  const Ended ended = RunToItsEnd(Command(1));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.said, HasSubstr("position 0: the value"));
  EXPECT_THAT(ended.said, HasSubstr("is of another record"));
  EXPECT_THAT(ended.said, Not(HasSubstr("counted 0")));
}

// Somebody has copied the project in Java, and has the protos elsewhere.
TEST(Project, ACopyIsPackagedWhereItLies) {
  namespace fs = std::filesystem;
  JavaCommand(kConsumers, "", {});  // whatever Maven needs is there then
  const fs::path consumers = fs::path(SKYNDSAMT_COUNT_STEPS).parent_path();
  const fs::path copy = fs::path(testing::TempDir()) / ("project-" + std::to_string(getpid()));
  fs::remove_all(copy);
  fs::copy(consumers / "java", copy, fs::copy_options::recursive);
  fs::remove_all(copy / "target");  // somebody may have built there before
  process::Child maven({"/usr/bin/mvn", "-o", "-q", "-B", "-f", copy / "pom.xml", "package",
                        "-DskipTests", "-Dproto.root=" + (consumers / "../../../proto").string()});
  EXPECT_EQ(maven.Wait(), 0);
  EXPECT_TRUE(fs::exists(copy / "target/kafka-consumers.jar"));
  EXPECT_TRUE(fs::exists(copy / "target/libs"));
  fs::remove_all(copy);
}

INSTANTIATE_TEST_SUITE_P(In, ConsumerTest, testing::Values(Language::kPython, Language::kJava),
                         [](const auto& language) {
                           return language.param == Language::kJava ? "Java" : "Python";
                         });

}  // namespace
}  // namespace skyndsamt::kafka
