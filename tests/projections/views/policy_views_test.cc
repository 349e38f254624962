// Policy in the views: what an authority has published, answers that do not change afterwards, and
// what a draft would change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PolicyViews : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
  }

  void CatchUp() { ASSERT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health(); }
  std::string Now() {
    return absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(world_.clock().Now()),
                            absl::UTCTimeZone());
  }

  // Knew, the principal told, the authority told; days of January 2026.
  void Case(const std::string& incident, const std::string& principal, const std::string& authority,
            const std::string& unit = "$UNIT") {
    world_.Record(incident,
                  "id: 'open' happened { edtf: '2026-01-07' } incident_opened { unit: '" + unit +
                      "' children { person: '$ADA' } }",
                  "id: 'k' happened { edtf: '2026-01-07' } staff_learned {}",
                  "id: 'p' happened { edtf: '2026-01-" + principal + "' } principal_informed {}");
    if (authority.empty()) return;
    world_.Record(incident,
                  "id: 'a' happened { edtf: '2026-01-" + authority + "' } authority_notified {}");
  }

  api::v1::LegTimeliness Notified(const std::string& incident, const std::string& known_at = "") {
    CatchUp();
    const auto answer = views_->GetTimeliness(Uuid(incident), "", "2026-01-31", known_at);
    EXPECT_TRUE(answer.ok()) << answer.status();
    for (const auto& leg : answer->legs()) {
      if (leg.leg() == event::v1::LEG_NOTIFY_AUTHORITY) return leg;
    }
    return {};
  }

  // Everything a preview says, in steps of so many incidents.
  api::v1::PreviewPolicyResponse Preview(const api::v1::PolicyDraft& draft, size_t at_a_time = 2,
                                         bool summary_only = false,
                                         std::vector<std::string> units = {kUnit, kOtherUnit}) {
    CatchUp();
    PreviewQuery query{.authority = kAuthority,
                       .units = std::move(units),
                       .draft = draft,
                       .as_of = "2026-01-31",
                       .summary_only = summary_only};
    auto preview = views_->PreviewPolicy(query);
    EXPECT_TRUE(preview.ok()) << preview.status();
    api::v1::PreviewPolicyResponse all, step;
    uint64_t done = 0;
    do {
      EXPECT_TRUE((*preview)->Next(at_a_time, step).ok());
      EXPECT_GE(step.incidents_done(), done);
      EXPECT_LE(step.incidents_done() - done, at_a_time);
      EXPECT_LE(step.incidents_done(), step.incidents_total());
      done = step.incidents_done();
      all.MergeFrom(step);
    } while (!step.has_summary());
    EXPECT_EQ(step.incidents_done(), step.incidents_total());
    return all;
  }

  static api::v1::PolicyDraft DraftRoutine(const std::string& limit,
                                           const std::string& from = "2026-01-01") {
    api::v1::PolicyDraft draft;
    *draft.add_routines() = domain::Read<event::v1::RoutinePublished>(
        "version: 'draft' from: '" + from +
        "' reason: 'utkast' limits { leg: LEG_NOTIFY_AUTHORITY limit: '" + limit + "' }");
    return draft;
  }

  CaseWorld world_{11};
  std::unique_ptr<Views> views_;
};

TEST_F(PolicyViews, ListWhatWasPublished) {
  world_.Publish(
      "closing_days_published { version: '1' unit: '$UNIT' from: '2026-01-01' until: "
      "'2026-06-30' }");
  world_.Publish(
      "closing_days_published { version: '2' unit: '$OTHERUNIT' from: '2026-01-01' "
      "until: '2026-06-30' }");
  world_.Publish("closing_days_published { version: '3' from: '2026-01-01' until: '2026-06-30' }");
  world_.Publish("yardsticks_published { version: '1' }");
  world_.PublishRules();
  CatchUp();
  const auto versions = [](const auto& page) {
    std::vector<std::string> all;
    for (const auto& item : page->items) all.push_back(item.message.version());
    return all;
  };
  EXPECT_THAT(versions(views_->ListClosingDays(kAuthority, "", 10, "")),
              ElementsAre("1", "2", "3"));
  EXPECT_THAT(versions(views_->ListClosingDays(kAuthority, kUnit, 10, "")), ElementsAre("1", "3"));
  const auto first = views_->ListClosingDays(kAuthority, kUnit, 1, "");
  EXPECT_THAT(versions(first), ElementsAre("1"));
  EXPECT_THAT(versions(views_->ListClosingDays(kAuthority, kUnit, 1, first->next)),
              ElementsAre("3"));
  EXPECT_THAT(versions(views_->ListYardsticks(kAuthority, 10, "")), ElementsAre("1"));
  EXPECT_TRUE(absl::IsInvalidArgument(views_->ListYardsticks(kAuthority, 1, "x").status()));
  EXPECT_TRUE(absl::IsNotFound(views_->ListYardsticks(Uuid("NOBODY"), 1, "").status()));
  const auto rules = views_->ListRuleSets(10, "");
  ASSERT_EQ(rules->items.size(), 2u);
  EXPECT_EQ(rules->items[0].version(), law::ShippedRules().version());
  EXPECT_LT(rules->items[0].publication().position().position(),
            rules->items[1].publication().position().position());
  EXPECT_EQ(views_->GetRuleSet(law::ShippedRules().version())->publication().position().position(),
            rules->items[1].publication().position().position());
  EXPECT_TRUE(absl::IsNotFound(views_->GetRuleSet("none").status()));
}

TEST_F(PolicyViews, ClosingDaysMoveWhatIsDueInTheWorklist) {
  world_.Publish(
      "routine_published { version: '1' from: '2026-01-01' reason: 'r' limits { leg: "
      "LEG_NOTIFY_AUTHORITY limit: 'P3D' days: DAY_COUNT_WORKING } }");
  Case("I", "12", "");
  const auto due = [&] {
    CatchUp();
    const auto page = views_->ListWorklist({});
    for (const auto& item : page->items) {
      if (item.leg() == event::v1::LEG_NOTIFY_AUTHORITY) return item.due();
    }
    return std::string();
  };
  EXPECT_EQ(due(), "2026-01-15");
  world_.Publish(
      "closing_days_published { version: '1' unit: '$UNIT' from: '2026-01-01' until: "
      "'2026-06-30' days { first: '2026-01-14' last: '2026-01-15' reason: 'studiedagar' "
      "} }");
  EXPECT_EQ(due(), "2026-01-19");
}

TEST_F(PolicyViews, AnAnswerAtAnEarlierKnownAtStays) {
  Case("I", "08", "12");
  const std::string before = Now();
  const std::string first = Notified("I", before).SerializeAsString();
  ASSERT_FALSE(first.empty());
  // Everything the answer rests on changes: routine, rules, the unit, the authority, the closing
  // days, and the unit that the incident belongs to.
  world_.Publish(
      "routine_published { version: '1' from: '2026-01-01' reason: 'r' limits { leg: "
      "LEG_NOTIFY_AUTHORITY limit: 'P1D' } }");
  world_.Publish(
      "closing_days_published { version: '1' unit: '$UNIT' from: '2026-01-01' until: "
      "'2026-06-30' days { first: '2026-01-09' reason: 'studiedag' } }");
  world_.Publish(
      "yardsticks_published { version: '1' yardsticks { id: 'y' leg: "
      "LEG_NOTIFY_AUTHORITY days: 2 outcome: YARDSTICK_OUTCOME_CRITICISED source: 's' "
      "conduct_sv: 'c' } }");
  EXPECT_NE(Notified("I").SerializeAsString(), first);
  world_.DeclareUnit(kUnit, event::v1::PARTY_AUTHORITY);
  world_.Publish("declared { authority: '$AUTHORITY' name: 'P' provider: PROVIDER_TYPE_PRIVATE }");
  world_.Record("I",
                "id: 'c' correction { of: 'open' replacement { incident_opened { unit: "
                "'$OTHERUNIT' children { person: '$ADA' } } } }");
  const auto now = Notified("I");
  EXPECT_NE(now.SerializeAsString(), first);
  EXPECT_EQ(Notified("I", before).SerializeAsString(), first);
}

TEST_F(PolicyViews, APreviewFindsTheCasesThatWouldBeJudgedOtherwise) {
  Case("QUICK", "08", "09");
  Case("SLOW", "08", "20");
  Case("OPEN", "30", "", "$OTHERUNIT");
  Case("CLOSED", "08", "19");
  world_.Record("CLOSED", "id: 'x' case_closed {}");
  world_.Publish(
      "routine_published { version: '1' from: '2026-01-01' reason: 'r' limits { leg: "
      "LEG_NOTIFY_AUTHORITY limit: 'P14D' } }");
  const auto all = Preview(DraftRoutine("P7D"));
  const auto& summary = all.summary();
  EXPECT_EQ(summary.cases(), 4u);
  EXPECT_EQ(summary.open_cases_changed(), 1u);
  EXPECT_EQ(summary.closed_cases_changed(), 1u);
  EXPECT_EQ(summary.cases_due_otherwise(), 2u) << "14 days, then 7; in time or running both ways";
  ASSERT_EQ(summary.transitions_size(), 1);
  EXPECT_EQ(summary.transitions(0).leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_EQ(summary.transitions(0).routine_before(), api::v1::ROUTINE_VERDICT_WITHIN);
  EXPECT_EQ(summary.transitions(0).routine_after(), api::v1::ROUTINE_VERDICT_LATE);
  EXPECT_EQ(summary.transitions(0).legs(), 2u);
  ASSERT_EQ(all.changes_size(), 4);
  for (const auto& change : all.changes()) {
    EXPECT_EQ(change.child(), Uuid("ADA"));
    ASSERT_EQ(change.legs_size(), 1);
    const auto& leg = change.legs(0);
    const bool verdict = change.incident() == Uuid("SLOW") || change.incident() == Uuid("CLOSED");
    EXPECT_EQ(leg.verdict_changes(), verdict);
    EXPECT_EQ(change.closed(), change.incident() == Uuid("CLOSED"));
    EXPECT_EQ(leg.before().version(), "1");
    EXPECT_EQ(leg.after().version(), "draft");
    if (change.incident() == Uuid("OPEN")) {
      EXPECT_EQ(leg.before().due(), "2026-02-13");
      EXPECT_EQ(leg.after().due(), "2026-02-06");
      EXPECT_EQ(change.unit(), kOtherUnit);
    }
  }
}

TEST_F(PolicyViews, APreviewIsTheSameInEveryStep) {
  world_.LiveOn(120);
  for (const char* limit : {"P1D", "P10D"}) {
    const auto draft = DraftRoutine(limit);
    const auto one = Preview(draft, 1);
    const auto many = Preview(draft, 100);
    EXPECT_EQ(one.summary().SerializeAsString(), many.summary().SerializeAsString());
    ASSERT_EQ(one.changes_size(), many.changes_size());
    EXPECT_GT(one.summary().cases(), 5u);
  }
}

// The preview against the answers themselves, before and after the draft is published.
TEST_F(PolicyViews, APreviewSaysWhatPublishingThenDoes) {
  world_.LiveOn(150);
  const auto draft = DraftRoutine("P4D", "2020-01-02");
  const auto all = Preview(draft);
  const auto verdicts = [&] {
    CatchUp();
    std::map<std::string, std::string> answers;
    CaseQuery query;
    query.limit = 1000;
    const auto page = views_->ListCases(query);
    for (const auto& one : page->items) {
      const auto answer = views_->GetTimeliness(one.incident(), one.child(), "2026-01-31", "");
      for (const auto& leg : answer->legs()) {
        answers[one.incident() + one.child() + std::to_string(leg.leg()) +
                std::to_string(leg.round()) + leg.measure() + leg.guardian() + leg.request()] =
            std::to_string(leg.state()) + " " + std::to_string(leg.routine().verdict()) + " " +
            leg.routine().due();
      }
    }
    return answers;
  };
  const auto before = verdicts();
  event::v1::AuthorityEvent event;
  *event.mutable_routine_published() = draft.routines(0);
  world_.Publish(event.ShortDebugString());
  const auto after = verdicts();
  ASSERT_EQ(before.size(), after.size());
  std::set<std::string> changed, told;
  for (const auto& [leg, answer] : before) {
    if (after.at(leg) != answer) changed.insert(leg);
  }
  for (const auto& change : all.changes()) {
    for (const auto& leg : change.legs()) {
      told.insert(change.incident() + change.child() + std::to_string(leg.leg()) +
                  std::to_string(leg.round()) + leg.measure() + leg.guardian() + leg.request());
    }
  }
  EXPECT_EQ(told, changed);
  EXPECT_GT(changed.size(), 0u);
}

TEST_F(PolicyViews, APreviewLooksAtTheUnitsInSightAlone) {
  Case("HERE", "08", "20");
  Case("THERE", "08", "20", "$OTHERUNIT");
  EXPECT_EQ(Preview(DraftRoutine("P1D")).summary().cases(), 2u);
  const auto one = Preview(DraftRoutine("P1D"), 2, false, {kOtherUnit});
  ASSERT_EQ(one.changes_size(), 1);
  EXPECT_EQ(one.changes(0).incident(), Uuid("THERE"));
  const auto none = Preview(DraftRoutine("P1D"), 2, false, {});
  EXPECT_EQ(none.summary().cases(), 0u);
}

// A's draft is judged by for the time that A had the unit, and for no other.
TEST_F(PolicyViews, APreviewTellsOfTheCasesOfAUnitThatWasHandedOver) {
  world_.PublishRoutine("1", event::v1::LEG_NOTIFY_AUTHORITY, "P60D");
  Case("BEFORE", "20", "");
  world_.Record("SINCE",
                "id: 'open' happened { edtf: '2026-01-29' } incident_opened { unit: '$UNIT' "
                "children { person: '$ADA' } }",
                "id: 'p' happened { edtf: '2026-01-29' } principal_informed {}");
  world_.HandOver(kUnit, "2026-01-25", event::v1::LEG_NOTIFY_AUTHORITY, "P90D");
  const auto draft = DraftRoutine("P3D");
  const auto all = Preview(draft);
  EXPECT_EQ(all.summary().cases(), 2u);
  ASSERT_EQ(all.changes_size(), 1);
  EXPECT_EQ(all.changes(0).incident(), Uuid("BEFORE"));
  ASSERT_EQ(all.changes(0).legs_size(), 1);
  const auto& leg = all.changes(0).legs(0);
  EXPECT_EQ(leg.before().version(), "1");
  EXPECT_EQ(leg.after().version(), "draft");
  EXPECT_EQ(leg.after().routine(), api::v1::ROUTINE_VERDICT_LATE);
  event::v1::AuthorityEvent event;
  *event.mutable_routine_published() = draft.routines(0);
  world_.Publish(event.ShortDebugString());
  const auto now = Notified("BEFORE");
  EXPECT_EQ(now.routine().verdict(), leg.after().routine());
  EXPECT_EQ(now.routine().due(), leg.after().due());
  EXPECT_EQ(Notified("SINCE").routine().version(), "friskolan");
}

TEST_F(PolicyViews, APreviewMayBeNumbersAlone) {
  Case("I", "08", "20");
  const auto all = Preview(DraftRoutine("P1D"), 2, true);
  EXPECT_THAT(all.changes(), IsEmpty());
  EXPECT_EQ(all.summary().open_cases_changed(), 1u);
}

TEST_F(PolicyViews, APreviewTakesEveryKindOfPolicy) {
  Case("I", "08", "20");
  api::v1::PolicyDraft draft;
  *draft.add_yardsticks() = domain::Read<event::v1::YardsticksPublished>(
      "version: '1' yardsticks { id: 'y' leg: LEG_NOTIFY_AUTHORITY days: 10 outcome: "
      "YARDSTICK_OUTCOME_CRITICISED source: 's' conduct_sv: 'c' }");
  auto all = Preview(draft);
  ASSERT_EQ(all.summary().transitions_size(), 1);
  EXPECT_EQ(all.summary().transitions(0).practice_after(),
            api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED);
  draft.Clear();
  auto& rules = *draft.mutable_rule_set();
  rules.set_version("2");
  auto& statute = *rules.add_statutes();
  statute.set_leg(event::v1::LEG_POLICE_REPORT);
  statute.set_effect(event::v1::STATUTE_EFFECT_REQUIRES);
  all = Preview(draft);
  bool police = false;
  for (const auto& leg : all.changes(0).legs()) {
    police = police || (leg.leg() == event::v1::LEG_POLICE_REPORT &&
                        leg.before().state() == api::v1::LEG_STATE_NOT_REQUIRED &&
                        leg.after().state() == api::v1::LEG_STATE_PENDING);
  }
  EXPECT_TRUE(police);
  draft.Clear();
  draft.add_routines()->set_from("soon");
  PreviewQuery query{.authority = kAuthority, .units = {kUnit}, .draft = draft};
  EXPECT_TRUE(absl::IsInvalidArgument(views_->PreviewPolicy(query).status()));
}

}  // namespace
}  // namespace skyndsamt::views
