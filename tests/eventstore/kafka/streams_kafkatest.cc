// The job of deploy/kafka/streams against a real broker: killed at random while figures come, are
// corrected, withdrawn and come twice, it has the sums of what is true in the end.
#include <map>
#include <random>
#include <thread>

#include "eventstore/kafka/partition_reader.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "skyndsamt/statistics/v1/figure.pb.h"
#include "tests/eventstore/kafka/java_program.h"
#include "tests/eventstore/kafka/kafka_fixture.h"
#include "tests/eventstore/kafka/test_seed.h"
#include "tests/eventstore/kafka/topic_publisher.h"
#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

using statistics::v1::Figure;

constexpr int kMustStop = 2;  // the job's exit code
const JavaProject kLeadTimes{"deploy/kafka/streams", "lead-times"};
constexpr char kQuick[] = "LEAD_TIME_DAYS_0_TO_1", kSlow[] = "LEAD_TIME_DAYS_31_TO_90";

// What the job keeps of an authority, leg and period.
struct Sums {
  uint64_t done = 0, quick = 0, slow = 0;
  bool operator==(const Sums&) const = default;
};
using Table = std::map<std::string, Sums>;

void PrintTo(const Sums& sums, std::ostream* out) {
  *out << sums.done << " done, " << sums.quick << " quick, " << sums.slow << " slow";
}

class StreamsTest : public RelayTest {
 protected:
  StreamsTest() {
    TopicSpec figures = Options().topic, sums = Options().positions;
    figures.name = names_.statistics;
    sums.name = output_;
    const absl::Status made = EnsureTopics(Connection(), {figures, sums}, absl::Seconds(60));
    EXPECT_TRUE(made.ok()) << made;
    publisher_ = *TopicPublisher::Open(Connection());
  }
  static ConnectionOptions Connection() {
    ConnectionOptions connection;
    connection.bootstrap = SharedCluster().bootstrap();
    return connection;
  }
  std::vector<std::string> Command() const {
    return JavaCommand(
        kLeadTimes, "skyndsamt.LeadTimesJob",
        {"--bootstrap", SharedCluster().bootstrap(), "--state", directory_ / "state", "--input",
         names_.statistics, "--output", output_, "--application", prefix_ + "lead-times"});
  }
  // As the server sends it: numbered, and said what came before.
  void Send(const Figure& figure, uint64_t sequence, std::optional<uint64_t> previous) {
    Message message{.topic = names_.statistics,
                    .key = figure.unit().empty() ? figure.authority() : figure.unit(),
                    .value = figure.SerializeAsString()};
    message.headers.push_back({std::string(kContentType), std::string(kProtobufType)});
    message.headers.push_back({std::string(kSequence), SequenceText(sequence)});
    message.headers.push_back({"ce_source", "log"});
    message.headers.push_back({"ce_id", history_ + std::to_string(sequence)});
    message.headers.push_back({"ce_time", "2026-07-01T00:00:00Z"});
    if (previous) {
      message.headers.push_back({std::string(kPreviousSequence), SequenceText(*previous)});
    }
    const absl::Status sent = publisher_->Publish(message, absl::Seconds(60));
    ASSERT_TRUE(sent.ok()) << sent;
  }
  // What a cluster's operator does to the figures' topic.
  void Operate(const std::vector<std::string>& what) {
    std::vector<std::string> words = {SharedCluster().bootstrap(), names_.statistics};
    words.insert(words.end(), what.begin(), what.end());
    const Ended done =
        RunToItsEnd(JavaCommand(kConsumers, SKYNDSAMT_KAFKATESTS "/OperateTopic.java", words));
    ASSERT_EQ(done.code, 0) << done.said;
  }
  // The job takes so many, and is killed.
  void TakeAndKill(int figures) {
    process::Child job(Command());
    for (int i = 0; i < figures; ++i) SendNext(Any());
    EXPECT_TRUE(Eventually([&] { return Told() == Expected(); }));
    job.Kill();
  }
  void SendNext(const Figure& figure) {
    Send(figure, next_, next_ == 0 ? std::nullopt : std::optional(next_ - 1));
    ++next_;
    newest_[figure.id()] = figure;
  }

  // A figure of one of forty groups, which takes the place of what was told of the group before.
  Figure Any() {
    const std::string id = std::to_string(random_() % 40);
    const auto before = newest_.find(id);
    Figure figure;
    figure.set_id(id);
    figure.set_revision(before == newest_.end() ? 0 : before->second.revision() + 1);
    figure.set_authority("authority-" + std::to_string(random_() % 2));
    if (random_() % 2 == 0) figure.set_unit("unit-" + std::to_string(random_() % 5));
    figure.set_first_day("2026-01-01");
    figure.set_last_day(random_() % 2 == 0 ? "2026-06-30" : "2026-12-31");
    figure.set_step(random_() % 8 == 0 ? statistics::v1::STEP_OVERDUE
                                       : statistics::v1::STEP_DUTY_DONE);
    figure.set_leg(random_() % 2 == 0 ? event::v1::LEG_NOTIFY_AUTHORITY
                                      : event::v1::LEG_INFORM_GUARDIAN);
    figure.set_imported(random_() % 8 == 0);
    figure.set_withdrawn(random_() % 8 == 0);
    if (figure.withdrawn()) return figure;
    const uint64_t quick = 5 + random_() % 20, slow = 5 + random_() % 20;
    figure.set_count(quick + slow);
    if (random_() % 3 == 0) return figure;
    auto& breakdown = *figure.add_breakdowns();
    breakdown.set_attribute(statistics::v1::ATTRIBUTE_LEAD_TIME);
    for (const auto& [value, count] : {std::pair(kQuick, quick), std::pair(kSlow, slow)}) {
      auto& cell = *breakdown.add_cells();
      cell.set_value(value);
      cell.set_count(count);
    }
    return figure;
  }

  // By what was sent.
  Table Expected() const {
    Table table;
    for (const auto& [id, figure] : newest_) {
      if (figure.step() != statistics::v1::STEP_DUTY_DONE || figure.imported()) continue;
      if (figure.withdrawn()) continue;
      Sums& sums = table["[\"" + figure.authority() + "\",\"" + Leg_Name(figure.leg()) + "\",\"" +
                         figure.first_day() + "\",\"" + figure.last_day() + "\"]"];
      sums.done += figure.count();
      if (figure.breakdowns().empty()) continue;
      sums.quick += figure.breakdowns(0).cells(0).count();
      sums.slow += figure.breakdowns(0).cells(1).count();
    }
    return table;
  }
  // All that the job has committed.
  std::vector<ReadMessage> Output() const {
    std::vector<ReadMessage> output;
    auto reader = PartitionReader::Open(Connection(), output_, 0);
    EXPECT_TRUE(reader.ok() && (*reader)->StartAt(0).ok());
    EXPECT_TRUE(Eventually([&] {
      const auto messages = (*reader)->Read(1000, absl::Milliseconds(100));
      EXPECT_TRUE(messages.ok()) << messages.status();
      if (messages.ok()) output.insert(output.end(), messages->begin(), messages->end());
      return !messages.ok() || (*reader)->at_end();
    }));
    return output;
  }
  size_t Written() const { return Output().size(); }
  // Of each key the newest.
  Table Told() const {
    Table table;
    for (const ReadMessage& message : Output()) {
      table.erase(message.key);
      if (message.value) table[message.key] = SumsOf(*message.value);
    }
    return table;
  }

  std::unique_ptr<TopicPublisher> publisher_;
  const std::string output_ = prefix_ + "lead-times.v1";
  std::mt19937_64 random_{TestSeed()};
  std::string history_ = "first-";
  uint64_t next_ = 0;
  std::map<std::string, Figure> newest_;

 private:
  static Sums SumsOf(const std::string& json) {
    google::protobuf::Struct told;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &told).ok()) << json;
    auto& fields = *told.mutable_fields();
    auto& bands = *fields["bands"].mutable_struct_value()->mutable_fields();
    const auto number = [](const google::protobuf::Value& value) {
      return static_cast<uint64_t>(value.number_value());
    };
    const Sums sums{number(fields["done"]), number(bands[kQuick]), number(bands[kSlow])};
    EXPECT_EQ(number(fields["notTold"]), sums.done - sums.quick - sums.slow) << json;
    return sums;
  }
};

TEST_F(StreamsTest, KilledAtRandomItHasTheSumsOfWhatIsTrueInTheEnd) {
  for (int kill = 0; kill < 3; ++kill) {
    process::Child job(Command());
    const size_t before = Written();
    for (int i = 0; i < 60; ++i) SendNext(Any());
    // While it starts, or in the middle of what it has begun.
    if (kill > 0) {
      EXPECT_TRUE(Eventually([&] { return Written() > before; }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 500));
    job.Kill();
  }
  const process::Child job(Command());
  Send(newest_.begin()->second, 0, std::nullopt);  // a number that was taken long ago
  for (int i = 0; i < 20; ++i) SendNext(Any());
  Eventually([&] { return Told() == Expected(); });
  EXPECT_EQ(Told(), Expected());
}

TEST_F(StreamsTest, StopsAtAGap) {
  process::Child job(Command());
  Send(Any(), 0, std::nullopt);
  Send(Any(), 2, 1);
  EXPECT_EQ(job.Wait(), kMustStop);
}

TEST_F(StreamsTest, StopsWhereAnotherFigureHasTheNumberThatItTookLast) {
  process::Child job(Command());
  Send(Any(), 0, std::nullopt);
  history_ = "second-";
  Send(Any(), 0, std::nullopt);
  EXPECT_EQ(job.Wait(), kMustStop);
}

// With more figures than the job took, so that what comes next would follow.
TEST_F(StreamsTest, StopsAtATopicThatWasMadeAnewWithAnotherHistory) {
  TakeAndKill(20);
  const Table told = Told();
  Operate({"make-anew"});
  history_ = "second-";
  publisher_ = *TopicPublisher::Open(Connection());
  next_ = 0;
  for (int i = 0; i < 60; ++i) SendNext(Any());
  process::Child job(Command());
  EXPECT_EQ(job.Wait(), kMustStop);
  EXPECT_EQ(Told(), told) << "nothing of the other history is in the sums";
}

TEST_F(StreamsTest, StopsWhereWhatItTookLastIsNoLongerKept) {
  TakeAndKill(20);
  SendNext(Any());
  Operate({"delete-before", std::to_string(next_ - 1)});
  SendNext(Any());
  process::Child job(Command());
  EXPECT_EQ(job.Wait(), kMustStop);
}

}  // namespace
}  // namespace skyndsamt::kafka
