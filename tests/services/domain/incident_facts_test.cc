// Every fact is recorded as it was, in any order, however late; and what each changes.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/services/domain/given_when_then.h"

namespace skyndsamt::domain {
namespace {

using google::protobuf::util::MessageDifferencer;

// One of each fact that needs nothing to have been recorded before but the opening.
const std::vector<std::string>& FactsOfAnOpenCase() {
  static const std::vector<std::string> facts = {
      "person_declared { person: '$MAMMA' kind: PARTY_GUARDIAN guardian_of: '$ADA' name: 'Eva' }",
      "by: PARTY_STAFF channel: CHANNEL_OBSERVED staff_learned {}",
      "to: PARTY_OWN_STAFF relayed {}",
      "by: PARTY_STAFF principal_informed {}",
      "principal_updated {}",
      "to: PARTY_CHIEF authority_notified {}",
      "to: PARTY_STAFF channel: CHANNEL_LETTER report_received { discoverer { party: PARTY_CHILD }"
      " reporter { party: PARTY_GUARDIAN person: '$MAMMA' } what_happened: 'Knuffad' "
      " adults_present: 0 children_present: 7 }",
      "complaint_received { complaint: 'c1' }",
      "investigator_assigned { investigator: '$REKTOR' }",
      "conflict_declared { person: '$PER' reason: 'Släkt' }",
      "staff_inquiry_held { outcome: 'Sett' }",
      "investigation_opened {}",
      "conversation_held { with: CONVERSATION_WITH_CHILD person: '$ADA' account: 'Han knuffade'"
      " purpose: CONVERSATION_PURPOSE_FACT_FINDING }",
      "finding_recorded { text: 'Knuff' }",
      "investigation_concluded { finding: FINDING_PARTLY reasons: 'Två såg' }",
      "classified { type: CONDUCT_TYPE_HARASSMENT forms: CONDUCT_FORM_VERBAL grounds: GROUND_AGE"
      " local_grounds: 'bostadsort' }",
      "team_contacted { participants: '$PER' }",
      "team_convened {}",
      "measure_decided { measure: 'm1' level: MEASURE_LEVEL_GROUP responsible { party: PARTY_STAFF "
      "}"
      " due: '2026-03' guardians_took_part: ANSWER_YES }",
      "measures_evaluated {}",
      "guardian_informed { guardian: '$PAPPA' }",
      "guardian_given_feedback {}",
      "decision_not_to_inform { guardian: '$PAPPA' reason: 'Misstänkt' }",
      "authority_given_feedback {}",
      "documents_requested { request: 'r1' requester { party: PARTY_GUARDIAN } }",
      "concern_arisen { about: CONCERN_ABOUT_HOME }",
      "social_services_reported { about: CONCERN_ABOUT_HOME }",
      "serious_event { hurt: HURT_STAFF }",
      "work_environment_reported { hurt: HURT_STAFF }",
      "police_reported {}",
      "police_closed {}",
      "order_received { from: ORDER_FROM_SCHOOLS_INSPECTORATE deadline: '2026-05-07' }",
      "document_added { document: 'd1' kind: DOCUMENT_KIND_REPORT media_type: 'application/pdf' }",
      "incidents_linked { other: '$OTHER' relation: LINK_RELATION_SAME_CHILD }",
      "case_closed { outcome: CLOSE_OUTCOME_DEALT_WITH }",
      "correction { of: 'open' replacement { incident_opened { unit: '$UNIT' } } reason: 'Fel' }"};
  return facts;
}

// Those that name what another began.
const std::vector<std::string>& FactsThatRefer() {
  static const std::vector<std::string> facts = {
      "complaint_answered { complaint: 'c' answer: 'Utrett' }",
      "measure_carried_out { measure: 'm' }",
      "measure_withdrawn { measure: 'm' reason: 'Flyttat' }",
      "measure_followed_up { measure: 'm' effect: EFFECT_SHOWN }",
      "documents_answered { request: 'r' outcome: REQUEST_OUTCOME_PARTLY"
      " appeal_information: ANSWER_YES }"};
  return facts;
}

Incident WithReferences() {
  return Folded(Facts("id: 'm' measure_decided { measure: 'm' }",
                      "id: 'c' complaint_received { complaint: 'c' }",
                      "id: 'r' documents_requested { request: 'r' }"),
                Opened());
}

TEST(IncidentFacts, EachIsTakenAloneAndUnchangedAfterTheOpening) {
  std::set<std::string_view> seen = {"incident_opened", "case_reopened"};
  for (const auto* list : {&FactsOfAnOpenCase(), &FactsThatRefer()}) {
    for (const std::string& text : *list) {
      SCOPED_TRACE(text);
      Fact fact = Read<Fact>("id: 'f' happened { edtf: '2026-01-13' } " + text);
      seen.insert(KindName(fact));
      Incident before = list == &FactsThatRefer() ? WithReferences() : Opened();
      auto answer = Given(before).When(RecordFacts{{fact}, TestNow(), &TestTimes(), {}});
      Incident after = answer.Recorded();
      ASSERT_EQ(answer.events().size(), 1u);
      EXPECT_TRUE(MessageDifferencer::Equals(answer.events()[0], fact));
      EXPECT_TRUE(after.facts.contains("f"));
    }
  }
  EXPECT_EQ(static_cast<int>(seen.size()), Fact::descriptor()->oneof_decl(0)->field_count())
      << "a fact is missing here";
}

TEST(IncidentFacts, AnOpeningIsTakenFirst) {
  Incident after = Given(Initial())
                       .When(
                           "id: 'o' incident_opened { unit: '$UNIT' place: 'gården'"
                           " children { person: '$ADA' adult_pupil: ANSWER_YES }"
                           " accused { person: '$PER' kind: ACCUSED_KIND_STAFF } }")
                       .Recorded();
  EXPECT_TRUE(after.exists);
  EXPECT_EQ(after.unit, Uuid("UNIT"));
  EXPECT_EQ(after.children, std::vector<std::string>{Uuid("ADA")});
  EXPECT_TRUE(after.cases.at(Uuid("ADA")).adult_pupil);
  EXPECT_TRUE(after.accused.contains(Uuid("PER")));
  EXPECT_TRUE(after.adult_accused);
  EXPECT_TRUE(after.accused_principals.empty());
}

TEST(IncidentFacts, AnIncidentWithoutChildrenIsOneCase) {
  Incident state = Given(Initial()).When("id: 'o' incident_opened { unit: '$UNIT' }").Recorded();
  EXPECT_TRUE(state.children.empty());
  EXPECT_TRUE(state.cases.contains(""));
  state = Given(state).When("id: 'c' case_closed {}").Recorded();
  EXPECT_TRUE(state.cases.at("").closed);
}

TEST(IncidentFacts, OrderAndLatenessNeverRefuse) {
  Given(Opened())
      .When("id: 'a' happened { edtf: '2026-01-20' } investigation_concluded {}",
            "id: 'b' happened { edtf: '2026-01-19' } investigation_opened {}",
            "id: 'c' happened { edtf: '1999' } authority_notified {}",
            "id: 'd' happened { edtf: '2026-01-30' } staff_learned {}",
            "id: 'e' happened { edtf: 'unknown' } principal_informed {}",
            "id: 'f' police_closed {}",
            "id: 'g' happened { edtf: '2025-12-01' } guardian_given_feedback {}")
      .Recorded();
}

TEST(IncidentFacts, ImpreciseAndRelativeTimesAreKeptAsStated) {
  auto answer = Given(Opened()).When(
      "id: 'a' happened { relative { after: 'open' at_least: 'P1M' at_most: 'P4M' } } "
      "staff_learned {}",
      "id: 'b' happened { relative { before: 'c' } } principal_informed {}",
      "id: 'c' happened { edtf: '../2026-01-15' } authority_notified {}");
  answer.Recorded();
  EXPECT_EQ(answer.events()[0].happened().relative().at_most(), "P4M");
  EXPECT_EQ(answer.events()[2].happened().edtf(), "../2026-01-15");
}

TEST(IncidentFacts, WhatBecameOfSomethingIsTakenBeforeItsBeginning) {
  Incident after = Given(Opened())
                       .When("id: 'a' children: '$ADA' measure_carried_out { measure: 'm' }",
                             "id: 'b' measure_followed_up { measure: 'm' effect: EFFECT_SHOWN }",
                             "id: 'c' measure_withdrawn { measure: 'n' }",
                             "id: 'd' documents_answered { request: 'r' }",
                             "id: 'e' complaint_answered { complaint: 'k' }")
                       .Recorded();
  EXPECT_FALSE(after.measures.at("m").decided);
  EXPECT_TRUE(after.measures.at("m").carried_out && after.measures.at("m").followed_up);
  EXPECT_TRUE(after.measures.at("n").withdrawn);
  EXPECT_FALSE(after.requests.at("r").asked);
  // The beginnings, recorded late, are the same measure, request and complaint.
  after = Given(after)
              .When("id: 'f' children: '$BO' measure_decided { measure: 'm' }",
                    "id: 'g' documents_requested { request: 'r' }",
                    "id: 'h' complaint_received { complaint: 'k' }")
              .Recorded();
  EXPECT_TRUE(after.measures.at("m").decided && after.measures.at("m").carried_out);
  EXPECT_EQ(after.measures.at("m").children, std::vector<std::string>{Uuid("BO")});
  EXPECT_EQ(after.requests.at("r"), (QuestionState{.asked = true, .answered = true}));
  EXPECT_EQ(after.complaints.at("k"), (QuestionState{.asked = true, .answered = true}));
  Given(after)
      .When("id: 'x' measure_decided { measure: 'm' }")
      .Refused(REASON_FACT_ID_TAKEN, "facts[0].measure_decided.measure");
}

TEST(IncidentFacts, AMeasureNobodyDecidedIsAboutWhomItsFactsAreAbout) {
  Incident one = Given(Opened())
                     .When("id: 'a' children: '$ADA' measure_carried_out { measure: 'm' }",
                           "id: 'b' children: '$BO' measure_withdrawn { measure: 'm' }")
                     .Recorded();
  EXPECT_EQ(one.measures.at("m").children, (std::vector<std::string>{Uuid("ADA"), Uuid("BO")}));
  one = Given(one).When("id: 'c' measure_followed_up { measure: 'm' }").Recorded();
  EXPECT_TRUE(one.measures.at("m").children.empty()) << "every child";
}

TEST(IncidentFacts, ACommandOpensAndFillsAnIncidentAtOnce) {
  Incident after =
      Given(Initial())
          .When("id: 'o' incident_opened { unit: '$UNIT' children { person: '$ADA' } }",
                "id: 'd' measure_decided { measure: 'm' }",
                "id: 'e' children: '$ADA' measure_carried_out { measure: 'm' }")
          .Recorded();
  EXPECT_TRUE(after.measures.at("m").carried_out);
}

TEST(IncidentFacts, AnOldCaseBroughtInIsMarked) {
  event::v1::Imported imported;
  imported.set_source("malmo-2012");
  imported.set_told_at("2012-07-01");
  auto answer = Given(Opened()).When(
      RecordFacts{Facts("id: 'a' staff_learned {}",
                        "id: 'b' correction { of: 'a' replacement { relayed {} } }"),
                  TestNow(), &TestTimes(), imported});
  answer.Recorded();
  EXPECT_EQ(answer.events()[0].imported().source(), "malmo-2012");
  EXPECT_EQ(answer.events()[1].correction().replacement().imported().told_at(), "2012-07-01");
}

TEST(IncidentFacts, AnOldCaseBroughtInSaysThatTheAccusedInvestigated) {
  event::v1::Imported imported;
  imported.set_source("haninge-2021");
  imported.set_told_at("2021-07-01");
  const auto answer = Given(Initial()).When(
      RecordFacts{Facts("id: 'o' incident_opened { unit: '$UNIT' accused { person: '$PER' kind:"
                        " ACCUSED_KIND_PRINCIPAL } }",
                        "id: 'i' investigator_assigned { investigator: '$PER' }"),
                  TestNow(), &TestTimes(), imported});
  EXPECT_EQ(answer.Recorded().investigator, Uuid("PER"));
}

TEST(IncidentFacts, NothingOfAStoryHappenedAfterItWasTold) {
  event::v1::Imported imported;
  imported.set_source("register");
  imported.set_told_at("2021-07-01");
  const auto facts = [](const std::string& when) {
    return Facts("id: 'o' incident_opened { unit: '$UNIT' }",
                 "id: 'k' happened { edtf: '" + when + "' } staff_learned {}");
  };
  const auto brought = [&](const std::string& when) {
    return RecordFacts{facts(when), TestNow(), &TestTimes(), imported};
  };
  Given(Initial())
      .When(brought("2021-07-02"))
      .Refused(REASON_TIME_IN_FUTURE, "facts[1].happened.edtf");
  for (const char* when : {"2021-07-01", "2021-07", "2021-06-01/2021-08-01"}) {
    EXPECT_EQ(Given(Initial()).When(brought(when)).Recorded().journal.size(), 2u) << when;
  }
  EXPECT_EQ(Given(Initial())
                .When(RecordFacts{facts("2021-07-02"), TestNow(), &TestTimes(), std::nullopt})
                .Recorded()
                .journal.size(),
            2u)
      << "told as it happens";
}

// Corrected or not, what was opened here is a live case.
TEST(IncidentFacts, ACaseOpenedHereTakesNoInvestigatorInConflictFromAnImport) {
  event::v1::Imported imported;
  imported.set_source("binder");
  const char* accusing =
      "incident_opened { unit: '$UNIT' accused { person: '$PER' kind:"
      " ACCUSED_KIND_STAFF } }";
  const std::string open = std::string("id: 'o' ") + accusing;
  const std::string corrected =
      std::string("id: 'k' correction { of: 'o' replacement { ") + accusing + " } }";
  for (const Incident& live : {Folded(Facts(open)), Folded(Facts(open, corrected))}) {
    Given(live)
        .When(RecordFacts{Facts("id: 'i' investigator_assigned { investigator: '$PER' }"),
                          TestNow(), &TestTimes(), imported})
        .Refused(REASON_CONFLICT_OF_INTEREST, "facts[0].investigator_assigned.investigator");
  }
}

TEST(IncidentFacts, KnowledgeIsOfWhomTheTableSays) {
  struct Row {
    const char* fact;
    bool staff, principal, authority;
  };
  const Row rows[] = {{"staff_learned {}", true, false, false},
                      {"to: PARTY_OTHER relayed {}", true, false, false},
                      {"to: PARTY_PRINCIPAL relayed {}", false, true, false},
                      {"to: PARTY_AUTHORITY relayed {}", false, false, true},
                      {"by: PARTY_GUARDIAN relayed {}", false, false, false},
                      {"by: PARTY_CHILD staff_learned {}", false, false, false},
                      {"report_received {}", true, false, false},
                      {"to: PARTY_TEAM report_received {}", true, false, false},
                      {"to: PARTY_PRINCIPAL report_received {}", false, true, false},
                      {"to: PARTY_CHIEF report_received {}", false, false, true},
                      {"principal_informed {}", false, true, false},
                      {"authority_notified {}", false, false, true},
                      {"complaint_received { complaint: 'c' }", false, false, true},
                      {"to: PARTY_STAFF complaint_received { complaint: 'c' }", true, false, false},
                      {"principal_updated {}", false, false, false},
                      {"authority_given_feedback {}", false, false, false}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.fact);
    Incident after =
        Given(Opened()).When(std::string("id: 'f' children: '$ADA' ") + row.fact).Recorded();
    const CaseState& ada = after.cases.at(Uuid("ADA"));
    EXPECT_EQ(ada.Knows(Knower::kStaff), row.staff);
    EXPECT_EQ(ada.Knows(Knower::kPrincipal), row.principal);
    EXPECT_EQ(ada.Knows(Knower::kAuthority), row.authority);
    EXPECT_EQ(after.cases.at(Uuid("BO")), Opened().cases.at(Uuid("BO"))) << "the other child";
  }
}

TEST(IncidentFacts, AClosedCaseStillTakesWhatNoClosingEnds) {
  const std::set<std::string_view> work = {
      "investigator_assigned",   "conflict_declared", "staff_inquiry_held",
      "investigation_opened",    "conversation_held", "finding_recorded",
      "investigation_concluded", "classified",        "team_contacted",
      "team_convened",           "measure_decided",   "measure_carried_out",
      "measure_withdrawn",       "case_closed"};
  for (const auto* list : {&FactsOfAnOpenCase(), &FactsThatRefer()}) {
    for (const std::string& text : *list) {
      SCOPED_TRACE(text);
      Fact fact = Read<Fact>("id: 'f' " + text);
      Incident closed = Folded(Facts("id: 'close' case_closed {}"),
                               list == &FactsThatRefer() ? WithReferences() : Opened());
      auto answer = Given(closed).When(RecordFacts{{fact}, TestNow(), &TestTimes(), {}});
      if (work.contains(KindName(fact))) {
        answer.Refused(REASON_CASE_CLOSED, "facts[0]." + std::string(KindName(fact)));
      } else {
        answer.Recorded();
      }
    }
  }
}

TEST(IncidentFacts, AClosedCaseTakesWorkThatWasCertainlyDoneBeforeTheClosing) {
  Incident closed =
      Given(Opened()).When("id: 'c' happened { edtf: '2025-03-20' } case_closed {}").Recorded();
  const auto held = [](const std::string& when) {
    return "id: 'h' happened { edtf: '" + when +
           "' } conversation_held { with: CONVERSATION_WITH_CHILD }";
  };
  Given(closed).When(held("2025-03-19")).Recorded();
  for (const char* when : {"2025-03-20", "2025-03-21", "2025-03", "unknown"}) {
    SCOPED_TRACE(when);
    Given(closed).When(held(when)).Refused(REASON_CASE_CLOSED, "facts[0].conversation_held");
  }
  Given(closed)
      .When("id: 'h' happened { edtf: '2025-03-19' } case_closed {}")
      .Refused(REASON_CASE_CLOSED, "facts[0].case_closed");
}

TEST(IncidentFacts, ReopeningTakesWorkAgain) {
  Incident again = Given(Closed()).When("id: 'r' case_reopened {}").Recorded();
  EXPECT_EQ(again.cases.at(Uuid("ADA")).reopened, 1);
  Given(again).When("id: 'i' investigation_opened {}").Recorded();
}

TEST(IncidentFacts, EachChildsCaseClosesAlone) {
  Incident half = Given(Opened()).When("id: 'c' children: '$ADA' case_closed {}").Recorded();
  EXPECT_TRUE(half.cases.at(Uuid("ADA")).closed);
  EXPECT_FALSE(half.cases.at(Uuid("BO")).closed);
  Given(half).When("id: 'i' children: '$BO' investigation_opened {}").Recorded();
  Given(half)
      .When("id: 'i' children: '$ADA' investigation_opened {}")
      .Refused(REASON_CASE_CLOSED, "facts[0].investigation_opened");
  Given(half)
      .When("id: 'i' investigation_opened {}")
      .Refused(REASON_CASE_CLOSED, "facts[0].investigation_opened");
}

}  // namespace
}  // namespace skyndsamt::domain
