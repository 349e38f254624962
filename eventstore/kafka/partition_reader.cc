#include "eventstore/kafka/partition_reader.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "eventstore/kafka/client.h"
#include "eventstore/kafka/errors.h"

namespace skyndsamt::kafka {
namespace {

constexpr int64_t kFirstLookBack = 16;  // offsets; doubled until something is found
constexpr size_t kChunk = 1000;

int Millis(absl::Duration duration) {
  return static_cast<int>(std::max<int64_t>(absl::ToInt64Milliseconds(duration), 0));
}

ReadMessage Take(const rd_kafka_message_t& from) {
  ReadMessage out;
  out.topic = rd_kafka_topic_name(from.rkt);
  out.partition = from.partition;
  out.offset = from.offset;
  out.key.assign(static_cast<const char*>(from.key), from.key_len);
  if (from.payload != nullptr) out.value.emplace(static_cast<const char*>(from.payload), from.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&from, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    out.headers.push_back({name, std::string(static_cast<const char*>(value), size)});
  }
  return out;
}

struct ListDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
};
struct TopicDeleter {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
struct MessageDeleter {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};

class CommittedReader final : public PartitionReader {
 public:
  CommittedReader(std::unique_ptr<Client> client, const std::string& topic, int32_t partition)
      : client_(std::move(client)),
        name_(topic),
        partition_(partition),
        topic_(rd_kafka_topic_new(client_->get(), topic.c_str(), nullptr)) {}
  ~CommittedReader() override { Stop(); }

  absl::StatusOr<OffsetRange> Range(absl::Duration timeout) override;
  absl::Status StartAt(int64_t offset) override {
    Stop();
    at_end_ = false;
    failed_ = absl::OkStatus();
    next_ = offset;
    started_ = rd_kafka_consume_start(topic_.get(), partition_, offset) == 0;
    return started_ ? absl::OkStatus() : FromKafka(rd_kafka_last_error(), "reading " + name_);
  }

  absl::StatusOr<std::vector<ReadMessage>> Read(size_t max, absl::Duration timeout) override;
  bool at_end() const override { return at_end_; }
  uint64_t behind() const override;

 private:
  // Of the partition's begin or end, as RD_KAFKA_OFFSET_BEGINNING and RD_KAFKA_OFFSET_END name
  // them.
  absl::StatusOr<int64_t> OffsetOf(int64_t named, absl::Duration timeout);
  void Stop() {
    if (std::exchange(started_, false)) rd_kafka_consume_stop(topic_.get(), partition_);
  }

  const std::unique_ptr<Client> client_;
  const std::string name_;
  const int32_t partition_;
  const std::unique_ptr<rd_kafka_topic_t, TopicDeleter> topic_;
  bool started_ = false;
  bool at_end_ = false;
  // What came among messages, for the next Read: librdkafka tells an error once.
  absl::Status failed_;
  int64_t next_ = 0;  // offset
};

// Asked as a time: before 2.3 rd_kafka_query_watermark_offsets heeds no timeout while the leader
// that it knows is away, and the relay would wait for that broker to come back.
absl::StatusOr<int64_t> CommittedReader::OffsetOf(int64_t named, absl::Duration timeout) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, ListDeleter> asked(
      rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* one =
      rd_kafka_topic_partition_list_add(asked.get(), name_.c_str(), partition_);
  one->offset = named;
  auto error = rd_kafka_offsets_for_times(client_->get(), asked.get(), Millis(timeout));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = one->err;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && one->offset >= 0) return one->offset;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = RD_KAFKA_RESP_ERR__NO_OFFSET;
  return client_->Explain(error, "asking how far " + name_ + " goes");
}

absl::StatusOr<OffsetRange> CommittedReader::Range(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const auto begin = OffsetOf(RD_KAFKA_OFFSET_BEGINNING, timeout);
  if (!begin.ok()) return begin.status();
  const auto end = OffsetOf(RD_KAFKA_OFFSET_END, deadline - absl::Now());
  if (!end.ok()) return end.status();
  client_->Succeeded();
  if (*end < *begin) return absl::UnavailableError(name_ + " was made anew while it was asked");
  return OffsetRange{*begin, *end};
}

uint64_t CommittedReader::behind() const {
  if (at_end_) return 0;
  int64_t begin = 0, end = 0;  // what the last fetch told; negative before the first
  rd_kafka_get_watermark_offsets(client_->get(), name_.c_str(), partition_, &begin, &end);
  return static_cast<uint64_t>(std::max<int64_t>(end - next_, 1));
}

absl::StatusOr<std::vector<ReadMessage>> CommittedReader::Read(size_t max, absl::Duration timeout) {
  if (!failed_.ok()) return std::exchange(failed_, absl::OkStatus());
  // Waits for the first; takes what is there then.
  std::vector<rd_kafka_message_t*> raw(max);
  raw[0] = rd_kafka_consume(topic_.get(), partition_, Millis(timeout));
  if (raw[0] == nullptr) return std::vector<ReadMessage>();
  const ssize_t more = rd_kafka_consume_batch(topic_.get(), partition_, 0, raw.data() + 1, max - 1);
  const size_t count = 1 + static_cast<size_t>(std::max<ssize_t>(more, 0));
  rd_kafka_poll(client_->get(), 0);
  std::vector<ReadMessage> out;
  for (size_t i = 0; i < count; ++i) {
    const std::unique_ptr<rd_kafka_message_t, MessageDeleter> one(raw[i]);
    switch (one->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        at_end_ = false;
        next_ = one->offset + 1;
        out.push_back(Take(*one));
        break;
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        at_end_ = true;
        break;
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        failed_ = absl::OutOfRangeError("reading " + name_ + ": the offset is no longer kept");
        break;
      default:
        // A broker that is away, or that could not read a batch this time, is no error of the
        // reading, which goes on by itself; a topic that may not be read is one.
        const absl::StatusCode code = CodeOf(one->err, rd_kafka_message_errstr(one.get()));
        const bool unread =
            code == absl::StatusCode::kOutOfRange || one->err == RD_KAFKA_RESP_ERR_INVALID_MSG;
        if (unread) at_end_ = false;  // there is something
        if (!unread && code != absl::StatusCode::kUnavailable) {
          failed_ = FromKafka(one->err, "reading " + name_, rd_kafka_message_errstr(one.get()));
        }
    }
  }
  if (out.empty() && !failed_.ok()) return std::exchange(failed_, absl::OkStatus());
  if (!out.empty()) client_->Succeeded();
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PartitionReader>> PartitionReader::Open(
    const ConnectionOptions& connection, const std::string& topic, int32_t partition) {
  auto client = Client::Make(RD_KAFKA_CONSUMER, connection,
                             {{"isolation.level", "read_committed"},
                              {"enable.partition.eof", "true"},
                              {"enable.auto.commit", "false"},
                              {"auto.offset.reset", "error"},
                              {"fetch.wait.max.ms", "100"},
                              {"fetch.message.max.bytes", "4194304"},
                              {"queued.max.messages.kbytes", "16384"}});
  if (!client.ok()) return client.status();
  return std::make_unique<CommittedReader>(*std::move(client), topic, partition);
}

absl::StatusOr<std::optional<ReadMessage>> FindLast(PartitionReader& reader,
                                                    const std::optional<std::string>& key,
                                                    absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const auto range = reader.Range(timeout);
  if (!range.ok()) return range.status();
  std::optional<ReadMessage> last;
  int64_t until = range->end;  // what is at or above it has been looked at
  for (int64_t back = kFirstLookBack; !last && until > range->begin; back *= 2) {
    const int64_t from = std::max(range->begin, until - back);
    if (absl::Status started = reader.StartAt(from); !started.ok()) return started;
    for (int64_t next = from; next < until && !reader.at_end();) {
      if (absl::Now() > deadline) return absl::UnavailableError("Kafka does not answer in time");
      auto messages = reader.Read(kChunk, deadline - absl::Now());
      if (!messages.ok()) return messages.status();
      for (ReadMessage& message : *messages) {
        next = message.offset + 1;
        if (message.offset < until && (!key || message.key == *key)) last = std::move(message);
      }
    }
    until = from;
  }
  return last;
}

}  // namespace skyndsamt::kafka
