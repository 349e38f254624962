#include "services/cli/player.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "services/api/reasons.h"
#include "services/commands/stated_time.h"
#include "services/domain/incident.h"

namespace skyndsamt::cli {
namespace {

constexpr size_t kFactsInOneCall = 100;
constexpr size_t kMostFileBytes = 32u << 20;

// "facts[3].happened.edtf" of a call that began with fact `first`, as the file's own path.
std::string PathInFile(const Story& story, size_t first, const std::string& field) {
  constexpr std::string_view kFacts = "facts[";
  size_t index = 0;
  if (!field.starts_with(kFacts)) return {};
  const char* begin = field.data() + kFacts.size();
  auto [end, error] = std::from_chars(begin, field.data() + field.size(), index);
  if (error != std::errc() || first + index >= story.facts.size()) return {};
  std::string rest(end + 1 <= field.data() + field.size() ? end + 1 : end);
  const StoryFact& at = story.facts[first + index];
  const auto* kind = event::v1::Fact::GetReflection()->GetOneofFieldDescriptor(
      at.fact, event::v1::Fact::descriptor()->oneof_decl(0));
  for (const std::string& shell :
       {"." + kind->name(), std::string(".happened.edtf"), std::string(".happened.relative")}) {
    if (rest.starts_with(shell)) {
      rest = (shell.starts_with(".happened") ? ".happened" : "") + rest.substr(shell.size());
    }
  }
  return at.path + rest;
}

Failure InFile(const NamedFile& named, const std::string& path, const Failure& refusal) {
  Failure failure = refusal;
  failure.text = named.path + ": " + (path.empty() ? "" : path + ": ") + failure.text;
  return failure;
}

Failure Unreadable(const std::string& path) {
  return {kFailed, path + ": cannot be read\n" + path + ": kan inte läsas", {}, {}};
}

// The server's own decider, asked before anything is sent.
std::optional<Failure> CheckStory(const NamedFile& named, const Story& story, Micros now) {
  const commands::StatedTimes times;
  domain::Incident incident = domain::Initial();
  for (size_t first = 0; first < story.facts.size(); first += kFactsInOneCall) {
    domain::RecordFacts command;
    command.now = now;
    command.times = &times;
    size_t end = std::min(first + kFactsInOneCall, story.facts.size());
    for (size_t i = first; i < end; ++i) command.facts.push_back(story.facts[i].fact);
    auto decision = domain::Decide(incident, std::move(command));
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
      Failure failure;
      failure.reason = api::WireName(rejection->reason);
      failure.field = PathInFile(story, first, rejection->field);
      const api::ReasonWords& words = api::WordsOf(rejection->reason);
      failure.text = failure.reason + "\n" + std::string(words.en) + "\n" + std::string(words.sv);
      return InFile(named, failure.field, failure);
    }
    for (const auto& fact : std::get<std::vector<event::v1::Fact>>(decision)) {
      domain::Evolve(incident, fact);
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<std::vector<NamedFile>, Failure> ReadFiles(const std::vector<std::string>& paths,
                                                        const Clock& clock) {
  std::vector<NamedFile> files;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf()) || text.view().size() > kMostFileBytes) {
      return Unreadable(path);
    }
    auto read = ReadCaseFile(text.view());
    if (auto* problem = std::get_if<Problem>(&read)) {
      return Failure{kFailed, path + ": " + problem->path + ": " + problem->en + "\n" + problem->sv,
                     "FIELD_INVALID", problem->path};
    }
    files.push_back({path, std::get<CaseFile>(std::move(read))});
    for (const Story& story : files.back().file.stories) {
      if (auto failure = CheckStory(files.back(), story, clock.Now())) return *failure;
    }
  }
  return files;
}

std::string AsOfForApi(const std::string& as_of) {
  if (as_of.find('T') == std::string::npos) return as_of;
  auto interval = law::ParseEdtf(as_of);
  return interval.ok() && interval->latest ? law::FormatInstant(*interval->latest) : as_of;
}

// Declarations that say the same have the same request id, whichever file says them.
std::optional<Failure> Player::Declare(const NamedFile& named) {
  const CaseFile& file = named.file;
  auto request_id = [](std::string_view scope, const google::protobuf::Message& what) {
    return FormatUuid(DerivedUuid(scope, what.SerializeAsString()));
  };
  api::v1::DeclareAuthorityRequest authority;
  *authority.mutable_authority() = file.authority;
  authority.set_request_id(request_id("skyndsamt/declare-authority", file.authority));
  api::v1::DeclareAuthorityResponse declared;
  if (auto failure = session_.Call(session_.organisation(),
                                   &api::v1::OrganisationService::StubInterface::DeclareAuthority,
                                   authority, &declared)) {
    return InFile(named, "$.authority", *failure);
  }
  api::v1::DeclareUnitRequest unit;
  unit.set_authority(file.authority.authority());
  *unit.mutable_unit() = file.unit;
  unit.set_request_id(request_id("skyndsamt/declare-unit", file.unit));
  api::v1::DeclareUnitResponse unit_declared;
  if (auto failure = session_.Call(session_.organisation(),
                                   &api::v1::OrganisationService::StubInterface::DeclareUnit, unit,
                                   &unit_declared)) {
    return InFile(named, "$.unit", *failure);
  }
  last_ = unit_declared.position();
  for (const event::v1::RoutinePublished& routine : file.routines) {
    api::v1::PublishRoutineRequest publish;
    publish.set_authority(file.authority.authority());
    *publish.mutable_routine() = routine;
    publish.set_request_id(
        request_id("skyndsamt/publish-routine/" + file.authority.authority(), routine));
    api::v1::PublishRoutineResponse published;
    if (auto failure =
            session_.Call(session_.policy(), &api::v1::PolicyService::StubInterface::PublishRoutine,
                          publish, &published)) {
      return InFile(named, "$.routine", *failure);
    }
    last_ = published.position();
  }
  return std::nullopt;
}

std::optional<Failure> Player::Send(const NamedFile& named, const Story& story, size_t first,
                                    size_t count, bool imported, bool validate_only,
                                    api::v1::RecordFactsResponse* response) {
  api::v1::RecordFactsRequest request;
  request.set_incident(story.incident);
  request.set_request_id(named.file.RequestId(story.name + "/" + (imported ? "" : "demo/") +
                                              story.facts[first].fact.id()));
  for (size_t i = first; i < first + count; ++i) *request.add_facts() = story.facts[i].fact;
  if (imported) {
    request.mutable_imported()->set_source(named.file.id);
    if (!named.file.as_of.empty()) request.mutable_imported()->set_told_at(named.file.as_of);
  }
  request.set_validate_only(validate_only);
  auto failure =
      session_.Call(session_.incidents(), &api::v1::IncidentService::StubInterface::RecordFacts,
                    request, response);
  if (!failure) return std::nullopt;
  return InFile(named, PathInFile(story, first, failure->field), *failure);
}

std::optional<Failure> Player::RecordStory(const NamedFile& named, const Story& story,
                                           Played* played) {
  for (size_t first = 0; first < story.facts.size(); first += kFactsInOneCall) {
    size_t count = std::min(kFactsInOneCall, story.facts.size() - first);
    api::v1::RecordFactsResponse response;
    if (auto failure = Send(named, story, first, count, true, false, &response)) return failure;
    if (response.position().position() >= last_.position()) last_ = response.position();
    (response.deduplicated() ? played->deduplicated : played->recorded) += count;
    progress_.At(played->recorded + played->deduplicated, 0);
  }
  return std::nullopt;
}

std::optional<Failure> Player::Play(Played* played) {
  for (const NamedFile& named : files_) {
    if (auto failure = Declare(named)) return failure;
  }
  for (const NamedFile& named : files_) {
    for (const Story& story : named.file.stories) {
      size_t count = std::min(kFactsInOneCall, story.facts.size());
      api::v1::RecordFactsResponse response;
      auto failure = Send(named, story, 0, count, true, true, &response);
      // Played before: the request id, which is looked at only when it counts, decides.
      if (failure && failure->reason != "INCIDENT_EXISTS") return failure;
    }
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
  for (const NamedFile& named : files_) {
    if (auto failure = Declare(named)) return failure;
  }
  for (const Recording& recording : plan) {
    if (recording.at > clock.Now()) {
      clock.Set(recording.at);
      session_.ForgetToken();
    }
    const NamedFile& named = files_[recording.file];
    api::v1::RecordFactsResponse response;
    if (auto failure = Send(named, named.file.stories[recording.story], recording.fact, 1, false,
                            false, &response)) {
      return failure;
    }
    last_ = response.position();
    progress_.At(++played->recorded, plan.size());
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
