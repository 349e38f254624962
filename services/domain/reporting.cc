#include "services/domain/reporting.h"

#include <algorithm>
#include <optional>

namespace skyndsamt::domain {
namespace {

using event::v1::Fact;
using event::v1::Party;

Knower ByReceiver(Party to) {
  switch (to) {
    case event::v1::PARTY_PRINCIPAL:
      return Knower::kPrincipal;
    case event::v1::PARTY_AUTHORITY:
    case event::v1::PARTY_CHIEF:
      return Knower::kAuthority;
    case event::v1::PARTY_INVESTIGATOR:
      return Knower::kInvestigator;
    case event::v1::PARTY_UNSPECIFIED:
    case event::v1::PARTY_STAFF:
    case event::v1::PARTY_OWN_STAFF:
    case event::v1::PARTY_TEAM:
    case event::v1::PARTY_SCHOOL_HEALTH:
    case event::v1::PARTY_OTHER:
      return Knower::kStaff;
    default:
      return Knower::kNobody;  // a child, a guardian, the police, a supervisory authority
  }
}

// What a child, a guardian or another adult tells is somebody's report_received.
bool NeverStaff(Party by) {
  return by == event::v1::PARTY_CHILD || by == event::v1::PARTY_GUARDIAN ||
         by == event::v1::PARTY_OTHER;
}

struct Timed {
  const DatedStep* step;
  TimeBounds when;
};

bool CertainlyBefore(const Timed& a, const Timed& b) { return CertainlyBefore(a.when, b.when); }

// By the earliest instant, then the latest, then as recorded; open bounds come first and last.
bool InOrder(const Timed& a, const Timed& b) {
  if (a.when.earliest != b.when.earliest) return a.when.earliest < b.when.earliest;
  if (a.when.latest == b.when.latest) return false;
  return a.when.latest && (!b.when.latest || *a.when.latest < *b.when.latest);
}

bool OpensARound(const Timed& step, bool past_principal, const std::vector<Timed>& recipients) {
  const Knower knower = step.step->knower;
  const bool own_report =
      knower == Knower::kPrincipal && !past_principal && step.step->kind == Fact::kReportReceived;
  if (knower != Knower::kStaff && knower != Knower::kInvestigator && !own_report) return false;
  return std::ranges::any_of(recipients,
                             [&](const Timed& told) { return CertainlyBefore(told, step); });
}

// The knowledge that opened the latest round; nullopt where there is but one.
std::optional<Timed> LatestOpener(const std::vector<Timed>& in_order, bool past_principal) {
  const Knower recipient = past_principal ? Knower::kAuthority : Knower::kPrincipal;
  std::optional<Timed> opener;
  std::vector<Timed> recipients;
  for (const Timed& step : in_order) {
    if (OpensARound(step, past_principal, recipients)) {
      opener = step;
      recipients.clear();
    }
    if (step.step->knower == recipient) recipients.push_back(step);
  }
  return opener;
}

// What an investigator hears once one is assigned is part of the investigation.
std::vector<Timed> InOrderOfTime(const std::vector<DatedStep>& steps, const TimeCheck& times) {
  std::vector<Timed> all;
  all.reserve(steps.size());
  for (const DatedStep& step : steps) {
    // What is recorded together was often said of one time.
    const bool same = !all.empty() && all.back().step->when == step.when;
    const auto bounds = [&] { return step.when.empty() ? TimeBounds() : times.Bounds(step.when); };
    all.push_back({&step, same ? all.back().when : bounds()});
  }
  std::vector<Timed> kept;
  kept.reserve(all.size());
  for (const Timed& step : all) {
    const bool heard_as_investigator =
        step.step->knower == Knower::kInvestigator &&
        std::ranges::any_of(all, [&](const Timed& other) {
          return other.step->kind == Fact::kInvestigatorAssigned && CertainlyBefore(other, step);
        });
    if (!heard_as_investigator) kept.push_back(step);
  }
  std::ranges::stable_sort(kept, InOrder);
  return kept;
}

}  // namespace

Knower WhoCameToKnow(const Fact& fact) {
  const bool unsaid = fact.to() == event::v1::PARTY_UNSPECIFIED;
  switch (fact.kind_case()) {
    case Fact::kStaffLearned:
      return NeverStaff(fact.by()) ? Knower::kNobody : Knower::kStaff;
    case Fact::kRelayed: {
      const Knower knower = ByReceiver(fact.to());
      const bool staff = knower == Knower::kStaff || knower == Knower::kInvestigator;
      return staff && NeverStaff(fact.by()) ? Knower::kNobody : knower;
    }
    case Fact::kReportReceived:
      return ByReceiver(fact.to());
    case Fact::kPrincipalInformed:
      return Knower::kPrincipal;
    case Fact::kAuthorityNotified:
      return unsaid || ByReceiver(fact.to()) == Knower::kAuthority ? Knower::kAuthority
                                                                   : Knower::kNobody;
    case Fact::kComplaintReceived:
      return unsaid ? Knower::kAuthority : ByReceiver(fact.to());
    default:
      return Knower::kNobody;
  }
}

bool IsDated(Fact::KindCase kind) {
  switch (kind) {
    case Fact::kStaffLearned:
    case Fact::kRelayed:
    case Fact::kReportReceived:
    case Fact::kPrincipalInformed:
    case Fact::kAuthorityNotified:
    case Fact::kComplaintReceived:
    case Fact::kInvestigatorAssigned:
    case Fact::kInvestigationOpened:
    case Fact::kInvestigationConcluded:
    case Fact::kMeasureDecided:
    case Fact::kConcernArisen:
    case Fact::kSocialServicesReported:
    case Fact::kSeriousEvent:
    case Fact::kWorkEnvironmentReported:
      return true;
    default:
      return false;
  }
}

Round LatestRound(const std::vector<DatedStep>& steps, bool past_principal,
                  const TimeCheck& times) {
  const std::vector<Timed> in_order = InOrderOfTime(steps, times);
  const std::optional<Timed> opener = LatestOpener(in_order, past_principal);
  Round round;
  bool opened_before = false, concluded_before = false;
  for (const Timed& step : in_order) {
    const Fact::KindCase kind = step.step->kind;
    if (opener && CertainlyBefore(step, *opener)) {
      opened_before |= kind == Fact::kInvestigationOpened;
      concluded_before |= kind == Fact::kInvestigationConcluded;
      continue;
    }
    const Knower knower = step.step->knower;
    round.staff |= knower == Knower::kStaff || knower == Knower::kInvestigator;
    round.principal |= knower == Knower::kPrincipal;
    round.authority |= knower == Knower::kAuthority;
    round.opened |= kind == Fact::kInvestigationOpened;
    round.concluded |= kind == Fact::kInvestigationConcluded;
    if (kind == Fact::kMeasureDecided) round.measures.push_back(step.step->measure);
  }
  round.opened |= opened_before && !concluded_before;  // under way
  return round;
}

bool AwaitsReport(const std::vector<DatedStep>& steps, Fact::KindCase asks, Fact::KindCase report,
                  const TimeCheck& times) {
  const auto bounds = [&](const DatedStep& step) {
    return step.when.empty() ? TimeBounds() : times.Bounds(step.when);
  };
  return std::ranges::any_of(steps, [&](const DatedStep& asking) {
    if (asking.kind != asks) return false;
    return std::ranges::all_of(steps, [&](const DatedStep& made) {
      return made.kind != report || CertainlyBefore(bounds(made), bounds(asking));
    });
  });
}

}  // namespace skyndsamt::domain
