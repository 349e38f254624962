#include "services/cli/comparison_report.h"

#include <algorithm>

#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using api::v1::CompareTimelinessResponse;
using api::v1::LegChange;

constexpr size_t kColumns = 100;

std::string When(const api::v1::TimelinessInstants& when, Language language) {
  return Bilingual{"per ", "as of "}.In(language) + InstantForPeople(when.as_of()) +
         Bilingual{", känt ", ", known at "}.In(language) + InstantForPeople(when.known_at());
}

std::string Title(const LegChange& change, const ReportStyle& style) {
  const DutyName name = NameOf(change.leg());
  std::string title(style.language == Language::kSwedish ? name.sv : name.en);
  if (change.round() > 1) {
    title += Bilingual{", omgång ", ", round "}.In(style.language) + std::to_string(change.round());
  }
  for (const std::string* of : {&change.measure(), &change.guardian(), &change.request()}) {
    if (!of->empty()) title += ", " + *of;
  }
  title = Paragraph("", title, kColumns);
  return style.ansi ? "\x1b[1m" + title + "\x1b[0m" : title;
}

// Whether a duty's change is explained by the cause; else it changed the case as a whole.
bool Explains(const CompareTimelinessResponse& answer, int cause) {
  return std::ranges::any_of(answer.legs(), [cause](const LegChange& change) {
    return std::ranges::find(change.causes(), cause) != change.causes().end();
  });
}

}  // namespace

std::string ComparisonReport(const CompareTimelinessResponse& answer, const ReportStyle& style) {
  const Language in = style.language;
  std::string out =
      Paragraph("", Bilingual{"Från: ", "From: "}.In(in) + When(answer.before(), in), kColumns) +
      Paragraph("", Bilingual{"Till: ", "To:   "}.In(in) + When(answer.after(), in), kColumns) +
      "\n";
  if (answer.legs().empty() && answer.summary().empty()) {
    return out + Bilingual{"Inget har ändrats.\n", "Nothing has changed.\n"}.In(in);
  }
  for (const LegChange& change : answer.legs()) {
    out += Title(change, style);
    for (const auto& field : change.changes())
      out += Paragraph("  · ", In(field.text(), in), kColumns);
    for (const int cause : change.causes()) {
      out += Paragraph(Bilingual{"    därför: ", "    because: "}.In(in),
                       In(answer.causes(cause).text(), in), kColumns);
    }
    out += "\n";
  }
  for (int i = 0; i < answer.causes_size(); ++i) {
    if (Explains(answer, i)) continue;
    out +=
        Paragraph(Bilingual{"Även: ", "Also: "}.In(in), In(answer.causes(i).text(), in), kColumns);
  }
  for (const auto& text : answer.summary()) {
    out += Paragraph(Bilingual{"Ärendet: ", "The case: "}.In(in), In(text, in), kColumns);
  }
  return out;
}

}  // namespace skyndsamt::cli
