// The chain of reporting (Skollagen 6:10) as far as a case's next steps depend on it: which fact is
// knowledge of whom, and where the latest round stands. Verdicts rest on the law's own reading
// (projections/law/knowledge.h, rounds.h), which the domain does not know; here it is only
// proposed what to do next. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/domain/time_check.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::domain {

// kInvestigator: an investigator's knowledge is staff's, unless one had been assigned before.
enum class Knower : uint8_t { kNobody, kStaff, kInvestigator, kPrincipal, kAuthority };

Knower WhoCameToKnow(const event::v1::Fact& fact);

// A fact of a case whose time the next steps depend on: knowledge, an assignment of an
// investigator, an investigation opened or concluded, a measure decided, a concern or a serious
// event and their reports to others.
struct DatedStep {
  event::v1::Fact::KindCase kind = event::v1::Fact::KIND_NOT_SET;
  Knower knower = Knower::kNobody;
  std::string when;     // EDTF as stated; empty: relative, or not stated
  std::string measure;  // that was decided
  bool operator==(const DatedStep&) const = default;
};

bool IsDated(event::v1::Fact::KindCase kind);

// What stands in the latest round. Knowledge certainly later than the recipient's opens a new
// round, in which the chain begins again; an investigation under way goes on in it.
struct Round {
  bool staff = false;  // who knows
  bool principal = false;
  bool authority = false;
  bool opened = false;  // an investigation
  bool concluded = false;
  std::vector<std::string> measures;  // decided
};

// `past_principal`: the recipient is the authority (the principal is accused, or reports at this
// unit go to the authority). Steps in the order in which they were recorded.
Round LatestRound(const std::vector<DatedStep>& steps, bool past_principal, const TimeCheck& times);

// Something of the kind `asks` happened that no `report` answers: none was made, or it certainly
// happened after each of them.
bool AwaitsReport(const std::vector<DatedStep>& steps, event::v1::Fact::KindCase asks,
                  event::v1::Fact::KindCase report, const TimeCheck& times);

}  // namespace skyndsamt::domain
