// Which role may call which rpc, record which fact, and see which units: three tables and nothing
// that decides elsewhere. Roles are granted per rpc and per fact, since every fact enters through
// the same call.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "services/access/identity.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::access {

// Every rpc that asks for an identity.
enum class Rpc {
  kRecordFacts,
  kReceiveReport,
  kGetCase,
  kListCases,
  kListWorklist,
  kGetTimeliness,
  kCompareTimeliness,
  kGetForecast,
  kListForecast,
  kGetPattern,
  kListAuditTrail,
  kWatchCases,
  kReadEvents,
  kSubscribeEvents,
  kGetCheckpoint,
  kGetProof,
  kDeclareAuthority,
  kDeclareUnit,
  kGetAuthority,
  kListUnits,
  kPublishRoutine,
  kListRoutines,
  kPublishClosingDays,
  kListClosingDays,
  kPublishYardsticks,
  kListYardsticks,
  kPublishRuleSet,
  kGetRuleSet,
  kListRuleSets,
  kPreviewPolicy,
  kGetServerStatus,
  kCreateBackup,
};

bool MayCall(Role role, Rpc rpc);

// Whether the rpc records anything: a replica answers the others alone.
bool Records(Rpc rpc);

// Whether the role may record a fact of this kind. A correction is allowed to whoever may record
// what it puts in place and all that has stood there (domain/rights.h).
bool MayRecord(Role role, event::v1::Fact::KindCase kind);

// Whether the role may say that what it records is brought in later (`imported`), from an older
// register: the authority's to say, since nobody is reminded of such a case, and less is asked of
// its facts.
bool MayImport(Role role);

// Conflict of interest (jäv, förvaltningslagen 16-17 §§): nobody investigates or decides in their
// own case. Where the principal (rektor) of the incident's unit is accused, a caller of that role
// tells what everyone may tell and takes no decision. No other role is touched.
bool MayRecordWherePrincipalAccused(Role role, event::v1::Fact::KindCase kind);
// Nor does that principal correct what somebody else may have told: of what stands only their own
// knowledge, and that they passed it on.
bool MayCorrectWherePrincipalAccused(Role role, event::v1::Fact::KindCase kind);

// Opening sealed texts: names, accounts, reasons.
bool MayOpenSealed(Role role);

// Staff, principals and investigators see the units their token names and no others; everyone else
// sees their authority's all, or the named ones where the token names some.
bool SeesWholeAuthority(const Identity& identity);

// Whether a unit of an authority is within the caller's sight. `authority` empty = not declared.
bool SeesUnit(const Identity& identity, std::string_view authority, std::string_view unit);

}  // namespace skyndsamt::access
