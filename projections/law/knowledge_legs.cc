#include "projections/law/knowledge_legs.h"

#include <algorithm>
#include <utility>

#include "projections/law/knowledge.h"

namespace skyndsamt::law {
namespace {

using event::v1::LEG_NOTIFY_AUTHORITY;
using event::v1::LEG_REPORT_TO_PRINCIPAL;

// The authority heard of it from outside, not through the chain.
Certainty ReceivedItself(const Moment& authority) {
  const auto report = [](const Candidate& one) { return IsReport(one.fact->fact()); };
  if (std::ranges::all_of(authority.among, report)) return true;
  return std::ranges::any_of(authority.among, report) ? std::nullopt : Certainty(false);
}

Certainty Exists(const Moment& moment) {
  return moment.certain && !moment.contradicted() ? Certainty(true) : std::nullopt;
}

// Whether a report took another way, and the fact that says so.
struct Straight {
  Certainty holds = false;
  const EffectiveFact* because = nullptr;

  void Or(Certainty also, const Moment& by) {
    if (also == false || holds == true) return;
    if (because == nullptr || also == true) because = by.stated();
    holds = Either(holds, also);
  }
};

// It went straight to the principal or the authority: they had it no later than the day staff did.
// Or staff took it to the authority themselves.
Straight WentStraight(const Rounds& rounds, const Round& round) {
  Straight straight;
  if (const auto& p = round.principal) {
    straight.Or(Both(Exists(*p), ByTheDayOf(*p, round.staff)), *p);
  }
  if (const auto& a = round.authority) {
    straight.Or(Both(Both(Exists(*a), ReceivedItself(*a)), ByTheDayOf(*a, round.staff)), *a);
  }
  if (const auto told = EarliestOf(rounds.In(round, IsStaffTellingAuthority))) {
    straight.Or(Exists(*told), *told);
  }
  return straight;
}

}  // namespace

LegOutcome ReportToPrincipal(const CaseReading& reading, const Rounds& rounds, const Round& round) {
  if (PrincipalAccused(reading, round)) {
    LegOutcome outcome = NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kPrincipalAccused,
                                     reading.Accusing({event::v1::ACCUSED_KIND_PRINCIPAL}));
    outcome.unit_at = round.unit_at;
    outcome.remarks.push_back(api::v1::REMARK_PRINCIPAL_ACCUSED);
    return outcome;
  }
  if (round.past_principal) {
    LegOutcome outcome = NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kReceiverIsAuthority);
    outcome.unit_at = round.unit_at;
    return outcome;
  }
  const auto told = EarliestOf(rounds.In(round, IsStaffTellingPrincipal));
  const Straight straight = WentStraight(rounds, round);
  if (!told && straight.holds == true) {
    LegOutcome outcome = NotRequired(LEG_REPORT_TO_PRINCIPAL, Why::kWentStraight, straight.because);
    outcome.remarks.push_back(api::v1::REMARK_RECIPIENT_HAD_IT_DIRECTLY);
    return outcome;
  }
  LegOutcome outcome = Decide(LEG_REPORT_TO_PRINCIPAL, round.staff, told);
  outcome.unit_at = round.unit_at;
  if (straight.holds == false || (told && told->certain)) return outcome;
  return PerhapsNotRequired(std::move(outcome), Why::kPerhapsNotRequired, straight.because);
}

LegOutcome NotifyAuthority(const CaseReading& reading, const Rounds&, const Round& round) {
  const auto& start = round.past_principal ? round.staff : round.principal;
  const auto& end = round.authority;
  // Received from outside by the day the chain could begin; a complaint on a later day ends the
  // principal's delay, it does not excuse it.
  const Certainty directly =
      end ? Both(Both(Exists(*end), ReceivedItself(*end)), ByTheDayOf(*end, start)) : false;
  if (directly == true) {
    LegOutcome outcome = NotRequired(LEG_NOTIFY_AUTHORITY, Why::kWentStraight, end->stated());
    outcome.remarks.push_back(api::v1::REMARK_RECIPIENT_HAD_IT_DIRECTLY);
    return outcome;
  }
  LegOutcome outcome = Decide(LEG_NOTIFY_AUTHORITY, start, end);
  outcome.unit_at = round.unit_at;
  if (directly != false) {
    outcome = PerhapsNotRequired(std::move(outcome), Why::kPerhapsNotRequired, end->stated());
  }
  if (PrincipalAccused(reading, round)) {
    outcome.remarks.push_back(api::v1::REMARK_PRINCIPAL_ACCUSED);
  }
  return outcome;
}

}  // namespace skyndsamt::law
