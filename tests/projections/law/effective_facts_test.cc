#include "projections/law/effective_facts.h"

#include <gtest/gtest.h>

#include <deque>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

// A stream whose n-th entry is recorded at instant n.
struct Stream {
  std::deque<Fact> facts;
  std::vector<Entry> entries;

  Fact& Add(std::string_view id) {
    Fact& fact = facts.emplace_back();
    fact.set_id(std::string(id));
    entries.push_back({.position = facts.size() - 1,
                       .recorded = static_cast<Micros>(facts.size() - 1),
                       .fact = &fact});
    return fact;
  }
  void Learned(std::string_view id) { Add(id).mutable_staff_learned(); }
  void Withdraw(std::string_view id, std::string_view of) {
    auto& correction = *Add(id).mutable_correction();
    correction.set_of(std::string(of));
    correction.set_withdrawn(true);
  }
  Fact& Replace(std::string_view id, std::string_view of, std::string_view edtf) {
    auto& correction = *Add(id).mutable_correction();
    correction.set_of(std::string(of));
    auto& replacement = *correction.mutable_replacement();
    replacement.mutable_happened()->set_edtf(std::string(edtf));
    replacement.mutable_staff_learned();
    return replacement;
  }
  // What stands, as "id@time" in order.
  std::string Standing(Micros known_at = 1000) const {
    std::string text;
    for (const EffectiveFact& fact : EffectiveFacts(entries, known_at)) {
      if (!text.empty()) text += " ";
      text += std::string(fact.id) + "@" + fact.fact->happened().edtf();
    }
    return text;
  }
};

TEST(EffectiveFacts, AWithdrawnFactIsGoneAndTheEntryStays) {
  Stream stream;
  stream.Learned("a");
  stream.Learned("b");
  stream.Withdraw("c1", "a");
  EXPECT_EQ(stream.Standing(), "b@");
  EXPECT_EQ(stream.Standing(1), "a@ b@") << "an earlier known_at does not know of the correction";
  const auto standing = StandingOf(stream.entries, 1000);
  EXPECT_FALSE(standing[0].stands);
  EXPECT_EQ(standing[0].corrected_by, std::vector<size_t>{2});
  EXPECT_TRUE(standing[2].stands);
  EXPECT_EQ(standing[2].corrects, 0u);
}

TEST(EffectiveFacts, AReplacementTakesThePlaceAndKeepsTheId) {
  Stream stream;
  stream.Learned("a");
  stream.Learned("b");
  stream.Replace("c1", "a", "2020");
  EXPECT_EQ(stream.Standing(), "a@2020 b@");
  const auto facts = EffectiveFacts(stream.entries, 1000);
  EXPECT_EQ(facts[0].position, 2u) << "the entry that states it now";
  EXPECT_EQ(facts[0].recorded, 2);
  EXPECT_EQ(facts[0].first_recorded, 0);
}

TEST(EffectiveFacts, TheLastCorrectionThatStandsDecides) {
  Stream stream;
  stream.Learned("a");
  stream.Replace("c1", "a", "2020");
  stream.Replace("c2", "a", "2021");
  EXPECT_EQ(stream.Standing(), "a@2021");
  stream.Withdraw("c3", "c2");
  EXPECT_EQ(stream.Standing(), "a@2020") << "the one before it stands again";
  stream.Withdraw("c4", "c1");
  EXPECT_EQ(stream.Standing(), "a@");
  stream.Withdraw("c5", "c4");
  EXPECT_EQ(stream.Standing(), "a@2020") << "a reversal can itself be reversed";
}

TEST(EffectiveFacts, CorrectingACorrectionReplacesItsReplacement) {
  Stream stream;
  stream.Learned("a");
  stream.Withdraw("c1", "a");
  stream.Replace("c2", "c1", "2022");
  EXPECT_EQ(stream.Standing(), "a@2022");
  EXPECT_EQ(EffectiveFacts(stream.entries, 1000)[0].position, 2u);
}

TEST(EffectiveFacts, ACorrectionReplacedByACorrectionIsThatCorrection) {
  Stream stream;
  stream.Learned("a");
  stream.Learned("b");
  stream.Withdraw("c1", "a");
  auto& correction = *stream.Add("c2").mutable_correction();
  correction.set_of("c1");
  auto& other = *correction.mutable_replacement()->mutable_correction();
  other.set_of("b");
  other.set_withdrawn(true);
  EXPECT_EQ(stream.Standing(), "a@") << "it was b that should have been withdrawn";
}

TEST(EffectiveFacts, NamesNobodyMeansEveryChild) {
  Fact fact;
  EXPECT_TRUE(Concerns(fact, "child-1"));
  EXPECT_TRUE(Concerns(fact, ""));
  fact.add_children("child-1");
  EXPECT_TRUE(Concerns(fact, "child-1"));
  EXPECT_FALSE(Concerns(fact, "child-2"));
}

TEST(EffectiveFacts, ACorrectionOfWhatIsNotThereChangesNothing) {
  Stream stream;
  stream.Withdraw("c1", "a");
  stream.Learned("a");
  EXPECT_EQ(stream.Standing(), "a@") << "a correction names what came before it";
}

}  // namespace
}  // namespace skyndsamt::law
