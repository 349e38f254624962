// Pattern (mönster): several incidents read together. Each incident is read alone first, as its own
// timeliness reads it; then they are put in the order of when they happened, with the gaps between,
// one timeline, and what several of them have in common. It names what was repeated and draws no
// conclusion; nobody has offended before a finding. Pure, thread-safe.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "projections/law/judge.h"
#include "skyndsamt/api/v1/pattern.pb.h"

namespace skyndsamt::views {

// Whom or what the pattern is of; one of the three.
struct PatternOf {
  std::string_view child{};    // person id
  std::string_view accused{};  // person id
  std::string_view unit{};     // with `place`
  std::string_view place{};
};

// One incident, read.
struct PatternPart {
  api::v1::PatternIncident incident;
  law::Interval happened{};
  Micros recorded = 0;                       // when it was opened
  std::vector<law::Interval> carried_out{};  // its measures
  std::vector<api::v1::PatternMoment> moments{};
  std::vector<law::Interval> times{};  // of the moments
};

// Nothing if, by what is known at the file's known_at, the incident is not of whom or what is asked
// about, or certainly happened after its as_of. The file's child is not looked at.
std::optional<PatternPart> ReadPart(law::CaseFile file, const PatternOf& of);

// Leaves as_of, known_at, left_out and reflects to whoever asked.
api::v1::Pattern Weave(std::vector<PatternPart> parts, const PatternOf& of);

}  // namespace skyndsamt::views
