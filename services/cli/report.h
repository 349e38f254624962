// The timeliness report for people: per duty how long it took and how that compares, with the
// lines a lawyer can follow. At most 100 columns. Says tidsläge, never dom; never "lawful".
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "services/cli/answer_json.h"
#include "services/cli/language.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::cli {

struct ReportStyle {
  Language language = Language::kEnglish;  // English carries the Swedish terms, too
  bool ansi = false;                       // bold titles, for a terminal
  bool explain = true;                     // the lines below each duty
  bool reasons = false;                    // in place of them, the tree they come from
};

// What a duty is called, e.g. "Notify authority" and "Anmälan till huvudman".
struct DutyName {
  std::string_view en;
  std::string_view sv;
};
DutyName NameOf(event::v1::Leg leg);

// A state, a verdict by the routine, a position among yardsticks, in a word or two.
std::string WordFor(api::v1::LegState state, Language language);
std::string WordFor(api::v1::RoutineVerdict verdict, Language language);
std::string WordFor(api::v1::PracticePosition position, Language language);

std::string TimelinessReport(const api::v1::Timeliness& answer, const CaseNames& names,
                             const std::string& title, const ReportStyle& style);

// "9", "3–40", "≥ 3".
std::string RangeText(const api::v1::Range& range);

// An instant of the server's own, so by Stockholm's clock: "2012-06-18T14:30:00+02:00" as
// "2012-06-18 14:30"; the last instant of a day as its date.
std::string InstantForPeople(const std::string& rfc3339);

// A time that somebody stated, in EDTF or relative to a fact: a time of day by Stockholm's clock,
// "2012-06-18T12:30Z" as "2012-06-18 14:30"; an interval whole, its ends on two lines; all else as
// it stands.
std::string StatedForPeople(const std::string& stated);

// When something is due: a day or an instant. Where that is not certain, the first and the last
// that it can be, on two lines; a dash where no limit is set.
std::string DueForPeople(const std::string& due, const std::string& perhaps_late_from,
                         const std::string& late_from);
// Of a worklist item, a forecast's step, or a duty's routine.
template <typename Dated>
std::string DueForPeople(const Dated& dated) {
  return DueForPeople(dated.due(), dated.perhaps_late_from(), dated.late_from());
}

}  // namespace skyndsamt::cli
