#include "projections/views/case_file.h"

namespace skyndsamt::views {

void FillUnit(const Organisation& organisation, std::string_view unit, law::CaseFile& file) {
  const auto found = organisation.FindUnit(unit, file.known_at);
  file.policy = organisation.PolicyOf(found == nullptr ? "" : found->authority).get();
  if (found == nullptr) return;
  file.unit = found->declared.unit();
  file.form = found->declared.form();
  file.report_receiver = found->declared.report_receiver();
  file.principal = found->declared.principal();
  file.provider = organisation.ProviderOf(found->authority, file.known_at);
}

}  // namespace skyndsamt::views
