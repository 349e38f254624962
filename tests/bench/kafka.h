// What the relay costs and how quick it is, beside librdkafka alone, against a real broker that
// runs on the same machine: so read the ratios.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/eventstore/kafka/kafka_cluster.h"

namespace skyndsamt::bench {

// One broker, and topics of its own for every measurement.
class KafkaBench {
 public:
  explicit KafkaBench(std::string directory) : directory_(std::move(directory)) {}

  // Records a second, from the first transaction's end to the last's, in transactions of ten
  // thousand: the relay over a log that has them already, and a bare transactional producer that
  // sends messages of the same key, value and headers, made beforehand.
  double Relayed(uint64_t records);
  double BareProducer(uint64_t records);

  // Microseconds from an append's answer to a read_committed reader's having the record, sorted:
  // one append at a time with a pause after each, or `in_flight` all the time.
  std::vector<double> Delays(double seconds, int in_flight);

  // Appends a second, 64 in flight (MergedAppends), without a relay or with one whose broker does
  // not answer.
  double Appends(double seconds, const std::string& absent_broker = {});

 private:
  std::string Fresh(const char* what);

  const std::string directory_;
  kafka::KafkaCluster cluster_;
  int number_ = 0;
};

}  // namespace skyndsamt::bench
