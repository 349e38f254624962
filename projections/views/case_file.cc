#include "projections/views/case_file.h"

#include "projections/law/civil_time.h"

namespace skyndsamt::views {

void FillUnit(const Organisation& organisation, std::string_view unit, law::CaseFile& file) {
  FillUnit(organisation, unit, {}, file);
}

void FillUnit(const Organisation& organisation, std::string_view unit, const PolicyInstead& instead,
              law::CaseFile& file) {
  const auto policy_of = [&](std::string_view authority) {
    const bool other = instead.policy != nullptr && authority == instead.authority;
    return other ? instead.policy : organisation.PolicyOf(authority).get();
  };
  const auto now = organisation.FindUnit(unit, law::DayOf(file.as_of), file.known_at);
  file.policy = policy_of(now == nullptr ? std::string_view() : now->authority);
  if (now == nullptr) return;
  file.unit = now->declared.unit();
  for (const auto& said : organisation.DeclarationsOf(unit)) {
    if (said->recorded > file.known_at) break;
    const bool other = said->authority != now->authority;
    law::Declare({.from = said->from,
                  .form = said->declared.form(),
                  .provider = organisation.ProviderOf(said->authority, file.known_at),
                  .report_receiver = said->declared.report_receiver(),
                  .principal = said->declared.principal(),
                  .policy = other ? policy_of(said->authority) : nullptr},
                 file.terms);
  }
}

}  // namespace skyndsamt::views
