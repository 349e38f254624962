// Against published decisions: the nearest length that was accepted and the nearest that was
// criticised, on either side of how long this took. Yardsticks compare calendar days; one without a
// number is quoted, never compared. A yardstick is no limit and decides nothing: each carries its
// source and what differs from the case at hand. Pure, thread-safe.
#pragma once

#include <span>
#include <vector>

#include "projections/law/elapsed.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

struct PracticeFinding {
  api::v1::PracticePosition position = api::v1::PRACTICE_POSITION_NO_YARDSTICK;
  const event::v1::Yardstick* accepted = nullptr;
  const event::v1::Yardstick* criticised = nullptr;
  std::vector<const event::v1::Yardstick*> in_words;
};

// At or below the longest accepted length, at or above the shortest criticised one, or between;
// where both would hold, or the length is not known well enough, UNDETERMINED. A leg that still
// runs is RUNNING until it has certainly reached what was criticised.
PracticeFinding AgainstPractice(std::span<const event::v1::Yardstick* const> yardsticks,
                                const std::optional<Elapsed>& elapsed);

}  // namespace skyndsamt::law
