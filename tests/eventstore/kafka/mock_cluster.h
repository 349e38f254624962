// librdkafka's own mock cluster: real sockets and the real protocol on loopback, and errors on
// demand. It takes the transaction protocol's requests but gives them no meaning: what was aborted
// is there for everyone to read. Whatever holds for a reader here rests on positions alone.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace skyndsamt::kafka {

// The protocol's request numbers.
enum class Request : int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kFindCoordinator = 10,
  kInitProducerId = 22,
  kAddPartitions = 24,
  kEndTransaction = 26,
};

class MockCluster {
 public:
  explicit MockCluster(const std::vector<std::string>& topics, int brokers = 3) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    cluster_ = rd_kafka_mock_cluster_new(handle_, brokers);
    if (cluster_ == nullptr) std::abort();
    for (const std::string& topic : topics) {
      rd_kafka_mock_topic_create(cluster_, topic.c_str(), 1, brokers);
    }
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(handle_);
  }

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  // The next requests of that kind are answered so; __TRANSPORT closes the connection instead.
  void Answer(Request request, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, static_cast<int16_t>(request), errors.size(),
                                            errors.data());
  }
  // Its broker takes no connections, and those that are open break.
  void SetDown(bool down) {
    down ? rd_kafka_mock_broker_set_down(cluster_, 1) : rd_kafka_mock_broker_set_up(cluster_, 1);
  }
  void Forget(Request request) {
    rd_kafka_mock_clear_request_errors(cluster_, static_cast<int16_t>(request));
  }

 private:
  rd_kafka_t* handle_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace skyndsamt::kafka
