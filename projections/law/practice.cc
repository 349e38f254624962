#include "projections/law/practice.h"

#include <cstdlib>
#include <limits>

namespace skyndsamt::law {
namespace {

using api::v1::PracticePosition;
using event::v1::Yardstick;

// Of the compared yardsticks with this outcome: the one nearest to `days` on the wanted side, else
// the one nearest from the other side. Accepted ones are looked for above, criticised ones below.
const Yardstick* Nearest(std::span<const Yardstick* const> yardsticks,
                         event::v1::YardstickOutcome outcome, int64_t days, bool above) {
  const Yardstick* wanted = nullptr;
  const Yardstick* other = nullptr;
  for (const Yardstick* y : yardsticks) {
    if (!y->has_days() || y->outcome() != outcome) continue;
    const bool fits = above ? y->days() >= days : y->days() <= days;
    const Yardstick*& best = fits ? wanted : other;
    if (best == nullptr || std::abs(y->days() - days) < std::abs(best->days() - days)) best = y;
  }
  return wanted != nullptr ? wanted : other;
}

struct Bounds {
  int64_t longest_accepted = -1;
  int64_t shortest_criticised = std::numeric_limits<int64_t>::max();
};

PracticePosition Position(const Bounds& bounds, const Elapsed& elapsed) {
  const int64_t least = elapsed.days.min;
  const int64_t most = elapsed.days.max.value_or(std::numeric_limits<int64_t>::max());
  const bool criticised = least >= bounds.shortest_criticised && least > bounds.longest_accepted;
  if (criticised) return api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED;
  if (elapsed.course == Course::kRunning) {
    return most < bounds.shortest_criticised ? api::v1::PRACTICE_POSITION_RUNNING
                                             : api::v1::PRACTICE_POSITION_UNDETERMINED;
  }
  if (elapsed.course == Course::kEither) return api::v1::PRACTICE_POSITION_UNDETERMINED;
  if (most <= bounds.longest_accepted && most < bounds.shortest_criticised) {
    return api::v1::PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED;
  }
  if (least > bounds.longest_accepted && most < bounds.shortest_criticised) {
    return api::v1::PRACTICE_POSITION_BETWEEN;
  }
  return api::v1::PRACTICE_POSITION_UNDETERMINED;
}

}  // namespace

PracticeFinding AgainstPractice(std::span<const Yardstick* const> yardsticks,
                                const std::optional<Elapsed>& elapsed) {
  PracticeFinding finding;
  Bounds bounds;
  bool any = false;
  for (const Yardstick* y : yardsticks) {
    if (!y->has_days()) {
      finding.in_words.push_back(y);
    } else if (y->outcome() == event::v1::YARDSTICK_OUTCOME_ACCEPTED) {
      any = true;
      bounds.longest_accepted = std::max<int64_t>(bounds.longest_accepted, y->days());
    } else if (y->outcome() == event::v1::YARDSTICK_OUTCOME_CRITICISED) {
      any = true;
      bounds.shortest_criticised = std::min<int64_t>(bounds.shortest_criticised, y->days());
    }
  }
  if (!any) return finding;
  const int64_t least = elapsed ? elapsed->days.min : 0;
  const int64_t most = elapsed ? elapsed->days.max.value_or(least) : least;
  finding.accepted = Nearest(yardsticks, event::v1::YARDSTICK_OUTCOME_ACCEPTED, most, true);
  finding.criticised = Nearest(yardsticks, event::v1::YARDSTICK_OUTCOME_CRITICISED, least, false);
  finding.position = elapsed ? Position(bounds, *elapsed) : api::v1::PRACTICE_POSITION_UNDETERMINED;
  return finding;
}

}  // namespace skyndsamt::law
