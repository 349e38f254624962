#include "projections/law/comparison_words.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "projections/law/verdict_words.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

using api::v1::Anchor;
using api::v1::ChangedField;
using api::v1::LegChange;
using api::v1::LegTimeliness;
using api::v1::Timeliness;

void AddChange(LegChange& change, ChangedField field, const Words& text) {
  auto& added = *change.add_changes();
  added.set_field(field);
  *added.mutable_text() = ToText(text);
}

// "Läge: från återstår till fullgjord."
void AddFromTo(LegChange& change, ChangedField field, Phrase name, const Words& from,
               const Words& to) {
  AddChange(change, field,
            {Cat(name.sv, ": från ", from.sv, " till ", to.sv, "."),
             Cat(name.en, ": from ", from.en, " to ", to.en, ".")});
}

const Words kNothing{"inget", "nothing"};

bool Same(const Anchor& a, const Anchor& b) {
  return a.fact() == b.fact() && a.edtf() == b.edtf() && a.earliest() == b.earliest() &&
         a.latest() == b.latest() && a.position() == b.position() &&
         a.substitute() == b.substitute() && std::ranges::equal(a.contributing(), b.contributing());
}

// "f2, 2026-03-01, post 7".
Words AnchorWords(bool there, const Anchor& anchor) {
  if (!there) return kNothing;
  const std::string& time = anchor.edtf().empty() ? anchor.latest() : anchor.edtf();
  const std::string position = std::to_string(anchor.position());
  return {Cat(anchor.fact(), ", ", time, ", post ", position),
          Cat(anchor.fact(), ", ", time, ", entry ", position)};
}

Words RangeWords(bool there, const api::v1::Range& range, bool working) {
  if (!there) return kNothing;
  Range read{.min = range.min()};
  if (range.has_max()) read.max = range.max();
  return working ? InWorkingDays(read) : InDays(read);
}

bool Same(bool a_there, const api::v1::Range& a, bool b_there, const api::v1::Range& b) {
  return a_there == b_there && a.min() == b.min() && a.has_max() == b.has_max() &&
         a.max() == b.max();
}

// The limit with its version and last day: "P7D, version 2026-1, senast 2026-03-09".
Words LimitWords(const api::v1::Routine& routine) {
  if (routine.limit().empty() && routine.due().empty()) return kNothing;
  Words words;
  if (!routine.limit().empty()) {
    words = InLimit(routine.limit(), routine.days());
    words.sv += Cat(" (version ", routine.version(), ")");
    words.en += Cat(" (version ", routine.version(), ")");
  }
  if (routine.due().empty()) return words;
  words.sv += Cat(words.sv.empty() ? "" : ", ", "senast ", routine.due());
  words.en += Cat(words.en.empty() ? "" : ", ", "by ", routine.due());
  return words;
}

std::string Sources(const api::v1::Practice& practice) {
  return Cat(practice.accepted().source(), "|", practice.criticised().source());
}

Words PracticeWords(const api::v1::Practice& practice) {
  Words words = InFull(PracticeWord(practice.position()));
  std::string sources;
  for (const auto* yardstick : {&practice.accepted(), &practice.criticised()}) {
    if (yardstick->source().empty()) continue;
    sources += Cat(sources.empty() ? "" : "; ", yardstick->source());
  }
  if (sources.empty()) return words;
  return {Cat(words.sv, " (", sources, ")"), Cat(words.en, " (", sources, ")")};
}

Words RemarkWords(const LegTimeliness& leg) {
  Words words;
  for (const int remark : leg.remarks()) {
    const Phrase one = RemarkWord(static_cast<api::v1::Remark>(remark));
    words.sv += Cat(words.sv.empty() ? "" : ", ", one.sv);
    words.en += Cat(words.en.empty() ? "" : ", ", one.en);
  }
  return words.sv.empty() ? kNothing : words;
}

void AddTimes(const LegTimeliness& a, const LegTimeliness& b, LegChange& change) {
  if (a.has_started() != b.has_started() || !Same(a.started(), b.started())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_STARTED, {"Räknas från", "Counted from"},
              AnchorWords(a.has_started(), a.started()), AnchorWords(b.has_started(), b.started()));
  }
  if (a.has_ended() != b.has_ended() || !Same(a.ended(), b.ended())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_ENDED, {"Gjort", "Done"},
              AnchorWords(a.has_ended(), a.ended()), AnchorWords(b.has_ended(), b.ended()));
  }
  if (!Same(a.has_days(), a.days(), b.has_days(), b.days())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_DAYS, {"Dagar", "Days"},
              RangeWords(a.has_days(), a.days(), false), RangeWords(b.has_days(), b.days(), false));
  }
  if (!Same(a.has_working_days(), a.working_days(), b.has_working_days(), b.working_days())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_WORKING_DAYS, {"Arbetsdagar", "Working days"},
              RangeWords(a.has_working_days(), a.working_days(), true),
              RangeWords(b.has_working_days(), b.working_days(), true));
  }
}

void AddComparisons(const LegTimeliness& a, const LegTimeliness& b, LegChange& change) {
  if (a.routine().verdict() != b.routine().verdict()) {
    AddFromTo(change, api::v1::CHANGED_FIELD_ROUTINE_VERDICT,
              {"Mot rutinen", "Against the routine"}, InFull(RoutineWord(a.routine().verdict())),
              InFull(RoutineWord(b.routine().verdict())));
  }
  // A version that sets no time takes nothing from one that set none either.
  const Words was = LimitWords(a.routine());
  const Words is = LimitWords(b.routine());
  if (was.sv != is.sv) {
    AddFromTo(change, api::v1::CHANGED_FIELD_DUE, {"Rutinens tid", "The routine's time"}, was, is);
  }
  if (a.practice().position() != b.practice().position() ||
      Sources(a.practice()) != Sources(b.practice())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_PRACTICE,
              {"Mot publicerade beslut", "Against published decisions"},
              PracticeWords(a.practice()), PracticeWords(b.practice()));
  }
  if (!std::ranges::equal(a.remarks(), b.remarks())) {
    AddFromTo(change, api::v1::CHANGED_FIELD_REMARKS, {"Anmärkningar", "Remarks"}, RemarkWords(a),
              RemarkWords(b));
  }
}

// What is said of a case as a whole, each with how it is introduced where it is new or gone.
std::set<std::pair<std::string, std::string>> Said(const Timeliness& answer) {
  std::set<std::pair<std::string, std::string>> said;
  for (const auto& text : answer.observations()) said.emplace(text.sv(), text.en());
  for (const auto& one : answer.contradictions()) said.emplace(one.text().sv(), one.text().en());
  for (const auto& late : answer.late_entries()) said.emplace(late.text().sv(), late.text().en());
  return said;
}

const std::string& OrNone(const std::string& text) {
  static const std::string none = "–";
  return text.empty() ? none : text;
}

}  // namespace

void AddChanges(const LegTimeliness* before, const LegTimeliness* after, LegChange& change) {
  if (before == nullptr) {
    const Phrase state = StateWord(after->state());
    AddChange(change, api::v1::CHANGED_FIELD_APPEARED,
              {Cat("Ny: ", state.sv, "."), Cat("New: ", state.en, ".")});
    return;
  }
  if (after == nullptr) {
    AddChange(change, api::v1::CHANGED_FIELD_VANISHED, {"Finns inte längre.", "No longer there."});
    return;
  }
  if (before->state() != after->state()) {
    AddFromTo(change, api::v1::CHANGED_FIELD_STATE, {"Läge", "State"},
              InFull(StateWord(before->state())), InFull(StateWord(after->state())));
  }
  AddTimes(*before, *after, change);
  AddComparisons(*before, *after, change);
}

bool CaseChanged(const Timeliness& before, const Timeliness& after) {
  return before.policy() != after.policy() || before.rule_set() != after.rule_set() ||
         Said(before) != Said(after);
}

void Summarise(const Timeliness& before, const Timeliness& after,
               api::v1::CompareTimelinessResponse& to) {
  const auto add = [&to](const Words& text) { *to.add_summary() = ToText(text); };
  if (before.policy() != after.policy()) {
    add({Cat("Rutinens version: från ", OrNone(before.policy()), " till ", OrNone(after.policy()),
             "."),
         Cat("Version of the routine: from ", OrNone(before.policy()), " to ",
             OrNone(after.policy()), ".")});
  }
  if (before.rule_set() != after.rule_set()) {
    add({Cat("Regeluppsättning: från ", OrNone(before.rule_set()), " till ",
             OrNone(after.rule_set()), "."),
         Cat("Rule set: from ", OrNone(before.rule_set()), " to ", OrNone(after.rule_set()), ".")});
  }
  const auto was = Said(before);
  const auto is = Said(after);
  for (const auto& [sv, en] : is) {
    if (!was.contains({sv, en})) add({Cat("Nytt: ", sv), Cat("New: ", en)});
  }
  for (const auto& [sv, en] : was) {
    if (!is.contains({sv, en})) add({Cat("Gäller inte längre: ", sv), Cat("No longer so: ", en)});
  }
}

void PutInWords(const event::v1::Fact& fact, api::v1::ChangeCause& cause) {
  const std::string& id = fact.id();
  const std::string day = cause.recorded().substr(0, 10);
  const auto& correction = fact.correction();
  const bool withdrawn = fact.has_correction() && !correction.has_replacement();
  const event::v1::Fact& says = fact.has_correction() ? correction.replacement() : fact;
  const Phrase what = WhatHappened(says.kind_case());
  const Words when = SaysOfTime(says);
  Words text;
  if (withdrawn) {
    text = {
        Cat("Rättelse ", id, " skrevs in ", day, ": uppgift ", correction.of(), " gäller inte."),
        Cat("Correction ", id, " was entered ", day, ": fact ", correction.of(),
            " does not stand.")};
  } else if (fact.has_correction()) {
    text = {Cat("Rättelse ", id, " skrevs in ", day, ": i stället för uppgift ", correction.of(),
                " gäller: ", what.sv, " ", when.sv, "."),
            Cat("Correction ", id, " was entered ", day, ": in place of fact ", correction.of(),
                " stands: ", what.en, " ", when.en, ".")};
  } else {
    text = {Cat("Uppgift ", id, " skrevs in ", day, ": ", what.sv, " ", when.sv, "."),
            Cat("Fact ", id, " was entered ", day, ": ", what.en, " ", when.en, ".")};
  }
  *cause.mutable_text() = ToText(text);
}

void PutInWords(const std::string& from, const std::string& to, api::v1::ChangeCause& cause) {
  const std::string facts = absl::StrJoin(cause.facts(), ", ");
  const bool none = facts.empty();
  *cause.mutable_text() =
      ToText({Cat("Tiden gick från ", from, " till ", to, ": tider som löper räknas till dess.",
                  none ? "" : " Däremellan hade hänt: ", facts, none ? "" : "."),
              Cat("Time passed from ", from, " to ", to, ": times that run are counted up to it.",
                  none ? "" : " In between had happened: ", facts, none ? "" : ".")});
}

}  // namespace skyndsamt::law
