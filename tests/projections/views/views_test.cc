// What the views answer: cases, worklist, timeliness, audit trail, organisation.
#include "projections/views/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "absl/time/time.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ViewsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    views_ = world_.OpenViews();
  }

  void CatchUp() { ASSERT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health(); }

  void Open(const std::string& incident, const std::string& unit = "$UNIT",
            const std::string& children = "children { person: '$ADA' }") {
    world_.Record(incident, "id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '" +
                                unit + "' " + children + " accused { kind: ACCUSED_KIND_CHILD } }");
  }

  api::v1::Case CaseOf(const std::string& incident, const std::string& child = "") {
    CatchUp();
    auto answer = views_->GetCase(Uuid(incident), child);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : api::v1::Case();
  }

  std::vector<api::v1::WorklistItem> Worklist(const std::string& role = "",
                                              std::vector<std::string> units = {}) {
    CatchUp();
    WorklistQuery query;
    query.role = role;
    query.units = std::move(units);
    auto page = views_->ListWorklist(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->items : std::vector<api::v1::WorklistItem>();
  }

  std::vector<TrailEntry> Trail(const std::string& incident, const std::string& child = "") {
    CatchUp();
    TrailQuery query;
    query.incident = Uuid(incident);
    query.child = child;
    auto page = views_->ListAuditTrail(query);
    EXPECT_TRUE(page.ok()) << page.status();
    return page.ok() ? page->items : std::vector<TrailEntry>();
  }

  CaseWorld world_{7};
  std::unique_ptr<Views> views_;
};

const api::v1::WorklistItem* Find(const std::vector<api::v1::WorklistItem>& items,
                                  const std::string& incident, event::v1::Leg leg) {
  for (const auto& item : items) {
    if (item.incident() == Uuid(incident) && item.leg() == leg) return &item;
  }
  return nullptr;
}

TEST_F(ViewsTest, ACaseGoesThroughItsStates) {
  Open("I");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_KNOWN);
  EXPECT_EQ(CaseOf("I").unit(), kUnit);
  EXPECT_EQ(CaseOf("I").authority(), kAuthority);
  EXPECT_EQ(CaseOf("I").child(), Uuid("ADA"));
  world_.Record("I", "id: 'a' happened { edtf: '2026-01-13' } authority_notified {}");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_NOTIFIED);
  world_.Record("I", "id: 'o' happened { edtf: '2026-01-14' } investigation_opened {}");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_UNDER_INVESTIGATION);
  world_.Record("I",
                "id: 'c' happened { edtf: '2026-01-16' } investigation_concluded { finding: "
                "FINDING_SUBSTANTIATED }");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_CONCLUDED);
  world_.Record("I", "id: 'm' measure_decided { measure: 'm1' due: '2026-02-01' }");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_MEASURES);
  world_.Record("I", "id: 'f' measure_followed_up { measure: 'm1' effect: EFFECT_SHOWN }");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_FOLLOWED_UP);
  world_.Record("I", "id: 'x' case_closed {}");
  const auto closed = CaseOf("I");
  EXPECT_EQ(closed.state(), api::v1::CASE_STATE_CLOSED);
  EXPECT_EQ(closed.revision(), 6u);
  EXPECT_EQ(closed.reflects().position() + 1, world_.log().committed());
  EXPECT_EQ(closed.reflects().log(), world_.log().origin());
}

TEST_F(ViewsTest, AWithdrawnConclusionIsUndone) {
  Open("I");
  world_.Record("I", "id: 'o' investigation_opened {}",
                "id: 'c' investigation_concluded { finding: FINDING_PARTLY }");
  EXPECT_EQ(CaseOf("I").finding(), event::v1::FINDING_PARTLY);
  world_.Record("I", "id: 'k' correction { of: 'c' withdrawn: true }");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_UNDER_INVESTIGATION);
  EXPECT_EQ(CaseOf("I").finding(), event::v1::FINDING_UNSPECIFIED);
  world_.Record("I", "id: 'k2' correction { of: 'k' withdrawn: true }");
  EXPECT_EQ(CaseOf("I").state(), api::v1::CASE_STATE_CONCLUDED);
}

TEST_F(ViewsTest, AnIncidentMovesToTheUnitThatACorrectionNames) {
  Open("I");
  EXPECT_EQ(CaseOf("I").unit(), kUnit);
  world_.Record("I",
                "id: 'k' correction { of: 'open' replacement { incident_opened { unit: "
                "'$OTHERUNIT' children { person: '$BO' } } } }");
  EXPECT_EQ(CaseOf("I").unit(), kOtherUnit);
  EXPECT_EQ(CaseOf("I").child(), Uuid("BO"));
  CaseQuery query;
  query.units = {kUnit};
  EXPECT_THAT(views_->ListCases(query)->items, IsEmpty());
  query.units = {kOtherUnit};
  EXPECT_EQ(views_->ListCases(query)->items.size(), 1u);
  EXPECT_EQ(*views_->UnitOf(Uuid("I")), kOtherUnit);
}

TEST_F(ViewsTest, ThreeDisclosuresAreThreeRounds) {
  Open("I");
  int year = 2022;
  for (const char* id : {"a", "b", "c"}) {
    const std::string when = "happened { edtf: '" + std::to_string(++year) + "-03-0";
    world_.Record("I", "id: 'k" + std::string(id) + "' " + when + "1' } staff_learned {}",
                  "id: 'p" + std::string(id) + "' " + when + "3' } principal_informed {}");
  }
  EXPECT_EQ(CaseOf("I").rounds(), 3);
}

TEST_F(ViewsTest, AskingForACaseThatIsNotThere) {
  Open("I", "$UNIT", "children { person: '$ADA' } children { person: '$BO' }");
  CatchUp();
  EXPECT_TRUE(absl::IsNotFound(views_->GetCase(Uuid("NOWHERE"), "").status()));
  EXPECT_TRUE(absl::IsNotFound(views_->GetCase(Uuid("I"), Uuid("EVE")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(views_->GetCase(Uuid("I"), "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(views_->GetCase("no uuid", "").status()));
  EXPECT_EQ(views_->GetCase(Uuid("I"), Uuid("BO"))->child(), Uuid("BO"));
}

TEST_F(ViewsTest, PagesOfCasesMissNoneAndRepeatNone) {
  for (char c = 'A'; c < 'G'; ++c) {
    Open("PAGE" + std::string(1, c), c % 2 == 0 ? "$UNIT" : "$OTHERUNIT",
         "children { person: '$ADA' } children { person: '$BO' } children { person: '$CY' }");
  }
  CatchUp();
  for (const size_t limit : {1, 2, 4, 5, 100}) {
    std::set<std::string> seen;
    CaseQuery query;
    query.limit = limit;
    size_t given = 0;
    do {
      auto page = views_->ListCases(query);
      ASSERT_TRUE(page.ok()) << page.status();
      given += page->items.size();
      for (const auto& one : page->items) seen.insert(one.incident() + one.child());
      query.after = page->next;
    } while (!query.after.empty());
    EXPECT_EQ(seen.size(), 18u) << limit;
    EXPECT_EQ(given, 18u) << limit;
  }
  CaseQuery one{.incident = Uuid("PAGEA"), .units = {}, .limit = 50, .after = {}};
  EXPECT_EQ(views_->ListCases(one)->items.size(), 3u);
  one.units = {kOtherUnit};
  EXPECT_EQ(views_->ListCases(one)->items.size(), 3u);
  one.units = {kUnit};
  EXPECT_THAT(views_->ListCases(one)->items, IsEmpty()) << "it is of the other unit";
}

TEST_F(ViewsTest, TheWorklistIsSortedByDueThenSinceAndUndatedComeLast) {
  world_.PublishRoutine("1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  int day = 10;
  for (const char* incident : {"LATE", "LATER", "LATEST"}) {
    Open(incident, std::string(incident) == "LATER" ? "$OTHERUNIT" : "$UNIT");
    world_.Record(incident, "id: 'p' happened { edtf: '2026-01-" + std::to_string(day) +
                                "' } principal_informed {}");
    day += 2;
  }
  const auto items = Worklist();
  std::vector<std::string> dated;
  bool undated = false;
  for (const auto& item : items) {
    if (item.due().empty()) undated = true;
    if (item.due().empty()) continue;
    EXPECT_FALSE(undated) << "an item with a due date after one without";
    dated.push_back(item.incident() + " " + item.due());
  }
  EXPECT_THAT(dated, ElementsAre(Uuid("LATE") + " 2026-01-17", Uuid("LATER") + " 2026-01-19",
                                 Uuid("LATEST") + " 2026-01-21"));
  EXPECT_TRUE(undated);
  for (const auto& item : Worklist("principal")) EXPECT_EQ(item.role(), "principal");
  for (const auto& item : Worklist("", {kOtherUnit})) EXPECT_EQ(item.unit(), kOtherUnit);
  EXPECT_NE(Find(Worklist("principal"), "LATE", event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
}

TEST_F(ViewsTest, ADoneStepLeavesTheWorklist) {
  Open("I");
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  EXPECT_NE(Find(Worklist(), "I", event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
  world_.Record("I", "id: 'a' happened { edtf: '2026-01-14' } authority_notified {}");
  EXPECT_EQ(Find(Worklist(), "I", event::v1::LEG_NOTIFY_AUTHORITY), nullptr);
  EXPECT_NE(Find(Worklist(), "I", event::v1::LEG_START_INVESTIGATION), nullptr);
}

TEST_F(ViewsTest, EachGuardianAndEachRequestWaitsForItself) {
  Open("I");
  world_.Record("I", "id: 'g1' person_declared { person: '$EVA' guardian_of: '$ADA' }",
                "id: 'g2' person_declared { person: '$OLA' guardian_of: '$ADA' }",
                "id: 'k' happened { edtf: '2026-01-13' } staff_learned {}",
                "id: 'r1' happened { edtf: '2026-01-14' } documents_requested { request: 'd1' }",
                "id: 'r2' happened { edtf: '2026-01-14' } documents_requested { request: 'd2' }",
                "id: 'c1' happened { edtf: '2026-01-14' } complaint_received { complaint: 'k1' }");
  const auto waiting = [this](event::v1::Leg leg) {
    std::vector<std::string> whom;
    for (const auto& item : Worklist()) {
      if (item.leg() == leg) whom.push_back(item.guardian() + item.request());
    }
    return whom;
  };
  EXPECT_THAT(waiting(event::v1::LEG_INFORM_GUARDIAN),
              UnorderedElementsAre(Uuid("EVA"), Uuid("OLA")));
  EXPECT_THAT(waiting(event::v1::LEG_ANSWER_DOCUMENTS_REQUEST), UnorderedElementsAre("d1", "d2"));
  EXPECT_THAT(waiting(event::v1::LEG_ANSWER_COMPLAINT), ElementsAre("k1"));
}

TEST_F(ViewsTest, ANewRoutineSweepsTheWorklist) {
  for (char c = 'A'; c < 'F'; ++c) {
    const std::string incident = "SWEEP" + std::string(1, c);
    Open(incident);
    world_.Record(incident, "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  }
  EXPECT_EQ(Find(Worklist(), "SWEEPC", event::v1::LEG_NOTIFY_AUTHORITY)->due(), "");
  world_.PublishRoutine("1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  for (char c = 'A'; c < 'F'; ++c) {
    const auto items = Worklist();
    const auto* item = Find(items, "SWEEP" + std::string(1, c), event::v1::LEG_NOTIFY_AUTHORITY);
    ASSERT_NE(item, nullptr);
    EXPECT_EQ(item->due(), "2026-01-20");
  }
}

TEST_F(ViewsTest, TheTrailShowsWhatACorrectionStruckThrough) {
  Open("I");
  world_.Record("I",
                "id: 'k' happened { edtf: '2026-01-13' } by: PARTY_STAFF channel: "
                "CHANNEL_ORAL principal_informed {}");
  world_.Record("I",
                "id: 'r' happened { edtf: '2026-01-30' } correction { of: 'k' replacement { "
                "happened { edtf: '2026-01-14' } principal_informed {} } }");
  const auto trail = Trail("I");
  ASSERT_EQ(trail.size(), 3u);
  const auto& struck = trail[1].entry;
  EXPECT_EQ(struck.happened(), "2026-01-13");
  EXPECT_EQ(struck.happened_earliest(), "2026-01-13T00:00:00+01:00");
  EXPECT_THAT(struck.corrected_by(), ElementsAre("r"));
  EXPECT_EQ(struck.actor(), "tester");
  EXPECT_EQ(struck.role(), "caseworker");
  EXPECT_THAT(struck.what().sv(), HasSubstr("av personal"));
  EXPECT_THAT(struck.what().en(), HasSubstr("by staff"));
  EXPECT_EQ(struck.revision(), 1u);
  // Recorded on 31 January: 17 to 18 days after.
  EXPECT_EQ(struck.documentation_lag_hours().min() / 24, 17);
  EXPECT_EQ(struck.documentation_lag_hours().max() / 24, 18);
  const auto& correction = trail[2].entry;
  EXPECT_EQ(correction.corrects(), "k");
  EXPECT_THAT(correction.what().sv(), HasSubstr("2026-01-14"));
  EXPECT_EQ(trail[2].record.position, correction.position().position());
}

TEST_F(ViewsTest, TheTrailReadsNoLagFromAnImportedCase) {
  Open("I");
  world_.Record("I",
                "id: 'k' happened { edtf: '2012-06-18' } imported { source: 's' told_at: "
                "'2012-07-01' } staff_learned {}");
  const auto trail = Trail("I");
  EXPECT_TRUE(trail[1].entry.imported());
  EXPECT_FALSE(trail[1].entry.has_documentation_lag_hours());
  EXPECT_TRUE(trail[0].entry.has_documentation_lag_hours());
}

TEST_F(ViewsTest, TheTrailOfAChildLeavesOutWhatConcernsOthers) {
  Open("I", "$UNIT", "children { person: '$ADA' } children { person: '$BO' }");
  world_.Record("I", "id: 'a' children: '$ADA' staff_learned {}",
                "id: 'b' children: '$BO' staff_learned {}", "id: 'c' staff_learned {}",
                "id: 'd' correction { of: 'b' withdrawn: true }");
  std::vector<std::string> ids;
  for (const auto& one : Trail("I", Uuid("ADA"))) ids.push_back(one.entry.fact().id());
  EXPECT_THAT(ids, ElementsAre("open", "a", "c"));
  EXPECT_EQ(Trail("I").size(), 5u);
}

TEST_F(ViewsTest, TheTrailComesInPages) {
  Open("I");
  for (int i = 0; i < 6; ++i) {
    world_.Record("I", "id: 'k" + std::to_string(i) + "' staff_learned {}");
  }
  CatchUp();
  std::vector<uint64_t> revisions;
  TrailQuery query;
  query.incident = Uuid("I");
  query.limit = 3;
  do {
    auto page = views_->ListAuditTrail(query);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& one : page->items) revisions.push_back(one.entry.revision());
    query.after = page->next;
  } while (!query.after.empty());
  EXPECT_THAT(revisions, ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST_F(ViewsTest, TimelinessAtAnInstantAndAsItWasKnown) {
  Open("I");
  world_.Record("I", "id: 'p' happened { edtf: '2026-01-13' } principal_informed {}");
  const Micros known_before = world_.clock().Now();
  world_.Record("I", "id: 'a' happened { edtf: '2026-01-15' } authority_notified {}");
  CatchUp();
  const auto state = [&](const std::string& as_of, const std::string& known_at) {
    auto answer = views_->GetTimeliness(Uuid("I"), "", as_of, known_at);
    EXPECT_TRUE(answer.ok()) << answer.status();
    for (const auto& leg : answer->legs()) {
      if (leg.leg() == event::v1::LEG_NOTIFY_AUTHORITY) return leg.state();
    }
    return api::v1::LEG_STATE_UNSPECIFIED;
  };
  EXPECT_EQ(state("", ""), api::v1::LEG_STATE_FULFILLED);
  EXPECT_EQ(state("2026-01-14", ""), api::v1::LEG_STATE_PENDING);
  EXPECT_EQ(state("2026-01-15", ""), api::v1::LEG_STATE_FULFILLED);  // the end of that day
  EXPECT_EQ(state("", absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(known_before),
                                       absl::UTCTimeZone())),
            api::v1::LEG_STATE_PENDING);
  EXPECT_TRUE(
      absl::IsInvalidArgument(views_->GetTimeliness(Uuid("I"), "", "yesterday", "").status()));
  EXPECT_TRUE(
      absl::IsInvalidArgument(views_->GetTimeliness(Uuid("I"), "", "", "2026-02-30").status()));
  EXPECT_TRUE(absl::IsNotFound(views_->GetTimeliness(Uuid("NOWHERE"), "", "", "").status()));
}

TEST_F(ViewsTest, OrganisationAndPolicyAreAnsweredFromMemory) {
  world_.PublishRoutine("1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  world_.PublishRoutine("2", event::v1::LEG_NOTIFY_AUTHORITY, "P3D");
  CatchUp();
  EXPECT_EQ(views_->GetAuthority(kAuthority)->declared().name(), "Provkommunen");
  EXPECT_TRUE(absl::IsNotFound(views_->GetAuthority(Uuid("NOBODY")).status()));
  auto first = views_->ListUnits(kAuthority, 1, "");
  ASSERT_EQ(first->items.size(), 1u);
  auto second = views_->ListUnits(kAuthority, 1, first->next);
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_NE(first->items[0].unit, second->items[0].unit);
  EXPECT_EQ(second->next, "");
  auto routine = views_->ListRoutines(kAuthority, 1, "");
  EXPECT_EQ(routine->items[0].message.version(), "1");
  EXPECT_EQ(views_->ListRoutines(kAuthority, 1, routine->next)->items[0].message.version(), "2");
  EXPECT_EQ(views_->GetRuleSet("")->published().version(), law::ShippedRules().version());
  EXPECT_EQ(views_->FindUnit(kUnit)->authority, kAuthority);
  EXPECT_EQ(views_->FindUnit(Uuid("NOWHERE")), nullptr);
}

TEST_F(ViewsTest, AWriteCanBeReadAtOnce) {
  views_->runner().Start();
  Open("I");
  for (int i = 0; i < 20; ++i) {
    const Position position =
        world_.Record("I", "id: 'k" + std::to_string(i) + "' staff_learned {}");
    std::promise<absl::Status> there;
    views_->WaitFor(position, i % 2 == 0 ? Reach::kApplied : Reach::kSettled,
                    std::chrono::steady_clock::now() + std::chrono::seconds(60),
                    [&](absl::Status status) { there.set_value(std::move(status)); });
    ASSERT_TRUE(there.get_future().get().ok());
    EXPECT_GE(views_->GetCase(Uuid("I"), "")->revision(), static_cast<uint64_t>(i) + 1);
  }
}

TEST_F(ViewsTest, ARecordTellsWhichCasesItChanges) {
  Open("I");
  world_.Record("I", "id: 'a' children: '$ADA' staff_learned {}",
                "id: 'c' correction { of: 'a' withdrawn: true }");
  log::ReadOptions options;
  auto read = world_.log().ReadStream(IncidentId("I"), options);
  ASSERT_EQ(read->records.size(), 3u);
  EXPECT_THAT((*ChangedBy(read->records[0]))->children, IsEmpty());
  EXPECT_THAT((*ChangedBy(read->records[1]))->children, ElementsAre(Uuid("ADA")));
  EXPECT_THAT((*ChangedBy(read->records[2]))->children, IsEmpty());
  EXPECT_EQ((*ChangedBy(read->records[1]))->incident, Uuid("I"));
  auto all = world_.log().ReadAll(options);
  EXPECT_FALSE(ChangedBy(all->records.front())->has_value());
}

}  // namespace
}  // namespace skyndsamt::views
