#include <algorithm>
#include <map>

#include "absl/time/time.h"
#include "projections/law/civil_time.h"
#include "projections/law/verdict_words.h"
#include "services/cli/page_parts.h"
#include "services/cli/report.h"

namespace skyndsamt::cli {
namespace {

using api::v1::Anchor;
using api::v1::AuditEntry;
using api::v1::LegTimeliness;

std::string RangeText(const api::v1::Range& range, const Section& section) {
  if (!range.has_max()) return section.Say({"minst ", "at least "}) + std::to_string(range.min());
  if (range.max() == range.min()) return std::to_string(range.min());
  return std::to_string(range.min()) + "–" + std::to_string(range.max());
}

// From when to when, in days, or the time of day where that is known.
std::string Bounds(const std::string& earliest, const std::string& latest, const Section& section) {
  if (earliest.empty() && latest.empty()) return section.Say({"okänt när", "not known when"});
  const std::string from = InstantForPeople(earliest);
  const std::string to = InstantForPeople(latest);
  if (earliest.empty()) return section.Say({"senast ", "at the latest "}) + to;
  if (latest.empty()) return section.Say({"tidigast ", "at the earliest "}) + from;
  if (from.substr(0, 10) == to.substr(0, 10)) {
    // A whole day begins at midnight and its end is written as its date.
    return to.size() == 10 ? to : from;
  }
  const std::string first = from.ends_with(" 00:00") ? from.substr(0, 10) : from;
  return section.Say({"mellan ", "between "}) + first + section.Say({" och ", " and "}) + to;
}

Html AnchorCell(bool there, const Anchor& anchor, const Section& section) {
  if (!there) return Html::Text("–");
  Html cell = Html::Text(Bounds(anchor.earliest(), anchor.latest(), section)) + Html::Text(" (") +
              section.FactLink(anchor.fact(), anchor.position());
  for (const std::string& other : anchor.contributing()) cell += Html::Text(", " + other);
  cell += Html::Text(")");
  if (anchor.substitute()) {
    cell += Html::Text(section.Say(
        {", i stället för den uppgift som saknas", ", in place of the fact that is missing"}));
  }
  return cell;
}

std::string RemarksText(const LegTimeliness& leg, const Section& section) {
  std::string text;
  for (const int remark : leg.remarks()) {
    const law::Phrase word = law::RemarkWord(static_cast<api::v1::Remark>(remark));
    if (!text.empty()) text += "; ";
    text += section.sv() ? word.sv : word.en;
  }
  return text.empty() ? "–" : text;
}

template <typename Code, typename Word>
std::string Say(const Section& section, Word word, Code code) {
  const law::Phrase phrase = word(code);
  return std::string(section.sv() ? phrase.sv : phrase.en);
}

std::string LagText(bool imported, bool has_lag, const api::v1::Range& lag,
                    const Section& section) {
  if (imported) return section.Say({"inlagd i efterhand", "brought in later"});
  if (!has_lag) return "–";
  const std::string hours = RangeText(lag, section);
  if (lag.min() < 48) return hours + section.Say({" timmar", " hours"});
  api::v1::Range days;
  days.set_min(lag.min() / 24);
  if (lag.has_max()) days.set_max(lag.max() / 24);
  return RangeText(days, section) + section.Say({" dagar", " days"});
}

// The facts that the duties' times rest on and the orders received, by when they happened.
std::vector<const AuditEntry*> OnTheAxis(const Section& section) {
  std::vector<const AuditEntry*> facts;
  const auto add = [&facts](const AuditEntry* entry) {
    if (entry == nullptr || std::ranges::find(facts, entry) != facts.end()) return;
    facts.push_back(entry);
  };
  for (const LegTimeliness& leg : section.of.timeliness.legs()) {
    if (!IsClocked(leg)) continue;
    if (leg.has_started()) add(section.Entry(leg.started().position()));
    if (leg.has_ended()) add(section.Entry(leg.ended().position()));
  }
  for (const AuditEntry& entry : section.of.trail) {
    if (entry.fact().has_order_received() && entry.corrected_by().empty()) add(&entry);
  }
  std::ranges::stable_sort(facts, {}, [](const AuditEntry* entry) {
    const auto earliest = InstantOf(entry->happened_earliest());
    return std::pair(earliest ? earliest : InstantOf(entry->happened_latest()),
                     entry->position().position());
  });
  return facts;
}

// What a fact, or the one a correction puts in its place, says happened.
std::string WhatOf(const AuditEntry& entry, const Section& section) {
  const event::v1::Fact& fact =
      entry.fact().has_correction() ? entry.fact().correction().replacement() : entry.fact();
  const law::Phrase what = law::WhatHappened(fact.kind_case());
  const std::string& id = entry.corrects().empty() ? entry.fact().id() : entry.corrects();
  return std::string(section.sv() ? what.sv : what.en) + " (" + id + ")";
}

// Where an anchor says when a fact happened that a correction states, the anchor knows it better.
const Anchor* AnchorAt(const Section& section, uint64_t position) {
  for (const LegTimeliness& leg : section.of.timeliness.legs()) {
    if (leg.has_started() && leg.started().position() == position) return &leg.started();
    if (leg.has_ended() && leg.ended().position() == position) return &leg.ended();
  }
  return nullptr;
}

TimelineFact FactOnAxis(const AuditEntry& entry, const Section& section) {
  TimelineFact fact;
  fact.label = WhatOf(entry, section);
  const Anchor* anchor = AnchorAt(section, entry.position().position());
  const bool plain = anchor != nullptr && anchor->contributing().empty();
  fact.earliest = InstantOf(plain ? anchor->earliest() : entry.happened_earliest());
  fact.latest = InstantOf(plain ? anchor->latest() : entry.happened_latest());
  if (!entry.imported()) fact.recorded = InstantOf(entry.recorded());
  return fact;
}

std::optional<int64_t> JustBefore(const std::string& rfc3339) {
  const auto instant = InstantOf(rfc3339);
  return instant ? std::optional(*instant - 1) : std::nullopt;
}

TimelineDuty DutyOnAxis(const LegTimeliness& leg, const Section& section) {
  TimelineDuty duty;
  duty.label = section.DutyName(leg);
  duty.started = leg.has_started();
  duty.ended = leg.has_ended();
  duty.start_earliest = InstantOf(leg.started().earliest());
  duty.start_latest = InstantOf(leg.started().latest());
  duty.end_earliest = InstantOf(leg.ended().earliest());
  duty.end_latest = InstantOf(leg.ended().latest());
  const std::string& due = leg.routine().due();
  // A last day ends with its last instant.
  absl::CivilDay day;
  duty.due_first = absl::ParseCivilTime(due, &day) ? law::EndOf(day) : InstantOf(due);
  duty.due_last = duty.due_first;
  if (due.empty()) {
    duty.due_first = JustBefore(leg.routine().perhaps_late_from());
    duty.due_last = JustBefore(leg.routine().late_from());
  }
  if (leg.routine().verdict() == api::v1::ROUTINE_VERDICT_LATE) {
    duty.verdict = section.Say({"senare än rutinen", "later than the routine"});
  } else if (leg.routine().verdict() == api::v1::ROUTINE_VERDICT_WITHIN) {
    duty.verdict = section.Say({"inom tiden", "in time"});
  } else if (leg.state() == api::v1::LEG_STATE_UNDETERMINED ||
             leg.routine().verdict() == api::v1::ROUTINE_VERDICT_UNDETERMINED) {
    duty.verdict = section.Say({"oklart", "unclear"});
  }
  return duty;
}

}  // namespace

const AuditEntry* Section::Entry(uint64_t position) const {
  const auto found = std::ranges::find_if(
      of.trail, [&](const AuditEntry& entry) { return entry.position().position() == position; });
  return found == of.trail.end() ? nullptr : &*found;
}

Html Section::FactLink(const std::string& fact, std::optional<uint64_t> position) const {
  if (!position || Entry(*position) == nullptr) return Html::Text(fact);
  return Element("a", {{"href", "#" + id + "-post-" + std::to_string(*position)}},
                 Html::Text(fact));
}

std::string Section::DutyName(const LegTimeliness& leg) const {
  const law::Words words = law::LegNamed(leg.leg(), leg.round(), leg.measure(), leg.request());
  std::string text = sv() ? words.sv : words.en;
  if (!leg.guardian().empty()) text += ", " + of.names.Of(leg.guardian());
  return text;
}

bool IsClocked(const LegTimeliness& leg) {
  return leg.state() != api::v1::LEG_STATE_NOT_REQUIRED &&
         leg.state() != api::v1::LEG_STATE_NOT_STARTED;
}

std::optional<int64_t> InstantOf(const std::string& rfc3339) {
  absl::Time instant;
  if (!absl::ParseTime(absl::RFC3339_full, rfc3339, &instant, nullptr)) return std::nullopt;
  return absl::ToUnixMicros(instant);
}

HtmlTable::HtmlTable(std::string caption, const std::vector<std::string>& columns)
    : caption_(std::move(caption)) {
  Html cells;
  for (const std::string& column : columns) {
    cells += Element("th", {{"scope", "col"}}, Html::Text(column));
  }
  head_ = Element("thead", Element("tr", cells));
}

void HtmlTable::Add(std::vector<Html> cells, const Attributes& row) {
  Html made;
  for (size_t i = 0; i < cells.size(); ++i) {
    made += i == 0 ? Element("th", {{"scope", "row"}}, cells[i]) : Element("td", cells[i]);
  }
  rows_ += Element("tr", row, made);
}

Html HtmlTable::Build() const {
  const Html table =
      Element("table", Element("caption", Html::Text(caption_)) + head_ + Element("tbody", rows_));
  return Element(
      "div", {{"class", "wide"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", caption_}},
      table);
}

Html DutiesTable(const Section& section) {
  const auto say = [&](std::string_view sv, std::string_view en) { return section.Say({sv, en}); };
  HtmlTable table(
      say("Varje skyldighet som har eller har haft en tid", "Every duty that has or had a time") +
          ": " + section.name,
      {say("Skyldighet", "Duty"), say("Läge", "State"), say("Räknas från", "Counted from"),
       say("Gjort", "Done"), say("Dagar", "Days"), say("Arbetsdagar", "Working days"),
       say("Senast", "Due"), say("Mot egen rutin", "Against own routine"),
       say("Mot publicerade beslut", "Against published decisions"),
       say("Anmärkningar", "Remarks")});
  for (const LegTimeliness& leg : section.of.timeliness.legs()) {
    if (!IsClocked(leg)) continue;
    Html name = Html::Text(section.DutyName(leg));
    if (!section.sv()) {
      name += VoidElement("br", {}) +
              Element("span", {{"lang", "sv"}}, Html::Text(law::LegName(leg.leg()).sv));
    }
    table.Add({name, Html::Text(Say(section, law::StateWord, leg.state())),
               AnchorCell(leg.has_started(), leg.started(), section),
               AnchorCell(leg.has_ended(), leg.ended(), section),
               Html::Text(leg.has_days() ? RangeText(leg.days(), section) : "–"),
               Html::Text(leg.has_working_days() ? RangeText(leg.working_days(), section) : "–"),
               Html::Text(DueForPeople(leg.routine())),
               Html::Text(Say(section, law::RoutineWord, leg.routine().verdict())),
               Html::Text(Say(section, law::PracticeWord, leg.practice().position())),
               Html::Text(RemarksText(leg, section))});
  }
  return table.empty()
             ? Element("p",
                       Html::Text(say("Ingen skyldighet har någon tid.", "No duty has any time.")))
             : table.Build();
}

Html TimelineFigure(const Section& section) {
  TimelineData data;
  data.as_of = InstantOf(section.of.timeliness.as_of()).value_or(0);
  for (const AuditEntry* entry : OnTheAxis(section)) {
    data.facts.push_back(FactOnAxis(*entry, section));
  }
  for (const LegTimeliness& leg : section.of.timeliness.legs()) {
    if (IsClocked(leg)) data.duties.push_back(DutyOnAxis(leg, section));
  }
  if (data.facts.empty()) return {};
  const std::string label = section.Say({"Tidslinje", "Timeline"}) + ": " + section.name;
  return Element(
      "figure",
      Element("div",
              {{"class", "wide"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", label}},
              TimelineSvg(data, section.id + "-axis", section.language)) +
          Element("figcaption",
                  Html::Text(
                      section.Say({"När uppgifterna hände och skrevs in, och när skyldigheterna "
                                   "började, slutade och skulle vara klara. Samma sak står i "
                                   "tabellerna.",
                                   "When the facts happened and were recorded, and when the duties "
                                   "began, ended and were due. The tables say the same."}))));
}

Html TimesTable(const Section& section) {
  const auto say = [&](std::string_view sv, std::string_view en) { return section.Say({sv, en}); };
  HtmlTable table(say("Tidslinjens uppgifter", "The facts of the timeline") + ": " + section.name,
                  {say("Uppgift", "Fact"), say("Hände", "Happened"), say("Skrevs in", "Recorded"),
                   say("Efter hur lång tid", "How long after")});
  for (const AuditEntry* entry : OnTheAxis(section)) {
    const Anchor* anchor = AnchorAt(section, entry->position().position());
    const bool plain = anchor != nullptr && anchor->contributing().empty();
    const std::string& earliest = plain ? anchor->earliest() : entry->happened_earliest();
    const std::string& latest = plain ? anchor->latest() : entry->happened_latest();
    table.Add({Html::Text(WhatOf(*entry, section)), Html::Text(Bounds(earliest, latest, section)),
               Html::Text(InstantForPeople(entry->recorded())),
               Html::Text(LagText(entry->imported(), entry->has_documentation_lag_hours(),
                                  entry->documentation_lag_hours(), section))});
  }
  return table.empty() ? Html() : table.Build();
}

Html EntriesTable(const Section& section) {
  const auto say = [&](std::string_view sv, std::string_view en) { return section.Say({sv, en}); };
  HtmlTable table(
      say("Alla poster i ärendet", "Every entry of the case") + ": " + section.name,
      {say("Post", "Entry"), say("Uppgift", "Fact"), say("Vad", "What"), say("Hände", "Happened"),
       say("Skrevs in", "Recorded"), say("Efter hur lång tid", "How long after"), say("Av", "By"),
       say("Anmärkningar", "Remarks")});
  for (const AuditEntry& entry : section.of.trail) {
    Html what = Html::Text(section.Say(entry.what()));
    if (!entry.corrected_by().empty()) what = Element("s", what);
    Html remarks;
    const auto remark = [&remarks](const std::string& text) {
      remarks += Element("p", Html::Text(text));
    };
    if (!entry.corrects().empty()) remark(say("Rättar ", "Corrects ") + entry.corrects() + ".");
    for (const std::string& by : entry.corrected_by()) {
      remark(say("Struken av ", "Struck through by ") + by + ".");
    }
    for (const auto& late : entry.late()) remark(section.Say(late.text()));
    const std::string position = std::to_string(entry.position().position());
    table.Add({Html::Text(position), Html::Text(entry.fact().id()), what,
               Html::Text(Bounds(entry.happened_earliest(), entry.happened_latest(), section)),
               Html::Text(InstantForPeople(entry.recorded())),
               Html::Text(LagText(entry.imported(), entry.has_documentation_lag_hours(),
                                  entry.documentation_lag_hours(), section)),
               Html::Text(entry.role().empty() ? "–" : entry.role()),
               remarks.empty() ? Html::Text("–") : remarks},
              {{"id", section.id + "-post-" + position}});
  }
  return table.empty() ? Html() : table.Build();
}

}  // namespace skyndsamt::cli
