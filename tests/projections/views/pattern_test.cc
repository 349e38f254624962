// Several incidents seen together: four reports, each handled alone, are one story.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "projections/law/civil_time.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using api::v1::Pattern;
using api::v1::Recurrence;
using api::v1::RecurrenceKind;
using domain::Uuid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class PatternTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_.DeclareOrganisation();
    world_.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
    views_ = world_.OpenViews();
  }

  // An incident that happened and became known on a day; CEDRIC is accused.
  void Open(const std::string& incident, const std::string& day, const std::string& child = "$ADA",
            const std::string& place = "gården", const std::string& unit = "$UNIT",
            const std::string& accused = "$CEDRIC") {
    world_.Record(incident,
                  "id: 'open' happened { edtf: '" + day + "' } incident_opened { unit: '" + unit +
                      "' place: '" + place + "' children { person: '" + child +
                      "' } accused { person: '" + accused + "' kind: ACCUSED_KIND_CHILD } }",
                  "id: 'p' happened { edtf: '" + day + "' } principal_informed {}");
  }

  Pattern Ask(const PatternQuery& query) {
    EXPECT_TRUE(views_->runner().CatchUp().ok()) << views_->runner().health();
    auto pattern = views_->GetPattern(query);
    EXPECT_TRUE(pattern.ok()) << pattern.status();
    return pattern.ok() ? *pattern : Pattern();
  }
  Pattern OfChild(const std::string& child, const std::string& as_of = "",
                  const std::string& known_at = "") {
    PatternQuery query;
    query.child = Uuid(child);
    query.as_of = as_of;
    query.known_at = known_at;
    return Ask(query);
  }

  // The incidents by the names that the tests give them.
  static std::vector<std::string> Names(const Pattern& pattern) {
    std::vector<std::string> names;
    for (const auto& incident : pattern.incidents()) names.push_back(NameOf(incident.incident()));
    return names;
  }
  static std::vector<std::string> Names(const Recurrence& recurrence) {
    std::vector<std::string> names;
    for (const auto& incident : recurrence.incidents()) names.push_back(NameOf(incident));
    return names;
  }
  static std::string NameOf(const std::string& incident) {
    for (const char* name : {"I", "J", "K", "L", "M"}) {
      if (Uuid(name) == incident) return name;
    }
    return incident;
  }
  static std::vector<Recurrence> Of(const Pattern& pattern, RecurrenceKind kind) {
    std::vector<Recurrence> found;
    for (const auto& one : pattern.recurrences()) {
      if (one.kind() == kind) found.push_back(one);
    }
    return found;
  }

  CaseWorld world_{5};
  std::unique_ptr<Views> views_;
};

TEST_F(PatternTest, FourReportsEachHandledAloneAreOneStory) {
  // Recorded in another order than they happened in.
  Open("K", "2025-11-10", "$ADA", "hallen");
  Open("I", "2025-09-01");
  Open("L", "2026-01-20");
  Open("J", "2025-10-01");
  Open("M", "2025-10-05", "$BO");
  for (const char* one : {"I", "J", "K"}) {
    world_.Record(one, "id: 'a' happened { edtf: '2025-11-12' } authority_notified {}",
                  "id: 'u' happened { edtf: '2025-11-13' } investigation_opened {}",
                  "id: 'c' happened { edtf: '2025-11-20' } investigation_concluded { finding: "
                  "FINDING_SUBSTANTIATED }",
                  "id: 't' classified { type: CONDUCT_TYPE_DEGRADING_TREATMENT forms: "
                  "CONDUCT_FORM_PHYSICAL }",
                  "id: 'm' happened { edtf: '2025-11-21' } measure_decided { measure: 'm' }",
                  "id: 'd' happened { edtf: '2025-11-25' } measure_carried_out { measure: 'm' }",
                  "id: 'x' happened { edtf: '2025-12-01' } case_closed {}");
  }
  world_.Record("L", "id: 'l' incidents_linked { other: '$K' relation: LINK_RELATION_SAME_CHILD }");

  const Pattern pattern = OfChild("ADA");
  EXPECT_EQ(pattern.child(), Uuid("ADA"));
  EXPECT_THAT(Names(pattern), ElementsAre("I", "J", "K", "L"));
  std::vector<int> gaps;
  for (const auto& incident : pattern.incidents()) {
    gaps.push_back(incident.has_days_since_previous() ? incident.days_since_previous().min() : -1);
  }
  EXPECT_THAT(gaps, ElementsAre(-1, 30, 40, 71));
  EXPECT_EQ(pattern.span_days().min(), 141);
  EXPECT_EQ(pattern.span_days().max(), 141);
  EXPECT_EQ(pattern.left_out(), 0);

  // Each has its own times, as the timeliness of the case gives them.
  for (const auto& incident : pattern.incidents()) {
    ASSERT_EQ(incident.cases_size(), 1);
    auto told = views_->GetTimeliness(incident.incident(), Uuid("ADA"), "", "");
    ASSERT_TRUE(told.ok()) << told.status();
    int ran = 0;
    for (const auto& leg : told->legs()) {
      if (!leg.has_routine()) continue;
      const auto& brief = incident.cases(0).legs(ran++);
      EXPECT_EQ(brief.leg(), leg.leg());
      EXPECT_EQ(brief.state(), leg.state());
      EXPECT_EQ(brief.verdict(), leg.routine().verdict());
      EXPECT_EQ(brief.days().SerializeAsString(), leg.days().SerializeAsString());
    }
    EXPECT_EQ(incident.cases(0).legs_size(), ran);
    EXPECT_EQ(incident.cases(0).closed(), NameOf(incident.incident()) != "L");
  }

  const auto accused = Of(pattern, api::v1::RECURRENCE_KIND_SAME_ACCUSED);
  ASSERT_EQ(accused.size(), 1u);
  EXPECT_EQ(accused[0].person(), Uuid("CEDRIC"));
  EXPECT_THAT(Names(accused[0]), ElementsAre("I", "J", "K", "L"));
  const auto place = Of(pattern, api::v1::RECURRENCE_KIND_SAME_PLACE);
  ASSERT_EQ(place.size(), 1u);
  EXPECT_EQ(place[0].place().place(), "gården");
  EXPECT_THAT(Names(place[0]), ElementsAre("I", "J", "L"));
  const auto late = Of(pattern, api::v1::RECURRENCE_KIND_LATE_DUTY);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].leg(), event::v1::LEG_NOTIFY_AUTHORITY);
  EXPECT_THAT(Names(late[0]), ElementsAre("I", "J", "L")) << "K was told of within two days";
  EXPECT_THAT(Names(Of(pattern, api::v1::RECURRENCE_KIND_SAME_FORM).at(0)),
              ElementsAre("I", "J", "K"));
  EXPECT_THAT(Names(Of(pattern, api::v1::RECURRENCE_KIND_AFTER_MEASURES).at(0)), ElementsAre("L"));
  EXPECT_THAT(Names(Of(pattern, api::v1::RECURRENCE_KIND_NOT_LINKED).at(0)), ElementsAre("I", "J"));
  EXPECT_THAT(Of(pattern, api::v1::RECURRENCE_KIND_SAME_CHILD), IsEmpty())
      << "that was asked about";
  EXPECT_THAT(Of(pattern, api::v1::RECURRENCE_KIND_NOT_INVESTIGATED), IsEmpty()) << "one is none";
}

TEST_F(PatternTest, HasOneTimelineInTheOrderOfWhatHappened) {
  Open("J", "2025-10-01");
  Open("I", "2025-09-01");
  world_.Record("I", "id: 'a' happened { edtf: '2025-10-03' } authority_notified {}",
                "id: 'n' person_declared { person: '$ADA' name: 'åäö' }");
  const Pattern pattern = OfChild("ADA");
  std::vector<std::string> line;
  for (const auto& moment : pattern.timeline()) {
    line.push_back(NameOf(moment.incident()) + " " + moment.kind() + " " + moment.when().edtf());
    EXPECT_FALSE(moment.what().sv().empty());
    EXPECT_FALSE(moment.recorded().empty());
  }
  EXPECT_THAT(line, ElementsAre("I incident_opened 2025-09-01", "I principal_informed 2025-09-01",
                                "J incident_opened 2025-10-01", "J principal_informed 2025-10-01",
                                "I authority_notified 2025-10-03"));
}

TEST_F(PatternTest, OfAnAccusedPersonOrAPlaceHasEveryChild) {
  Open("I", "2025-09-01", "$ADA");
  Open("J", "2025-10-01", "$BO");
  Open("K", "2025-10-02", "$BO", "hallen", "$UNIT", "$DORIS");
  Open("L", "2025-10-03", "$ADA", "gården", "$OTHERUNIT", "$DORIS");
  PatternQuery accused;
  accused.accused = Uuid("CEDRIC");
  EXPECT_THAT(Names(Ask(accused)), ElementsAre("I", "J"));
  accused.accused = Uuid("DORIS");
  EXPECT_THAT(Names(Ask(accused)), ElementsAre("K", "L"));
  PatternQuery place;
  place.unit = kUnit;
  place.place = "gården";
  const Pattern yard = Ask(place);
  EXPECT_EQ(yard.place().place(), "gården");
  EXPECT_THAT(Names(yard), ElementsAre("I", "J"));
  EXPECT_THAT(Names(Of(yard, api::v1::RECURRENCE_KIND_SAME_ACCUSED).at(0)), ElementsAre("I", "J"));
  EXPECT_THAT(Of(yard, api::v1::RECURRENCE_KIND_SAME_PLACE), IsEmpty());
  const auto both = Of(OfChild("BO"), api::v1::RECURRENCE_KIND_SAME_ACCUSED);
  EXPECT_THAT(both, IsEmpty()) << "two different persons";
}

TEST_F(PatternTest, ShowsOnlyTheUnitsOfTheCaller) {
  Open("I", "2025-09-01");
  Open("J", "2025-10-01", "$ADA", "gården", "$OTHERUNIT");
  PatternQuery query;
  query.child = Uuid("ADA");
  query.units = {kUnit};
  EXPECT_THAT(Names(Ask(query)), ElementsAre("I"));
  query.units = std::vector<std::string>();
  EXPECT_THAT(Names(Ask(query)), IsEmpty());
  query.units.reset();
  EXPECT_THAT(Names(Ask(query)), ElementsAre("I", "J"));
}

TEST_F(PatternTest, RespectsCorrectionsAndWhatWasKnown) {
  Open("I", "2025-09-01");
  Open("J", "2025-10-01");
  ASSERT_TRUE(views_->runner().CatchUp().ok());
  const std::string before = law::FormatInstant(world_.clock().Now());
  // It was another child, elsewhere, and later.
  world_.Record("J",
                "id: 'k' correction { of: 'open' replacement { happened { edtf: '2025-10-20' } "
                "incident_opened { unit: '$UNIT' place: 'hallen' children { person: '$BO' } } } }");
  EXPECT_THAT(Names(OfChild("ADA")), ElementsAre("I"));
  EXPECT_THAT(Names(OfChild("ADA", "", before)), ElementsAre("I", "J"));
  EXPECT_THAT(Names(OfChild("BO")), ElementsAre("J"));
  EXPECT_THAT(Names(OfChild("BO", "", before)), IsEmpty());
  EXPECT_EQ(OfChild("BO").incidents(0).happened().edtf(), "2025-10-20");
  // The correction is reversed.
  world_.Record("J", "id: 'k2' correction { of: 'k' withdrawn: true }");
  EXPECT_THAT(Names(OfChild("ADA")), ElementsAre("I", "J"));
  EXPECT_THAT(Names(OfChild("BO")), IsEmpty());
}

TEST_F(PatternTest, AtAnEarlierInstantWhatCameLaterHasNotHappened) {
  Open("I", "2025-09-01");
  Open("J", "2025-10-01");
  Open("K", "2025-12-01");
  EXPECT_THAT(Names(OfChild("ADA", "2025-10-15")), ElementsAre("I", "J"));
  EXPECT_THAT(Names(OfChild("ADA", "2025-08-31")), IsEmpty());
}

TEST_F(PatternTest, WhatACaseHasComeToIsAsOfTheInstantAskedAbout) {
  for (const char* one : {"I", "J"}) {
    Open(one, "2025-09-01");
    world_.Record(one, "id: 'u' happened { edtf: '2025-09-03' } investigation_opened {}",
                  "id: 'c' happened { edtf: '2025-12-01' } investigation_concluded { finding: "
                  "FINDING_SUBSTANTIATED }",
                  "id: 't' happened { edtf: '2025-12-01' } classified { type: "
                  "CONDUCT_TYPE_DEGRADING_TREATMENT forms: CONDUCT_FORM_PHYSICAL }",
                  "id: 'x' happened { edtf: '2025-12' } case_closed {}");
  }
  const Pattern before = OfChild("ADA", "2025-10-15");
  ASSERT_THAT(Names(before), ElementsAre("I", "J"));
  EXPECT_FALSE(before.incidents(0).cases(0).closed());
  EXPECT_EQ(before.incidents(0).cases(0).finding(), event::v1::FINDING_UNSPECIFIED);
  EXPECT_EQ(before.incidents(0).cases(0).type(), event::v1::CONDUCT_TYPE_UNSPECIFIED);
  EXPECT_THAT(before.incidents(0).cases(0).forms(), IsEmpty());
  EXPECT_THAT(Of(before, api::v1::RECURRENCE_KIND_SAME_TYPE), IsEmpty());
  const Pattern within = OfChild("ADA", "2025-12-15");
  EXPECT_FALSE(within.incidents(0).cases(0).closed()) << "perhaps, which is not certain";
  EXPECT_EQ(within.incidents(0).cases(0).finding(), event::v1::FINDING_SUBSTANTIATED);
  EXPECT_THAT(Names(Of(within, api::v1::RECURRENCE_KIND_SAME_TYPE).at(0)), ElementsAre("I", "J"));
  EXPECT_TRUE(OfChild("ADA", "2025-12-31").incidents(0).cases(0).closed());
}

TEST_F(PatternTest, WhatIsEnteredLaterOfEarlierTimesDoesNotTakeThePlaceOfWhatCameAfter) {
  Open("I", "2025-09-01");
  world_.Record("I",
                "id: 'c2' happened { edtf: '2025-12-01' } investigation_concluded { finding: "
                "FINDING_SUBSTANTIATED }",
                "id: 't2' happened { edtf: '2025-12-01' } classified { type: "
                "CONDUCT_TYPE_HARASSMENT forms: CONDUCT_FORM_VERBAL }",
                "id: 'x' happened { edtf: '2025-12-02' } case_closed {}");
  world_.Record("I",
                "id: 'c1' happened { edtf: '2025-10-01' } investigation_concluded { finding: "
                "FINDING_NOT_SUBSTANTIATED }",
                "id: 't1' happened { edtf: '2025-10-01' } classified { type: "
                "CONDUCT_TYPE_NOT_SUBSTANTIATED forms: CONDUCT_FORM_PHYSICAL }",
                "id: 'r' happened { edtf: '2025-11-01' } case_reopened {}");
  const auto now = OfChild("ADA").incidents(0).cases(0);
  EXPECT_TRUE(now.closed());
  EXPECT_EQ(now.finding(), event::v1::FINDING_SUBSTANTIATED);
  EXPECT_EQ(now.type(), event::v1::CONDUCT_TYPE_HARASSMENT);
  EXPECT_THAT(now.forms(), ElementsAre(event::v1::CONDUCT_FORM_VERBAL));
  const auto between = OfChild("ADA", "2025-11-15").incidents(0).cases(0);
  EXPECT_FALSE(between.closed());
  EXPECT_EQ(between.finding(), event::v1::FINDING_NOT_SUBSTANTIATED);
}

TEST_F(PatternTest, TellsImpreciseTimesAsTheyAre) {
  Open("I", "2025-09");
  Open("J", "2025-11-10");
  const Pattern pattern = OfChild("ADA");
  EXPECT_THAT(Names(pattern), ElementsAre("I", "J"));
  EXPECT_EQ(pattern.incidents(1).days_since_previous().min(), 41);
  EXPECT_EQ(pattern.incidents(1).days_since_previous().max(), 70);
}

TEST_F(PatternTest, OfNobodyIsEmptyAndOfNothingIsRefused) {
  Open("I", "2025-09-01");
  EXPECT_THAT(Names(OfChild("NOBODY")), IsEmpty());
  PatternQuery query;
  query.child = "no uuid";
  EXPECT_EQ(views_->GetPattern(query).status().message(), "child");
  query.child = Uuid("ADA");
  query.known_at = "then";
  EXPECT_EQ(views_->GetPattern(query).status().message(), "known_at");
  EXPECT_EQ(views_->GetPattern({}).status().message(), "place.unit");
}

TEST_F(PatternTest, OfVeryManyKeepsTheLatestAndSaysSo) {
  for (int i = 0; i < 205; ++i) {
    Open("MANY" + std::to_string(i), law::FormatDay(absl::CivilDay(2025, 1, 1) + i));
  }
  const Pattern pattern = OfChild("ADA");
  EXPECT_EQ(pattern.incidents_size(), 200);
  EXPECT_EQ(pattern.left_out(), 5);
  EXPECT_EQ(pattern.incidents(0).happened().edtf(), "2025-01-06");
}

}  // namespace
}  // namespace skyndsamt::views
