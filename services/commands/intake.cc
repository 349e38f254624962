#include "services/commands/intake.h"

#include <array>
#include <string_view>
#include <utility>

#include "absl/time/time.h"

namespace skyndsamt::commands {
namespace {

using event::v1::Fact;

// Path in the facts, path in the report; the first that fits is meant.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPaths = {{
    {"facts[0].happened", "happened"},
    {"facts[0].incident_opened.", ""},
    {"facts[0].incident_opened", "incident"},
    {"facts[1].happened", "received"},
    {"facts[1].by_person", "reporter.person"},
    {"facts[1].by", "reporter.party"},
    {"facts[1].to_person", "receiver.person"},
    {"facts[1].to", "receiver.party"},
    {"facts[1].report_received.", ""},
    {"facts[1].", ""},
    {"expected_revision", "incident"},
}};

Fact Opened(const api::v1::ReceiveReportRequest& report) {
  Fact fact;
  fact.set_id("opened");
  if (report.has_happened()) {
    *fact.mutable_happened() = report.happened();
  } else {
    fact.mutable_happened()->set_edtf("unknown");
  }
  auto& opened = *fact.mutable_incident_opened();
  opened.set_unit(report.unit());
  opened.set_place(report.place());
  *opened.mutable_children() = report.children();
  *opened.mutable_accused() = report.accused();
  return fact;
}

Fact Received(const api::v1::ReceiveReportRequest& report, Micros now) {
  Fact fact;
  fact.set_id("report");
  if (report.has_received()) {
    *fact.mutable_happened() = report.received();
  } else {
    fact.mutable_happened()->set_edtf(
        absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::FromUnixMicros(now), absl::UTCTimeZone()));
  }
  fact.set_by(report.reporter().party());
  fact.set_by_person(report.reporter().person());
  const auto to = report.receiver().party();
  fact.set_to(to == event::v1::PARTY_UNSPECIFIED ? event::v1::PARTY_STAFF : to);
  fact.set_to_person(report.receiver().person());
  fact.set_channel(report.channel());
  *fact.mutable_mentions() = report.mentions();
  auto& received = *fact.mutable_report_received();
  if (report.has_discoverer()) *received.mutable_discoverer() = report.discoverer();
  if (report.has_reporter()) *received.mutable_reporter() = report.reporter();
  received.set_what_happened(report.what_happened());
  received.set_believed_reason(report.believed_reason());
  if (report.has_adults_present()) received.set_adults_present(report.adults_present());
  if (report.has_children_present()) received.set_children_present(report.children_present());
  return fact;
}

}  // namespace

api::v1::RecordFactsRequest FactsOfReport(const api::v1::ReceiveReportRequest& report, Micros now) {
  api::v1::RecordFactsRequest request;
  request.set_request_id(report.request_id());
  request.set_incident(report.incident());
  request.mutable_expected_revision()->set_none(true);
  *request.add_facts() = Opened(report);
  *request.add_facts() = Received(report, now);
  return request;
}

domain::Rejection InReport(domain::Rejection rejection) {
  for (const auto& [from, to] : kPaths) {
    if (std::string_view(rejection.field).substr(0, from.size()) != from) continue;
    rejection.field = std::string(to) + rejection.field.substr(from.size());
    break;
  }
  return rejection;
}

}  // namespace skyndsamt::commands
