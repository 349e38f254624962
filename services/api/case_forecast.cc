// CaseService's questions ahead and across: what will be late, and what was repeated.
#include "projections/law/civil_time.h"
#include "services/api/case_query.h"
#include "services/api/case_service.h"

namespace skyndsamt::api {

using access::Rpc;
using views::Reach;

grpc::ServerUnaryReactor* CaseService::GetForecast(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* in,
                                                   grpc::ByteBuffer* out) {
  return Serve<v1::GetForecastRequest, v1::Forecast>(
      backend_.guard, Rpc::kGetForecast, context, in, out, [this](GetForecastCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](GetForecastCall& c) { Answer(c); });
      });
}

void CaseService::Answer(GetForecastCall& call) const {
  const auto& request = call.request();
  if (!MayAsk(backend_, call)) return;
  if (IsMalformed(call, request.until(), "until") || IsMalformed(call, request.as_of(), "as_of")) {
    return;
  }
  const auto forecast = backend_.views.GetForecast(request.incident(), request.child(),
                                                   request.until(), request.as_of());
  if (!forecast.ok()) {
    return call.Refuse(
        RefuseCase(call, forecast.status(), std::string(forecast.status().message())));
  }
  call.Answer(*forecast);
}

grpc::ServerUnaryReactor* CaseService::ListForecast(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return Serve<v1::ListForecastRequest, v1::ListForecastResponse>(
      backend_.guard, Rpc::kListForecast, context, in, out, [this](ListForecastCall& call) {
        ReadWhenReached(backend_, call, Reach::kSettled,
                        [this](ListForecastCall& c) { Answer(c); });
      });
}

void CaseService::Answer(ListForecastCall& call) const {
  const auto& request = call.request();
  const auto asked = ReadPage(call, 50, 500);
  if (!asked || IsMalformed(call, request.until(), "until")) return;
  auto sight = UnitsAsked(backend_.views, call);
  if (!sight) return;
  if (AsksOfNoRole(call)) return;
  if (sight->nothing()) return AnswerNothing(backend_, call);
  auto page = backend_.views.ListForecast(
      {{std::move(sight->units), request.role(), asked->limit, asked->after},
       request.until(),
       request.only_late()});
  if (!page.ok()) {
    return call.Refuse(RefuseQuery(page.status(), {v1::REASON_UNIT_UNKNOWN, "unit"},
                                   std::string(page.status().message())));
  }
  v1::ListForecastResponse& response = call.response();
  for (v1::ForecastStep& step : page->items) *response.add_steps() = std::move(step);
  response.set_as_of(law::FormatInstant(page->as_of));
  response.set_until(law::FormatInstant(page->until));
  FillPage(backend_.log, *asked, *page, response);
  call.Answer();
}

grpc::ServerUnaryReactor* CaseService::GetPattern(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  return Serve<v1::GetPatternRequest, v1::Pattern>(
      backend_.guard, Rpc::kGetPattern, context, in, out, [this](GetPatternCall& call) {
        ReadWhenReached(backend_, call, Reach::kApplied, [this](GetPatternCall& c) { Answer(c); });
      });
}

void CaseService::Answer(GetPatternCall& call) const {
  const auto& request = call.request();
  views::PatternQuery query;
  switch (request.of_case()) {
    case v1::GetPatternRequest::kChild:
      query.child = request.child();
      break;
    case v1::GetPatternRequest::kAccused:
      query.accused = request.accused();
      break;
    case v1::GetPatternRequest::kPlace:
      query.unit = request.place().unit();
      query.place = request.place().place();
      if (query.place.empty()) return call.Refuse(v1::REASON_FIELD_INVALID, "place.place");
      break;
    case v1::GetPatternRequest::OF_NOT_SET:
      return call.Refuse(v1::REASON_FIELD_INVALID, "child");
  }
  if (IsMalformed(call, request.as_of(), "as_of") ||
      IsMalformed(call, request.known_at(), "known_at")) {
    return;
  }
  const UnitsInSight sight = SightOf(backend_.views, call.caller());
  if (!sight.all) query.units = sight.units;
  query.as_of = request.as_of();
  query.known_at = request.known_at();
  const auto pattern = backend_.views.GetPattern(query);
  if (!pattern.ok()) {
    return call.Refuse(
        RefuseQuery(pattern.status(), kNoIncident, std::string(pattern.status().message())));
  }
  call.Answer(*pattern);
}

}  // namespace skyndsamt::api
