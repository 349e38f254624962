#include "services/commands/incident_commands.h"

#include <utility>

#include "services/commands/command_runner.h"
#include "services/commands/intake.h"

namespace skyndsamt::commands {
namespace {

using api::v1::RecordFactsRequest;
using api::v1::RecordFactsResponse;
using domain::Rejection;

Rejection Invalid(const char* field) { return {api::v1::REASON_FIELD_INVALID, field}; }

}  // namespace

IncidentCommands::IncidentCommands(log::EventLog& log, vault::KeyStore& keys, const Units& units,
                                   const Clock& clock, const IncidentCommandsOptions& options)
    : clock_(clock),
      cache_(std::make_unique<IncidentCache>(options.cache_bytes)),
      runner_(std::make_unique<CommandRunner>(log, keys, units, clock, *cache_)) {}

IncidentCommands::~IncidentCommands() = default;

bool IncidentCommands::WouldBlock(const RecordFactsRequest& request) const {
  return runner_->WouldBlock(request);
}

void IncidentCommands::RecordFacts(const CallerScope& caller, const RecordFactsRequest& request,
                                   RecordDone done) {
  const auto stream = StreamId::Parse(request.incident());
  if (!stream.ok() || stream->empty()) return done(RecordOutcome(Invalid("incident")));
  const bool nameless = request.validate_only() && request.request_id().empty();
  const auto id = ParseUuid(request.request_id());
  if (!id.ok() && !nameless) return done(RecordOutcome(Invalid("request_id")));
  if (request.has_imported() && request.imported().source().empty()) {
    return done(RecordOutcome(Invalid("imported.source")));
  }
  auto command = std::make_shared<Command>();
  command->caller = caller;
  command->scope =
      request.has_imported() ? caller.ForImport(request.imported().source()) : caller.ForRequests();
  if (id.ok()) command->request_id = FormatUuid(*id);
  command->key = RequestKeyOf(command->scope, command->request_id);
  command->stream = *stream;
  command->method = "RecordFacts";
  command->asked = &request;
  command->facts = &request;
  if (request.validate_only()) {
    // It is asked what would become of the request that is no mere question.
    command->own_facts = request;
    command->own_facts.clear_validate_only();
    command->asked = &command->own_facts;
  }
  command->may_assume_new = OpensAnIncident(request);
  command->done = std::move(done);
  runner_->Start(command);
}

void IncidentCommands::ReceiveReport(const CallerScope& caller,
                                     const api::v1::ReceiveReportRequest& request,
                                     ReportDone done) {
  const auto id = ParseUuid(request.request_id());
  if (!id.ok()) return done(ReportOutcome(Invalid("request_id")));
  auto command = std::make_shared<Command>();
  command->caller = caller;
  command->scope = caller.ForRequests();
  command->request_id = FormatUuid(*id);
  command->key = RequestKeyOf(command->scope, command->request_id);
  if (request.incident().empty()) {
    command->stream = StreamId{DerivedUuid("incident/" + command->scope, command->request_id)};
  } else {
    const auto stream = StreamId::Parse(request.incident());
    if (!stream.ok() || stream->empty()) return done(ReportOutcome(Invalid("incident")));
    command->stream = *stream;
  }
  command->method = "ReceiveReport";
  command->asked = &request;
  command->own_facts = FactsOfReport(request, clock_.Now());
  command->facts = &command->own_facts;
  command->may_assume_new = true;
  command->done = [done = std::move(done)](absl::StatusOr<RecordOutcome> outcome) {
    if (!outcome.ok()) return done(outcome.status());
    if (auto* recorded = std::get_if<RecordFactsResponse>(&*outcome)) {
      api::v1::ReceiveReportResponse response;
      response.set_incident(recorded->incident());
      *response.mutable_position() = recorded->position();
      response.set_revision(recorded->revision());
      response.set_deduplicated(recorded->deduplicated());
      *response.mutable_next_actions() = std::move(*recorded->mutable_next_actions());
      return done(ReportOutcome(std::move(response)));
    }
    if (auto* rejection = std::get_if<Rejection>(&*outcome)) {
      return done(ReportOutcome(InReport(std::move(*rejection))));
    }
    if (auto* conflict = std::get_if<ConflictOutcome>(&*outcome)) {
      return done(ReportOutcome(std::move(*conflict)));
    }
    done(ReportOutcome(RequestReused()));
  };
  runner_->Start(command);
}

}  // namespace skyndsamt::commands
