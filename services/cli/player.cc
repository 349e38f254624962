#include "services/cli/player.h"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "absl/algorithm/container.h"
#include "eventstore/base/ids.h"
#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "services/cli/file_check.h"
#include "services/cli/local_file.h"
#include "services/cli/policy_publisher.h"

namespace skyndsamt::cli {
namespace {

// What may be said of an opening before its unit is declared, and of facts before those they rest
// on are recorded.
constexpr std::array<std::string_view, 2> kBeforeTheUnit = {"UNIT_UNKNOWN", "CODE_UNKNOWN"};
constexpr std::array<std::string_view, 5> kBeforeTheRest = {
    "INCIDENT_UNKNOWN", "CASE_UNKNOWN", "REFERENCE_UNKNOWN", "CASE_CLOSED", "CASE_NOT_CLOSED"};

// Request ids are the file's own affair: who plays it chose none and can do nothing about one.
Failure BroughtInBefore(const NamedFile& named, const Story& story, const Failure& refusal) {
  Failure failure = refusal;
  failure.field = story.facts[0].path;
  failure.violations.clear();
  failure.text = refusal.reason + "\nincident " + story.name + " of '" + named.file.id +
                 "' was brought in before from a file with other content: give the file a new id, "
                 "or record the new facts with RecordFacts\nhändelsen " +
                 story.name + " i '" + named.file.id +
                 "' togs in förut från en fil med annat innehåll: ge filen ett nytt id, eller "
                 "registrera de nya fakta med RecordFacts";
  return InFile(named, failure.field, failure);
}

// A case file hands no unit over.
Failure OfAnother(const NamedFile& named, const std::string& path, const Failure& refusal) {
  Failure failure =
      WrongIn(named.path,
              {path,
               "says something new of a unit that another authority would lose by it, or that "
               "your access does not cover: declare it with DeclareUnit, from a day on",
               "anger något nytt om en enhet som en annan huvudman därmed skulle förlora, eller "
               "som din behörighet inte gäller: ange det med DeclareUnit, från en dag"});
  failure.reason = refusal.reason;
  return failure;
}

// What is sent as told_at is called as_of in the file.
Failure AsOfRefused(const NamedFile& named, const Failure& refusal) {
  const std::string path = "$.as_of";
  Failure failure = refusal;
  failure.field = path;
  for (Violation& violation : failure.violations) {
    if (violation.field == refusal.field) violation.field = path;
  }
  failure.text = refusal.reason + refusal.text.substr(refusal.text.find('\n'));
  return InFile(named, path, failure);
}

// Told as it happens, a correction has to say why; a case file need not.
void GiveReasons(api::v1::RecordFactsRequest& request) {
  for (event::v1::Fact& fact : *request.mutable_facts()) {
    if (!fact.has_correction() || !fact.correction().reason().empty()) continue;
    fact.mutable_correction()->set_reason("Ärendefilen anger inget skäl.");
  }
}

}  // namespace

std::string AsOfForApi(const std::string& as_of) {
  if (as_of.find('T') == std::string::npos) return as_of;
  auto interval = law::ParseEdtf(as_of);
  return interval.ok() && interval->latest ? law::FormatInstant(*interval->latest) : as_of;
}

template <typename Service, typename Asked, typename Answered>
std::optional<Failure> Player::Say(Service& service,
                                   grpc::Status (Service::*method)(grpc::ClientContext*,
                                                                   const Asked&, Answered*),
                                   Asked request) {
  Answered response;
  auto failure = session_.Call(service, method, request, &response);
  if (!failure && response.has_position()) last_ = response.position();
  // Nothing can be said about an authority or a unit before it is declared: what is to be declared
  // of it has been checked when the file was read.
  const bool not_yet =
      request.validate_only() && failure &&
      (failure->reason == "AUTHORITY_UNKNOWN" || failure->reason == "UNIT_UNKNOWN");
  return not_yet ? std::nullopt : failure;
}

std::optional<Failure> Player::Compare() {
  auto found = NotYetDeclared(session_, files_);
  if (auto* failure = std::get_if<Failure>(&found)) return std::move(*failure);
  new_ = std::get<ToDeclare>(std::move(found));
  return std::nullopt;
}

// The same declaration after the same one has the same request id, whichever file says it and
// however often. One that is tried has an id of its own: whether it may be made is judged anew.
std::optional<Failure> Player::Declare(bool validate_only) {
  using Organisation = api::v1::OrganisationService::StubInterface;
  const auto declare = [&](const Declaration& what, const std::string& id, std::string_view scope,
                           auto method, auto request, const google::protobuf::Message& said) {
    const auto last = new_.declared_at.find(id);
    const std::string after =
        last == new_.declared_at.end() ? "" : "after " + std::to_string(last->second) + ": ";
    request.set_request_id(FormatUuid(
        validate_only ? RandomUuid() : DerivedUuid(scope, after + said.SerializeAsString())));
    request.set_validate_only(validate_only);
    auto failure = Say(session_.organisation(), method, std::move(request));
    if (!failure && !validate_only) new_.declared_at[id] = last_.position();
    if (failure && failure->reason == "UNIT_NOT_ALLOWED") {
      return std::optional(OfAnother(files_[what.file], what.path, *failure));
    }
    return failure ? std::optional(InFile(files_[what.file], what.path, *failure)) : std::nullopt;
  };
  for (const Declaration& what : new_.declarations) {
    std::optional<Failure> failure;
    if (what.event.has_declared()) {
      api::v1::DeclareAuthorityRequest request;
      *request.mutable_authority() = what.event.declared();
      failure = declare(what, what.authority, "skyndsamt/declare-authority",
                        &Organisation::DeclareAuthority, std::move(request), what.event.declared());
    } else {
      const event::v1::UnitDeclared& unit = what.event.unit_declared();
      api::v1::DeclareUnitRequest request;
      request.set_authority(what.authority);
      *request.mutable_unit() = unit;
      request.set_takes_from_nobody(true);
      failure = declare(what, unit.unit(), "skyndsamt/declare-unit", &Organisation::DeclareUnit,
                        std::move(request), unit);
    }
    if (failure) return failure;
  }
  return std::nullopt;
}

// As a policy file that says the same would be published: with the same request ids.
std::optional<Failure> Player::Publish(const NamedFile& named, bool validate_only) {
  using Policy = api::v1::PolicyService::StubInterface;
  const CaseFile& file = named.file;
  const std::string& authority = file.authority.authority();
  const auto publish = [&](auto method, auto request) {
    request.set_authority(authority);
    request.set_validate_only(validate_only);
    return Say(session_.policy(), method, std::move(request));
  };
  for (const event::v1::RoutinePublished& routine : file.routines) {
    api::v1::PublishRoutineRequest request;
    request.set_request_id(PolicyRequestId("routine", authority, routine));
    *request.mutable_routine() = routine;
    if (auto failure = publish(&Policy::PublishRoutine, std::move(request))) {
      return InFile(named, RoutinePath(file, routine, failure->field), *failure);
    }
  }
  for (size_t i = 0; i < file.closing_days.size(); ++i) {
    api::v1::PublishClosingDaysRequest request;
    request.set_request_id(PolicyRequestId("closing-days", authority, file.closing_days[i]));
    *request.mutable_closing_days() = file.closing_days[i];
    if (auto failure = publish(&Policy::PublishClosingDays, std::move(request))) {
      return InFile(named, "$.closing_days[" + std::to_string(i) + "]", *failure);
    }
  }
  if (file.yardsticks.version().empty()) return std::nullopt;
  api::v1::PublishYardsticksRequest request;
  request.set_request_id(PolicyRequestId("yardsticks", authority, file.yardsticks));
  *request.mutable_yardsticks() = file.yardsticks;
  const auto failure = publish(&Policy::PublishYardsticks, std::move(request));
  return failure ? std::optional(InFile(named, "$.yardsticks", *failure)) : std::nullopt;
}

api::v1::RecordFactsRequest Player::Request(const NamedFile& named, const Story& story,
                                            const Call& call, bool imported) const {
  api::v1::RecordFactsRequest request;
  request.set_incident(story.incident);
  request.set_request_id(named.file.RequestId(story.name + "/" + (imported ? "" : "demo/") +
                                              story.facts[call.front()].fact.id()));
  for (size_t i : call) *request.add_facts() = story.facts[i].fact;
  if (imported) {
    request.mutable_imported()->set_source(named.file.id);
    if (!named.file.as_of.empty()) request.mutable_imported()->set_told_at(named.file.as_of);
  } else {
    GiveReasons(request);
  }
  return request;
}

std::optional<Failure> Player::Send(const NamedFile& named, const Story& story, const Call& call,
                                    const api::v1::RecordFactsRequest& request,
                                    api::v1::RecordFactsResponse* response) {
  auto failure =
      session_.Call(session_.incidents(), &api::v1::IncidentService::StubInterface::RecordFacts,
                    request, response);
  if (!failure) return std::nullopt;
  if (failure->reason == "REQUEST_ID_REUSED") return BroughtInBefore(named, story, *failure);
  if (failure->field == "imported.told_at") return AsOfRefused(named, *failure);
  std::string path = PathInFile(story, call, failure->field);
  // No call can hold a fact that is too large for one of its own.
  if (failure->reason == "MESSAGE_TOO_LARGE" && call.size() == 1) {
    path = story.facts[call.front()].path;
  }
  return InFile(named, path, *failure);
}

std::optional<Failure> Player::RecordStory(const NamedFile& named, const Story& story,
                                           Played* played) {
  for (const Call& call : CallsOf(story)) {
    api::v1::RecordFactsResponse response;
    if (auto failure = Send(named, story, call, Request(named, story, call, true), &response)) {
      return failure;
    }
    if (response.position().position() >= last_.position()) last_ = response.position();
    (response.deduplicated() ? played->deduplicated : played->recorded) += call.size();
    progress_.At(played->recorded + played->deduplicated, 0);
  }
  return std::nullopt;
}

// Each call of the file, as if it were made now: the server may lack the unit of an incident that
// is to be opened, or one of its places, and what calls before it will record; what they say has
// been checked by the same rules when the file was read, and the caller's rights are looked at
// before either.
std::optional<Failure> Player::Validate(const NamedFile& named) {
  if (auto failure = Publish(named, true)) return failure;
  for (const Story& story : named.file.stories) {
    bool waits = false;  // for a call before it to be recorded
    for (const Call& call : CallsOf(story)) {
      api::v1::RecordFactsRequest request = Request(named, story, call, true);
      request.set_validate_only(true);
      api::v1::RecordFactsResponse response;
      auto failure = Send(named, story, call, request, &response);
      const bool not_yet =
          failure &&
          (call.front() == 0 ? absl::c_linear_search(kBeforeTheUnit, failure->reason)
                             : waits && absl::c_linear_search(kBeforeTheRest, failure->reason));
      if (failure && !not_yet) return failure;
      waits |= not_yet || !response.deduplicated();
    }
  }
  return std::nullopt;
}

std::optional<Failure> Player::Play(Played* played) {
  if (auto failure = Compare()) return failure;
  if (auto failure = Declare(true)) return failure;
  for (const NamedFile& named : files_) {
    if (auto failure = Validate(named)) return failure;
  }
  if (auto failure = Declare(false)) return failure;
  for (const NamedFile& named : files_) {
    if (auto failure = Publish(named, false)) return failure;
  }
  for (const NamedFile& named : files_) {
    for (const Story& story : named.file.stories) {
      if (auto failure = RecordStory(named, story, played)) return failure;
    }
  }
  return std::nullopt;
}

std::optional<Failure> Player::Demo(ManualClock& clock, Played* played) {
  Micros end = 0;
  std::vector<Recording> plan = PlanDemo(files_, SystemClock().Now(), &end);
  if (auto failure = Compare()) return failure;
  if (auto failure = Declare(false)) return failure;
  for (const NamedFile& named : files_) {
    if (auto failure = Publish(named, false)) return failure;
  }
  size_t facts = 0;
  for (const Recording& recording : plan) facts += recording.facts.size();
  std::map<std::string, uint64_t> revisions;  // of incidents, as answered
  for (const Recording& recording : plan) {
    if (recording.at > clock.Now()) {
      clock.Set(recording.at);
      session_.ForgetToken();
    }
    const NamedFile& named = files_[recording.file];
    const Story& story = named.file.stories[recording.story];
    api::v1::RecordFactsRequest request = Request(named, story, recording.facts, false);
    // Told as it happens: each fact by somebody who has seen the ones before.
    const auto seen = revisions.find(story.incident);
    if (seen != revisions.end()) {
      request.mutable_expected_revision()->set_exactly(seen->second);
    }
    api::v1::RecordFactsResponse response;
    if (auto failure = Send(named, story, recording.facts, request, &response)) return failure;
    revisions[story.incident] = response.revision();
    last_ = response.position();
    played->recorded += recording.facts.size();
    progress_.At(played->recorded, facts);
  }
  if (end > clock.Now()) clock.Set(end);
  session_.ForgetToken();
  return std::nullopt;
}

std::optional<Failure> Player::Ask(std::vector<CaseAnswer>* answers) {
  for (const NamedFile& named : files_) {
    for (const Story& story : named.file.stories) {
      std::vector<std::string> children = story.children;
      if (children.empty()) children.emplace_back();
      for (const std::string& child : children) {
        CaseAnswer answer;
        answer.names = {named.file.id, story.name, named.file.aliases};
        answer.title = named.file.title;
        answer.authored = named.file.authored;
        api::v1::GetTimelinessRequest request;
        request.set_incident(story.incident);
        if (!child.empty()) request.set_child(named.file.PersonId(child));
        request.set_as_of(AsOfForApi(named.file.as_of));
        *request.mutable_at_least() = last_;
        if (auto failure =
                session_.Call(session_.cases(), &api::v1::CaseService::StubInterface::GetTimeliness,
                              request, &answer.timeliness)) {
          return InFile(named, "", *failure);
        }
        answers->push_back(std::move(answer));
      }
    }
  }
  return std::nullopt;
}

}  // namespace skyndsamt::cli
