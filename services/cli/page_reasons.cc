#include <algorithm>

#include "projections/law/verdict_words.h"
#include "services/cli/page_parts.h"
#include "services/cli/reason_report.h"

namespace skyndsamt::cli {
namespace {

using api::v1::LegTimeliness;
using api::v1::ReasonNode;
using api::v1::ReasonSource;

// A list without markers is to some screen readers a list only if it says so.
const Attributes kIsList = {{"role", "list"}};

Html InSwedish(std::string_view words) {
  return Element("span", {{"lang", "sv"}}, Html::Text(words));
}

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
    part(InSwedish(source.citation()));
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

// Where the Swedish that begins at `at` of an English reason ends: ”the routine's words”, or what
// it cites with the time word that may follow in brackets.
size_t EndOfSwedish(std::string_view text, size_t at, std::string_view citation) {
  constexpr std::string_view kQuote = "”", kWord = " (\"", kAfterWord = "\")";
  size_t end = text.size();
  if (text.substr(at).starts_with(kQuote)) {
    const size_t closing = text.find(kQuote, at + kQuote.size());
    return closing == text.npos ? end : closing + kQuote.size();
  }
  end = at + citation.size();
  const size_t after = text.find(kAfterWord, end);
  const bool word = text.substr(end).starts_with(kWord) && after != text.npos;
  return word ? after + kAfterWord.size() : end;
}

// The reason's words; in English, what is Swedish in them is marked as such (WCAG 3.1.2).
Html WordsOf(const ReasonNode& node, const Section& section) {
  if (section.sv()) return Html::Text(node.text().sv());
  const std::string_view text = node.text().en();
  const std::string_view citation = node.stands_on().citation();
  Html words;
  for (size_t at = 0; at < text.size();) {
    const size_t quoted = text.find("”", at);
    const size_t cited = citation.empty() ? text.npos : text.find(citation, at);
    const size_t swedish = std::min({quoted, cited, text.size()});
    words += Html::Text(text.substr(at, swedish - at));
    if (swedish == text.size()) break;
    at = EndOfSwedish(text, swedish, citation);
    words += InSwedish(text.substr(swedish, at - swedish));
  }
  return words;
}

Html Tree(const ReasonNode& node, const Section& section) {
  Html item = Element("span", {{"class", "kind"}}, Html::Text(section.Say(KindWord(node.kind())))) +
              Html::Text(" ") + WordsOf(node, section);
  const Html source = SourceOf(node.stands_on(), section);
  if (!source.empty()) item += Html::Text(" ") + source;
  Html grounds;
  for (const ReasonNode& ground : node.grounds()) grounds += Tree(ground, section);
  if (!grounds.empty()) item += Element("ul", kIsList, grounds);
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
    const Html tree =
        Element("ul", {{"class", "reasons"}, kIsList[0]}, Tree(leg.reasons(), section));
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
