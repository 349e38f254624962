#include "projections/law/verdict_words.h"
#include "services/cli/page_parts.h"
#include "services/cli/reason_report.h"

namespace skyndsamt::cli {
namespace {

using api::v1::LegTimeliness;
using api::v1::ReasonNode;
using api::v1::ReasonSource;

// "[post f2; Skollagen ..., regler 2026-11-1; rutin version 1]".
Html SourceOf(const ReasonSource& source, const Section& section) {
  Html parts;
  const auto part = [&parts](const Html& more) {
    if (!parts.empty()) parts += Html::Text("; ");
    parts += more;
  };
  if (!source.fact().empty()) {
    Html fact =
        Html::Text(section.Say({"uppgift ", "fact "})) +
        section.FactLink(source.fact(),
                         source.has_position() ? std::optional(source.position()) : std::nullopt);
    if (source.has_position()) {
      fact += Html::Text(section.Say({", post ", ", entry "}) + std::to_string(source.position()));
    }
    part(fact);
  }
  if (!source.citation().empty()) {
    part(Element("span", {{"lang", "sv"}}, Html::Text(source.citation())));
  }
  if (!source.rule_set().empty()) {
    part(Html::Text(section.Say({"regeluppsättning ", "rule set "}) + source.rule_set()));
  }
  if (!source.routine().empty()) {
    part(Html::Text(section.Say({"rutin, version ", "routine, version "}) + source.routine()));
  }
  if (parts.empty()) return {};
  return Element("span", {{"class", "source"}}, Html::Text("[") + parts + Html::Text("]"));
}

Html Tree(const ReasonNode& node, const Section& section) {
  Html item = Element("span", {{"class", "kind"}}, Html::Text(section.Say(KindWord(node.kind())))) +
              Html::Text(" ") + Html::Text(section.Say(node.text()));
  const Html source = SourceOf(node.stands_on(), section);
  if (!source.empty()) item += Html::Text(" ") + source;
  Html grounds;
  for (const ReasonNode& ground : node.grounds()) grounds += Tree(ground, section);
  if (!grounds.empty()) item += Element("ul", grounds);
  return Element("li", item);
}

Html List(const std::vector<std::string>& lines) {
  Html items;
  for (const std::string& line : lines) items += Element("li", Html::Text(line));
  return Element("ul", items);
}

}  // namespace

Html Remarks(const Section& section) {
  const api::v1::Timeliness& answer = section.of.timeliness;
  std::vector<std::string> remarks;
  Html contradictions;
  for (const auto& one : answer.contradictions()) {
    std::vector<std::string> entries;
    for (const auto& entry : one.entries()) entries.push_back(section.Say(entry.text()));
    contradictions += Element("li", Html::Text(section.Say({"Motsägelse: ", "Contradiction: "}) +
                                               section.Say(one.text())) +
                                        List(entries));
  }
  for (const auto& text : answer.observations()) remarks.push_back(section.Say(text));
  for (const auto& late : answer.late_entries()) remarks.push_back(section.Say(late.text()));
  Html all;
  if (!contradictions.empty()) all += Element("ul", contradictions);
  if (!remarks.empty()) all += List(remarks);
  if (!all.empty()) return all;
  return Element("p", Html::Text(section.Say({"Inga.", "None."})));
}

Html Reasons(const Section& section) {
  Html all;
  Html others;
  for (const LegTimeliness& leg : section.of.timeliness.legs()) {
    if (!leg.has_reasons()) continue;
    const Html name = Html::Text(section.DutyName(leg));
    const Html tree = Element("ul", {{"class", "reasons"}}, Tree(leg.reasons(), section));
    if (IsClocked(leg)) {
      all += Element("h4", name) + tree;
    } else {
      others += Element("li", Element("strong", name) + tree);
    }
  }
  if (others.empty()) return all;
  return all +
         Element("h4", Html::Text(section.Say(
                           {"Krävs inte eller har inte börjat", "Not required or not begun"}))) +
         Element("ul", others);
}

}  // namespace skyndsamt::cli
