#include "eventstore/kafka/topics.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/client.h"
#include "eventstore/kafka/errors.h"

namespace skyndsamt::kafka {
namespace {

constexpr int64_t kYearMillis = 365ll * 24 * 3600 * 1000;
constexpr char kNoLimit[] = "9223372036854775807";
// How old a message may say that it is, by either name (the latter until Kafka 3.6).
constexpr const char* kOldest[] = {"message.timestamp.before.max.ms",
                                   "message.timestamp.difference.max.ms"};
constexpr absl::Duration kLookAgain = absl::Milliseconds(100);

int Millis(absl::Duration duration) {
  return static_cast<int>(std::max<int64_t>(absl::ToInt64Milliseconds(duration), 1));
}

// A write needs a second copy where there are enough of them for one to go.
int MinInSync(const TopicSpec& spec) { return spec.replication >= 3 ? 2 : 1; }

std::vector<std::pair<const char*, std::string>> ConfigOf(const TopicSpec& spec) {
  std::vector<std::pair<const char*, std::string>> config = {
      {"cleanup.policy", spec.kept == Kept::kNewest ? "compact" : "delete"},
      {"max.message.bytes", std::to_string(kMaxMessageBytes)},
      {"min.insync.replicas", std::to_string(MinInSync(spec))},
      {"unclean.leader.election.enable", "false"}};
  if (spec.kept == Kept::kNewest) {
    // Small segments, so that what is outdated goes soon.
    config.push_back({"segment.bytes", "16777216"});
  } else {
    config.push_back({"retention.ms", "-1"});
    config.push_back({"retention.bytes", "-1"});
  }
  return config;
}

template <typename T, void (*Destroy)(T*)>
struct Destroyer {
  void operator()(T* object) const { Destroy(object); }
};
template <typename T, void (*Destroy)(T*)>
using Owned = std::unique_ptr<T, Destroyer<T, Destroy>>;
using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using NewTopic = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using Resource = Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using AdminOptions = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

// Asks one cluster about topics, until a deadline.
class Admin {
 public:
  Admin(Client& client, absl::Duration timeout)
      : client_(client),
        deadline_(absl::Now() + timeout),
        queue_(rd_kafka_queue_new(client.get())) {}

  bool in_time() const { return absl::Now() < deadline_; }
  // Partitions and replication; false if the topic is not there.
  absl::StatusOr<bool> Look(const std::string& topic, TopicFound* found);
  absl::Status Create(const TopicSpec& spec);
  absl::Status ReadConfig(const std::string& topic, TopicFound* found);

 private:
  AdminOptions Options(rd_kafka_admin_op_t operation) const {
    AdminOptions options(rd_kafka_AdminOptions_new(client_.get(), operation));
    char why[128];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), Left(), why, sizeof why);
    return options;
  }
  int Left() const { return Millis(deadline_ - absl::Now()); }
  // The answer to the one operation under way.
  absl::StatusOr<Event> Answer(const std::string& what) {
    Event event(rd_kafka_queue_poll(queue_.get(), Left() + 1000));
    const auto error =
        event == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event.get());
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return event;
    return client_.Explain(error, what);
  }

  Client& client_;
  const absl::Time deadline_;
  const Queue queue_;
};

absl::StatusOr<bool> Admin::Look(const std::string& topic, TopicFound* found) {
  const std::string what = "looking at " + topic;
  const Owned<rd_kafka_topic_t, rd_kafka_topic_destroy> handle(
      rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, handle.get(), &metadata, Left());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client_.Explain(error, what);
  const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> owned(
      metadata, &rd_kafka_metadata_destroy);
  if (metadata->topic_cnt != 1) return false;
  const rd_kafka_metadata_topic_t& told = metadata->topics[0];
  const absl::Status status = FromKafka(told.err, what);
  if (absl::IsNotFound(status)) return false;
  if (!status.ok()) return status;
  found->partitions = told.partition_cnt;
  found->replication = told.partition_cnt == 0 ? 0 : told.partitions[0].replica_cnt;
  for (int i = 0; i < told.partition_cnt; ++i) {
    found->replication = std::min(found->replication, told.partitions[i].replica_cnt);
  }
  return told.partition_cnt > 0;
}

absl::Status Admin::Create(const TopicSpec& spec) {
  const std::string what = "making the topic " + spec.name;
  char why[256] = {};
  const NewTopic topic(
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication, why, sizeof why));
  if (topic == nullptr) return absl::InvalidArgumentError(absl::StrCat(what, ": ", why));
  for (const auto& [name, value] : ConfigOf(spec)) {
    rd_kafka_NewTopic_set_config(topic.get(), name, value.c_str());
  }
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  rd_kafka_CreateTopics(client_.get(), topics, 1, Options(RD_KAFKA_ADMIN_OP_CREATETOPICS).get(),
                        queue_.get());
  const auto event = Answer(what);
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event->get());
  const auto* const* made = rd_kafka_CreateTopics_result_topics(result, &count);
  const auto error = count == 1 ? rd_kafka_topic_result_error(made[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return absl::OkStatus();
  if (error == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, ": the cluster has not ", spec.replication, " brokers for its copies"));
  }
  return FromKafka(error, what);
}

absl::Status Admin::ReadConfig(const std::string& topic, TopicFound* found) {
  const std::string what = "reading the configuration of " + topic;
  const Resource asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* resources[] = {asked.get()};
  rd_kafka_DescribeConfigs(client_.get(), resources, 1,
                           Options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS).get(), queue_.get());
  const auto event = Answer(what);
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  const auto* const* told = rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count != 1) return absl::UnavailableError(what);
  const absl::Status status = FromKafka(rd_kafka_ConfigResource_error(told[0]), what);
  if (!status.ok()) return status;
  const auto* const* entries = rd_kafka_ConfigResource_configs(told[0], &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    found->config[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  return absl::OkStatus();
}

absl::StatusOr<TopicFound> FindOrMake(Admin& admin, const TopicSpec& spec) {
  bool made = false;
  while (true) {
    TopicFound found;
    const auto there = admin.Look(spec.name, &found);
    if (!there.ok()) return there.status();
    if (*there) {
      const absl::Status read = admin.ReadConfig(spec.name, &found);
      if (read.ok()) return found;
      // The broker that was asked may not have heard of a new topic yet.
      if (!absl::IsNotFound(read) || !admin.in_time()) return read;
    } else if (!std::exchange(made, true)) {
      if (absl::Status created = admin.Create(spec); !created.ok()) return created;
      continue;
    } else if (!admin.in_time()) {
      return absl::UnavailableError(absl::StrCat("the new topic ", spec.name, " does not appear"));
    }
    absl::SleepFor(kLookAgain);
  }
}

}  // namespace

std::string ContradictionsOf(const TopicSpec& spec, const TopicFound& found) {
  std::vector<std::string> all;
  const auto text = [&](const char* name) {
    const auto entry = found.config.find(name);
    return entry == found.config.end() ? std::string() : entry->second;
  };
  const auto must_be = [&](const char* name, const std::string& value) {
    if (text(name) != value) {
      all.push_back(absl::StrCat(name, " is ", text(name), ", must be ", value));
    }
  };
  const auto at_least = [&](const char* name, int64_t is, int64_t least) {
    if (is < least) all.push_back(absl::StrCat(name, " is ", is, ", must be at least ", least));
  };
  const auto number = [&](const char* name) {
    int64_t value = 0;
    return absl::SimpleAtoi(text(name), &value) ? value : 0;
  };
  if (found.partitions != spec.partitions) {
    all.push_back(absl::StrCat("partitions are ", found.partitions, ", must be ", spec.partitions));
  }
  at_least("replication", found.replication, spec.replication);
  must_be("cleanup.policy", spec.kept == Kept::kNewest ? "compact" : "delete");
  must_be("unclean.leader.election.enable", "false");
  at_least("max.message.bytes", number("max.message.bytes"), spec.max_message_bytes);
  at_least("min.insync.replicas", number("min.insync.replicas"), MinInSync(spec));
  if (spec.kept != Kept::kNewest) must_be("retention.bytes", "-1");
  if (spec.kept == Kept::kForever) must_be("retention.ms", "-1");
  // Messages are as old as what they tell, and what is refused is never sent.
  for (const char* name : kOldest) {
    if (spec.kept != Kept::kNewest && found.config.contains(name)) must_be(name, kNoLimit);
  }
  if (spec.kept == Kept::kLong && number("retention.ms") != -1) {
    at_least("retention.ms", number("retention.ms"), kYearMillis);
  }
  return absl::StrJoin(all, "; ");
}

absl::Status EnsureTopics(const ConnectionOptions& connection, const std::vector<TopicSpec>& specs,
                          absl::Duration timeout) {
  // A consumer's questions never make a topic, even where brokers make those that are asked for.
  auto client = Client::Make(RD_KAFKA_CONSUMER, connection, {});
  if (!client.ok()) return client.status();
  Admin admin(**client, timeout);
  std::vector<std::string> contradictions;
  for (const TopicSpec& spec : specs) {
    const auto found = FindOrMake(admin, spec);
    if (!found.ok()) return found.status();
    const std::string text = ContradictionsOf(spec, *found);
    if (!text.empty()) contradictions.push_back(absl::StrCat("topic ", spec.name, ": ", text));
  }
  if (contradictions.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrJoin(contradictions, "; "));
}

}  // namespace skyndsamt::kafka
