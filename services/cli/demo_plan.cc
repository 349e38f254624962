// When a demo records what.
#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
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

// As the server reads it to tell what lies in the future; open where the time is relative.
law::Interval Stated(const Fact& fact) {
  const auto interval = law::ParseEdtf(fact.happened().edtf());
  return interval.ok() ? law::Widened(*interval) : law::Interval{};
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

// Before which instant a fact cannot have happened, where that is known.
std::optional<Micros> FloorOf(const Fact& fact,
                              const std::map<std::string, std::optional<Micros>>& known,
                              Micros end) {
  const auto& relative = fact.happened().relative();
  const auto anchor = known.find(relative.after());
  if (anchor == known.end() || !anchor->second) return Stated(fact).earliest;
  const auto at_least = law::ParseDuration(relative.at_least());
  const Micros after = *anchor->second;
  return std::min(at_least.ok() ? law::AddToInstant(after, *at_least) : after, end);
}

bool ClosesOrReopens(const Fact& fact) {
  return fact.has_case_closed() || fact.has_case_reopened();
}

bool Concerns(const Fact& fact, const std::string& child) {
  return fact.children().empty() || absl::c_linear_search(fact.children(), child);
}

// What is recorded no earlier than what, of one child. Whether a case takes a fact depends on
// whether it is closed, and the file was checked in its own order: that stands around every closing
// and reopening. What certainly happened before the first of them is taken in any order, and so is
// a correction.
void KeepOrder(const Story& story, const std::string& child, References& order) {
  std::optional<size_t> first, last;  // closing or reopening
  std::vector<size_t> since;          // facts listed after the last
  for (size_t i = 1; i < story.facts.size(); ++i) {
    const Fact& fact = story.facts[i].fact;
    if (fact.has_correction() || !Concerns(fact, child)) continue;
    const bool changes = ClosesOrReopens(fact);
    const bool waits =
        last && (changes || !law::CertainlyBefore(Stated(fact), Stated(story.facts[*first].fact)));
    if (waits) order[i].push_back(*last);
    if (!changes) {
      since.push_back(i);
      continue;
    }
    order[i].insert(order[i].end(), since.begin(), since.end());
    since.clear();
    first = first.value_or(i);
    last = i;
  }
}

References OrderAroundClosing(const Story& story) {
  References order(story.facts.size());
  const bool closes =
      absl::c_any_of(story.facts, [](const StoryFact& at) { return ClosesOrReopens(at.fact); });
  if (!closes) return order;
  const auto& children = story.facts[0].fact.incident_opened().children();
  if (children.empty()) KeepOrder(story, "", order);
  for (const auto& child : children) KeepOrder(story, child.person(), order);
  return order;
}

// By their latest bounds, and never before the earliest; but what is listed before a closing or
// reopening no later than it, where it can have happened by then.
std::vector<Micros> LatestTimes(const Story& story, const References& order, Micros end) {
  std::map<std::string, Micros> by_id;
  std::map<std::string, std::optional<Micros>> floors;
  std::vector<Micros> times, least;
  for (const StoryFact& at : story.facts) {
    const auto floor = floors[at.fact.id()] = FloorOf(at.fact, floors, end);
    const Micros latest = LatestOf(at.fact, by_id, end);
    least.push_back(floor.value_or(std::numeric_limits<Micros>::min()));
    times.push_back(std::max(latest, least.back()));
    by_id[at.fact.id()] = times.back();
  }
  for (size_t i = times.size(); i-- > 1;) {
    if (!ClosesOrReopens(story.facts[i].fact)) continue;
    for (size_t before : order[i]) {
      times[before] = std::min(times[before], std::max(times[i], least[before]));
    }
  }
  return times;
}

// The instants at which a story's facts are recorded, in the story's order.
std::vector<Micros> Times(const Story& story, const References& order, Micros end) {
  std::vector<Micros> times = LatestTimes(story, order, end);
  const Micros first = *absl::c_min_element(times);
  times[0] = std::max(first, Stated(story.facts[0].fact).earliest.value_or(first));
  std::map<std::string, Micros> by_id;
  for (size_t i = 0; i < times.size(); ++i) by_id[story.facts[i].fact.id()] = times[i];
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
void PutAnchorsFirst(const References& references, const std::vector<Call>& order,
                     std::vector<Micros>& times) {
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
      References references = OrderAroundClosing(story);
      std::vector<Micros> times = Times(story, references, told - kBeforeTold);
      const References own = ReferencesOf(story);
      for (size_t i = 0; i < own.size(); ++i) {
        references[i].insert(references[i].end(), own[i].begin(), own[i].end());
      }
      std::vector<Call> order = AnchorsFirst(references);
      PutAnchorsFirst(references, order, times);
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
