// What a caller may record, where only the incident can tell: what a correction touches, and
// whether the case is about the caller's own conduct (jäv). The tables of roles lie above; here
// they are asked.
//
// A correction changes what stands in a fact's place, and so is as much as recording it: who makes
// one may record what is put there and whatever has ever stood there, or withdrawing would undo
// decisions that the role cannot take.
//
// Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/domain/incident.h"
#include "services/domain/rejection.h"

namespace skyndsamt::domain {

// The caller's, by role. Thread-safe; asked while the incident's fold is held, so it must not
// block.
class Rights {
 public:
  virtual ~Rights() = default;
  virtual bool MayRecord(Fact::KindCase kind) const = 0;
  // Where the principal of the incident's unit is accused, besides the above: of a new fact, and of
  // what stands where something is corrected.
  virtual bool MayRecordWherePrincipalAccused(Fact::KindCase kind) const = 0;
  virtual bool MayCorrectWherePrincipalAccused(Fact::KindCase kind) const = 0;
};

// The unit's principal is accused; where either of them is not named, whoever it is. `principal` is
// the unit's rektor by person id; empty: not named.
bool PrincipalAccused(const Incident& incident, std::string_view principal);

// Whether a new fact of this kind is the caller's to record.
bool MayRecord(const Incident& incident, Fact::KindCase kind, const Rights& rights,
               std::string_view principal);

// The same of a fact, corrections included, whose reference is known: nullopt, or ROLE_NOT_ALLOWED
// or CONFLICT_OF_INTEREST at `path`.
std::optional<Rejection> CheckRights(const Incident& incident, const Fact& fact,
                                     const Rights& rights, std::string_view principal,
                                     const std::string& path);

}  // namespace skyndsamt::domain
