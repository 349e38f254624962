// What a case's answer holds beside its row: the next allowed actions, from the domain, and what is
// sealed, opened for a caller who may read it.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "projections/views/views.h"
#include "services/commands/stated_time.h"
#include "services/domain/rights.h"
#include "skyndsamt/api/v1/case_service.pb.h"

namespace skyndsamt::api {

// What is done about a duty (law.md's table: the fact that ends the leg); not set for no leg.
event::v1::Fact::KindCase FactEnding(event::v1::Leg leg);

// Thread-safe; touches disk.
class CaseDetails {
 public:
  CaseDetails(log::EventLog& log, vault::KeyStore& keys, const views::Views& views)
      : log_(log), keys_(keys), views_(views) {}

  // Both tell the case as of `out.reflects`, whatever the log has got since, or why they cannot.
  //
  // What the facts leave to do, then the duties that wait by the law and the routine in force (the
  // worklist's) and are not among it; only what the caller may record.
  absl::Status AddNextActions(const domain::Rights& caller, v1::Case& out) const;
  // The child's name as the last declaration that stands and names it has it; left out where erased
  // or never declared.
  absl::Status AddChildName(v1::Case& out) const;
  // Opens what is sealed in an entry's fact, or why it cannot; what was erased stays left out.
  absl::Status OpenSealed(views::TrailEntry& out) const;

 private:
  log::EventLog& log_;
  vault::KeyStore& keys_;
  const views::Views& views_;
  const commands::StatedTimes times_;
};

}  // namespace skyndsamt::api
