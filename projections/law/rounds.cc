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

// `b` lies on a later day than `a`, or is known to have come after it that day: true, false, or
// nothing where that is not certain.
std::optional<bool> Later(const DatedFact& a, const DatedFact& b) {
  if (CertainlyBefore(a, b)) return true;
  if (CertainlyBefore(b, a)) return false;
  const bool by_the_day = a.times->CalendarDays(a.point, b.point).max == 0;
  return by_the_day ? std::optional(false) : std::nullopt;
}

// Whether an investigator was assigned before a fact. What is heard on the day of the assignment
// was heard before it.
struct Assigned {
  std::optional<bool> before = false;
  const DatedFact* perhaps = nullptr;  // the assignment that it is not certain of
};

Assigned AssignedBefore(std::span<const DatedFact* const> assignments, const DatedFact& fact) {
  Assigned assigned;
  for (const DatedFact* assignment : assignments) {
    const std::optional<bool> follows = Later(*assignment, fact);
    if (follows == true && assignment->happened) return {.before = true};
    if (follows == false || assigned.perhaps != nullptr) continue;
    assigned = {.before = std::nullopt, .perhaps = assignment};
  }
  return assigned;
}

// The chain goes past the principal while the unit is so.
bool GoesPast(const CaseReading& reading, const UnitTerms& unit) {
  return reading.case_facts().Accuses(unit.principal) || GoesToAuthority(unit.report_receiver);
}

// The first that none of the others certainly comes before; of several, one that certainly comes
// no later than any.
template <typename Knowledge>
size_t FirstOf(const std::vector<const Knowledge*>& left) {
  std::optional<size_t> first;
  for (size_t i = 0; i < left.size(); ++i) {
    bool any_before = false;
    bool all_after = true;
    for (size_t j = 0; j < left.size() && !any_before; ++j) {
      if (i == j) continue;
      const std::optional<bool> later = Later(*left[j]->fact, *left[i]->fact);
      any_before = later == true;
      all_after = all_after && later == false;
    }
    if (any_before) continue;
    if (all_after) return i;
    if (!first) first = i;
  }
  return first.value_or(0);
}

}  // namespace

std::optional<bool> PastPrincipal(const CaseReading& reading, const Interval& when) {
  std::optional<bool> past;
  for (const TermsIn& unit : reading.UnitIn(when)) {
    const bool there = GoesPast(reading, *unit.terms);
    if (past && past != there) return std::nullopt;
    past = there;
  }
  return past;
}

bool PrincipalAccused(const CaseReading& reading, const Round& round) {
  return std::ranges::all_of(
      reading.UnitIn(round.unit_at.value_or(At(reading.file().as_of))),
      [&](const TermsIn& unit) { return reading.case_facts().Accuses(unit.terms->principal); });
}

Rounds::Rounds(const CaseReading& reading) : reading_(reading) {
  FindKnowledge();
  BeginFirst();
  FindOpeners();
  FillRounds();
}

void Rounds::FindKnowledge() {
  std::vector<const DatedFact*> assignments;
  for (const DatedFact* fact : reading_.facts()) {
    if (fact->fact().has_investigator_assigned()) assignments.push_back(fact);
  }
  for (const DatedFact* fact : reading_.facts()) {
    const Assigned assigned = AssignedBefore(assignments, *fact);
    const Knower knower = WhoCameToKnow(fact->fact(), assigned.before.value_or(false));
    if (knower == Knower::kNobody) continue;
    const bool certain = WhoCameToKnow(fact->fact(), true) == knower;
    knowledge_.push_back({fact, knower, certain ? nullptr : assigned.perhaps});
  }
  std::ranges::stable_sort(
      knowledge_, [](const Knowledge& a, const Knowledge& b) { return InOrder(*a.fact, *b.fact); });
}

Candidate Rounds::CandidateOf(const Knowledge& knowledge) const {
  return {knowledge.fact, knowledge.unless_after == nullptr && knowledge.fact->happened};
}

// Where nobody certainly knew by as_of, the round would begin then.
void Rounds::BeginFirst() {
  Opener& first = openers_.emplace_back();
  const Interval now = At(reading_.file().as_of);
  if (reading_.file().terms.size() == 1) {
    first.past_principal = PastPrincipal(reading_, now) == true;
    return;
  }
  Candidates known;
  for (const Knowledge& knowledge : knowledge_) known.push_back(CandidateOf(knowledge));
  const auto earliest = EarliestOf(known);
  first.unit_at = earliest ? earliest->when : now;
  if (earliest && !earliest->certain) first.unit_at->latest = now.latest;
  const std::optional<bool> past = PastPrincipal(reading_, *first.unit_at);
  // No better date decides what rests on a contradiction.
  if (!past && !earliest->contradicted()) undecided_ = UndecidedBeginning(*earliest);
  first.past_principal = past == true;
}

std::optional<Undecided> Rounds::AcrossChange(const DatedFact& fact) const {
  const auto units = reading_.UnitIn(fact.when);
  for (size_t i = 1; i < units.size(); ++i) {
    const Micros before = *units[i - 1].when.latest;
    if (GoesPast(reading_, *units[i - 1].terms) != GoesPast(reading_, *units[i].terms)) {
      return Undecided{nullptr, &fact, before};
    }
  }
  return std::nullopt;
}

std::optional<Undecided> Rounds::UndecidedBeginning(const Moment& first) const {
  for (const Candidate& one : first.among) {
    if (const auto across = AcrossChange(*one.fact)) return across;
    if (!one.fact->happened) return Undecided{nullptr, one.fact, reading_.file().as_of};
    const auto known = std::ranges::find(knowledge_, one.fact, &Knowledge::fact);
    if (known->unless_after != nullptr) return Undecided{known->unless_after, one.fact};
  }
  return std::nullopt;
}

// Staff's knowledge may; a report of somebody's own to the authority, and to the principal where
// that is the recipient.
std::optional<bool> Rounds::MayOpen(const Knowledge& knowledge) const {
  if (knowledge.knower == Knower::kStaff) return true;
  if (!knowledge.fact->fact().has_report_received()) return false;
  if (knowledge.knower == Knower::kAuthority) return true;
  const std::optional<bool> past = PastPrincipal(reading_, knowledge.fact->when);
  return past ? std::optional(!*past) : std::nullopt;
}

Rounds::Opener Rounds::OpenedBy(const DatedFact& fact) const {
  Opener opener{.fact = &fact, .past_principal = PastPrincipal(reading_, fact.when) == true};
  if (reading_.file().terms.size() > 1) opener.unit_at = fact.when;
  return opener;
}

std::span<const DatedFact* const> Rounds::MustFollow(const Knowledge& knowledge) const {
  if (!openers_.back().past_principal) {
    return knowledge.knower == Knower::kAuthority ? closed_ : principal_;
  }
  return authority_;
}

Rounds::Opening Rounds::Opens(const Knowledge& knowledge) const {
  const size_t round = openers_.size() - 1;
  Opening opening;
  for (const DatedFact* recipient : MustFollow(knowledge)) {
    if (recipient == knowledge.fact) continue;
    const std::optional<bool> before_round = Before(*recipient, round);
    const std::optional<bool> later = Later(*recipient, *knowledge.fact);
    if (before_round == true || later == false) continue;
    if (later && before_round) return {.opens = true};
    // No better date decides what rests on a contradiction.
    const bool contradicted = recipient->contradicted || knowledge.fact->contradicted;
    if (opening.undecided || contradicted) continue;
    opening.opens = std::nullopt;
    opening.undecided =
        later ? Undecided{recipient, openers_[round].fact} : Undecided{recipient, knowledge.fact};
  }
  return opening;
}

std::optional<Undecided> Rounds::UndecidedOf(const Knowledge& next, const Opening& opening,
                                             std::span<const Knowledge* const> left) const {
  if (opening.undecided.has_value()) return opening.undecided;
  if (next.fact->contradicted) return std::nullopt;
  if (!next.fact->happened) return Undecided{nullptr, next.fact, reading_.file().as_of};
  if (next.unless_after != nullptr) return Undecided{next.unless_after, next.fact};
  for (const Knowledge* other : left) {
    if (other == &next || other->fact->contradicted) continue;
    if (Later(*other->fact, *next.fact)) continue;
    if (Opens(*other).opens != false) return Undecided{other->fact, next.fact};
  }
  return PastPrincipal(reading_, next.fact->when) ? std::nullopt : AcrossChange(*next.fact);
}

void Rounds::FindOpeners() {
  std::vector<const Knowledge*> left;  // those that may open a round
  for (const Knowledge& knowledge : knowledge_) {
    const bool may_open = MayOpen(knowledge) != false;
    if (knowledge.knower == Knower::kPrincipal) principal_.push_back(knowledge.fact);
    if (knowledge.knower == Knower::kAuthority) authority_.push_back(knowledge.fact);
    const DatedFact* assignment = knowledge.unless_after;
    const bool contradicted =
        assignment != nullptr && (assignment->contradicted || knowledge.fact->contradicted);
    if (may_open && !contradicted) left.push_back(&knowledge);
  }
  for (const DatedFact* fact : reading_.facts()) {
    if (fact->fact().has_case_closed()) closed_.push_back(fact);
  }
  if (principal_.empty() && authority_.empty()) return;
  while (!left.empty()) {
    const auto at = left.begin() + static_cast<std::ptrdiff_t>(FirstOf(left));
    const Knowledge& next = **at;
    const Opening opening = Opens(next);
    const auto undecided = opening.opens == false ? std::nullopt : UndecidedOf(next, opening, left);
    if (opening.opens != false && !undecided) openers_.push_back(OpenedBy(*next.fact));
    if (undecided && !undecided_) undecided_ = undecided;
    left.erase(at);
  }
}

std::optional<bool> Rounds::Before(const DatedFact& fact, size_t round) const {
  if (round == 0) return false;
  if (round == openers_.size()) return true;
  const DatedFact& opener = *openers_[round].fact;
  return &fact == &opener ? std::optional(false) : Later(fact, opener);
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
    Round round{.number = static_cast<int>(i + 1),
                .opener = openers_[i].fact,
                .past_principal = openers_[i].past_principal,
                .unit_at = openers_[i].unit_at};
    Candidates staff, principal, authority, anyone;
    for (const Knowledge& knowledge : knowledge_) {
      const Belongs belongs = Belonging(*knowledge.fact, round);
      if (belongs == Belongs::kNo) continue;
      Candidate candidate = CandidateOf(knowledge);
      candidate.certain = candidate.certain && belongs == Belongs::kCertainly;
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
