// What Prometheus may ask of a running server: what GetServerStatus answers, read when it is asked,
// as metrics. Labels are names of topics, views and states: nothing of a case, a unit or a person.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "prometheus/metric_family.h"
#include "skyndsamt/api/v1/operation_service.pb.h"

namespace skyndsamt::server {

// A status as metrics; deploy/README.md lists them.
std::vector<prometheus::MetricFamily> MetricsOf(const api::v1::ServerStatus& status);

// Thread-safe.
class MetricsEndpoint {
 public:
  // Serves http://ADDRESS/metrics from here on; port 0 = any free port. `status` is asked on
  // threads of the endpoint's own and must outlive it. UNAVAILABLE if the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Start(
      const std::string& address, std::function<api::v1::ServerStatus()> status);
  virtual ~MetricsEndpoint() = default;  // ends with the answers under way

  virtual int port() const = 0;
};

}  // namespace skyndsamt::server
