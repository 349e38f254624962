// IncidentService: the one write path. A command whose incident is folded in memory is decided on
// the thread that gRPC called, with no hop until the log answers; one that has to be read first
// goes to a worker.
#pragma once

#include "services/api/backend.h"
#include "services/api/command_call.h"
#include "skyndsamt/api/v1/incident_service.grpc.pb.h"

namespace skyndsamt::api {

// Thread-safe.
class IncidentService final
    : public v1::IncidentService::WithRawCallbackMethod_RecordFacts<
          v1::IncidentService::WithRawCallbackMethod_ReceiveReport<v1::IncidentService::Service>> {
 public:
  explicit IncidentService(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* RecordFacts(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ReceiveReport(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;

 private:
  using RecordCall = UnaryCall<v1::RecordFactsRequest, v1::RecordFactsResponse>;
  using ReportCall = UnaryCall<v1::ReceiveReportRequest, v1::ReceiveReportResponse>;

  const Backend backend_;
};

}  // namespace skyndsamt::api
