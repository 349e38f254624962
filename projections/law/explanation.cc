#include "projections/law/explanation.h"

#include <algorithm>
#include <string>

#include "projections/law/civil_time.h"
#include "projections/law/duty_words.h"
#include "projections/law/explained_comparisons.h"
#include "projections/law/explained_times.h"
#include "projections/law/reason_tree.h"
#include "projections/law/verdict_words.h"

namespace skyndsamt::law {
namespace {

using api::v1::REASON_KIND_CONCLUSION;
using api::v1::REASON_KIND_FACT;
using api::v1::REASON_KIND_RULE;
using api::v1::ReasonNode;

void AddClassified(const EffectiveFact& classified, ReasonNode& under) {
  StandsOn(
      classified,
      AddReason(under, REASON_KIND_FACT,
                {Cat("Grunden följer hur det har klassificerats (uppgift ", classified.id, ")."),
                 Cat("The basis follows how it was classified (fact ", classified.id, ").")}));
}

// Whether there is none for the time, or none of the time for such conduct.
void AddNoStatute(const EffectiveFact* classified, std::string_view rule_set, ReasonNode& root) {
  const bool none = classified == nullptr;
  ReasonNode& node =
      AddReason(root, REASON_KIND_RULE,
                {Cat("Grund: inget lagrum i regelsamlingen gäller denna skyldighet vid den tiden",
                     none ? "" : " för det som det har klassificerats som",
                     ". Den vilar på huvudmannens egen rutin, om någon."),
                 Cat("Basis: no statute of the rule set covers this duty at that time",
                     none ? "" : " for what it was classified as",
                     ". It rests on the authority's own routine, if any.")});
  node.mutable_stands_on()->set_rule_set(std::string(rule_set));
  if (!none) AddClassified(*classified, node);
}

void AddStatutes(const LegAnswer& answer, std::string_view rule_set, ReasonNode& root) {
  if (answer.statutes.empty() && answer.leg->clocked() && !rule_set.empty()) {
    AddNoStatute(answer.classified, rule_set, root);
  }
  for (const event::v1::Statute* statute : answer.statutes) {
    const std::string& word = statute->time_word();
    const bool none = word.empty();
    const Words bound = WhoIsBound(*statute);
    ReasonNode& node =
        AddReason(root, REASON_KIND_RULE,
                  {Cat("Grund: ", statute->citation(), none ? " (inget tidsord). " : " (”", word,
                       none ? "" : "”). ", bound.sv, " ", statute->note_sv()),
                   Cat("Basis: ", statute->citation(), none ? " (no time word). " : " (\"", word,
                       none ? "" : "\"). ", bound.en, " ", statute->note_en())});
    StandsOn(statute->citation(), rule_set, node);
    if (answer.classified == nullptr || statute->conduct().empty()) continue;
    AddClassified(*answer.classified, node);
  }
}

// The facts that a duty's not being asked for rests on.
void AddBecause(const LegOutcome& leg, ReasonNode& root) {
  for (const EffectiveFact* fact : leg.because) {
    const Phrase what = WhatHappened(fact->fact->kind_case());
    const Words when = SaysOfTime(*fact->fact);
    StandsOn(
        *fact,
        AddReason(root, REASON_KIND_FACT,
                  {Cat("Det framgår av: ", what.sv, " ", when.sv, " (uppgift ", fact->id, ")."),
                   Cat("It follows from: ", what.en, " ", when.en, " (fact ", fact->id, ").")}));
  }
}

// The facts whose times would tell which rounds there are, where the answer depends on that.
void AddWhichRound(const LegOutcome& leg, ReasonNode& root) {
  for (const EffectiveFact* fact : leg.which_round) {
    const Phrase what = WhatHappened(fact->fact->kind_case());
    const Words when = SaysOfTime(*fact->fact);
    StandsOn(*fact,
             AddReason(root, REASON_KIND_FACT,
                       {Cat(leg.unit_at ? "Vilka omgångar det finns, och vad som gällde "
                                          "vid enheten, beror på när detta var: "
                                        : "Vilka omgångar det finns beror på när detta var: ",
                            what.sv, " ", when.sv, " (uppgift ", fact->id, ")."),
                        Cat(leg.unit_at ? "Which rounds there are, and what the unit then "
                                          "was, depends on when this was: "
                                        : "Which rounds there are depends on when this was: ",
                            what.en, " ", when.en, " (fact ", fact->id, ").")}));
  }
}

// Of a unit that changes: from when what it is judged by holds.
void AddUnit(const CaseReading& reading, const LegAnswer& answer, ReasonNode& root) {
  if (reading.file().terms.size() == 1) return;
  const Words what = answer.leg->unit_at ? Words{"när omgången började", "when the round began"}
                                         : Words{"när tiden började", "when the time began"};
  for (const UnitTerms* unit : answer.units) {
    const bool always = unit->from == absl::CivilDay::min();
    const std::string from = always ? "" : FormatDay(unit->from);
    AddReason(
        root, REASON_KIND_RULE,
        always
            ? Words{Cat("Enheten bedöms som den var ", what.sv,
                        ": som den var före den första ändringen."),
                    Cat("The unit is taken as it was ", what.en,
                        ": as it was before the first change.")}
            : Words{Cat("Enheten bedöms som den var ", what.sv, ": som den är från ", from, "."),
                    Cat("The unit is taken as it was ", what.en, ": as it is from ", from, ".")});
  }
}

const DatedFact* PoliceReport(const CaseReading& reading) {
  const auto reported = EarliestOf(
      reading.Those([](const event::v1::Fact& fact) { return fact.has_police_reported(); }));
  return reported ? reported->fact : nullptr;
}

void AddRemark(const CaseReading& reading, api::v1::Remark remark, const LegOutcome& leg,
               ReasonNode& root) {
  switch (remark) {
    case api::v1::REMARK_UNDER_WAY_FROM_EARLIER_ROUND:
      AddReason(root, REASON_KIND_FACT,
                {"En utredning pågick redan sedan en tidigare omgång.",
                 "An investigation was already under way from an earlier round."});
      return;
    case api::v1::REMARK_PRINCIPAL_ACCUSED: {
      if (leg.why != Why::kNothing) return;  // the reason already says so
      ReasonNode& node = AddReason(root, REASON_KIND_RULE,
                                   {"Rektorn är anklagad: kedjan går från personalen direkt till "
                                    "huvudmannen (skolchefen).",
                                    "The principal is accused: the chain goes from staff straight "
                                    "to the authority (its chief education officer)."});
      const EffectiveFact* accusing = reading.Accusing({event::v1::ACCUSED_KIND_PRINCIPAL});
      if (accusing != nullptr) StandsOn(*accusing, node);
      return;
    }
    case api::v1::REMARK_WAITING_STOPS_NO_CLOCK: {
      ReasonNode& node = AddReason(
          root, REASON_KIND_RULE,
          {"En polisanmälan fanns. En polisutredning stoppar inte tiden (DO 2013).",
           "A police report had been made. A police investigation does not stop the time (DO "
           "2013)."});
      if (const DatedFact* reported = PoliceReport(reading)) StandsOn(*reported->stated, node);
      node.mutable_stands_on()->set_citation("DO 2013");
      return;
    }
    case api::v1::REMARK_CONTRADICTED:
      AddReason(root, REASON_KIND_FACT,
                {"Uppgifterna säger emot varandra, så ingenting jämförs.",
                 "The facts contradict each other, so nothing is compared."});
      return;
    default:
      return;  // said where the start, the end, the routine or the late entries are explained
  }
}

void AddLateEntries(const LegAnswer& answer, ReasonNode& root) {
  for (const api::v1::LateEntry& late : answer.late) {
    ReasonNode& node = AddReason(root, REASON_KIND_FACT, {late.text().sv(), late.text().en()});
    node.mutable_stands_on()->set_fact(late.fact());
    node.mutable_stands_on()->set_position(late.position());
    if (late.remark() != api::v1::REMARK_DOCUMENTED_LATE) continue;
    AddReason(node, REASON_KIND_RULE,
              {"Den räknas som gjord när den gjordes, men är sent dokumenterad.",
               "It counts as done when it was done, but is documented late."});
  }
}

// What was given up is required no longer, but that its time had passed by then is not hidden.
void AddGivenUpLate(const CaseReading& reading, const LegOutcome& leg, ReasonNode& root) {
  const bool ever = leg.ran_from && leg.ran_from->certain && leg.given_up && leg.given_up->certain;
  if (!ever || leg.state != api::v1::LEG_STATE_NOT_REQUIRED) return;
  LegOutcome ran = leg;
  ran.state = api::v1::LEG_STATE_FULFILLED;
  ran.started = leg.ran_from;
  ran.ended = leg.given_up;
  const LegAnswer answer = Measured(reading, ran);
  if (answer.routine.verdict != api::v1::ROUTINE_VERDICT_LATE) return;
  const Words days = InDays(answer.elapsed->days);
  const auto& day = answer.routine.due_day;
  StandsOn(*ran.ended->stated(),
           AddReason(root, api::v1::REASON_KIND_ARITHMETIC,
                     {Cat("Då, efter ", days.sv, ", hade tiden redan gått ut",
                          day ? Cat(" (sista dag ", FormatDay(*day), ")") : "", "."),
                      Cat("By then, after ", days.en, ", its time had already passed",
                          day ? Cat(" (last day ", FormatDay(*day), ")") : "", ".")}));
}

Words Conclusion(const LegOutcome& leg) {
  if (leg.why != Why::kNothing) return InFull(Reason(leg.why));
  return InFull(StateSentence(leg.state));
}

}  // namespace

void Explain(const CaseReading& reading, const LegAnswer& answer, api::v1::LegTimeliness& to) {
  const LegOutcome& leg = *answer.leg;
  const std::string_view rule_set = reading.policy().rule_set();
  ReasonNode& root = *to.mutable_reasons();
  root.set_kind(REASON_KIND_CONCLUSION);
  *root.mutable_text() = ToText(Conclusion(leg));
  AddStatutes(answer, rule_set, root);
  AddBecause(leg, root);
  AddWhichRound(leg, root);
  AddUnit(reading, answer, root);
  if (leg.clocked()) {
    ExplainTimes(reading, answer, root);
    ExplainRoutine(answer, root);
    ExplainPractice(reading, answer, root);
  }
  AddGivenUpLate(reading, leg, root);
  for (const int remark : to.remarks()) {
    AddRemark(reading, static_cast<api::v1::Remark>(remark), leg, root);
  }
  AddLateEntries(answer, root);
  RenderLines(to);
}

}  // namespace skyndsamt::law
