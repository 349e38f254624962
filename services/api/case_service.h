// CaseService: queries about cases, each at a position and within the caller's sight, and the watch
// over them. A case outside is answered like one that does not exist.
#pragma once

#include "services/api/backend.h"
#include "services/api/case_details.h"
#include "skyndsamt/api/v1/case_service.grpc.pb.h"

namespace skyndsamt::api {

using RawCaseService =
    v1::CaseService::WithRawCallbackMethod_GetCase<v1::CaseService::WithRawCallbackMethod_ListCases<
        v1::CaseService::WithRawCallbackMethod_ListWorklist<
            v1::CaseService::WithRawCallbackMethod_GetTimeliness<
                v1::CaseService::WithRawCallbackMethod_CompareTimeliness<
                    v1::CaseService::WithRawCallbackMethod_GetForecast<
                        v1::CaseService::WithRawCallbackMethod_ListForecast<
                            v1::CaseService::WithRawCallbackMethod_GetPattern<
                                v1::CaseService::WithRawCallbackMethod_ListAuditTrail<
                                    v1::CaseService::WithRawCallbackMethod_WatchCases<
                                        v1::CaseService::Service>>>>>>>>>>;

// Thread-safe.
class CaseService final : public RawCaseService {
 public:
  explicit CaseService(const Backend& backend)
      : backend_(backend), details_(backend.log, backend.keys, backend.views) {}

  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListWorklist(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetTimeliness(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* CompareTimeliness(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetForecast(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListForecast(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetPattern(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListAuditTrail(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchCases(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in) override;

 private:
  using GetCaseCall = UnaryCall<v1::GetCaseRequest, v1::Case>;
  using ListCasesCall = UnaryCall<v1::ListCasesRequest, v1::ListCasesResponse>;
  using ListWorklistCall = UnaryCall<v1::ListWorklistRequest, v1::ListWorklistResponse>;
  using GetTimelinessCall = UnaryCall<v1::GetTimelinessRequest, v1::Timeliness>;
  using CompareTimelinessCall =
      UnaryCall<v1::CompareTimelinessRequest, v1::CompareTimelinessResponse>;
  using GetForecastCall = UnaryCall<v1::GetForecastRequest, v1::Forecast>;
  using ListForecastCall = UnaryCall<v1::ListForecastRequest, v1::ListForecastResponse>;
  using GetPatternCall = UnaryCall<v1::GetPatternRequest, v1::Pattern>;
  using ListAuditTrailCall = UnaryCall<v1::ListAuditTrailRequest, v1::ListAuditTrailResponse>;

  void Answer(GetCaseCall& call) const;
  void Answer(ListCasesCall& call) const;
  void Answer(ListWorklistCall& call) const;
  void Answer(GetTimelinessCall& call) const;
  void Answer(CompareTimelinessCall& call) const;
  void Answer(GetForecastCall& call) const;
  void Answer(ListForecastCall& call) const;
  void Answer(GetPatternCall& call) const;
  void Answer(ListAuditTrailCall& call) const;

  const Backend backend_;
  const CaseDetails details_;
};

}  // namespace skyndsamt::api
