#include "services/server/metrics.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "prometheus/collectable.h"
#include "prometheus/exposer.h"

namespace skyndsamt::server {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Gauge(const char* name, const char* help) {
  return {absl::StrCat("skyndsamt_", name), help, MetricType::Gauge, {}};
}

void Add(MetricFamily& family, double value, Labels labels = {}) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

MetricFamily One(MetricFamily family, double value, Labels labels = {}) {
  Add(family, value, std::move(labels));
  return family;
}

// One series for each state, of which the present one is 1.
void AddStates(MetricFamily& family, std::vector<const char*> states, const std::string& present,
               const Labels& labels = {}) {
  for (const char* state : states) {
    Labels with_state = labels;
    with_state.push_back({"state", state});
    Add(family, state == present ? 1 : 0, std::move(with_state));
  }
}

const std::vector<const char*> kFollowing = {"starting", "running", "waiting", "stopped"};

std::vector<MetricFamily> OfTheLog(const api::v1::ServerStatus& status) {
  std::vector<MetricFamily> out;
  MetricFamily records =
      Gauge("log_records_total",
            "Records appended and committed: the next position. Starts at the log's "
            "first record, not the process's start.");
  records.type = MetricType::Counter;
  out.push_back(One(std::move(records), static_cast<double>(status.records())));
  MetricFamily state = Gauge("log_state",
                             "1 for the state that the log is in. Nothing is recorded "
                             "in any but open.");
  AddStates(state, {"open", "low_space", "poisoned", "retired"}, status.log_state());
  out.push_back(std::move(state));
  out.push_back(
      One(Gauge("checkpoint_records", "Records that the newest signed checkpoint covers."),
          static_cast<double>(status.checkpoint())));
  if (status.free_bytes() > 0) {
    out.push_back(One(Gauge("log_free_bytes", "Free space on the log's disk."),
                      static_cast<double>(status.free_bytes())));
  }
  out.push_back(One(Gauge("build_info", "Always 1; the label says which version runs."), 1,
                    {{"version", status.version()}}));
  return out;
}

std::vector<MetricFamily> OfViews(const api::v1::ServerStatus& status) {
  MetricFamily position =
      Gauge("view_position_records", "The next position that a view will take.");
  MetricFamily lag = Gauge("view_lag_records", "Committed records that a view has not taken.");
  for (const auto& view : status.views()) {
    const Labels labels = {{"view", view.view()}, {"version", absl::StrCat(view.version())}};
    Add(position, static_cast<double>(view.position()), labels);
    Add(lag, static_cast<double>(view.lag()), labels);
  }
  return {std::move(position), std::move(lag)};
}

std::vector<MetricFamily> OfRelays(const api::v1::ServerStatus& status) {
  if (status.relays().empty()) return {};
  MetricFamily sent =
      Gauge("relay_sent_records",
            "What the topic has, as last known: records of the log, records covered "
            "by a checkpoint, or figures, as the topic is.");
  MetricFamily backlog = Gauge("relay_backlog_records", "The same, what the topic has not yet.");
  MetricFamily state = Gauge("relay_state",
                             "1 for the state that feeding the topic is in: waiting "
                             "goes on by itself, stopped does not.");
  for (const auto& relay : status.relays()) {
    const Labels labels = {{"topic", relay.topic()}};
    Add(sent, static_cast<double>(relay.sent()), labels);
    Add(backlog, static_cast<double>(relay.backlog()), labels);
    AddStates(state, kFollowing, relay.state(), labels);
  }
  return {std::move(sent), std::move(backlog), std::move(state)};
}

std::vector<MetricFamily> OfReplica(const api::v1::ServerStatus& status) {
  if (!status.has_replica()) return {};
  MetricFamily state = Gauge("replica_state",
                             "1 for the state that copying the log is in: waiting "
                             "goes on by itself, stopped does not.");
  AddStates(state, kFollowing, status.replica().state());
  return {
      std::move(state),
      One(Gauge("replica_position_records", "The next position that the replica will take."),
          static_cast<double>(status.records())),
      One(Gauge("replica_lag_messages",
                "Messages of the topic that were not read at the last look, transactions' marks "
                "included."),
          static_cast<double>(status.replica().lag())),
      One(Gauge("replica_caught_up", "1 if the replica had read everything at the last look."),
          status.replica().caught_up() ? 1 : 0)};
}

class StatusCollectable final : public prometheus::Collectable {
 public:
  explicit StatusCollectable(std::function<api::v1::ServerStatus()> status)
      : status_(std::move(status)) {}
  std::vector<MetricFamily> Collect() const override { return MetricsOf(status_()); }

 private:
  const std::function<api::v1::ServerStatus()> status_;
};

class LiveEndpoint final : public MetricsEndpoint {
 public:
  LiveEndpoint(const std::string& address, std::function<api::v1::ServerStatus()> status)
      : collectable_(std::make_shared<StatusCollectable>(std::move(status))), exposer_(address) {
    exposer_.RegisterCollectable(collectable_);
  }
  int port() const override { return exposer_.GetListeningPorts().at(0); }

 private:
  const std::shared_ptr<StatusCollectable> collectable_;
  prometheus::Exposer exposer_;
};

}  // namespace

std::vector<MetricFamily> MetricsOf(const api::v1::ServerStatus& status) {
  std::vector<MetricFamily> all;
  for (auto* of : {&OfTheLog, &OfViews, &OfRelays, &OfReplica}) {
    std::vector<MetricFamily> some = of(status);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, std::function<api::v1::ServerStatus()> status) {
  try {
    return std::make_unique<LiveEndpoint>(address, std::move(status));
  } catch (const std::exception&) {  // the library's text names no address
    return absl::UnavailableError(absl::StrCat("cannot listen on metrics_address ", address));
  }
}

}  // namespace skyndsamt::server
