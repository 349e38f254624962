#include "projections/law/rounds.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

// By the earliest instant, then the latest, then as recorded; open bounds come first and last.
bool InOrder(const DatedFact& a, const DatedFact& b) {
  const Interval& x = a.when;
  const Interval& y = b.when;
  if (x.earliest != y.earliest) return x.earliest < y.earliest;
  if (x.latest != y.latest) return x.latest && (!y.latest || *x.latest < *y.latest);
  return a.stated->position < b.stated->position;
}

bool AnyBefore(std::span<const DatedFact* const> facts, const DatedFact& fact) {
  return std::ranges::any_of(facts, [&](const DatedFact* e) { return CertainlyBefore(*e, fact); });
}

// Whether an investigator was assigned before the fact; nothing where that is not certain. What is
// heard on the day of the assignment was heard before it.
std::optional<bool> AssignedBefore(std::span<const DatedFact* const> assignments,
                                   const DatedFact& fact) {
  bool possibly = false;
  for (const DatedFact* assignment : assignments) {
    const bool follows =
        CertainlyBefore(fact, *assignment) || CertainlyByTheDayOf(fact.when, assignment->when);
    if (CertainlyBefore(*assignment, fact) && assignment->happened) return true;
    possibly = possibly || !follows;
  }
  return possibly ? std::nullopt : std::optional<bool>(false);
}

}  // namespace

Rounds::Rounds(const CaseReading& reading, bool past_principal) : reading_(reading) {
  FindKnowledge();
  FindOpeners(past_principal);
  FillRounds();
}

void Rounds::FindKnowledge() {
  std::vector<const DatedFact*> assignments;
  for (const DatedFact* fact : reading_.facts()) {
    if (fact->fact().has_investigator_assigned()) assignments.push_back(fact);
  }
  for (const DatedFact* fact : reading_.facts()) {
    const std::optional<bool> assigned = AssignedBefore(assignments, *fact);
    const Knower knower = WhoCameToKnow(fact->fact(), assigned.value_or(false));
    if (knower == Knower::kNobody) continue;
    const bool certain = assigned || WhoCameToKnow(fact->fact(), true) == knower;
    knowledge_.push_back({fact, knower, certain});
  }
  std::ranges::stable_sort(
      knowledge_, [](const Knowledge& a, const Knowledge& b) { return InOrder(*a.fact, *b.fact); });
}

void Rounds::FindOpeners(bool past_principal) {
  openers_.push_back(nullptr);
  std::vector<const DatedFact*> told_principal;
  std::vector<const DatedFact*> told_authority;
  for (const Knowledge& knowledge : knowledge_) {
    const DatedFact& fact = *knowledge.fact;
    const bool own_report = fact.fact().has_report_received();
    const bool may_open = knowledge.knower == Knower::kStaff ||
                          (knowledge.knower == Knower::kPrincipal && !past_principal && own_report);
    if (may_open && knowledge.certain &&
        AnyBefore(past_principal ? told_authority : told_principal, fact)) {
      openers_.push_back(&fact);
      told_principal.clear();
      told_authority.clear();
    }
    if (knowledge.knower == Knower::kPrincipal) told_principal.push_back(&fact);
    if (knowledge.knower == Knower::kAuthority) told_authority.push_back(&fact);
  }
}

std::optional<bool> Rounds::Before(const DatedFact& fact, size_t round) const {
  if (round == 0) return false;
  if (round == openers_.size()) return true;
  const DatedFact& opener = *openers_[round];
  if (&fact == &opener) return false;
  if (CertainlyBefore(fact, opener)) return true;
  if (CertainlyBefore(opener, fact) || CertainlyByTheDayOf(opener.when, fact.when)) return false;
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
  for (size_t i = 0; i < openers_.size(); ++i) {
    Round round{.number = static_cast<int>(i + 1), .opener = openers_[i]};
    Candidates staff, principal, authority, anyone;
    for (const Knowledge& knowledge : knowledge_) {
      const Belongs belongs = Belonging(*knowledge.fact, round);
      if (belongs == Belongs::kNo) continue;
      const bool certain =
          belongs == Belongs::kCertainly && knowledge.certain && knowledge.fact->happened;
      const Candidate candidate{knowledge.fact, certain};
      anyone.push_back(candidate);
      if (knowledge.knower == Knower::kStaff) staff.push_back(candidate);
      if (knowledge.knower == Knower::kPrincipal) principal.push_back(candidate);
      if (knowledge.knower == Knower::kAuthority) authority.push_back(candidate);
    }
    round.staff = EarliestOf(staff);
    round.principal = EarliestOf(principal);
    round.authority = EarliestOf(authority);
    round.anyone = EarliestOf(anyone);
    rounds_.push_back(std::move(round));
  }
}

}  // namespace skyndsamt::law
