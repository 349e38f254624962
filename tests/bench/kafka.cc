#include "tests/bench/kafka.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay.h"
#include "eventstore/log/event_log.h"
#include "skyndsamt/log/v1/log.pb.h"
#include "tests/bench/store.h"

namespace skyndsamt::bench {
namespace {

constexpr uint64_t kBatch = 10'000;
constexpr size_t kBody = 400;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "bench kafka: %s\n", what);
  std::abort();
}

log::AppendRequest Events(uint64_t first, uint64_t count) {
  log::StreamAppend append;
  append.stream = StreamId{DerivedUuid("stream", std::to_string(first % 4096))};
  append.expected = log::Expected::Any();
  for (uint64_t i = 0; i < count; ++i) {
    log::PreparedEvent event;
    event.id = EventId{DerivedUuid("bench", std::to_string(first + i))};
    event.type = "incident.staff_learned";
    log::v1::Body body;
    body.set_index(static_cast<uint32_t>(i));
    body.set_count(static_cast<uint32_t>(count));
    body.set_event(std::string(kBody - 12, static_cast<char>('a' + first % 26)));
    event.body = body.SerializeAsString();
    event.Prepare();
    append.events.push_back(std::move(event));
  }
  log::AppendRequest request;
  request.streams.push_back(std::move(append));
  return request;
}

// A log of the bench's own, with a clock that is the system's.
struct OwnLog {
  explicit OwnLog(const std::string& directory) {
    log::Options options;
    options.directory = directory;
    auto opened = log::EventLog::Open(options, clock);
    Check(opened.ok(), "no log");
    log = *std::move(opened);
  }
  void Fill(uint64_t records) {
    while (log->committed() < records) {
      const uint64_t count = std::min<uint64_t>(100, records - log->committed());
      Check(log->AppendAndWait(Events(log->committed(), count)).ok(), "no append");
    }
  }
  SystemClock clock;
  std::unique_ptr<log::EventLog> log;
};

std::unique_ptr<kafka::Relay> StartRelay(const std::string& bootstrap, const std::string& prefix,
                                         log::EventLog& log) {
  kafka::ConnectionOptions connection;
  connection.bootstrap = bootstrap;
  const kafka::TopicNames names(prefix);
  kafka::RelayOptions options =
      kafka::EventsRelay(connection, names, 1, kafka::ValueFormat::kProtobuf);
  options.transactional_prefix = prefix;
  return kafka::Relay::Start(options, log,
                             std::make_unique<kafka::EventsMapping>(names.events, 0, log.origin(),
                                                                    kafka::ValueFormat::kProtobuf));
}

// The rate between the end of the first transaction and the end of the last.
class Stretch {
 public:
  void At(uint64_t done) {
    if (done == 0 || done == last_) return;
    if (begun_ == 0) {
      begun_ = Now();
      first_ = done;
    }
    ended_ = Now();
    last_ = done;
  }
  double per_second() const { return static_cast<double>(last_ - first_) / (ended_ - begun_); }

 private:
  double begun_ = 0, ended_ = 0;
  uint64_t first_ = 0, last_ = 0;
};

void Done(rd_kafka_error_t* error) {
  Check(error == nullptr, error == nullptr ? "" : rd_kafka_error_string(error));
}

// librdkafka as its manual shows it, with the settings of the relay's producer.
class Bare {
 public:
  Bare(const std::string& bootstrap, const std::string& id) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
             {"bootstrap.servers", bootstrap},
             {"transactional.id", id},
             {"linger.ms", "5"},
             {"delivery.report.only.error", "true"}}) {
      rd_kafka_conf_set(conf, name, value.c_str(), nullptr, 0);
    }
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    Done(rd_kafka_init_transactions(handle_, 60'000));
  }
  ~Bare() { rd_kafka_destroy(handle_); }

  void Send(const std::vector<kafka::Message>& messages) {
    Done(rd_kafka_begin_transaction(handle_));
    for (const kafka::Message& message : messages) {
      rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size());
      for (const kafka::Header& header : message.headers) {
        rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                            header.value.data(), static_cast<ssize_t>(header.value.size()));
      }
      const auto error = rd_kafka_producev(
          handle_, RD_KAFKA_V_TOPIC(message.topic.c_str()), RD_KAFKA_V_PARTITION(0),
          RD_KAFKA_V_KEY(message.key.data(), message.key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(message.value->data()), message.value->size()),
          RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      Check(error == RD_KAFKA_RESP_ERR_NO_ERROR, "not produced");
    }
    Done(rd_kafka_commit_transaction(handle_, 60'000));
  }

 private:
  rd_kafka_t* handle_;
};

// What one transaction holds, as the relay would send it.
std::vector<kafka::Message> Messages(const std::string& topic, log::EventLog& log) {
  kafka::EventsMapping mapping(topic, 0, log.origin(), kafka::ValueFormat::kProtobuf);
  std::vector<kafka::Message> messages;
  const auto read = log.ReadAll({.from = 0, .max_records = kBatch, .max_bytes = 1u << 30});
  Check(read.ok() && read->records.size() == kBatch, "no records");
  for (const log::Record& record : read->records) {
    const std::optional<Position> previous =
        record.position == 0 ? std::nullopt : std::optional<Position>(record.position - 1);
    Check(
        mapping.Map(record, previous, [&](const kafka::Message& m) { messages.push_back(m); }).ok(),
        "not mapped");
  }
  return messages;
}

// Appends all the time, so many at once.
class Appender {
 public:
  explicit Appender(log::EventLog& log) : log_(log) {}
  ~Appender() { Drain(); }

  // Waits until fewer than `in_flight` are; then appends one. `answered` is told its position.
  void Append(int in_flight, std::function<void(Position)> answered) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ < in_flight; });
    ++waiting_;
    lock.unlock();
    log_.Append(Events(started_++, 1), [this, answered = std::move(answered)](auto outcome) {
      Check(outcome.ok(), "no append");
      answered(std::get<log::Appended>(*outcome).first);
      const std::lock_guard relock(mutex_);
      --waiting_;
      changed_.notify_one();
    });
  }
  void Drain() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ == 0; });
  }

 private:
  log::EventLog& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  uint64_t started_ = 0;
};

// When each position was answered and when a stranger had it.
struct Seen {
  std::mutex mutex;
  std::vector<double> answered, read;
  void Put(std::vector<double>& at, Position position) {
    const double now = Now();
    const std::lock_guard lock(mutex);
    if (at.size() <= position) at.resize(position + 1);
    at[position] = now;
  }
};

}  // namespace

std::string KafkaBench::Fresh(const char* what) {
  return std::string(what) + std::to_string(++number_) + ".";
}

double KafkaBench::Relayed(uint64_t records) {
  const std::string prefix = Fresh("relayed");
  OwnLog own(directory_ + "/" + prefix);
  own.Fill(records);
  Stretch stretch;
  const auto relay = StartRelay(cluster_.bootstrap(), prefix, *own.log);
  while (relay->Status().sent < records) {
    stretch.At(relay->Status().sent);
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  stretch.At(records);
  return stretch.per_second();
}

double KafkaBench::BareProducer(uint64_t records) {
  const std::string prefix = Fresh("bare");
  OwnLog own(directory_ + "/" + prefix);
  own.Fill(kBatch);
  kafka::ConnectionOptions connection;
  connection.bootstrap = cluster_.bootstrap();
  const std::string topic = kafka::TopicNames(prefix).events;
  Check(
      kafka::EnsureTopics(connection, {{.name = topic, .replication = 1}}, absl::Seconds(60)).ok(),
      "no topic");
  const std::vector<kafka::Message> messages = Messages(topic, *own.log);
  Bare bare(cluster_.bootstrap(), prefix);
  Stretch stretch;
  for (uint64_t sent = 0; sent < records;) {
    bare.Send(messages);
    stretch.At(sent += kBatch);
  }
  return stretch.per_second();
}

std::vector<double> KafkaBench::Delays(double seconds, int in_flight) {
  const std::string prefix = Fresh("delays");
  OwnLog own(directory_ + "/" + prefix);
  Check(own.log->AppendAndWait(Events(0, 1)).ok(), "no append");
  const auto relay = StartRelay(cluster_.bootstrap(), prefix, *own.log);
  while (relay->Status().sent == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  kafka::ConnectionOptions connection;
  connection.bootstrap = cluster_.bootstrap();
  auto reader = kafka::PartitionReader::Open(connection, kafka::TopicNames(prefix).events, 0);
  Check(reader.ok() && (*reader)->StartAt(0).ok(), "no reader");
  Seen seen;
  std::atomic<Position> end = ~Position{0};
  std::thread reading([&] {
    for (Position next = 0; next < end;) {
      auto messages = (*reader)->Read(10'000, absl::Milliseconds(50));
      Check(messages.ok(), "not read");
      for (const kafka::ReadMessage& message : *messages) {
        next = *kafka::ParseSequence(*message.Find(kafka::kSequence)) + 1;
        seen.Put(seen.read, next - 1);
      }
    }
  });
  {
    Appender appender(*own.log);
    for (const double begun = Now(); Now() - begun < seconds;) {
      appender.Append(std::max(in_flight, 1),
                      [&](Position position) { seen.Put(seen.answered, position); });
      if (in_flight == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  end = own.log->committed();
  reading.join();
  std::vector<double> delays;
  for (Position i = 1; i < seen.answered.size(); ++i) {
    delays.push_back((seen.read[i] - seen.answered[i]) * 1e6);
  }
  std::sort(delays.begin(), delays.end());
  return delays;
}

double KafkaBench::Appends(double seconds, const std::string& absent_broker) {
  return MergedAppends(directory_ + "/" + Fresh("appends"), seconds,
                       [&](log::EventLog& log) -> std::shared_ptr<void> {
                         if (absent_broker.empty()) return nullptr;
                         return StartRelay(absent_broker, "absent.", log);
                       });
}

}  // namespace skyndsamt::bench
