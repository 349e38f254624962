#include "services/cli/file_check.h"

#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "projections/law/civil_time.h"
#include "services/api/reasons.h"
#include "services/cli/local_file.h"
#include "services/cli/organisation_merge.h"
#include "services/commands/stated_time.h"
#include "services/domain/authority.h"
#include "services/domain/incident.h"

namespace skyndsamt::cli {
namespace {

constexpr size_t kMostFileBytes = 32u << 20;

Failure Refused(const NamedFile& named, const domain::Rejection& rejection,
                const std::string& path) {
  Failure failure;
  failure.reason = api::WireName(rejection.reason);
  failure.field = path;
  const api::ReasonWords words = api::WordsOf(rejection.reason, rejection.detail);
  failure.violations.push_back({path, std::string(words.en)});
  failure.text = failure.reason + "\n" + std::string(words.en) + "\n" + std::string(words.sv);
  return InFile(named, path, failure);
}

// The server's own decider, asked before anything is sent, of an old case that is brought in.
std::optional<Failure> CheckStory(const NamedFile& named, const Story& story, Micros now) {
  const commands::StatedTimes times;
  domain::Incident incident = domain::Initial();
  for (const Call& call : CallsOf(story)) {
    domain::RecordFacts command;
    command.now = now;
    command.times = &times;
    command.imported.emplace().set_source(named.file.id);
    for (size_t i : call) command.facts.push_back(story.facts[i].fact);
    auto decision = domain::Decide(incident, std::move(command));
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
      return Refused(named, *rejection, PathInFile(story, call, rejection->field));
    }
    for (const auto& fact : std::get<std::vector<event::v1::Fact>>(decision)) {
      domain::Evolve(incident, fact);
    }
  }
  return std::nullopt;
}

// Authorities as the files would have declared them so far.
class Declared {
 public:
  explicit Declared(Micros now) : now_(now) {}

  // What a file declares, by the server's own decider and beside what the files before it say.
  std::optional<Failure> Check(const NamedFile& named) {
    const CaseFile& file = named.file;
    domain::AuthorityEvent event;
    OrganisationMerge alone;
    auto problem = alone.Say(file, 0);
    for (const Declaration& declaration : alone.New()) {
      if (auto failure = Take(named, declaration.event, declaration.path, true)) return failure;
    }
    if (!problem) problem = together_.Say(file, 0);
    if (problem) return WrongIn(named.path, *problem);
    for (const event::v1::RoutinePublished& routine : file.routines) {
      *event.mutable_routine_published() = routine;
      if (auto failure = Take(named, event, "$.routine")) return failure;
    }
    for (size_t i = 0; i < file.closing_days.size(); ++i) {
      *event.mutable_closing_days_published() = file.closing_days[i];
      const std::string path = "$.closing_days[" + std::to_string(i) + "]";
      if (auto failure = Take(named, event, path)) return failure;
    }
    if (file.yardsticks.version().empty()) return std::nullopt;
    *event.mutable_yardsticks_published() = file.yardsticks;
    return Take(named, event, "$.yardsticks");
  }

 private:
  // `path` is in the file; `fields`: it names them as the requests do.
  std::optional<Failure> Take(const NamedFile& named, const domain::AuthorityEvent& event,
                              const std::string& path, bool fields = false) {
    const std::string& id = named.file.authority.authority();
    // What says the same is said once, whichever file says it.
    if (!said_.insert(id + event.SerializeAsString()).second) return std::nullopt;
    domain::Authority& authority = authorities_.try_emplace(id).first->second;
    const auto decision =
        domain::Decide(authority, {event, law::FormatDay(law::DayOf(now_)), now_, &times_});
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
      if (event.has_routine_published()) {
        return Refused(named, *rejection,
                       RoutinePath(named.file, event.routine_published(), rejection->field));
      }
      const size_t below = fields ? rejection->field.find('.') : std::string::npos;
      return Refused(named, *rejection,
                     below == std::string::npos ? path : path + rejection->field.substr(below));
    }
    domain::Evolve(authority, event);
    return std::nullopt;
  }

  const Micros now_;
  const commands::StatedTimes times_;
  OrganisationMerge together_;
  std::map<std::string, domain::Authority> authorities_;
  std::set<std::string> said_;
};

}  // namespace

std::string PathInFile(const Story& story, const Call& call, const std::string& field) {
  constexpr std::string_view kFacts = "facts[";
  size_t index = 0;
  if (!field.starts_with(kFacts)) return {};
  const char* begin = field.data() + kFacts.size();
  auto [end, error] = std::from_chars(begin, field.data() + field.size(), index);
  if (error != std::errc() || index >= call.size()) return {};
  std::string rest(end + 1 <= field.data() + field.size() ? end + 1 : end);
  const StoryFact& at = story.facts[call[index]];
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

std::string RoutinePath(const CaseFile& file, const event::v1::RoutinePublished& routine,
                        std::string_view field) {
  const std::string whole = "$.routine";
  constexpr std::string_view kRoutine = "routine.";
  if (!field.starts_with(kRoutine)) return whole;
  field.remove_prefix(kRoutine.size());
  const std::string item(field.substr(0, field.find(']') + 1));
  const auto found = file.routine_items.find({routine.version(), item});
  if (found == file.routine_items.end()) return whole;
  return found->second + std::string(field.substr(item.size()));
}

Failure InFile(const NamedFile& named, const std::string& path, const Failure& refusal) {
  Failure failure = refusal;
  failure.text = named.path + ": " + (path.empty() ? "" : path + ": ") + failure.text;
  return failure;
}

std::variant<std::vector<NamedFile>, Failure> ReadFiles(const std::vector<std::string>& paths,
                                                        const Clock& clock) {
  std::vector<NamedFile> files;
  std::set<std::string> texts;  // a file that is given twice tells its story once
  Declared declared(clock.Now());
  for (const std::string& path : paths) {
    auto bytes = ReadLocalFile(path, kMostFileBytes);
    if (auto* failure = std::get_if<Failure>(&bytes)) return *std::move(failure);
    const auto [text, first] = texts.insert(std::get<std::string>(std::move(bytes)));
    if (!first) continue;
    auto read = ReadCaseFile(*text);
    if (auto* problem = std::get_if<Problem>(&read)) return WrongIn(path, *problem);
    files.push_back({path, std::get<CaseFile>(std::move(read))});
    if (auto failure = declared.Check(files.back())) return *failure;
    for (const Story& story : files.back().file.stories) {
      if (auto failure = CheckStory(files.back(), story, clock.Now())) return *failure;
    }
  }
  return files;
}

}  // namespace skyndsamt::cli
