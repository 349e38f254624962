// A topic that is deleted, or deleted and made anew, while the relay feeds it and a replica reads
// it.
#include <mutex>

#include "eventstore/kafka/relay.h"
#include "tests/eventstore/kafka/replica_fixture.h"

namespace skyndsamt::kafka {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

// Gone for every client when it returns.
void DeleteTopic(const std::string& topic) {
  process::Child admin({"/usr/bin/python3", SKYNDSAMT_DESCRIBE_TOPICS, SharedCluster().bootstrap(),
                        topic, "--delete"});
  ASSERT_EQ(admin.Wait(), 0);
}

// The broker takes what an idempotent producer sends to a topic that was made anew as though
// nothing had happened: the relay itself has to see it, before it commits anything.
TEST_F(RelayTest, ATopicThatIsMadeAnewWhileItRunsGetsEverythingAgain) {
  AddMany(100);
  std::mutex mutex;
  std::vector<std::string> said;
  RelayOptions options = Options();
  options.on_change = [&](const RelayStatus& status) {
    const std::lock_guard lock(mutex);
    said.push_back(status.reason);
  };
  const auto relay = StartRelay(options);
  ASSERT_TRUE(CatchesUp(*relay));
  DeleteTopic(names_.events);
  const absl::Status made = EnsureTopics(options.connection, {options.topic}, absl::Seconds(60));
  ASSERT_TRUE(made.ok()) << made;
  AddMany(40);
  ASSERT_TRUE(Eventually([&] { return relay->Status().epoch > 1; })) << relay->Status().reason;
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
  relay->Stop();
  EXPECT_THAT(said, Contains(AllOf(HasSubstr("topic " + names_.events), HasSubstr("made anew"))));
  EXPECT_THAT(said, Contains("the topic was made anew: everything is sent again"));
}

TEST_F(RelayTest, ATopicThatIsDeletedWhileItRunsIsMadeAnewAndGetsEverythingAgain) {
  AddMany(100);
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  DeleteTopic(names_.events);
  AddMany(40);
  ASSERT_TRUE(Eventually([&] { return relay->Status().epoch > 1; })) << relay->Status().reason;
  ASSERT_TRUE(CatchesUp(*relay));
  ExpectTopicIsLog();
}

// The offset that it would read next is one that the new topic has not: nothing is missing for
// that.
TEST_F(ReplicaTest, ATopicThatIsMadeAnewWhileItReadsIsReadFromItsBeginning) {
  MakeTopics();
  AddMany(100);
  const auto relay = StartRelay(Options());
  ASSERT_TRUE(CatchesUp(*relay));
  const auto replica = StartReplica();
  ASSERT_TRUE(HasAll(*replica)) << replica->Status().reason;
  DeleteTopic(names_.events);
  AddMany(40);
  ASSERT_TRUE(Eventually([&] { return relay->Status().epoch > 1; })) << relay->Status().reason;
  ASSERT_TRUE(CatchesUp(*relay));
  ASSERT_TRUE(HasAll(*replica)) << replica->Status().reason;
  ExpectSameRoots();
}

}  // namespace
}  // namespace skyndsamt::kafka
