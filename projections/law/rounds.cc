#include "projections/law/rounds.h"

#include <algorithm>

#include "projections/law/knowledge.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

struct Knowledge {
  const DatedFact* fact;
  Knower knower;
};

// By the earliest instant, then the latest, then as recorded; open bounds come first and last.
bool InOrder(const Knowledge& a, const Knowledge& b) {
  const Interval& x = a.fact->when;
  const Interval& y = b.fact->when;
  if (x.earliest != y.earliest) return x.earliest < y.earliest;
  if (x.latest != y.latest) return x.latest && (!y.latest || *x.latest < *y.latest);
  return a.fact->stated->position < b.fact->stated->position;
}

std::vector<Knowledge> KnowledgeInOrder(const CaseReading& reading,
                                        std::span<const DatedFact* const> assignments) {
  std::vector<Knowledge> found;
  for (const DatedFact* fact : reading.facts()) {
    const bool assigned = std::ranges::any_of(
        assignments, [&](const DatedFact* a) { return reading.CertainlyBefore(*a, *fact); });
    const Knower knower = WhoCameToKnow(fact->fact(), assigned);
    if (knower != Knower::kNobody) found.push_back({fact, knower});
  }
  std::ranges::stable_sort(found, InOrder);
  return found;
}

}  // namespace

Rounds::Rounds(const CaseReading& reading, bool past_principal) : reading_(reading) {
  for (const DatedFact* fact : reading.facts()) {
    if (fact->fact().has_investigator_assigned()) assignments_.push_back(fact);
  }
  FindBoundaries(past_principal);
  FillRounds();
}

void Rounds::FindBoundaries(bool past_principal) {
  boundaries_.push_back({});
  std::vector<const DatedFact*> told_principal;
  std::vector<const DatedFact*> told_authority;
  const auto certainly_after_any = [&](const DatedFact& fact,
                                       const std::vector<const DatedFact*>& earlier) {
    return std::ranges::any_of(
        earlier, [&](const DatedFact* e) { return reading_.CertainlyBefore(*e, fact); });
  };
  for (const Knowledge& knowledge : KnowledgeInOrder(reading_, assignments_)) {
    const DatedFact& fact = *knowledge.fact;
    const auto& recipient = past_principal ? told_authority : told_principal;
    const bool own_report = fact.fact().has_report_received();
    const bool opens = certainly_after_any(fact, recipient) &&
                       (knowledge.knower == Knower::kStaff ||
                        (knowledge.knower == Knower::kPrincipal && !past_principal && own_report));
    if (opens) {
      boundaries_.push_back({&fact, fact.when});
      told_principal.clear();
      told_authority.clear();
    }
    if (knowledge.knower == Knower::kPrincipal) told_principal.push_back(&fact);
    if (knowledge.knower == Knower::kAuthority) told_authority.push_back(&fact);
  }
}

std::optional<bool> Rounds::Before(const DatedFact& fact, size_t round) const {
  if (round == 0) return false;
  if (round == boundaries_.size()) return true;
  const Boundary& boundary = boundaries_[round];
  if (&fact == boundary.opener) return false;
  if (CertainlyBefore(fact.when, boundary.when) ||
      reading_.CertainlyBefore(fact, *boundary.opener)) {
    return true;
  }
  if (CertainlyBefore(boundary.when, fact.when) ||
      reading_.CertainlyBefore(*boundary.opener, fact) || SameDay(fact.when, boundary.when)) {
    return false;
  }
  return std::nullopt;
}

Rounds::Belongs Rounds::Belonging(const DatedFact& fact, const Round& round) const {
  const auto index = static_cast<size_t>(round.number - 1);
  const std::optional<bool> before_this = Before(fact, index);
  const std::optional<bool> before_next = Before(fact, index + 1);
  if (before_this == true || before_next == false) return Belongs::kNo;
  return before_this == false && before_next == true ? Belongs::kCertainly : Belongs::kPossibly;
}

void Rounds::FillRounds() {
  for (size_t i = 0; i < boundaries_.size(); ++i) {
    Round round{.number = static_cast<int>(i + 1)};
    Candidates staff, principal, authority, anyone;
    for (const DatedFact* fact : reading_.facts()) {
      const bool assigned = std::ranges::any_of(
          assignments_, [&](const DatedFact* a) { return reading_.CertainlyBefore(*a, *fact); });
      const Knower knower = WhoCameToKnow(fact->fact(), assigned);
      if (knower == Knower::kNobody) continue;
      const Belongs belongs = Belonging(*fact, round);
      if (belongs == Belongs::kNo) continue;
      const Candidate candidate{fact, belongs == Belongs::kCertainly && fact->happened};
      anyone.push_back(candidate);
      if (knower == Knower::kStaff) staff.push_back(candidate);
      if (knower == Knower::kPrincipal) principal.push_back(candidate);
      if (knower == Knower::kAuthority) authority.push_back(candidate);
    }
    round.staff = EarliestOf(staff);
    round.principal = EarliestOf(principal);
    round.authority = EarliestOf(authority);
    round.anyone = EarliestOf(anyone);
    rounds_.push_back(std::move(round));
  }
}

}  // namespace skyndsamt::law
