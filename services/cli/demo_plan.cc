// When a demo records what.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/duration.h"
#include "projections/law/edtf.h"
#include "services/cli/player.h"

namespace skyndsamt::cli {
namespace {

using event::v1::Fact;

std::optional<Micros> StatedLatest(const Fact& fact) {
  if (!fact.happened().has_edtf()) return std::nullopt;
  auto interval = law::ParseEdtf(fact.happened().edtf());
  return interval.ok() ? interval->latest : std::nullopt;
}

std::optional<Micros> StatedEarliest(const Fact& fact) {
  if (!fact.happened().has_edtf()) return std::nullopt;
  auto interval = law::ParseEdtf(fact.happened().edtf());
  return interval.ok() ? interval->earliest : std::nullopt;
}

// When the story is told: its as_of, else the last of its facts' bounds, else now.
Micros EndOf(const CaseFile& file, Micros now) {
  auto as_of = law::ParseEdtf(file.as_of);
  if (as_of.ok() && as_of->latest) return *as_of->latest;
  std::optional<Micros> last;
  for (const Story& story : file.stories) {
    for (const StoryFact& at : story.facts) {
      auto latest = StatedLatest(at.fact);
      if (!latest) return now;
      last = std::max(last.value_or(*latest), *latest);
    }
  }
  return std::min(last.value_or(now), now);
}

// What facts refer to besides their incident: the measure, request, complaint or fact.
std::string ReferenceOf(const Fact& fact) {
  const auto* kind =
      Fact::GetReflection()->GetOneofFieldDescriptor(fact, Fact::descriptor()->oneof_decl(0));
  const auto& message = Fact::GetReflection()->GetMessage(fact, kind);
  for (const char* name : {"measure", "request", "complaint"}) {
    const auto* field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) continue;
    return std::string(name) + "/" + message.GetReflection()->GetString(message, field);
  }
  return {};
}

// A relative time's latest bound, where its anchor has one.
Micros LatestOf(const Fact& fact, const std::map<std::string, Micros>& known, Micros end) {
  if (auto latest = StatedLatest(fact)) return std::min(*latest, end);
  const auto& relative = fact.happened().relative();
  auto anchor = known.find(relative.has_after() ? relative.after() : relative.before());
  if (!fact.happened().has_relative() || anchor == known.end()) return end;
  if (relative.has_before()) return anchor->second;
  auto at_most = law::ParseDuration(relative.at_most());
  if (!at_most.ok()) return end;
  return std::min(law::AddToInstant(anchor->second, *at_most), end);
}

// Recording takes place shortly before the story is told, so that the instant of recording, which
// bounds what has no date, lies before the as_of.
constexpr Micros kBeforeTold = 1'000'000;

// The instants at which a story's facts are recorded, in the story's order.
std::vector<Micros> Times(const Story& story, Micros end) {
  std::map<std::string, Micros> by_id;
  std::vector<Micros> times;
  Micros first = end;
  for (const StoryFact& at : story.facts) {
    times.push_back(LatestOf(at.fact, by_id, end));
    by_id[at.fact.id()] = times.back();
    first = std::min(first, times.back());
  }
  times[0] = std::max(first, StatedEarliest(story.facts[0].fact).value_or(first));
  std::map<std::string, Micros> by_reference;
  for (size_t i = 0; i < times.size(); ++i) {
    const Fact& fact = story.facts[i].fact;
    times[i] = std::max(times[i], times[0]);
    std::string reference = ReferenceOf(fact);
    for (const auto* when : {&fact.happened(), &fact.correction().replacement().happened()}) {
      const auto& relative = when->relative();
      // One microsecond more: an anchor may come later in the file.
      auto anchor = by_id.find(relative.has_after() ? relative.after() : relative.before());
      if (anchor != by_id.end()) times[i] = std::max(times[i], anchor->second + 1);
    }
    if (fact.has_correction()) times[i] = std::max(times[i], by_id[fact.correction().of()]);
    if (!reference.empty()) {
      Micros& last = by_reference[reference];
      times[i] = last = std::max(times[i], last);
    }
    by_id[fact.id()] = times[i];
  }
  return times;
}

// The same, so that what refers to something is recorded after it: Times reads on in the file only
// once. Facts that refer to one another share an instant.
void PutAnchorsFirst(const Story& story, const std::vector<Call>& order,
                     std::vector<Micros>& times) {
  const auto references = ReferencesOf(story);
  for (const Call& facts : order) {
    Micros at = times[facts.front()];
    for (size_t i : facts) {
      at = std::max(at, times[i]);
      for (size_t to : references[i]) {
        const bool beside = std::find(facts.begin(), facts.end(), to) != facts.end();
        // What the file states later comes later among the recordings of one instant.
        if (!beside) at = std::max(at, times[to] + (to > facts.front() ? 1 : 0));
      }
    }
    for (size_t i : facts) times[i] = at;
  }
}

}  // namespace

std::vector<Recording> PlanDemo(const std::vector<NamedFile>& files, Micros now, Micros* end) {
  std::vector<Recording> plan;
  *end = 0;
  for (size_t f = 0; f < files.size(); ++f) {
    const Micros told = EndOf(files[f].file, now);
    *end = std::max(*end, told);
    for (size_t s = 0; s < files[f].file.stories.size(); ++s) {
      const Story& story = files[f].file.stories[s];
      std::vector<Call> order = AnchorsFirst(story);
      std::vector<Micros> times = Times(story, told - kBeforeTold);
      PutAnchorsFirst(story, order, times);
      // Among those of one instant the file's order stands.
      std::sort(order.begin(), order.end());
      for (Call& facts : order) {
        const Micros at = times[facts.front()];
        plan.push_back({at, f, s, std::move(facts)});
      }
    }
  }
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Recording& a, const Recording& b) { return a.at < b.at; });
  return plan;
}

}  // namespace skyndsamt::cli
