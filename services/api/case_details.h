// What a case's answer holds beside its row: the next allowed actions, from the domain, and what is
// sealed, opened for a caller who may read it.
#pragma once

#include "services/api/backend.h"
#include "skyndsamt/api/v1/case_service.pb.h"

namespace skyndsamt::api {

// Thread-safe; touches disk.
class CaseDetails {
 public:
  explicit CaseDetails(const Backend& backend) : backend_(backend) {}

  void AddNextActions(v1::Case& out) const;
  // The child's name as declared last; left out where erased or never declared.
  void AddChildName(v1::Case& out) const;
  // Opens what is sealed in an entry's fact; what was erased stays left out.
  void OpenSealed(views::TrailEntry& out) const;

 private:
  const Backend backend_;
};

}  // namespace skyndsamt::api
