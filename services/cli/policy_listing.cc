#include "services/cli/policy_listing.h"

#include <utility>

#include "projections/law/duty_words.h"
#include "services/cli/codes.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using Stub = api::v1::PolicyService::StubInterface;

// Titles and words in the language asked for.
struct Said {
  bool sv;
  std::string operator()(std::string_view en, std::string_view swedish) const {
    return std::string(sv ? swedish : en);
  }
  std::string Duty(event::v1::Leg leg) const { return (*this)(NameOf(leg).en, NameOf(leg).sv); }
};

Said In(const Context& context) { return {context.language == "sv"}; }

std::string OrDash(std::string text) { return text.empty() ? "–" : text; }

// "2011-07-01 –", "– 2008-12-31"; empty where it has always been and still is.
std::string Period(const event::v1::Statute& statute) {
  if (statute.from().empty() && statute.until().empty()) return "";
  return statute.from() + (statute.from().empty() ? "– " : " –") +
         (statute.until().empty() ? "" : " " + statute.until());
}

template <typename Yardsticks>
std::string YardstickTable(const Context& context, const Yardsticks& yardsticks) {
  const Said said = In(context);
  Table table({{said("DUTY", "SKYLDIGHET"), 24},
               NumberColumn(said("DAYS", "DAGAR")),
               {said("OUTCOME", "UTFALL"), 10},
               {said("WHAT", "VAD"), 30},
               {said("SOURCE", "KÄLLA"), 23}});
  for (const event::v1::Yardstick& yardstick : yardsticks) {
    table.Add(
        {said.Duty(yardstick.leg()), yardstick.has_days() ? std::to_string(yardstick.days()) : "–",
         yardstick.withdrawn()
             ? said("withdrawn", "återtagen")
             : OrDash(yardstick.outcome() == 0 ? "" : CodeName(yardstick.outcome())),
         said(yardstick.conduct_en().empty() ? yardstick.conduct_sv() : yardstick.conduct_en(),
              yardstick.conduct_sv()),
         yardstick.source()});
  }
  return table.empty() ? "" : table.Print(context.terminal.out_is_terminal);
}

void PrintRules(const Context& context, const api::v1::RuleSet& rules) {
  const Said said = In(context);
  Table statutes({{said("DUTY", "SKYLDIGHET"), 24},
                  {said("BASIS", "GRUND"), 30},
                  {said("WHO", "VEM"), 20},
                  {said("IN FORCE", "I KRAFT"), 12},
                  {said("TIME WORD", "TIDSORD"), 15},
                  {"", 11}});
  for (const auto& statute : rules.published().statutes()) {
    const law::Words who = law::BoundAndTold(statute);
    statutes.Add({said.Duty(statute.leg()), statute.citation(), said(who.en, who.sv),
                  OrDash(Period(statute)), OrDash(statute.time_word()),
                  statute.unconfirmed() ? said("unconfirmed", "obekräftad") : ""});
  }
  context.terminal.out << said("rules ", "regler ") << rules.published().version() << "\n\n";
  if (!statutes.empty()) {
    context.terminal.out << statutes.Print(context.terminal.out_is_terminal) << "\n";
  }
  context.terminal.out << YardstickTable(context, rules.published().yardsticks());
}

// Asks page after page; `take(page)` sees each.
template <typename Request, typename Response, typename Take>
std::optional<Failure> ForEachPage(const Context& context, Request request,
                                   grpc::Status (Stub::*list)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                   Take take) {
  const auto session = context.Connect();
  do {
    Response page;
    if (auto failure = session->Call(session->policy(), list, request, &page)) return failure;
    take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return std::nullopt;
}

int PrintTable(const Context& context, const Table& table, std::string_view nothing) {
  if (context.json) return kOk;
  if (table.empty()) {
    context.terminal.out << nothing << "\n";
  } else {
    context.terminal.out << table.Print(context.terminal.out_is_terminal);
  }
  return kOk;
}

void PrintJson(const Context& context, const google::protobuf::Message& message) {
  context.terminal.out << AnswerJson(message).dump() << "\n";
}

// "within, by 2026-03-05 (2026-1)"; a leg whose clock does not run has its state alone.
std::string VerdictText(const api::v1::LegVerdict& verdict, Language language) {
  std::string text = WordFor(verdict.state(), language);
  if (verdict.routine() != api::v1::ROUTINE_VERDICT_UNSPECIFIED) {
    text += ", " + WordFor(verdict.routine(), language);
  }
  if (!verdict.due().empty()) text += " " + InstantForPeople(verdict.due());
  if (!verdict.version().empty()) text += " (" + verdict.version() + ")";
  if (verdict.practice() != api::v1::PRACTICE_POSITION_UNSPECIFIED &&
      verdict.practice() != api::v1::PRACTICE_POSITION_NO_YARDSTICK) {
    text += ", " + WordFor(verdict.practice(), language);
  }
  return text;
}

void PrintChange(const Context& context, const api::v1::CaseChange& change) {
  if (context.json) return PrintJson(context, change);
  const Said said = In(context);
  const Language language = context.Style().language;
  std::ostream& out = context.terminal.out;
  out << change.incident() << "  " << (change.child().empty() ? "–" : change.child()) << "  "
      << (change.closed() ? said("closed", "avslutat") : said("open", "öppet")) << "\n";
  for (const api::v1::VerdictChange& leg : change.legs()) {
    std::string duty = said.Duty(leg.leg());
    if (leg.round() > 1) duty += said(", round ", ", omgång ") + std::to_string(leg.round());
    for (const std::string& of : {leg.measure(), leg.guardian(), leg.request()}) {
      if (!of.empty()) duty += ", " + of;
    }
    out << Paragraph("  " + Padded(duty, 28), VerdictText(leg.before(), language), 100)
        << Paragraph(Padded("", 28) + "→ ", VerdictText(leg.after(), language), 100);
  }
}

std::string TransitionText(const api::v1::TransitionCount& count, bool before, Language language) {
  api::v1::LegVerdict verdict;
  verdict.set_state(before ? count.state_before() : count.state_after());
  verdict.set_routine(before ? count.routine_before() : count.routine_after());
  verdict.set_practice(before ? count.practice_before() : count.practice_after());
  return VerdictText(verdict, language);
}

void PrintSummary(const Context& context, const api::v1::PreviewSummary& summary) {
  if (context.json) {
    context.terminal.out << nlohmann::ordered_json{{"summary", AnswerJson(summary)}}.dump() << "\n";
    return;
  }
  const Said said = In(context);
  const Language language = context.Style().language;
  std::ostream& out = context.terminal.out;
  out << said("as of ", "per ") << InstantForPeople(summary.as_of()) << ": " << summary.cases()
      << said(" cases; judged otherwise ", " ärenden; bedöms annorlunda ")
      << summary.open_cases_changed() << said(" open and ", " öppna och ")
      << summary.closed_cases_changed()
      << said(" closed; only due otherwise ", " avslutade; bara annat slutdatum ")
      << summary.cases_due_otherwise() << "\n";
  Table table({{said("DUTY", "SKYLDIGHET"), 26},
               {said("BEFORE", "FÖRE"), 30},
               {said("AFTER", "EFTER"), 30},
               NumberColumn(said("LEGS", "ANTAL"))});
  for (const auto& count : summary.transitions()) {
    table.Add({said.Duty(count.leg()), TransitionText(count, true, language),
               TransitionText(count, false, language), std::to_string(count.legs())});
  }
  if (!table.empty()) out << "\n" << table.Print(context.terminal.out_is_terminal);
}

}  // namespace

int Rules(const Context& context, const std::string& version) {
  const auto session = context.Connect();
  api::v1::GetRuleSetRequest request;
  request.set_version(version);
  api::v1::RuleSet rules;
  if (auto failure = session->Call(session->policy(), &Stub::GetRuleSet, request, &rules)) {
    return context.Fail(*failure);
  }
  if (context.json) {
    PrintJson(context, rules);
  } else {
    PrintRules(context, rules);
  }
  return kOk;
}

int RuleSets(const Context& context) {
  const Said said = In(context);
  Table table({{"VERSION", 20},
               {said("RECORDED", "INSKRIVEN"), 16},
               NumberColumn(said("STATUTES", "LAGRUM")),
               NumberColumn(said("YARDSTICKS", "RIKTMÄRKEN")),
               {said("REASON", "SKÄL"), 36}});
  const auto failure =
      ForEachPage(context, api::v1::ListRuleSetsRequest(), &Stub::ListRuleSets,
                  [&](const api::v1::ListRuleSetsResponse& page) {
                    for (const auto& rules : page.rule_sets()) {
                      if (context.json) PrintJson(context, rules);
                      table.Add({rules.version(), InstantForPeople(rules.publication().recorded()),
                                 std::to_string(rules.statutes()),
                                 std::to_string(rules.yardsticks()), OrDash(rules.reason())});
                    }
                  });
  return failure ? context.Fail(*failure) : PrintTable(context, table, "no rules");
}

int Routines(const Context& context, const std::string& authority) {
  const Said said = In(context);
  Table table({{"VERSION", 12},
               {said("FROM", "FRÅN"), 10},
               {said("DUTY", "SKYLDIGHET"), 24},
               {said("LIMIT", "TID"), 12},
               {said("WORDS", "ORD"), 34}});
  api::v1::ListRoutinesRequest request;
  request.set_authority(authority);
  const auto failure = ForEachPage(
      context, request, &Stub::ListRoutines, [&](const api::v1::ListRoutinesResponse& page) {
        for (const auto& routine : page.routines()) {
          if (context.json) PrintJson(context, routine);
          for (const auto& limit : routine.limits()) {
            std::string length = OrDash(limit.limit());
            if (limit.days() == event::v1::DAY_COUNT_WORKING) {
              length += said(" working", " arbetsdagar");
            }
            table.Add(
                {routine.version(), routine.from(), said.Duty(limit.leg()), length, limit.words()});
          }
        }
      });
  return failure ? context.Fail(*failure) : PrintTable(context, table, "no routine");
}

int ClosingDays(const Context& context, const std::string& authority, const std::string& unit) {
  const Said said = In(context);
  Table table({{said("UNIT", "ENHET"), 36},
               {"VERSION", 12},
               {said("FIRST", "FÖRSTA"), 10},
               {said("LAST", "SISTA"), 10},
               {said("REASON", "SKÄL"), 24}});
  api::v1::ListClosingDaysRequest request;
  request.set_authority(authority);
  request.set_unit(unit);
  const auto failure = ForEachPage(
      context, request, &Stub::ListClosingDays, [&](const api::v1::ListClosingDaysResponse& page) {
        for (const auto& published : page.closing_days()) {
          if (context.json) PrintJson(context, published);
          for (const auto& span : published.days()) {
            table.Add(
                {published.unit().empty() ? said("all units", "alla enheter") : published.unit(),
                 published.version(), span.first(),
                 span.last().empty() ? span.first() : span.last(), span.reason()});
          }
        }
      });
  return failure ? context.Fail(*failure) : PrintTable(context, table, "no closing days");
}

int OwnYardsticks(const Context& context, const std::string& authority) {
  api::v1::ListYardsticksRequest request;
  request.set_authority(authority);
  std::vector<event::v1::Yardstick> all;
  const auto failure = ForEachPage(
      context, request, &Stub::ListYardsticks, [&](const api::v1::ListYardsticksResponse& page) {
        for (const auto& published : page.yardsticks()) {
          if (context.json) PrintJson(context, published);
          all.insert(all.end(), published.yardsticks().begin(), published.yardsticks().end());
        }
      });
  if (failure) return context.Fail(*failure);
  if (context.json) return kOk;
  const std::string table = YardstickTable(context, all);
  context.terminal.out << (table.empty() ? "no yardsticks of its own\n" : table);
  return kOk;
}

void PrintPublished(const Context& context, const std::vector<Published>& published) {
  const Said said = In(context);
  for (const Published& one : published) {
    if (context.json) {
      context.terminal.out << nlohmann::ordered_json{{"part", one.part},
                                                     {"version", one.version},
                                                     {"position", AnswerJson(one.position)},
                                                     {"deduplicated", one.deduplicated}}
                                  .dump()
                           << "\n";
      continue;
    }
    context.terminal.out << one.part << "  " << one.version << "  "
                         << (one.deduplicated ? said("was there already at ", "fanns redan på ")
                                              : said("published at ", "publicerad på "))
                         << one.position.position() << "\n";
  }
}

std::optional<Failure> PreviewDraft(const Context& context, Session& session,
                                    const api::v1::PreviewPolicyRequest& request) {
  if (auto failure = session.EnsureToken()) return failure;
  grpc::ClientContext call;
  session.Prepare(call, false);
  const auto reader = session.policy().PreviewPolicy(&call, request);
  api::v1::PreviewPolicyResponse step;
  {
    Progress progress(&context.terminal.err, context.terminal.err_is_terminal,
                      In(context)("judging, incidents", "bedömer, händelser"));
    while (reader->Read(&step)) {
      for (const auto& change : step.changes()) PrintChange(context, change);
      if (step.has_summary()) break;
      progress.At(step.incidents_done(), step.incidents_total());
    }
  }
  if (step.has_summary()) PrintSummary(context, step.summary());
  const grpc::Status status = reader->Finish();
  if (status.ok()) return std::nullopt;
  Failure failure = FailureOf(status);
  failure.field = PathInPolicyFile(failure.field, "$");
  return failure;
}

}  // namespace skyndsamt::cli
