#include "services/server/figures.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "eventstore/kafka/cloud_event.h"
#include "google/protobuf/util/json_util.h"

namespace skyndsamt::server {
namespace {

std::string ValueOf(const statistics::v1::Figure& figure, kafka::ValueFormat format) {
  if (format == kafka::ValueFormat::kProtobuf) return figure.SerializeAsString();
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(figure, &json);
  return written.ok() ? json : std::string();  // every Figure has one
}

// In protobuf's bytes, whichever of the two forms it is written in; nullopt if it is in neither.
std::optional<std::string> FigureIn(const kafka::Message& message) {
  const std::string value = message.value.value_or("");
  statistics::v1::Figure figure;
  for (const kafka::Header& header : message.headers) {
    if (header.name != kafka::kContentType) continue;
    const bool read = header.value == kafka::kJsonType
                          ? google::protobuf::util::JsonStringToMessage(value, &figure).ok()
                          : figure.ParseFromString(value);
    if (read) return figure.SerializeAsString();
  }
  return std::nullopt;
}

}  // namespace

kafka::Message FigureMessage(const statistics::Told& told, const std::string& topic,
                             const std::string& origin, kafka::ValueFormat format) {
  const auto& figure = told.figure;
  const std::string key = figure.unit().empty() ? figure.authority() : figure.unit();
  const absl::Time at = absl::FromUnixMicros(told.at);
  const bool protobuf = format == kafka::ValueFormat::kProtobuf;
  return {.topic = topic,
          .key = key,
          .value = ValueOf(figure, format),
          .headers = {{std::string(kafka::kContentType),
                       std::string(protobuf ? kafka::kProtobufType : kafka::kJsonType)},
                      {"ce_specversion", "1.0"},
                      {"ce_id", absl::StrCat(figure.id(), ".", figure.revision())},
                      {"ce_source", origin},
                      {"ce_type", "statistics.figure"},
                      {"ce_time", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", at, absl::UTCTimeZone())},
                      {"ce_subject", key},
                      {"ce_partitionkey", key},
                      {"ce_dataschema", "urn:skyndsamt:skyndsamt.statistics.v1.Figure"}},
          .timestamp = absl::ToUnixMillis(at)};
}

absl::StatusOr<std::vector<kafka::Message>> FigureOutbox::From(uint64_t number, size_t most) {
  const Position sent = sent_();
  const auto told = statistics_.From(number, most);
  if (!told.ok()) return told.status();
  std::vector<kafka::Message> messages;
  for (const statistics::Told& one : *told) {
    if (one.end > sent) break;
    messages.push_back(FigureMessage(one, topic_, origin_, format_));
  }
  return messages;
}

bool FigureOutbox::Same(const kafka::Message& ours, const kafka::Message& theirs) const {
  const auto here = FigureIn(ours);
  return ours.key == theirs.key && here && here == FigureIn(theirs);
}

kafka::PublisherOptions FiguresPublisherOf(const Config& config) {
  const kafka::TopicNames names(config.kafka_topic_prefix);
  kafka::PublisherOptions options;
  options.connection = KafkaConnection(config);
  options.topic = {.name = names.statistics,
                   .kept = kafka::Kept::kForever,
                   .replication = config.kafka_replication,
                   .max_message_bytes = 64 * 1024};
  options.positions = names.relay_position;
  options.ensure_topics = config.kafka_check_topics;
  return options;
}

std::string FiguresTransactionalId(const Config& config, const std::string& origin) {
  return absl::StrCat(kafka::TopicNames(config.kafka_topic_prefix).transactions, origin,
                      "#statistics");
}

absl::StatusOr<Figures> StartFigures(const Config& config, const Stores& stores,
                                     const kafka::Relay* relay, JsonLog& log) {
  Figures figures;
  const bool wanted = relay != nullptr || config.replica;
  if (!wanted || !config.kafka_statistics) return figures;
  statistics::StatisticsOptions statistics;
  statistics.runner.directory = config.data + "/statistics";
  statistics.runner.memtable_bytes = 8u << 20;
  statistics.runner.block_cache_bytes = 8u << 20;
  statistics.method = {.k = static_cast<size_t>(config.statistics_k),
                       .months = config.statistics_months};
  auto opened = statistics::Statistics::Open(statistics, *stores.log);
  if (!opened.ok()) return opened.status();
  figures.statistics = *std::move(opened);
  figures.statistics->Start();
  if (relay == nullptr) return figures;

  kafka::PublisherOptions options = FiguresPublisherOf(config);
  options.on_change = [&log](const kafka::PublisherStatus& status) {
    const std::vector<LogField> fields = {{"reason", status.reason},
                                          {"published", static_cast<int64_t>(status.published)}};
    const bool well = status.reason.empty();
    well ? log.Info("statistics_publisher", fields) : log.Warn("statistics_publisher", fields);
  };
  const std::string& origin = stores.log->origin();
  auto outbox =
      std::make_unique<FigureOutbox>(*figures.statistics, options.topic.name, origin,
                                     FormatOf(config), [relay] { return relay->Status().sent; });
  figures.publisher = kafka::StartOutboxPublisher(
      std::move(options), FiguresTransactionalId(config, origin), *stores.log, std::move(outbox));
  return figures;
}

bool TellIfStopped(const Figures& figures, JsonLog& log) {
  if (figures.statistics == nullptr || figures.statistics->health().ok()) return false;
  log.Error("statistics_stopped", {{"reason", figures.statistics->health().ToString()}});
  return true;
}

void ReportFigures(const Config& config, const Figures& figures, api::v1::ServerStatus& status) {
  if (figures.publisher == nullptr) return;
  const kafka::PublisherStatus told = figures.publisher->Status();
  auto* one = status.add_relays();
  one->set_topic(kafka::TopicNames(config.kafka_topic_prefix).statistics);
  const absl::Status health = figures.statistics->health();
  one->set_state(kafka::NameOf(health.ok() ? told.state : kafka::PublisherStatus::State::kStopped));
  one->set_reason(health.ok() ? told.reason : std::string(health.message()));
  one->set_sent(told.published);
  const uint64_t all = figures.statistics->Count().value_or(0);
  one->set_backlog(all > told.published ? all - told.published : 0);
}

}  // namespace skyndsamt::server
