#include "services/cli/story_calls.h"

#include <algorithm>
#include <map>
#include <queue>
#include <string_view>
#include <utility>

namespace skyndsamt::cli {
namespace {

using event::v1::Fact;

std::string_view AnchorOf(const event::v1::When& when) {
  const event::v1::RelativeTime& relative = when.relative();
  return relative.has_after() ? relative.after() : relative.before();
}

// Groups one after the other into calls; a group that no call can hold has one to itself.
std::vector<Call> Cut(const Story& story, const std::vector<Call>& groups) {
  constexpr size_t kFrame = 8;  // tag and length
  std::vector<Call> calls;
  size_t bytes = 0;
  for (const Call& group : groups) {
    size_t more = 0;
    for (size_t i : group) more += story.facts[i].fact.ByteSizeLong() + kFrame;
    const bool fits = !calls.empty() && calls.back().size() + group.size() <= kFactsInOneCall &&
                      bytes + more <= kBytesInOneCall;
    if (!fits) {
      calls.emplace_back();
      bytes = 0;
    }
    calls.back().insert(calls.back().end(), group.begin(), group.end());
    bytes += more;
  }
  return calls;
}

// Whether the server knows, at each call, what its facts refer to. A time's anchor may come later
// in its own call; what is corrected may not.
bool CanBeRecorded(const Story& story, const References& references,
                   const std::vector<Call>& calls) {
  std::vector<size_t> call_of(story.facts.size()), place_of(story.facts.size());
  size_t place = 0;
  for (size_t call = 0; call < calls.size(); ++call) {
    for (size_t i : calls[call]) {
      call_of[i] = call;
      place_of[i] = place++;
    }
  }
  for (size_t i = 0; i < references.size(); ++i) {
    for (size_t to : references[i]) {
      const Fact& fact = story.facts[i].fact;
      const bool corrected =
          fact.has_correction() && fact.correction().of() == story.facts[to].fact.id();
      if (call_of[to] > call_of[i] || (corrected && place_of[to] > place_of[i])) return false;
    }
  }
  return true;
}

// Which facts wait for one another: the number of each one's group. Tarjan's strongly connected
// components, without recursion, for a chain of references may be as long as the file.
class Groups {
 public:
  explicit Groups(const References& references)
      : references_(references),
        seen_(references.size(), 0),
        low_(references.size(), 0),
        next_(references.size(), 0),
        group_(references.size(), kNone) {
    for (size_t i = 0; i < references.size(); ++i) {
      if (seen_[i] == 0) Visit(i);
    }
  }

  size_t count() const { return count_; }
  size_t of(size_t fact) const { return group_[fact]; }

 private:
  static constexpr size_t kNone = ~size_t{0};

  void Enter(size_t fact) {
    seen_[fact] = low_[fact] = ++time_;
    path_.push_back(fact);
    open_.push_back(fact);
  }

  void Visit(size_t first) {
    Enter(first);
    while (!path_.empty()) {
      const size_t fact = path_.back();
      if (next_[fact] < references_[fact].size()) {
        const size_t to = references_[fact][next_[fact]++];
        if (seen_[to] == 0) {
          Enter(to);
        } else if (group_[to] == kNone) {
          low_[fact] = std::min(low_[fact], seen_[to]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back()] = std::min(low_[path_.back()], low_[fact]);
      if (low_[fact] == seen_[fact]) Close(fact);
    }
  }

  void Close(size_t fact) {
    while (group_[fact] == kNone) {
      group_[open_.back()] = count_;
      open_.pop_back();
    }
    ++count_;
  }

  const References& references_;
  std::vector<size_t> seen_;   // when first met, from 1; 0: not yet
  std::vector<size_t> low_;    // the earliest met that it leads to
  std::vector<size_t> next_;   // reference to follow next
  std::vector<size_t> group_;  // kNone while open
  std::vector<size_t> path_, open_;
  size_t time_ = 0;
  size_t count_ = 0;
};

}  // namespace

References ReferencesOf(const Story& story) {
  std::map<std::string_view, size_t> by_id;
  for (size_t i = 0; i < story.facts.size(); ++i) by_id[story.facts[i].fact.id()] = i;
  References references(story.facts.size());
  for (size_t i = 0; i < story.facts.size(); ++i) {
    const Fact& fact = story.facts[i].fact;
    const event::v1::Correction& correction = fact.correction();
    for (std::string_view id :
         {std::string_view(story.facts[0].fact.id()), AnchorOf(fact.happened()),
          std::string_view(correction.of()), AnchorOf(correction.replacement().happened())}) {
      const auto found = by_id.find(id);
      if (found != by_id.end() && found->second != i) references[i].push_back(found->second);
    }
  }
  return references;
}

std::vector<Call> AnchorsFirst(const References& references) {
  const Groups groups(references);
  std::vector<Call> facts_of(groups.count());
  std::vector<std::vector<size_t>> waiting(groups.count());  // groups that wait for one
  std::vector<size_t> left(groups.count(), 0);               // for how many references one waits
  for (size_t i = 0; i < references.size(); ++i) {
    facts_of[groups.of(i)].push_back(i);
    for (size_t to : references[i]) {
      if (groups.of(to) == groups.of(i)) continue;
      waiting[groups.of(to)].push_back(groups.of(i));
      ++left[groups.of(i)];
    }
  }
  // Of those that wait for nothing, the one that the file states first.
  std::priority_queue<std::pair<size_t, size_t>, std::vector<std::pair<size_t, size_t>>,
                      std::greater<>>
      ready;
  for (size_t group = 0; group < groups.count(); ++group) {
    if (left[group] == 0) ready.emplace(facts_of[group].front(), group);
  }
  std::vector<Call> order;
  while (!ready.empty()) {
    const size_t group = ready.top().second;
    ready.pop();
    order.push_back(std::move(facts_of[group]));
    for (size_t waits : waiting[group]) {
      if (--left[waits] == 0) ready.emplace(facts_of[waits].front(), waits);
    }
  }
  return order;
}

std::vector<Call> CallsOf(const Story& story) {
  std::vector<Call> alone;
  for (size_t i = 0; i < story.facts.size(); ++i) alone.push_back({i});
  std::vector<Call> calls = Cut(story, alone);
  const References references = ReferencesOf(story);
  if (CanBeRecorded(story, references, calls)) return calls;
  return Cut(story, AnchorsFirst(references));
}

}  // namespace skyndsamt::cli
