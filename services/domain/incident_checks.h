// What the incident's decider asks of one fact, besides the form of its fields (field_rules.h).
// Used by incident_decide.cc and rights.cc alone. Pure functions; each answers the first refusal,
// or nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/domain/incident.h"

namespace skyndsamt::domain {

using Refusal = std::optional<Rejection>;

// What holds for all facts of a command.
struct CommandContext {
  const TimeCheck& times;
  Micros now;  // by which all has happened: of a story that is brought in, when it was told
  const absl::flat_hash_set<std::string>& ids;  // of the command's own facts
  bool imported;                                // an old case is brought in, or a part of one
  bool old_case;                                // and it was no live case before
};

// The index of the fact that a chain of corrections is about; of a fact, its own.
uint32_t RootOf(const Incident& incident, uint32_t index);
// The kinds that have stood in the place of a fact or of a correction of it, or stand there again
// if a correction is reversed; none of an unknown one.
std::vector<Fact::KindCase> KindsThere(const Incident& incident, const std::string& of);

// A stated time that is relative: it names one anchor, a known fact other than `self` (the fact's
// own id, or that of the fact it replaces), and its span does not end before it begins.
Refusal CheckWhen(const Incident& incident, const event::v1::When& when, const std::string& self,
                  const CommandContext& context, const std::string& path);
// Children that the fact names: each a case of the incident, none twice. For an opening, of its
// own.
Refusal CheckChildren(const Incident& incident, const Fact& fact, const std::string& path);
// Every case that the fact is about takes it now, or was certainly still open when it happened.
Refusal CheckTaken(const Incident& incident, const Fact& fact, const TimeCheck& times,
                   const std::string& path);
// Measures, requests, complaints and documents begin once; nobody investigates who is accused or
// had declared a conflict of interest (jäv) before (incident.h). In an old case somebody may have
// done so all the same: what is brought in says what was done; not into a case opened here.
Refusal CheckReferences(const Incident& incident, const Fact& fact, const CommandContext& context,
                        const std::string& path);
// What is corrected is known, and why is said (an old case may not have it); what is put in its
// place could have been recorded there.
Refusal CheckCorrection(const Incident& incident, const event::v1::Correction& correction,
                        const CommandContext& context, const std::string& path);

}  // namespace skyndsamt::domain
