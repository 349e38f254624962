// The topics, what each must be like, and whether a cluster's are.
//
//   PREFIXevents.v1          every record of the log, in order; never compacted, since a replica
//                            and every consumer start from its first record
//   PREFIXstatistics.v1      de-identified figures, all of them for ever: they are as old as their
//                            periods, and every consumer adds up from the first
//   PREFIXcheckpoints.v1     signed notes, all of them for ever: a replica compares old ones
//   PREFIXrelay-position.v1  how much has been sent, by log; compacted
//
// A log is a shard is a partition: every topic but relay-position has one partition a shard.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eventstore/kafka/connection.h"

namespace skyndsamt::kafka {

inline constexpr char kDefaultPrefix[] = "skyndsamt.";

// The largest message a client here sends and a topic must take: a record at the log's limit, its
// parts' framing and its headers, in JSON, where base64 and names can nearly double it.
inline constexpr int kMaxMessageBytes = 1152 * 1024;
// What protobuf values alone need.
inline constexpr int kMaxProtobufMessageBytes = 768 * 1024;

struct TopicNames {
  explicit TopicNames(const std::string& prefix = kDefaultPrefix)
      : events(prefix + "events.v1"),
        statistics(prefix + "statistics.v1"),
        checkpoints(prefix + "checkpoints.v1"),
        relay_position(prefix + "relay-position.v1"),
        transactions(prefix + "relay.") {}
  std::string events, statistics, checkpoints, relay_position;
  std::string transactions;  // what the transactional ids begin with
};

enum class Kept {
  kLong,     // deleted by age, after a year at the earliest; made without a limit
  kForever,  // never deleted
  kNewest,   // compacted: the newest of each key
};

struct TopicSpec {
  std::string name{};
  Kept kept = Kept::kLong;
  int partitions = 1;
  // Copies of each record. From three on a write needs two of them, so that one broker may go.
  int replication = 3;
  int max_message_bytes = kMaxMessageBytes;
};

// What a topic is said to be like, as a cluster tells it.
struct TopicFound {
  int partitions = 0;
  int replication = 0;                          // of the partition that has the fewest
  std::map<std::string, std::string> config{};  // effective values, defaults included
};

// Every way in which a topic contradicts its spec, in words that name the topic's property, what it
// is and what it must be; empty if there is none. Pure.
std::string ContradictionsOf(const TopicSpec& spec, const TopicFound& found);

// Makes the topics that are not there, with unclean leader election off, and checks those that are.
// FAILED_PRECONDITION, with every contradiction in one line, if one is not as its spec says;
// UNAVAILABLE if no broker answers in time; PERMISSION_DENIED. Blocks.
absl::Status EnsureTopics(const ConnectionOptions& connection, const std::vector<TopicSpec>& specs,
                          absl::Duration timeout);

}  // namespace skyndsamt::kafka
