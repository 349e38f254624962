// A librdkafka client and what its callbacks told. Only for the sources of this folder and their
// tests.
#pragma once

#include <librdkafka/rdkafka.h>

#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/kafka/connection.h"

namespace skyndsamt::kafka {

struct Property {
  const char* name;
  std::string value;
};

// A partition that is written to, and what its offsets tell: a message that comes to lie below what
// was there before tells of a topic that was made anew or has lost records.
struct Followed {
  std::string topic;
  int32_t partition = 0;
  int64_t end = 0;   // offsets below it were taken before the present transaction
  int64_t next = 0;  // one past the highest of the messages that were delivered
  bool fell_back = false;
};

// A message that was not delivered, and what its producer had said of it.
struct FailedDelivery {
  rd_kafka_resp_err_t error;
  void* opaque;
};

// Thread-safe, as librdkafka's handles are.
class Client {
 public:
  // Connects in the background; nothing is known of the brokers yet. INVALID_ARGUMENT if a property
  // is refused or a file cannot be read.
  static absl::StatusOr<std::unique_ptr<Client>> Make(rd_kafka_type_t type,
                                                      const ConnectionOptions& connection,
                                                      std::initializer_list<Property> properties);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_t* get() const { return handle_; }

  // A failed call as a status, with what the brokers' connections last complained of: "timed out"
  // alone would hide a wrong password.
  absl::Status Explain(rd_kafka_resp_err_t error, std::string_view what,
                       std::string_view detail = {});

  // A call was answered: what connections complained of before it explains no later failure.
  void Succeeded();

  // The first of the deliveries that failed since this was last asked; and why it did, if one has.
  std::optional<FailedDelivery> TakeFailedDelivery();
  rd_kafka_resp_err_t DeliveryError();

  // Of a producer; until then nothing is followed.
  void Follow(std::string topic, int32_t partition, int64_t end);
  // What is delivered from now on has to come to lie above all that was.
  void FollowNext();
  // Whether anything did not.
  bool FellBack();

 private:
  Client() = default;
  static void OnError(rd_kafka_t* handle, int error, const char* reason, void* self);
  static void OnDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);
  void Delivered(const rd_kafka_message_t& message);

  rd_kafka_t* handle_ = nullptr;
  std::mutex mutex_;
  rd_kafka_resp_err_t complaint_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string complaint_text_;
  std::optional<FailedDelivery> failed_;
  std::optional<Followed> followed_;
};

}  // namespace skyndsamt::kafka
