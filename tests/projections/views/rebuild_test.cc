// Views from zero equal views that have lived, byte for byte: after any batches, restarts, sweeps,
// a lost store, a restored log. And the rows say what the law says of the facts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <set>
#include <tuple>

#include "projections/engine/store.h"
#include "projections/law/case_facts.h"
#include "projections/law/judge.h"
#include "projections/views/fact_stream.h"
#include "tests/projections/views/case_world.h"

namespace skyndsamt::views {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Rebuild : public ::testing::TestWithParam<uint64_t> {
 protected:
  std::map<std::string, std::string> FromZero() {
    EXPECT_TRUE(world_.OpenViews("zero")->runner().CatchUp().ok());
    auto rows = Dump(world_.path("zero"));
    std::filesystem::remove_all(world_.path("zero"));
    return rows;
  }

  CaseWorld world_{GetParam()};
};

TEST_P(Rebuild, EqualsTheLiveViewsAfterEveryFewCommands) {
  world_.DeclareOrganisation();
  for (int round = 0; round < 6; ++round) {
    {
      auto views = world_.OpenViews();
      for (int i = 0; i < 6; ++i) {
        world_.LiveOn(static_cast<int>(1 + world_.random()() % 5));
        ASSERT_TRUE(views->runner().CatchUp().ok());
      }
    }
    ASSERT_EQ(Dump(world_.path("views")), FromZero()) << "round " << round;
  }
}

TEST_P(Rebuild, EqualsTheLiveViewsThatWereStoppedAnywhere) {
  world_.DeclareOrganisation();
  for (int round = 0; round < 10; ++round) {
    auto views = world_.OpenViews();
    views->runner().Start();
    world_.LiveOn(static_cast<int>(world_.random()() % 12));
    views->runner().Stop();  // between any two writes, put-off work and sweeps half done
  }
  ASSERT_TRUE(world_.OpenViews()->runner().CatchUp().ok());
  EXPECT_EQ(Dump(world_.path("views")), FromZero());
}

TEST_P(Rebuild, FollowsALogThatWasRestored) {
  world_.DeclareOrganisation();
  world_.LiveOn(10);
  ASSERT_TRUE(world_.log().Backup(world_.path("backup")).ok());
  world_.LiveOn(20);
  ASSERT_TRUE(world_.OpenViews()->runner().CatchUp().ok());
  world_.Reopen("backup");
  ASSERT_TRUE(world_.OpenViews()->runner().CatchUp().ok());
  EXPECT_EQ(Dump(world_.path("views")), FromZero());
}

// As by a release that has another version of it than the one before.
TEST_P(Rebuild, AnOrganisationThatIsBuiltAnewIsWaitedFor) {
  world_.DeclareOrganisation();
  world_.LiveOn(60);
  ASSERT_TRUE(world_.OpenViews()->runner().CatchUp().ok());
  const auto before = Dump(world_.path("views"));
  {
    engine::RunnerOptions options;
    options.directory = world_.path("views");
    auto store = engine::Store::Open(options, world_.log().origin());
    ASSERT_TRUE(store.ok()) << store.status();
    rocksdb::WriteBatch write;
    engine::Store::PutServing("organisation", 9, write);
    ASSERT_TRUE((*store)->Write(write).ok() && (*store)->Flush().ok());
  }
  {
    const auto views = world_.OpenViews();
    EXPECT_EQ(views->FindUnit(kUnit), nullptr);
    std::promise<absl::Status> reached;
    views->WaitFor(world_.log().committed() - 1, Reach::kApplied,
                   std::chrono::steady_clock::now() + std::chrono::seconds(60),
                   [&](absl::Status status) { reached.set_value(std::move(status)); });
    views->runner().Start();
    EXPECT_TRUE(reached.get_future().get().ok());
    EXPECT_NE(views->FindUnit(kUnit), nullptr);
    EXPECT_NE(views->FindAuthority(kAuthority), nullptr);
  }
  EXPECT_EQ(Dump(world_.path("views")), before);
}

TEST_P(Rebuild, RowsHoldNoSealedText) {
  world_.DeclareOrganisation();
  world_.LiveOn(60);
  ASSERT_TRUE(world_.OpenViews()->runner().CatchUp().ok());
  // The facts of this log were not even sealed: every text of a person's holds these letters.
  for (const auto& [key, value] : Dump(world_.path("views"))) {
    EXPECT_THAT(value, Not(HasSubstr("\xc3\xa5\xc3\xa4\xc3\xb6"))) << testing::PrintToString(key);
  }
}

void ExpectCase(const api::v1::Case& row, const law::CaseFacts& facts) {
  EXPECT_EQ(row.state(), static_cast<int>(facts.stage));
  EXPECT_EQ(row.adult_variant(), facts.adult_variant);
  EXPECT_EQ(row.principal_accused(), facts.principal_accused);
  EXPECT_EQ(row.investigator(), facts.investigator);
  EXPECT_EQ(row.finding(), facts.finding);
  EXPECT_EQ(row.type(), facts.type);
  EXPECT_EQ(row.reopened(), facts.reopened);
  EXPECT_EQ(row.imported(), facts.imported);
  EXPECT_EQ(
      std::vector<std::string_view>(row.linked_incidents().begin(), row.linked_incidents().end()),
      facts.linked_incidents);
  ASSERT_EQ(static_cast<size_t>(row.measures_size()), facts.measures.size());
  for (int i = 0; i < row.measures_size(); ++i) {
    const auto& measure = facts.measures[static_cast<size_t>(i)];
    EXPECT_EQ(row.measures(i).measure(), measure.measure);
    EXPECT_EQ(row.measures(i).carried_out(), measure.carried_out);
    EXPECT_EQ(row.measures(i).withdrawn(), measure.withdrawn);
    EXPECT_EQ(row.measures(i).effect(), measure.effect);
  }
}

TEST_P(Rebuild, CaseRowsSayWhatTheLawReads) {
  world_.DeclareOrganisation();
  auto views = world_.OpenViews();
  for (int round = 0; round < 12; ++round) {
    world_.LiveOn(5);
    ASSERT_TRUE(views->runner().CatchUp().ok());
    auto page = views->ListCases({.incident = {}, .units = {}, .limit = 500, .after = {}});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const api::v1::Case& row : page->items) {
      auto stream = FactStream::Read(world_.log(), *StreamId::Parse(row.incident()),
                                     world_.log().committed());
      ASSERT_TRUE(stream.ok());
      const auto facts = law::EffectiveFacts(stream->entries(), std::numeric_limits<Micros>::max());
      ExpectCase(row, law::ReadCase(facts, row.child()));
      EXPECT_EQ(row.revision() + 1, stream->entries().size());
    }
  }
}

// Incident, child, leg, round, measure, guardian, request: no two waiting steps share them all.
using Step = std::tuple<std::string, std::string, int, int, std::string, std::string, std::string>;

template <typename Waits>
Step StepOf(const std::string& incident, const std::string& child, const Waits& waits) {
  return {incident,         child,          waits.leg(), waits.round(), waits.measure(),
          waits.guardian(), waits.request()};
}

bool DoneForCertain(const api::v1::LegTimeliness& leg) {
  return leg.has_ended() && std::ranges::none_of(leg.explanation(), [](const auto& line) {
           return line.en().starts_with("Perhaps done: ");
         });
}

TEST_P(Rebuild, TheWorklistListsEveryLegThatWaitsOrMayOnce) {
  world_.DeclareOrganisation();
  world_.LiveOn(60);
  auto views = world_.OpenViews();
  ASSERT_TRUE(views->runner().CatchUp().ok());
  std::set<Step> listed;
  WorklistQuery query;
  query.limit = 7;
  do {
    auto page = views->ListWorklist(query);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& item : page->items) {
      EXPECT_TRUE(listed.insert(StepOf(item.incident(), item.child(), item)).second)
          << "two items nobody can tell apart: " << item.ShortDebugString();
    }
    query.after = page->next;
  } while (!query.after.empty());

  std::set<Step> pending;
  auto cases = views->ListCases({.incident = {}, .units = {}, .limit = 500, .after = {}});
  ASSERT_TRUE(cases.ok());
  std::set<std::string> of_incident;
  for (const auto& one : cases->items) {
    auto timeliness = views->GetTimeliness(one.incident(), one.child(), one.last_recorded(), "");
    ASSERT_TRUE(timeliness.ok()) << timeliness.status();
    for (const auto& leg : timeliness->legs()) {
      const bool perhaps = leg.state() == api::v1::LEG_STATE_UNDETERMINED && !DoneForCertain(leg);
      if (leg.state() != api::v1::LEG_STATE_PENDING && !perhaps) continue;
      const bool once = leg.leg() == event::v1::LEG_WORK_ENVIRONMENT_REPORT ||
                        leg.leg() == event::v1::LEG_ANSWER_DOCUMENTS_REQUEST ||
                        leg.leg() == event::v1::LEG_ANSWER_COMPLAINT;
      const std::string key = one.incident() + std::to_string(leg.leg()) + leg.request();
      if (once && !of_incident.insert(key).second) continue;
      pending.insert(StepOf(one.incident(), one.child(), leg));
    }
  }
  EXPECT_FALSE(pending.empty());
  EXPECT_EQ(listed, pending);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Rebuild, ::testing::Values(1, 2, 3, 2026));

}  // namespace
}  // namespace skyndsamt::views
