#include "projections/statistics/release.h"

#include <map>
#include <utility>

namespace skyndsamt::statistics {
namespace {

enum class Scope { kUnit, kForm, kAuthority };
using Groups = std::map<Group, Members>;

Group GroupOf(const Member& member, Scope scope) {
  Group group{.authority = member.incident->authority(),
              .step = member.step->step(),
              .leg = member.step->leg(),
              .imported = member.step->imported()};
  if (scope != Scope::kAuthority) group.form = member.incident->form();
  if (scope == Scope::kUnit) group.unit = member.incident->unit();
  return group;
}

Groups GroupsOf(const Members& members, Scope scope) {
  Groups groups;
  for (const Member& member : members) groups[GroupOf(member, scope)].push_back(member);
  return groups;
}

// Whether a group has a name of its own. Of no form: it would go by the name of the authority's
// figure, which may yet come.
bool HasName(const Group& group, Scope scope) {
  return scope != Scope::kForm || group.form != event::v1::UNIT_FORM_UNSPECIFIED;
}

// The new cases where a group is: by units, or forms, that are not put together with others.
Group PlaceOf(Group group) {
  group.step = v1::STEP_REPORTED;
  group.leg = event::v1::LEG_UNSPECIFIED;
  return group;
}

void Add(const Members& some, Members& to) { to.insert(to.end(), some.begin(), some.end()); }

// One scope's work: takes what is told from `rest`, and leaves in `rest` and `fresh` what is put
// together at the next scope.
class Round {
 public:
  Round(Scope scope, size_t k, const Members& fresh)
      : scope_(scope), k_(k), fresh_(GroupsOf(fresh, scope)) {}

  void Take(Members& rest, std::vector<Release>& releases) const {
    const Groups groups = GroupsOf(std::exchange(rest, {}), scope_);
    for (const auto& [group, members] : groups) {
      const bool apart = Guarded(group.step) ? StandsAlone(PlaceOf(group)) : HasName(group, scope_);
      if (apart && MayTell(group, members)) {
        releases.push_back({group, members});
      } else if (!apart || !Guarded(group.step)) {
        Add(members, rest);
      }
    }
  }

  Members FreshOfTheRest() const {
    Members rest;
    for (const auto& [place, members] : fresh_) {
      if (!StandsAlone(place)) Add(members, rest);
    }
    return rest;
  }

 private:
  size_t Fresh(const Group& place) const {
    const auto found = fresh_.find(place);
    return found == fresh_.end() ? 0 : Unrelated(found->second);
  }
  bool StandsAlone(const Group& place) const {
    return scope_ == Scope::kAuthority || (HasName(place, scope_) && Fresh(place) >= 2 * k_);
  }
  bool MayTell(const Group& group, const Members& members) const {
    if (Unrelated(members) < k_) return false;
    return !Guarded(group.step) || members.size() + k_ <= Fresh(PlaceOf(group));
  }

  const Scope scope_;
  const size_t k_;
  const Groups fresh_;
};

}  // namespace

bool Guarded(v1::Step step) { return step == v1::STEP_OVERDUE || step == v1::STEP_REOPENED; }

std::vector<Release> ToRelease(const Members& waiting, int32_t period, size_t k) {
  std::vector<Release> releases;
  Members rest = waiting, fresh;
  for (const Member& member : waiting) {
    const bool now = member.step->since() == period && member.step->step() == v1::STEP_REPORTED;
    if (now) fresh.push_back(member);
  }
  for (const Scope scope : {Scope::kUnit, Scope::kForm, Scope::kAuthority}) {
    const Round round(scope, k, fresh);
    round.Take(rest, releases);
    fresh = round.FreshOfTheRest();
  }
  return releases;
}

}  // namespace skyndsamt::statistics
