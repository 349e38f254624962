// A server whose disk really is full: it says so, and records again within seconds of there being
// room, without anybody starting it anew.
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "tests/services/server/running_server.h"
#include "tests/write_path/own_mounts.h"

namespace skyndsamt::testing {
namespace {

namespace fs = std::filesystem;
using access::Role;
using event::v1::Fact;

[[maybe_unused]] const auto* const kMounts =
    ::testing::AddGlobalTestEnvironment(new OwnMounts);  // the framework deletes it

using Answers = std::map<std::string, int>;  // reasons

class FullDiskServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!OwnMounts::allowed()) GTEST_SKIP() << "file systems may not be mounted here";
    running_.DeclareOrganisation();
  }

  // Opens an incident, with a text and so a key of its own for each of its facts.
  std::string Send() {
    auto request = Opening(NewId(), kUnit, NewId());
    for (int i = 0; i < kTexts; ++i) {
      Fact& fact = *request.add_facts() = FactAt("f" + std::to_string(i), "2026-03-01");
      fact.mutable_document_added()->set_document("d" + std::to_string(i));
      fact.set_note("anteckning");
    }
    api::v1::RecordFactsResponse response;
    const auto stub = api::v1::IncidentService::NewStub(running_.channel());
    return ErrorOf(stub->RecordFacts(As(running_.Token(Role::kSystem)).get(), request, &response))
        .reason;
  }
  // Sends so many commands; how many got which answer.
  Answers SendMany(int commands) {
    Answers reasons;
    for (int i = 0; i < commands; ++i) ++reasons[Send()];
    return reasons;
  }
  std::string LogState() {
    api::v1::ServerStatus status;
    const auto stub = api::v1::OperationService::NewStub(running_.channel());
    EXPECT_TRUE(stub->GetServerStatus(As(running_.Token(Role::kSystem)).get(), {}, &status).ok());
    return status.log_state();
  }
  template <typename Holds>
  static bool Soon(const Holds& holds) {
    for (int i = 0; i < 100 && !holds(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return holds();
  }
  // Nothing more fits on the disk that the directory is on.
  static void Fill(const std::string& directory) {
    std::ofstream ballast(directory + "/ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), 4096).flush()) {
    }
  }
  static void MakeRoom(const std::string& directory) { fs::remove(directory + "/ballast"); }
  bool Serving() { return Health(running_) == kServing; }

  static constexpr int kTexts = 90;
  RunningServer running_;
};

TEST_F(FullDiskServer, RecordsAgainOnceThereIsRoomHoweverOftenItWasAskedMeanwhile) {
  TempDirectory directory;
  const SmallDisk disk(directory.path(), 192u << 20);
  running_.config().data = directory.path() + "/data";
  running_.config().reserve_bytes = 32 << 20;
  running_.Restart();
  running_.DeclareOrganisation();
  ASSERT_EQ(Send(), "");
  Fill(directory.path());
  EXPECT_TRUE(Soon([&] { return !Serving(); }));
  // Had each that is refused taken its keys, more would have been asked for than the key store has
  // laid room aside for.
  EXPECT_EQ(SendMany(1000), (Answers{{"DISK_RESERVE", 1000}}));
  EXPECT_EQ(LogState(), "low_space");
  MakeRoom(directory.path());
  EXPECT_TRUE(Soon([&] { return Serving(); }));
  EXPECT_EQ(SendMany(60), (Answers{{"", 60}}));
  EXPECT_EQ(LogState(), "open");
  running_.Restart();
  EXPECT_EQ(Send(), "");
  running_.Stop();
}

// The keys have a disk of their own: the log's reserve says nothing about it.
TEST_F(FullDiskServer, SaysThatItsKeysHaveNoRoomAndRecordsAgainOnceTheyHave) {
  running_.Stop();
  const std::string keys = running_.data() + "/keys", aside = running_.data() + "/aside";
  fs::rename(keys, aside);
  fs::create_directory(keys);
  const SmallDisk disk(keys, 48u << 20);
  fs::copy(aside, keys, fs::copy_options::recursive);
  running_.config().reserve_bytes = 16 << 20;
  running_.Restart();
  ASSERT_EQ(Send(), "");
  EXPECT_TRUE(Serving());
  Fill(keys);
  std::string reason;  // the keys that were made in advance are used up first
  for (int i = 0; i < 3000 && reason.empty(); ++i) reason = Send();
  EXPECT_EQ(reason, "DISK_RESERVE");
  EXPECT_EQ(SendMany(10), (Answers{{"DISK_RESERVE", 10}}));
  EXPECT_TRUE(Soon([&] { return !Serving(); }));
  EXPECT_EQ(LogState(), "low_space");
  MakeRoom(keys);
  EXPECT_TRUE(Soon([&] { return Serving(); }));
  EXPECT_EQ(SendMany(60), (Answers{{"", 60}}));
  EXPECT_EQ(LogState(), "open");
  running_.Stop();
}

}  // namespace
}  // namespace skyndsamt::testing
