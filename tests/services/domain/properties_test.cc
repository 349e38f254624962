// What holds for every sequence of commands, tried on seeded random ones.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "services/domain/field_rules.h"
#include "skyndsamt/event/v1/options.pb.h"
#include "tests/services/domain/given_when_then.h"
#include "tests/services/domain/random_facts.h"

namespace skyndsamt::domain {
namespace {

using event::v1::DataClass;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What erasure leaves of a fact: every sealed field gone.
void Erase(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    auto data_class = field->options().GetExtension(event::v1::data).class_();
    if (data_class == DataClass::DATA_CLASS_SEALED_TEXT ||
        data_class == DataClass::DATA_CLASS_SEALED_CODE) {
      reflection->ClearField(&message, field);
    } else if (field->message_type() != nullptr && field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        Erase(*reflection->MutableRepeatedMessage(&message, field, i));
      }
    } else if (field->message_type() != nullptr) {
      Erase(*reflection->MutableMessage(&message, field));
    }
  }
}

Incident Replayed(const std::vector<std::string>& log, bool erased) {
  Incident state = Initial();
  for (const std::string& bytes : log) {
    Fact fact;
    EXPECT_TRUE(fact.ParseFromString(bytes));
    if (erased) Erase(fact);
    Evolve(state, fact);
  }
  return state;
}

Incident Standing(Incident state) {
  state.journal.clear();
  state.facts.clear();
  return state;
}

Decision Try(const Incident& state, std::vector<Fact> facts,
             std::optional<event::v1::Imported> imported = {}) {
  return Decide(state, {std::move(facts), TestNow(), &TestTimes(), std::move(imported)});
}

TEST(Properties, TheStateFoldedFromTheLogIsTheLiveStateAfterEveryCommand) {
  std::map<Reason, int> refused;
  int recorded = 0, corrections = 0;
  struct {
    int corrected_corrections = 0, moved = 0, imported = 0, relative = 0;
  } came_up;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomFacts random(seed);
    random.MayMoveTo({Uuid("UNIT"), Uuid("OTHERUNIT")});
    Incident live = Initial();
    std::vector<std::string> log;
    for (int step = 0; step < 40; ++step) {
      const Incident before = live;
      Decision decision = Try(live, random.Command(live, Uuid("UNIT")), random.Import());
      ASSERT_EQ(live, before) << "deciding changes nothing";
      if (const auto* refusal = std::get_if<Rejection>(&decision)) {
        ++refused[refusal->reason];
        continue;
      }
      for (const Fact& fact : std::get<std::vector<Fact>>(decision)) {
        Evolve(live, fact);
        log.push_back(fact.SerializeAsString());
        ++recorded;
        corrections += fact.has_correction();
        came_up.corrected_corrections +=
            fact.has_correction() && before.facts.contains(fact.correction().of()) &&
            before.journal[before.facts.at(fact.correction().of())].correction;
        came_up.moved += before.exists && live.unit != before.unit;
        came_up.imported += fact.has_imported();
        came_up.relative += fact.happened().has_relative();
      }
      ASSERT_EQ(live, Replayed(log, false)) << "seed " << seed << " step " << step;
      ASSERT_EQ(live, Replayed(log, true)) << "erasure changed what was decided, seed " << seed;
    }
  }
  EXPECT_GT(recorded, 1000);
  EXPECT_GT(corrections, 100);
  EXPECT_GT(came_up.corrected_corrections, 20);
  EXPECT_GT(came_up.moved, 5);
  EXPECT_GT(came_up.imported, 50);
  EXPECT_GT(came_up.relative, 50);
  for (Reason reason : {REASON_TIME_IN_FUTURE, REASON_TIME_MALFORMED, REASON_CODE_UNKNOWN,
                        REASON_CASE_UNKNOWN, REASON_FACT_ID_TAKEN, REASON_REFERENCE_UNKNOWN,
                        REASON_CASE_CLOSED, REASON_CASE_NOT_CLOSED, REASON_CONFLICT_OF_INTEREST}) {
    EXPECT_GT(refused[reason], 0) << Reason_Name(reason) << " never came up";
  }
}

// A history of facts that stand, none of them corrections.
std::vector<Fact> History(RandomFacts& random, int length) {
  std::vector<Fact> facts = {random.Opening(Uuid("UNIT"))};
  Incident state = Folded(facts);
  while (static_cast<int>(facts.size()) < length) {
    Fact fact = random.Next(state);
    if (fact.has_correction() || std::holds_alternative<Rejection>(Try(state, {fact}))) continue;
    Evolve(state, fact);
    facts.push_back(std::move(fact));
  }
  return facts;
}

Fact Correct(const std::string& id, const std::string& of) {
  Fact fact;
  fact.set_id(id);
  fact.mutable_correction()->set_of(of);
  fact.mutable_correction()->set_withdrawn(true);
  return fact;
}

TEST(Properties, AWithdrawnFactLeavesTheStateInWhichItNeverWas) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    RandomFacts random(seed, 0);
    const std::vector<Fact> facts = History(random, 25);
    for (size_t i = 1; i < facts.size(); ++i) {
      std::vector<Fact> without = facts;
      without.erase(without.begin() + i);
      Incident corrected = Folded(facts);
      Evolve(corrected, Correct("k", facts[i].id()));
      ASSERT_EQ(Standing(corrected), Standing(Folded(without)))
          << "seed " << seed << " " << KindName(facts[i]);
      Evolve(corrected, Correct("k2", "k"));
      ASSERT_EQ(Standing(corrected), Standing(Folded(facts))) << "the correction was reversed";
    }
  }
}

TEST(Properties, AReplacedFactLeavesTheStateInWhichTheOtherStoodThere) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    RandomFacts random(seed, 0);
    const std::vector<Fact> facts = History(random, 25);
    Incident whole = Folded(facts);
    for (size_t i = 1; i < facts.size(); ++i) {
      Fact other = random.Next(whole);
      if (other.has_correction()) continue;
      std::vector<Fact> instead = facts;
      instead[i] = other;
      instead[i].set_id(facts[i].id());
      Fact correction = Correct("k", facts[i].id());
      *correction.mutable_correction()->mutable_replacement() = other;
      Incident corrected = whole;
      Evolve(corrected, correction);
      ASSERT_EQ(Standing(corrected), Standing(Folded(instead)))
          << "seed " << seed << " " << KindName(facts[i]) << " by " << KindName(other);
    }
  }
}

TEST(Properties, EveryNextActionIsTaken) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomFacts random(seed, 0);
    Incident state = Initial();
    for (const Fact& fact : History(random, 30)) {
      Evolve(state, fact);
      for (const auto& [child, unused] : state.cases) {
        for (const std::string& name : NextActions(state, child, {TestTimes()})) {
          const auto* field = Fact::descriptor()->FindFieldByName(name);
          ASSERT_NE(field, nullptr) << name;
          auto kind = static_cast<Fact::KindCase>(field->number());
          ASSERT_TRUE(Takes(state, child, kind)) << name;
        }
      }
    }
  }
}

TEST(Properties, TheSizeToldToACacheGrowsWithWhatIsKept) {
  RandomFacts random(7, 0);
  Incident state = Initial();
  size_t before = state.ApproximateBytes();
  for (const Fact& fact : History(random, 50)) {
    Evolve(state, fact);
    EXPECT_GE(state.ApproximateBytes(), before);
    before = state.ApproximateBytes();
  }
  EXPECT_GT(before, 50 * sizeof(JournalEntry));
  EXPECT_LT(before, 100'000u);
}

}  // namespace
}  // namespace skyndsamt::domain
