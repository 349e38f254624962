#include "services/cli/report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/verdict_words.h"
#include "services/cli/codes.h"
#include "services/cli/reason_report.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using api::v1::LegTimeliness;
using api::v1::Timeliness;

constexpr size_t kColumns = 100;

Bilingual StateWord(api::v1::LegState state) {
  const law::Phrase word = law::StateWord(state);
  return {word.sv, word.en};
}

// The day, or the instant, that ends where another begins; empty where none does.
std::string LastBefore(const std::string& rfc3339) {
  absl::Time instant;
  if (!absl::ParseTime(absl::RFC3339_full, rfc3339, &instant, nullptr)) return "";
  return InstantForPeople(law::FormatInstant(absl::ToUnixMicros(instant) - 1));
}

// A day with a time of day by Stockholm's clock; any other date as it stands.
std::string DateForPeople(const std::string& edtf) {
  constexpr size_t kFace = 16;  // 2012-06-18T14:30
  if (edtf.size() < kFace || edtf[10] != 'T') return edtf;
  std::string face = edtf.substr(0, kFace);
  if (edtf.find_first_of("Z+-", kFace) != std::string::npos) {
    const auto read = law::ParseEdtf(edtf);
    if (!read.ok() || !read->earliest) return edtf;
    face = law::FormatInstant(*read->earliest).substr(0, kFace);
  }
  face[10] = ' ';
  return face;
}

Bilingual RoutineWord(api::v1::RoutineVerdict verdict) {
  switch (verdict) {
    case api::v1::ROUTINE_VERDICT_WITHIN:
      return {"inom", "within"};
    case api::v1::ROUTINE_VERDICT_LATE:
      return {"senare", "late"};
    case api::v1::ROUTINE_VERDICT_RUNNING:
      return {"löper", "running"};
    case api::v1::ROUTINE_VERDICT_UNDETERMINED:
      return {"oklart", "unclear"};
    default:
      return {"ej satt", "no limit"};
  }
}

Bilingual PracticeWord(api::v1::PracticePosition position) {
  switch (position) {
    case api::v1::PRACTICE_POSITION_RUNNING:
      return {"löper", "running"};
    case api::v1::PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return {"≤ godtagen", "≤ accepted"};
    case api::v1::PRACTICE_POSITION_BETWEEN:
      return {"emellan", "in between"};
    case api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return {"≥ kritiserad", "≥ criticised"};
    case api::v1::PRACTICE_POSITION_UNDETERMINED:
      return {"oklart", "unclear"};
    default:
      return {"–", "–"};
  }
}

std::string AnchorText(const api::v1::Anchor& anchor, Language language) {
  std::string text = StatedForPeople(anchor.edtf()) + "\n" + anchor.fact();
  for (const std::string& other : anchor.contributing()) text += ", " + other;
  if (anchor.substitute()) text += language == Language::kSwedish ? " (i stället)" : " (stand-in)";
  return text;
}

// Which round, measure, guardian or request a leg is about; empty where it is the case's only one,
// or where the fact that asks for it stands beside it as the start.
std::string About(const LegTimeliness& leg, const CaseNames& names, Language language) {
  std::string about;
  if (leg.round() > 1) {
    about += (language == Language::kSwedish ? "omgång " : "round ") + std::to_string(leg.round());
  }
  const std::string asked = leg.request() == leg.started().fact() ? "" : leg.request();
  for (const std::string& of : {leg.measure(), names.Of(leg.guardian()), asked}) {
    if (!of.empty()) about += (about.empty() ? "" : ", ") + of;
  }
  return about;
}

std::string DutyText(const LegTimeliness& leg, const CaseNames& names, Language language) {
  DutyName name = NameOf(leg.leg());
  std::string text(language == Language::kSwedish ? name.sv : name.en);
  if (language == Language::kEnglish) text += "\n" + std::string(name.sv);
  std::string about = About(leg, names, language);
  return about.empty() ? text : text + "\n" + about;
}

bool IsShown(const LegTimeliness& leg) {
  return leg.state() != api::v1::LEG_STATE_NOT_REQUIRED &&
         leg.state() != api::v1::LEG_STATE_NOT_STARTED;
}

void AddLeg(const LegTimeliness& leg, const CaseNames& names, const ReportStyle& style,
            Table& table) {
  const Language in = style.language;
  table.Add({DutyText(leg, names, in), WordFor(leg.state(), in),
             leg.has_started() ? AnchorText(leg.started(), in) : "–",
             leg.has_ended() ? AnchorText(leg.ended(), in) : "–",
             leg.has_days() ? RangeText(leg.days()) : "–",
             leg.has_working_days() ? RangeText(leg.working_days()) : "–",
             WordFor(leg.routine().verdict(), in), WordFor(leg.practice().position(), in)});
}

// The lines a lawyer can follow, below the duty's name.
std::string Explained(const LegTimeliness& leg, const CaseNames& names, const ReportStyle& style) {
  const bool sv = style.language == Language::kSwedish;
  DutyName name = NameOf(leg.leg());
  std::string title =
      sv ? std::string(name.sv) : std::string(name.en) + ", " + std::string(name.sv);
  std::string about = About(leg, names, style.language);
  if (!about.empty()) title += " (" + about + ")";
  std::string out = Paragraph("", title, kColumns);
  if (style.ansi) out = "\x1b[1m" + out + "\x1b[0m";
  if (style.reasons && leg.has_reasons()) {
    return out + ReasonTree(leg.reasons(), style.language, kColumns) + "\n";
  }
  for (const api::v1::Text& line : leg.explanation()) {
    out += Paragraph("  · ", sv ? line.sv() : line.en(), kColumns);
  }
  return out + "\n";
}

// "Not started: Follow-up (uppföljning), ..." for the duties of a state that has no times.
std::string Listed(const Timeliness& answer, api::v1::LegState state, const CaseNames& names,
                   Language language) {
  std::vector<std::string> duties;
  for (const LegTimeliness& leg : answer.legs()) {
    if (leg.state() != state) continue;
    DutyName name = NameOf(leg.leg());
    std::string duty(language == Language::kSwedish ? name.sv : name.en);
    if (!leg.guardian().empty()) duty += " (" + names.Of(leg.guardian()) + ")";
    if (!leg.measure().empty()) duty += " (" + leg.measure() + ")";
    if (std::find(duties.begin(), duties.end(), duty) == duties.end()) duties.push_back(duty);
  }
  if (duties.empty()) return {};
  std::string list;
  for (const std::string& duty : duties) list += (list.empty() ? "" : ", ") + duty;
  std::string word = StateWord(state).In(language);
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return Paragraph(Padded(word + ":", 15), list + ".", kColumns);
}

std::string Head(const Timeliness& answer, const CaseNames& names, const std::string& title,
                 const ReportStyle& style) {
  const bool sv = style.language == Language::kSwedish;
  std::string out;
  if (!title.empty()) {
    std::string line = Paragraph("", title, kColumns);
    out += style.ansi ? "\x1b[1m" + line + "\x1b[0m" : line;
  }
  std::string who = names.file.empty() ? "" : names.file + " · ";
  who += (sv ? "händelse " : "incident ") + (names.incident.empty()
                                                 ? answer.incident()
                                                 : names.incident + " (" + answer.incident() + ")");
  if (!answer.child().empty()) {
    const std::string& child = names.Of(answer.child());
    who += " · " + (child == answer.child() ? (sv ? "barn " : "child ") + child : child);
  }
  out += Paragraph("", who, kColumns);
  std::string when = (sv ? "per " : "as of ") + InstantForPeople(answer.as_of()) +
                     (sv ? " · känt " : " · known at ") + InstantForPeople(answer.known_at()) +
                     (sv ? " · rutin " : " · routine ") +
                     (answer.policy().empty() ? (sv ? "ingen" : "none") : answer.policy());
  if (!answer.rule_set().empty()) when += (sv ? " · regler " : " · rules ") + answer.rule_set();
  return out + Paragraph("", when, kColumns) + "\n";
}

std::string Foot(const Timeliness& answer, const CaseNames& names, Language in) {
  const bool sv = in == Language::kSwedish;
  std::string out;
  for (const api::v1::Contradiction& contradiction : answer.contradictions()) {
    out += Paragraph(sv ? "Motsägelse:    " : "Contradiction: ",
                     sv ? contradiction.text().sv() : contradiction.text().en(), kColumns);
    for (const auto& entry : contradiction.entries()) {
      out += Paragraph("  · ", In(entry.text(), in), kColumns);
    }
  }
  for (const api::v1::Text& text : answer.observations()) {
    out +=
        Paragraph(sv ? "Iakttagelse:   " : "Observation:   ", sv ? text.sv() : text.en(), kColumns);
  }
  out += Listed(answer, api::v1::LEG_STATE_NOT_REQUIRED, names, in);
  out += Listed(answer, api::v1::LEG_STATE_NOT_STARTED, names, in);
  out +=
      Paragraph("",
                sv ? "Tidsläge, ingen dom: hur lång tid varje skyldighet tog och hur det "
                     "förhåller sig till rutin och publicerade beslut. Ingen juridisk rådgivning."
                   : "Tidsläge, no verdict: how long each duty took, beside the authority's "
                     "routine and published decisions. No legal advice.",
                kColumns);
  return out;
}

}  // namespace

std::string RangeText(const api::v1::Range& range) {
  if (!range.has_max()) return "≥ " + std::to_string(range.min());
  if (range.max() == range.min()) return std::to_string(range.min());
  return std::to_string(range.min()) + "–" + std::to_string(range.max());
}

std::string WordFor(api::v1::LegState state, Language language) {
  return StateWord(state).In(language);
}

std::string WordFor(api::v1::RoutineVerdict verdict, Language language) {
  return RoutineWord(verdict).In(language);
}

std::string WordFor(api::v1::PracticePosition position, Language language) {
  return PracticeWord(position).In(language);
}

DutyName NameOf(event::v1::Leg leg) {
  const law::Phrase name = law::LegName(leg);
  if (name.en.empty()) return {"Unknown duty", "okänd skyldighet"};
  return {name.en, name.sv};
}

std::string InstantForPeople(const std::string& rfc3339) {
  if (rfc3339.size() < 16 || rfc3339[10] != 'T') return rfc3339;
  std::string day = rfc3339.substr(0, 10);
  std::string time = rfc3339.substr(11, 5);
  const bool end_of_day = rfc3339.compare(11, 8, "23:59:59") == 0;
  return end_of_day ? day : day + " " + time;
}

std::string StatedForPeople(const std::string& stated) {
  if (stated.find(' ') != std::string::npos) return stated;  // relative to a fact, of any name
  const size_t slash = stated.find('/');
  if (slash == std::string::npos) return DateForPeople(stated);
  const std::string first = DateForPeople(stated.substr(0, slash));
  return first + (first.empty() ? "/\n" : " /\n") + DateForPeople(stated.substr(slash + 1));
}

std::string DueForPeople(const std::string& due, const std::string& perhaps_late_from,
                         const std::string& late_from) {
  if (!due.empty()) return InstantForPeople(due);
  const std::string first = LastBefore(perhaps_late_from);
  const std::string last = LastBefore(late_from);
  if (last.empty()) return first.empty() ? "–" : first + " –";
  return first.empty() ? "– " + last : first + "\n– " + last;
}

std::string TimelinessReport(const Timeliness& answer, const CaseNames& names,
                             const std::string& title, const ReportStyle& style) {
  const bool sv = style.language == Language::kSwedish;
  Table table({{sv ? "SKYLDIGHET" : "DUTY", 23},
               {sv ? "LÄGE" : "STATE", 9},
               {sv ? "FRÅN" : "FROM", 14},
               {sv ? "TILL" : "TO", 14},
               NumberColumn(sv ? "DAGAR" : "DAYS"),
               NumberColumn(sv ? "ARB" : "WORK"),
               {sv ? "RUTIN" : "ROUTINE", 8},
               {sv ? "PRAXIS" : "PRACTICE", 12}});
  for (const LegTimeliness& leg : answer.legs()) {
    if (IsShown(leg)) AddLeg(leg, names, style, table);
  }
  std::string out = Head(answer, names, title, style);
  if (!table.empty()) out += table.Print(style.ansi, kColumns) + "\n";
  for (const LegTimeliness& leg : answer.legs()) {
    if (style.explain && IsShown(leg)) out += Explained(leg, names, style);
  }
  return out + Foot(answer, names, style.language);
}

}  // namespace skyndsamt::cli
