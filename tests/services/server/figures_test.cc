// A figure as a message: the same in protobuf and in JSON, and nothing in its headers that the
// figure does not say; and what is said where figures come no more.
#include "services/server/figures.h"

#include <gmock/gmock.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <thread>

#include "google/protobuf/util/json_util.h"
#include "services/server/copies.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "tests/eventstore/log/counting_fs.h"
#include "tests/projections/engine/temp_log.h"

namespace skyndsamt::server {
namespace {

statistics::Told SomeFigure() {
  statistics::Told told;
  told.at = 1'767'225'599'000'000;  // the end of 2025
  told.figure.set_id("3f1c0c1e-8a55-8d1c-9a0b-6f0f5a9d1b11");
  told.figure.set_revision(2);
  told.figure.set_authority("5b0c8a8e-30a1-8e4b-8a43-0d2a8f6c7e22");
  told.figure.set_form(event::v1::UNIT_FORM_PRESCHOOL);
  told.figure.set_first_day("2025-07-01");
  told.figure.set_last_day("2025-12-31");
  told.figure.set_step(statistics::v1::STEP_REPORTED);
  told.figure.set_count(12);
  told.figure.set_k(5);
  return told;
}

std::string Header(const kafka::Message& message, const std::string& name) {
  const auto found = std::find_if(message.headers.begin(), message.headers.end(),
                                  [&](const auto& header) { return header.name == name; });
  return found == message.headers.end() ? "" : found->value;
}

TEST(FigureMessages, SayTheSameInJson) {
  const auto told = SomeFigure();
  const auto protobuf = FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf);
  const auto json = FigureMessage(told, "t", "log", kafka::ValueFormat::kJson);
  statistics::v1::Figure from_protobuf, from_json;
  ASSERT_TRUE(from_protobuf.ParseFromString(*protobuf.value));
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*json.value, &from_json).ok())
      << *json.value;
  EXPECT_EQ(from_protobuf.SerializeAsString(), told.figure.SerializeAsString());
  EXPECT_EQ(from_json.SerializeAsString(), told.figure.SerializeAsString());
  EXPECT_EQ(Header(protobuf, "content-type"), "application/protobuf");
  EXPECT_EQ(Header(json, "content-type"), "application/json");
}

TEST(FigureMessages, AreKeyedByUnitOrElseByAuthority) {
  auto told = SomeFigure();
  const auto of_authority = FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf);
  EXPECT_EQ(of_authority.key, told.figure.authority());
  EXPECT_EQ(Header(of_authority, "ce_id"), told.figure.id() + ".2");
  EXPECT_EQ(Header(of_authority, "ce_time"), "2025-12-31T23:59:59Z");
  told.figure.set_unit("77d06d1f-3a3f-8a8f-9a6e-2b1d1e1f9c33");
  EXPECT_EQ(FigureMessage(told, "t", "log", kafka::ValueFormat::kProtobuf).key, told.figure.unit());
}

// A log of one event, opened again so that it is read from files, of which reads can fail. There
// is no broker: the relay waits, and reads nothing.
class FiguresOfALog : public ::testing::Test {
 protected:
  FiguresOfALog() {
    config_.data = directory_ / "data";
    config_.kafka_bootstrap = "127.0.0.1:1";
    OpenLog();
    event::v1::AuthorityEvent event;
    event.mutable_declared()->set_authority("5b0c8a8e-30a1-8e4b-8a43-0d2a8f6c7e22");
    Append(*stores_.log, {DerivedUuid("stream", "authority")},
           {EventOf("authority.declared", event)});
    stores_.log.reset();
    OpenLog();
  }
  void OpenLog() {
    log::Options options;
    options.directory = directory_ / "log";
    options.sync = false;
    options.reserve_bytes = 0;
    options.block_cache_bytes = 1;  // whatever is read, is read from the files
    options.env = env_.get();
    auto log = log::EventLog::Open(options, clock_);
    ASSERT_TRUE(log.ok()) << log.status();
    stores_.log = *std::move(log);
  }
  // Of the statistics topic.
  api::v1::RelayStatus Told(const Figures& figures) const {
    api::v1::ServerStatus status;
    ReportFigures(config_, figures, status);
    EXPECT_EQ(status.relays_size(), 1);
    return status.relays(0);
  }

  const TempDirectory directory_;
  ManualClock clock_{1'767'225'599'000'000};
  const std::shared_ptr<log::CountingFileSystem> fs_ = std::make_shared<log::CountingFileSystem>();
  const std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(fs_);
  Config config_;
  Stores stores_;
  JsonLog log_{"error"};
};

TEST_F(FiguresOfALog, AreStoppedWhereTheLogCannotBeReadAndNotWhereKafkaIsAway) {
  Checkpoints checkpoints;
  const auto relay = StartRelay(config_, stores_, checkpoints, log_);
  auto sound = StartFigures(config_, stores_, relay.get(), log_);
  ASSERT_TRUE(sound.ok()) << sound.status();
  EXPECT_NE(Told(*sound).state(), "stopped");
  EXPECT_FALSE(TellIfStopped(*sound, log_));
  sound->statistics->Stop();  // the fault is for the other

  config_.data = directory_ / "other";
  fs_->FailOnceAfter(0);
  auto figures = StartFigures(config_, stores_, relay.get(), log_);
  ASSERT_TRUE(figures.ok()) << figures.status();
  while (figures->statistics->health().ok()) {  // for ever, were a fault overlooked
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(fs_->has_failed());
  EXPECT_EQ(Told(*figures).state(), "stopped") << "what an alert looks at";
  EXPECT_THAT(Told(*figures).reason(), ::testing::HasSubstr("injected"));
  ::testing::internal::CaptureStderr();
  EXPECT_TRUE(TellIfStopped(*figures, log_));
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, ::testing::HasSubstr("statistics_stopped"));
  EXPECT_THAT(said, ::testing::HasSubstr("injected"));

  // Each may wait for Kafka.
  std::thread one([&] { sound->publisher.reset(); }), other([&] { relay->Stop(); });
  figures->publisher.reset();
  one.join();
  other.join();
}

}  // namespace
}  // namespace skyndsamt::server
