// Whatever is recorded of later times, the pattern as of an earlier instant stays as it was: random
// incidents, seeded. Every failure prints its seed.
#include <gtest/gtest.h>

#include <utility>
#include <variant>
#include <vector>

#include "projections/law/civil_time.h"
#include "tests/projections/views/case_world.h"
#include "tests/seeds.h"

namespace skyndsamt::views {
namespace {

using api::v1::Pattern;
using domain::Uuid;

// Random incidents of ADA's, recorded a few facts at a time.
class RandomIncidents {
 public:
  RandomIncidents(CaseWorld& world, uint64_t seed) : world_(world) {
    for (uint64_t i = 0; i < 6; ++i) incidents_.emplace_back(100 * seed + i);
  }

  // Facts of any time, corrections among them.
  void LiveOn(int commands) {
    for (int i = 0; i < commands; ++i) {
      One& one = incidents_[world_.random()() % incidents_.size()];
      std::vector<Fact> facts = one.facts.Command(one.state, kUnit);
      for (Fact& fact : facts) {
        AddAda(fact);
        if (fact.correction().has_replacement())
          AddAda(*fact.mutable_correction()->mutable_replacement());
      }
      Record(one, std::move(facts));
    }
  }

  // What happened on a day of January 2026. Who the people are has no time, and a correction
  // changes what was stated of another.
  int HappenInJanuary(int facts) {
    int recorded = 0;
    for (int i = 0; i < facts; ++i) {
      One& one = incidents_[world_.random()() % incidents_.size()];
      Fact fact = one.facts.Next(one.state);
      if (!one.state.exists || fact.has_correction() || fact.has_person_declared()) continue;
      const auto day = static_cast<int>(world_.random()() % 30);
      fact.mutable_happened()->set_edtf(law::FormatDay(absl::CivilDay(2026, 1, 1) + day));
      recorded += Record(one, {std::move(fact)}) ? 1 : 0;
    }
    return recorded;
  }

 private:
  struct One {
    explicit One(uint64_t seed)
        : facts(seed, 0.0), id(IncidentId("RANDOM" + std::to_string(seed))) {}
    domain::RandomFacts facts;
    StreamId id;
    domain::Incident state = domain::Initial();
  };

  static void AddAda(Fact& fact) {
    if (!fact.has_incident_opened()) return;
    fact.mutable_incident_opened()->add_children()->set_person(Uuid("ADA"));
  }

  bool Record(One& one, std::vector<Fact> facts) {
    auto decided = domain::Decide(
        one.state, {std::move(facts), world_.clock().Now(), &domain::TestTimes(), std::nullopt});
    const auto* accepted = std::get_if<std::vector<Fact>>(&decided);
    if (accepted == nullptr) return false;
    for (const Fact& fact : *accepted) Evolve(one.state, fact);
    world_.RecordFacts(one.id, *accepted);
    return true;
  }

  CaseWorld& world_;
  std::vector<One> incidents_;
};

TEST(PatternProperties, WhatHappenedLaterChangesNoAnswerAsOfBefore) {
  int said = 0, recorded = 0;
  for (const uint64_t seed : testing::Seeds(12)) {
    SCOPED_TRACE(testing::Again(seed));
    CaseWorld world(seed);
    world.DeclareOrganisation();
    world.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
    auto views = world.OpenViews();
    const auto ask = [&] {
      EXPECT_TRUE(views->runner().CatchUp().ok()) << views->runner().health();
      PatternQuery query;
      query.child = Uuid("ADA");
      query.as_of = "2025-12-31";
      auto answer = views->GetPattern(query);
      EXPECT_TRUE(answer.ok()) << answer.status();
      answer->clear_reflects();
      answer->clear_known_at();
      return *std::move(answer);
    };
    RandomIncidents incidents(world, seed);
    incidents.LiveOn(160);
    const Pattern before = ask();
    for (const auto& incident : before.incidents()) {
      for (const auto& one : incident.cases()) said += one.closed() || one.finding() || one.type();
    }
    recorded += incidents.HappenInJanuary(60);
    EXPECT_EQ(ask().DebugString(), before.DebugString());
  }
  EXPECT_GT(said, 12) << "too few cases had come to anything";
  EXPECT_GT(recorded, 120);
}

}  // namespace
}  // namespace skyndsamt::views
