#include "services/commands/rule_set_commands.h"

#include <optional>
#include <utility>

#include "services/commands/envelope.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {
namespace {

using domain::Rejection;

constexpr char kKind[] = "system";

StreamId RulesStream() { return StreamId{DerivedUuid("system", "rules")}; }

// The system stream as the server's start reads it.
struct Published {
  std::optional<Revision> last;
  Position position = 0;
  bool by_request = false;  // the last one was somebody's
  bool has_version = false;
};

absl::StatusOr<Published> ReadPublished(log::EventLog& log, const std::string& version) {
  Published published;
  log::ReadOptions options;
  options.from = 0;
  log::v1::Body body;
  event::v1::SystemEvent event;
  while (options.from) {
    auto page = log.ReadStream(RulesStream(), options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (!body.ParseFromString(record.body) || !event.ParseFromString(body.event())) {
        return absl::DataLossError("the rule set in the log does not parse");
      }
      published.last = record.revision;
      published.position = record.position;
      published.by_request = !body.request_hash().empty();
      published.has_version =
          published.has_version || event.rule_set_published().version() == version;
    }
    options.from = page->next;
  }
  return published;
}

}  // namespace

RuleSetCommands::RuleSetCommands(log::EventLog& log, vault::KeyStore& keys, const Clock& clock)
    : log_(log), stream_(kKind, log, keys, clock) {}

absl::StatusOr<std::variant<api::v1::PublishRuleSetResponse, Rejection, RequestReused>>
RuleSetCommands::PublishRuleSet(const CallerScope& caller,
                                const api::v1::PublishRuleSetRequest& request) {
  OrganisationStream<domain::RuleSetDecider>::Change change(request);
  change.stream = RulesStream();
  *change.event.mutable_rule_set_published() = request.rule_set();
  auto recorded = stream_.Record(caller, change);
  if (!recorded.ok()) return recorded.status();
  if (auto* rejection = std::get_if<Rejection>(&*recorded)) return std::move(*rejection);
  if (std::holds_alternative<RequestReused>(*recorded)) return RequestReused();
  api::v1::PublishRuleSetResponse response;
  if (const auto* appended = std::get_if<log::Appended>(&*recorded)) {
    response.mutable_position()->set_log(log_.origin());
    response.mutable_position()->set_position(appended->first);
    response.set_deduplicated(appended->deduplicated);
  }
  return response;
}

absl::StatusOr<domain::RuleSets> RuleSetCommands::Find() const {
  auto folded = stream_.Fold(RulesStream());
  if (!folded.ok()) return folded.status();
  return std::move(folded->state);
}

absl::StatusOr<RuleSetAtStart> PublishRuleSetIfNew(log::EventLog& log,
                                                   const event::v1::RuleSetPublished& rules) {
  const auto published = ReadPublished(log, rules.version());
  if (!published.ok()) return published.status();
  if (published->has_version) return RuleSetAtStart{published->position, false};
  if (published->last && published->by_request) return RuleSetAtStart{published->position, true};
  event::v1::SystemEvent event;
  *event.mutable_rule_set_published() = rules;
  const CallerScope system{"skyndsamt", "system", "system", "", ""};
  const uint32_t next = published->last ? static_cast<uint32_t>(*published->last) + 1 : 0;
  log::AppendRequest request;
  request.streams.push_back(
      {RulesStream(),
       published->last ? log::Expected::Exactly(*published->last) : log::Expected::None(),
       {Wrap(Envelope{system, std::nullopt, {}, 1}, EventIdOf("system", "rules", next),
             "system.rule_set_published", 0, SealedEvent(), event)}});
  auto outcome = log.AppendAndWait(std::move(request));
  if (!outcome.ok()) return outcome.status();
  if (const auto* appended = std::get_if<log::Appended>(&*outcome)) {
    return RuleSetAtStart{appended->first, false};
  }
  return absl::UnavailableError("another writer published a rule set at the same time");
}

}  // namespace skyndsamt::commands
