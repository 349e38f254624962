#include "services/cli/page.h"

#include "services/cli/page_parts.h"
#include "services/cli/report.h"

namespace skyndsamt::cli {
namespace {

// Text on paper 16:1, secondary text 9:1, links and marks above 7:1; lines and shapes above 4.5:1.
constexpr char kStyle[] = R"css(
:root { color: #1a1a1a; background: #ffffff; font: 1rem/1.5 "Liberation Sans", Arial, Helvetica, sans-serif; }
body { margin: 0 auto; padding: 1rem 1.5rem; max-width: 75rem; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.5em 0 0.5em; }
h1 { font-size: 1.8rem; margin-top: 0.5em; }
h2 { font-size: 1.45rem; border-top: 2px solid #1a1a1a; padding-top: 0.75rem; }
h3 { font-size: 1.2rem; }
h4 { font-size: 1rem; }
a { color: #0b4f8a; }
a:focus, [tabindex]:focus { outline: 3px solid #0b4f8a; outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0; }
dt { font-weight: bold; }
dd { margin: 0; }
.wide { overflow-x: auto; margin: 0.5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; overflow-wrap: normal; }
caption { text-align: left; font-weight: bold; padding: 0.25rem 0; }
th, td { border: 1px solid #6b6b6b; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top; }
thead th { color: #1a1a1a; background: #e9eef3; }
tbody th { font-weight: bold; }
td p { margin: 0 0 0.25rem; }
figure { margin: 0; }
figcaption { font-size: 0.875rem; color: #434343; }
svg { display: block; min-width: 48rem; width: 100%; height: auto; font-size: 12px; }
svg text { fill: #1a1a1a; }
svg .heading { font-weight: bold; }
svg .grid { stroke: #6b6b6b; stroke-width: 0.5; }
svg .as-of { stroke: #1a1a1a; stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .happened { fill: #1f4e79; }
svg .paper { fill: #ffffff; }
svg .hatch { stroke: #1f4e79; stroke-width: 2.5; }
svg .range { stroke: #1f4e79; stroke-width: 1.5; }
svg .recorded { fill: #ffffff; stroke: #434343; stroke-width: 2; }
svg .lag { stroke: #434343; stroke-width: 1.5; stroke-dasharray: 2 3; }
svg .duty { fill: #1f4e79; }
svg .open { fill: #1a1a1a; }
svg .due { stroke: #8a1c1c; stroke-width: 2.5; }
svg .due-flag { fill: #8a1c1c; }
ul.reasons, ul.reasons ul { list-style: none; margin: 0; padding: 0; }
ul.reasons ul { border-left: 2px solid #6b6b6b; margin: 0.15rem 0 0.15rem 0.4rem; padding-left: 0.9rem; }
ul.reasons li { margin: 0.25rem 0; }
.kind { font-size: 0.8rem; font-weight: bold; border: 1px solid #6b6b6b; border-radius: 3px; padding: 0 0.35rem; color: #1a1a1a; background: #e9eef3; }
.source { font-size: 0.875rem; color: #434343; }
footer { border-top: 2px solid #1a1a1a; margin-top: 2rem; font-size: 0.875rem; color: #434343; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  :root { font-size: 9.5pt; }
  body { padding: 0; max-width: none; }
  a { color: #1a1a1a; text-decoration: none; }
  .wide { overflow: visible; }
  svg { min-width: 0; }
  h2, h3, h4, caption { break-after: avoid; }
  tr, li, figure { break-inside: avoid; }
  main > section + section { break-before: page; }
  nav { display: none; }
}
)css";

Html Heading(std::string_view level, const std::string& words) {
  return Element(level, Html::Text(words));
}

// "händelse i1, barn 1".
std::string NameOf(const PageCase& one, Language language) {
  const std::string& incident =
      one.names.incident.empty() ? one.timeliness.incident() : one.names.incident;
  std::string name = Bilingual{"händelse ", "incident "}.In(language) + incident;
  if (one.timeliness.child().empty()) return name;
  const std::string& child = one.names.Of(one.timeliness.child());
  const bool alias = child != one.timeliness.child();
  return name + ", " + (alias ? "" : Bilingual{"barn ", "child "}.In(language)) + child;
}

std::string TitleOf(const Section& section) {
  const std::string& title = section.of.title;
  return title.empty() ? section.name : title + " – " + section.name;
}

Section SectionOf(const std::vector<PageCase>& cases, size_t i, Language language) {
  return {cases[i], "c" + std::to_string(i + 1), NameOf(cases[i], language), language};
}

Html Facts(const Section& section) {
  const api::v1::Timeliness& answer = section.of.timeliness;
  Html list;
  const auto add = [&](Bilingual name, const std::string& value) {
    if (value.empty()) return;
    list += Element("dt", Html::Text(section.Say(name))) + Element("dd", Html::Text(value));
  };
  const std::string none = section.Say({"ingen", "none"});
  add({"Händelse", "Incident"}, answer.incident());
  add({"Barn", "Child"}, answer.child());
  add({"Läget per", "As of"}, InstantForPeople(answer.as_of()));
  add({"Vad som var inskrivet", "What was recorded by"}, InstantForPeople(answer.known_at()));
  add({"Egen rutin, version", "Own routine, version"},
      answer.policy().empty() ? none : answer.policy());
  add({"Regeluppsättning", "Rule set"}, answer.rule_set());
  add({"Tidszonsdata", "Time zone data"}, answer.tzdata());
  if (answer.has_reflects()) {
    add({"Loggen till och med post", "The log up to and including entry"},
        std::to_string(answer.reflects().position()));
  }
  return Element("dl", list);
}

Html CaseSection(const Section& section) {
  const std::string id = section.id + "-title";
  Html body = Element("h2", {{"id", id}}, Html::Text(TitleOf(section)));
  if (section.of.authored) {
    body += Element(
        "p", Element("strong", Html::Text(section.Say({"Påhittad: ingenting av detta har hänt.",
                                                       "Authored: nothing of this happened."}))));
  }
  body += Facts(section);
  body += Heading("h3", section.Say({"Skyldigheter", "Duties"})) + DutiesTable(section);
  const Html figure = TimelineFigure(section);
  if (!figure.empty()) {
    body += Heading("h3", section.Say({"Tidslinje", "Timeline"})) + figure + TimesTable(section);
  }
  body +=
      Heading("h3",
              section.Say({"Motsägelser och iakttagelser", "Contradictions and observations"})) +
      Remarks(section);
  body += Heading("h3",
                  section.Say({"Skälen, skyldighet för skyldighet", "The reasons, duty by duty"})) +
          Reasons(section);
  if (!section.of.trail.empty()) {
    body += Heading("h3", section.Say({"Posterna", "The entries"})) + EntriesTable(section);
  }
  return Element("section", {{"aria-labelledby", id}}, body);
}

Html Contents(const std::vector<PageCase>& cases, Language language) {
  Html items;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Section section = SectionOf(cases, i, language);
    items += Element(
        "li", Element("a", {{"href", "#" + section.id + "-title"}}, Html::Text(TitleOf(section))));
  }
  return Element("nav", {{"aria-label", Bilingual{"Innehåll", "Contents"}.In(language)}},
                 Element("ul", items));
}

}  // namespace

std::string TimelinessPage(const std::vector<PageCase>& cases, Language language) {
  const auto say = [&](std::string_view sv, std::string_view en) {
    return Bilingual{sv, en}.In(language);
  };
  const std::string title =
      cases.size() == 1 ? say("Tidsläge: ", "Timeliness: ") + TitleOf(SectionOf(cases, 0, language))
                        : say("Tidsläge", "Timeliness");
  const Html head = VoidElement("meta", {{"charset", "utf-8"}}) +
                    VoidElement("meta", {{"name", "viewport"},
                                         {"content", "width=device-width, initial-scale=1"}}) +
                    Element("title", Html::Text(title)) + StyleSheet(kStyle);
  Html body = Element(
      "header",
      Heading("h1", say("Tidsläge", "Timeliness (tidsläge)")) +
          Element("p", Html::Text(say(
                           "Sidan visar hur lång tid varje skyldighet tog, hur det förhåller sig "
                           "till huvudmannens egen rutin och till publicerade beslut, och varför. "
                           "Den säger inte vad som är rätt eller fel.",
                           "This page shows how long each duty took, how that compares with the "
                           "authority's own routine and with published decisions, and why. It does "
                           "not say what is right or wrong."))));
  if (cases.size() > 1) body += Contents(cases, language);
  Html sections;
  for (size_t i = 0; i < cases.size(); ++i) {
    sections += CaseSection(SectionOf(cases, i, language));
  }
  body += Element("main", sections);
  body += Element(
      "footer",
      Element("p",
              Html::Text(say("Tidsläge, ingen dom. Ingen juridisk rådgivning. En logg visar vad "
                             "som skrevs in och när, inte att det är sant.",
                             "Tidsläge, no verdict. No legal advice. A log shows what was "
                             "recorded and when, not that it is true."))));
  return Document(language == Language::kSwedish ? "sv" : "en", head, body);
}

}  // namespace skyndsamt::cli
