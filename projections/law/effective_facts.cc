#include "projections/law/effective_facts.h"

#include <algorithm>
#include <string_view>

namespace skyndsamt::law {
namespace {

using event::v1::Correction;
using event::v1::Fact;

// What the last standing correction of a place has put there.
struct Claim {
  bool made = false;
  const Fact* replacement = nullptr;  // null: withdrawn
  size_t by = 0;                      // the entry whose words these are
};

// Whether a correction's own words are about the child: it names it, or what it puts instead
// concerns it.
bool CorrectionConcerns(const Fact& correction, std::string_view child) {
  if (!correction.children().empty() && Concerns(correction, child)) return true;
  if (!correction.correction().has_replacement()) return false;
  const Fact& instead = correction.correction().replacement();
  return instead.has_correction() ? CorrectionConcerns(instead, child) : Concerns(instead, child);
}

bool IsKnown(const Fact& fact) { return fact.kind_case() != Fact::KIND_NOT_SET; }

// The counted entry before `end` that has this id.
std::optional<size_t> Find(std::span<const Entry> entries, size_t end, std::string_view id) {
  for (size_t i = end; i-- > 0;) {
    if (entries[i].fact->id() == id) return i;
  }
  return std::nullopt;
}

// Reads the entries from the last to the first, so that whatever may change an entry has been read
// before it.
class Resolver {
 public:
  Resolver(std::span<const Entry> entries, Micros known_at)
      : entries_(entries), standing_(entries.size()), claims_(entries.size()) {
    for (size_t i = entries.size(); i-- > 0;) {
      standing_[i].counted = entries[i].recorded <= known_at && IsKnown(*entries[i].fact);
      if (standing_[i].counted) Read(i);
    }
    for (Standing& standing : standing_) std::ranges::reverse(standing.corrected_by);
  }

  std::vector<Standing> TakeStanding() { return std::move(standing_); }

  std::vector<EffectiveFact> Facts() const {
    std::vector<EffectiveFact> facts;
    facts.reserve(entries_.size());
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (!standing_[i].counted || standing_[i].correction) continue;
      const Claim& claim = claims_[i];
      const size_t by = claim.made ? claim.by : i;
      const Fact* stated = claim.made ? claim.replacement : entries_[i].fact;
      if (stated == nullptr || stated->has_correction() || !IsKnown(*stated)) continue;
      facts.push_back({.id = entries_[i].fact->id(),
                       .fact = stated,
                       .position = entries_[by].position,
                       .recorded = entries_[by].recorded,
                       .first_recorded = entries_[i].recorded,
                       .imported_by = entries_[by].fact,
                       .entry = i});
    }
    return facts;
  }

 private:
  void Read(size_t i) {
    const Claim& claim = claims_[i];
    standing_[i].stands = !claim.made;
    if (!entries_[i].fact->has_correction()) return;
    standing_[i].correction = true;
    standing_[i].stands = !claim.made || claim.replacement != nullptr;
    const Correction& own = entries_[i].fact->correction();
    standing_[i].corrects = Find(entries_, i, own.of());
    if (standing_[i].corrects) standing_[*standing_[i].corrects].corrected_by.push_back(i);
    if (!claim.made) return Act(i, own, i);
    if (claim.replacement == nullptr) return;  // reversed
    if (claim.replacement->has_correction())
      return Act(i, claim.replacement->correction(), claim.by);
    if (standing_[i].corrects) Put(*standing_[i].corrects, claim.replacement, claim.by);
  }

  // Carries out the correction that stands at entry i, in the words of entry `by`.
  void Act(size_t i, const Correction& correction, size_t by) {
    const std::optional<size_t> of = Find(entries_, i, correction.of());
    if (of) Put(*of, correction.has_replacement() ? &correction.replacement() : nullptr, by);
  }

  // The last correction that stands decides; it is read first.
  void Put(size_t place, const Fact* replacement, size_t by) {
    if (!claims_[place].made) claims_[place] = {true, replacement, by};
  }

  std::span<const Entry> entries_;
  std::vector<Standing> standing_;
  std::vector<Claim> claims_;
};

}  // namespace

std::vector<Standing> StandingOf(std::span<const Entry> entries, Micros known_at) {
  return Resolver(entries, known_at).TakeStanding();
}

std::vector<EffectiveFact> EffectiveFacts(std::span<const Entry> entries, Micros known_at) {
  return Resolver(entries, known_at).Facts();
}

bool Concerns(const Fact& fact, std::string_view child) {
  if (fact.children().empty()) return true;
  return std::ranges::any_of(fact.children(), [&](const std::string& c) { return c == child; });
}

std::vector<bool> EntriesConcerning(std::span<const Entry> entries,
                                    std::span<const Standing> standing, std::string_view child) {
  std::vector<size_t> place(entries.size());
  std::vector<bool> concerns(entries.size(), false);
  for (size_t i = 0; i < place.size(); ++i) {
    const Fact& fact = *entries[i].fact;
    const auto& corrects = standing[i].corrects;
    const bool correction = corrects && *corrects < i;
    place[i] = correction ? place[*corrects] : i;
    if (correction ? CorrectionConcerns(fact, child) : Concerns(fact, child)) {
      concerns[place[i]] = true;
    }
  }
  for (size_t i = 0; i < place.size(); ++i) concerns[i] = concerns[place[i]];
  return concerns;
}

}  // namespace skyndsamt::law
