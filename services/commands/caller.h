// On whose behalf a command is carried out: what the call guard has verified. The log keeps
// subject, role and unit as the event's actor; subject is a pseudonymous id, never a name. Value
// types, no synchronisation needed.
#pragma once

#include <string>

#include "eventstore/base/ids.h"
#include "services/domain/rights.h"

namespace skyndsamt::commands {

// What the caller may touch. Thread-safe; asked while the incident's fold is held, so it must not
// block.
class UnitSight {
 public:
  virtual ~UnitSight() = default;
  virtual bool SeesUnit(const std::string& unit) const = 0;
};

struct CallerScope {
  std::string issuer;     // of the token
  std::string subject;    // pseudonymous id within the issuer
  std::string role;       // the role it acts in, e.g. "caseworker"
  std::string unit;       // unit id it acts for; may be empty
  std::string authority;  // authority id it acts for; may be empty
  // Null: every unit. An incident of a unit outside is INCIDENT_UNKNOWN. Lives until `done` has
  // run.
  const UnitSight* sight = nullptr;
  // Null: every fact. Lives until `done` has run.
  const domain::Rights* rights = nullptr;

  // Request ids are the caller's own: the same id from two callers is two requests.
  std::string ForRequests() const { return issuer + "/" + subject; }
  // An import is the same whoever of the authority brings it in.
  std::string ForImport(const std::string& source) const {
    return "import/" + authority + "/" + source;
  }
};

// SHA-256(scope | 0 | request id)[0:16]. `request_id` is a UUID in lower case.
RequestKey RequestKeyOf(const std::string& scope, const std::string& request_id);
// SHA-256("skyndsamt/event/v1\0" | scope | request id | u32 index)[0:16].
EventId EventIdOf(const std::string& scope, const std::string& request_id, uint32_t index);

}  // namespace skyndsamt::commands
