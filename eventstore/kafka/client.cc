#include "eventstore/kafka/client.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/kafka/errors.h"
#include "eventstore/kafka/topics.h"

namespace skyndsamt::kafka {
namespace {

constexpr absl::Duration kDestruction = absl::Seconds(10);

struct ConfDeleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, ConfDeleter>;

// The value of a refused property is not repeated: it may be a password.
absl::Status Set(rd_kafka_conf_t* conf, const char* name, const std::string& value) {
  char why[256];
  if (rd_kafka_conf_set(conf, name, value.c_str(), why, sizeof why) == RD_KAFKA_CONF_OK) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("kafka: the property ", name, " is refused"));
}

absl::StatusOr<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("kafka: no password in ", path));
  }
  return line;
}

absl::StatusOr<std::vector<Property>> PropertiesOf(const ConnectionOptions& connection) {
  std::vector<Property> all = {
      {"bootstrap.servers", connection.bootstrap},
      {"client.id", connection.client_id},
      {"security.protocol", absl::StrCat(connection.sasl_mechanism.empty() ? "" : "sasl_",
                                         connection.tls ? "ssl" : "plaintext")},
      {"message.max.bytes", std::to_string(kMaxMessageBytes)},
      {"reconnect.backoff.max.ms", "2000"},
  };
  const auto add = [&all](const char* name, const std::string& value) {
    if (!value.empty()) all.push_back({name, value});
  };
  add("ssl.ca.location", connection.tls_ca);
  add("ssl.certificate.location", connection.tls_certificate);
  add("ssl.key.location", connection.tls_key);
  if (connection.sasl_mechanism.empty()) return all;
  auto password = FirstLine(connection.sasl_password_file);
  if (!password.ok()) return password.status();
  add("sasl.mechanism", connection.sasl_mechanism);
  add("sasl.username", connection.sasl_user);
  add("sasl.password", *password);
  return all;
}

// What librdkafka would print is told through errors, once, by whoever made the call.
void Silence(const rd_kafka_t*, int, const char*, const char*) {}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Make(rd_kafka_type_t type,
                                                     const ConnectionOptions& connection,
                                                     std::initializer_list<Property> properties) {
  auto all = PropertiesOf(connection);
  if (!all.ok()) return all.status();
  all->insert(all->end(), properties);
  Conf conf(rd_kafka_conf_new());
  for (const Property& property : *all) {
    if (absl::Status set = Set(conf.get(), property.name, property.value); !set.ok()) return set;
  }
  for (const auto& [name, value] : connection.properties) {
    if (absl::Status set = Set(conf.get(), name.c_str(), value); !set.ok()) return set;
  }
  std::unique_ptr<Client> client(new Client());
  rd_kafka_conf_set_opaque(conf.get(), client.get());
  rd_kafka_conf_set_log_cb(conf.get(), &Silence);
  rd_kafka_conf_set_error_cb(conf.get(), &Client::OnError);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf.get(), &Client::OnDelivery);
  char why[512] = {};
  client->handle_ = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (client->handle_ == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("kafka: no client can be made: ", why));
  }
  static_cast<void>(conf.release());  // the client's now
  return client;
}

// Waits for the client's threads, which for ever hold on to a topic that was deleted while they
// asked for its offsets (librdkafka issue 3007): they are left alone then. Nothing calls back
// meanwhile, since nobody polls.
Client::~Client() {
  if (handle_ == nullptr) return;
  const auto destroyed = std::make_shared<absl::Notification>();
  try {
    std::thread([handle = handle_, destroyed] {
      rd_kafka_destroy(handle);
      destroyed->Notify();
    }).detach();
  } catch (const std::system_error&) {
    return;  // no thread is to be had: left alone, too
  }
  destroyed->WaitForNotificationWithTimeout(kDestruction);
}

void Client::OnError(rd_kafka_t* /*handle*/, int error, const char* reason, void* self) {
  auto* client = static_cast<Client*>(self);
  const std::lock_guard lock(client->mutex_);
  client->complaint_ = static_cast<rd_kafka_resp_err_t>(error);
  client->complaint_text_ = reason == nullptr ? "" : reason;
}

void Client::OnDelivery(rd_kafka_t* /*handle*/, const rd_kafka_message_t* message, void* self) {
  auto* client = static_cast<Client*>(self);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return client->Delivered(*message);
  // What is purged fails because something else did.
  if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
      message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    return;
  }
  const std::lock_guard lock(client->mutex_);
  if (!client->failed_) client->failed_ = {message->err, message->_private};
}

void Client::Delivered(const rd_kafka_message_t& message) {
  const std::lock_guard lock(mutex_);
  // A broker that has a message already may not say where.
  if (!followed_ || message.offset < 0 || message.partition != followed_->partition ||
      rd_kafka_topic_name(message.rkt) != followed_->topic) {
    return;
  }
  followed_->fell_back = followed_->fell_back || message.offset < followed_->end;
  followed_->next = std::max(followed_->next, message.offset + 1);
}

void Client::Follow(std::string topic, int32_t partition, int64_t end) {
  const std::lock_guard lock(mutex_);
  followed_ = {.topic = std::move(topic), .partition = partition, .end = end, .next = end};
}

void Client::FollowNext() {
  const std::lock_guard lock(mutex_);
  if (followed_) followed_->end = followed_->next;
}

bool Client::FellBack() {
  rd_kafka_poll(handle_, 0);
  const std::lock_guard lock(mutex_);
  return followed_ && followed_->fell_back;
}

absl::Status Client::Explain(rd_kafka_resp_err_t error, std::string_view what,
                             std::string_view detail) {
  rd_kafka_poll(handle_, 0);
  const std::lock_guard lock(mutex_);
  const absl::Status status = FromKafka(error, what, detail);
  if (status.ok() || !absl::IsUnavailable(status) || complaint_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
    return status;
  }
  return {CodeOf(complaint_, complaint_text_),
          absl::StrCat(status.message(), " (", complaint_text_, ")")};
}

void Client::Succeeded() {
  rd_kafka_poll(handle_, 0);
  const std::lock_guard lock(mutex_);
  complaint_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  complaint_text_.clear();
}

std::optional<FailedDelivery> Client::TakeFailedDelivery() {
  rd_kafka_poll(handle_, 0);
  const std::lock_guard lock(mutex_);
  return std::exchange(failed_, std::nullopt);
}

rd_kafka_resp_err_t Client::DeliveryError() {
  rd_kafka_poll(handle_, 0);
  const std::lock_guard lock(mutex_);
  return failed_ ? failed_->error : RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace skyndsamt::kafka
