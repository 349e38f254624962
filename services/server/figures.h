// What a primary tells the world in figures: the statistics over the log, and their way to Kafka. A
// replica makes them too and tells nobody, so that once it is promoted it goes on with the topic: a
// later version or another method gives the periods that were over before it other figures.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/kafka/message.h"
#include "eventstore/kafka/outbox_publisher.h"
#include "eventstore/kafka/publisher.h"
#include "eventstore/kafka/relay.h"
#include "projections/statistics/statistics.h"
#include "services/server/config.h"
#include "services/server/json_log.h"
#include "services/server/wiring.h"
#include "skyndsamt/api/v1/operation_service.pb.h"

namespace skyndsamt::server {

// A figure as a record of the statistics topic: a CloudEvent 1.0 in Kafka's binary mode.
//
//   key                the unit, or the authority where no unit is named
//   value              statistics.v1.Figure
//   content-type       application/protobuf, or application/json
//   ce_specversion     1.0
//   ce_id              the figure's id and revision, "ID.REVISION"
//   ce_source          the log's origin
//   ce_type            statistics.figure
//   ce_time            when the period was over, to which Kafka's own timestamp is set as well: no
//                      time of any event
//   ce_subject, ce_partitionkey   as the key
//   ce_dataschema      urn:skyndsamt:skyndsamt.statistics.v1.Figure
//
// The publisher adds ce_sequence and ce_previoussequence: the figure's number, no position.
kafka::Message FigureMessage(const statistics::Told& told, const std::string& topic,
                             const std::string& origin, kafka::ValueFormat format);

// The figures that rest on events which Kafka has, as `sent` says: what is told of a log that is
// lost before it was relayed could not be told again.
class FigureOutbox final : public kafka::Outbox {
 public:
  FigureOutbox(const statistics::Statistics& statistics, std::string topic, std::string origin,
               kafka::ValueFormat format, std::function<Position()> sent)
      : statistics_(statistics),
        topic_(std::move(topic)),
        origin_(std::move(origin)),
        format_(format),
        sent_(std::move(sent)) {}
  absl::StatusOr<std::vector<kafka::Message>> From(uint64_t number, size_t most) override;
  // By the figures, each read as its content-type says: kafka_values may have been changed since.
  bool Same(const kafka::Message& ours, const kafka::Message& theirs) const override;

 private:
  const statistics::Statistics& statistics_;
  const std::string topic_, origin_;
  const kafka::ValueFormat format_;
  const std::function<Position()> sent_;
};

kafka::PublisherOptions FiguresPublisherOf(const Config& config);
// Fences whoever else publishes the figures of this log.
std::string FiguresTransactionalId(const Config& config, const std::string& origin);

// The publisher goes before the statistics. Both are null where Kafka or they are left out, and the
// publisher on a replica.
struct Figures {
  std::unique_ptr<statistics::Statistics> statistics;
  std::unique_ptr<kafka::Publisher> publisher;
};
// `relay`, null where Kafka is left out and on a replica, outlives it. The store is
// DATA/statistics.
absl::StatusOr<Figures> StartFigures(const Config& config, const Stores& stores,
                                     const kafka::Relay* relay, JsonLog& log);
// Whether no figure comes any more until the server is started again, and an error that says why.
bool TellIfStopped(const Figures& figures, JsonLog& log);
// "stopped", with the reason, also where what would be published comes no more.
void ReportFigures(const Config& config, const Figures& figures, api::v1::ServerStatus& status);

}  // namespace skyndsamt::server
