#include "projections/views/case_file.h"

namespace skyndsamt::views {

void FillUnit(const Organisation& organisation, std::string_view unit, law::CaseFile& file) {
  const auto last = organisation.FindUnit(unit, file.known_at);
  file.policy = organisation.PolicyOf(last == nullptr ? "" : last->authority).get();
  if (last == nullptr) return;
  file.unit = last->declared.unit();
  for (const auto& said : organisation.DeclarationsOf(unit)) {
    if (said->recorded > file.known_at) break;
    const bool other = said->authority != last->authority;
    law::Declare({.from = said->from,
                  .form = said->declared.form(),
                  .provider = organisation.ProviderOf(said->authority, file.known_at),
                  .report_receiver = said->declared.report_receiver(),
                  .principal = said->declared.principal(),
                  .policy = other ? organisation.PolicyOf(said->authority).get() : nullptr},
                 file.terms);
  }
}

}  // namespace skyndsamt::views
