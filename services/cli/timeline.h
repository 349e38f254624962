// The times of a case on one axis, as SVG for a page: a row for each fact that a duty rests on
// (when it happened, imprecise times as ranges, and when it was recorded) and a row for each duty
// (from start to end, and when it was due). Shapes carry the meaning and colour only supports it; a
// screen reader gets a title and a description, and finds the same in the page's tables. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/cli/html.h"
#include "services/cli/language.h"

namespace skyndsamt::cli {

// A fact on the axis. Instants in microseconds.
struct TimelineFact {
  std::string label;
  std::optional<int64_t> earliest;  // absent: open
  std::optional<int64_t> latest;
  std::optional<int64_t> recorded;  // absent for an imported one
};

// A duty on the axis.
struct TimelineDuty {
  std::string label;
  std::optional<int64_t> start_earliest, start_latest;
  std::optional<int64_t> end_earliest, end_latest;
  bool started = false;
  bool ended = false;
  std::optional<int64_t> due_first, due_last;  // the same where it is certain when it was due
  std::string verdict;                         // beside the bar, in words
};

struct TimelineData {
  std::vector<TimelineFact> facts;  // in the order they are to be shown
  std::vector<TimelineDuty> duties;
  int64_t as_of = 0;
};

// `id` begins every id in the drawing and is unique in the page.
Html TimelineSvg(const TimelineData& data, const std::string& id, Language language);

}  // namespace skyndsamt::cli
