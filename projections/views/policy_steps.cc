#include "projections/views/policy_steps.h"

#include <algorithm>
#include <set>
#include <utility>

#include "projections/law/civil_time.h"

namespace skyndsamt::views {
namespace {

// Collects what was recorded within a time.
class Between {
 public:
  Between(Micros after, Micros up_to) : after_(after), up_to_(up_to) {}

  void Add(Micros recorded, Position position, api::v1::CauseKind kind, const std::string& version,
           const std::string& sv, const std::string& en) {
    if (recorded <= after_ || recorded > up_to_) return;
    law::PolicyStep step{.recorded = recorded};
    step.cause.set_kind(kind);
    step.cause.set_position(position);
    step.cause.set_recorded(law::FormatInstant(recorded));
    step.cause.set_version(version);
    const std::string day = law::FormatDay(law::DayOf(recorded));
    step.cause.mutable_text()->set_sv(sv + " " + day + ".");
    step.cause.mutable_text()->set_en(en + " " + day + ".");
    steps_.push_back(std::move(step));
  }
  std::vector<law::PolicyStep> Take() { return std::move(steps_); }

 private:
  Micros after_;
  Micros up_to_;
  std::vector<law::PolicyStep> steps_;
};

void AddAuthority(const AuthorityState& authority, const std::string& unit, Between& between) {
  for (const auto& one : authority.routines) {
    const std::string& version = one.message.version();
    const std::string& from = one.message.from();
    between.Add(one.recorded, one.position, api::v1::CAUSE_KIND_ROUTINE, version,
                "Rutinen, version " + version + " (gäller från " + from + "), publicerades",
                "The routine, version " + version + " (in force from " + from + "), was published");
  }
  for (const auto& one : authority.closing_days) {
    if (!one.message.unit().empty() && one.message.unit() != unit) continue;
    between.Add(one.recorded, one.position, api::v1::CAUSE_KIND_CLOSING_DAYS, "",
                "Stängningsdagar publicerades", "Closing days were published");
  }
  for (const auto& one : authority.yardsticks) {
    between.Add(one.recorded, one.position, api::v1::CAUSE_KIND_YARDSTICKS, "",
                "Huvudmannens egna riktmärken publicerades",
                "The authority's own yardsticks were published");
  }
  for (const auto& one : authority.declarations) {
    between.Add(one.recorded, one.position, api::v1::CAUSE_KIND_AUTHORITY, "",
                "Huvudmannens uppgifter angavs", "The authority's details were declared");
  }
}

}  // namespace

std::vector<law::PolicyStep> PolicySteps(const Organisation& organisation, const std::string& unit,
                                         Micros after, Micros up_to) {
  Between between(after, up_to);
  std::set<std::string> authorities;  // that have had the unit
  for (const auto& one : organisation.DeclarationsOf(unit)) {
    const std::string& from = one->declared.from();
    between.Add(
        one->recorded, one->position, api::v1::CAUSE_KIND_UNIT, "",
        "Enhetens uppgifter" + (from.empty() ? "" : " (gäller från " + from + ")") + " angavs",
        "The unit's details" + (from.empty() ? "" : " (in force from " + from + ")") +
            " were declared");
    if (one->recorded <= up_to) authorities.insert(one->authority);
  }
  for (const auto& one : organisation.rule_sets()) {
    const std::string& version = one->message.version();
    between.Add(one->recorded, one->position, api::v1::CAUSE_KIND_RULE_SET, version,
                "Regeluppsättning " + version + " lades in",
                "Rule set " + version + " was entered");
  }
  for (const std::string& id : authorities) {
    AddAuthority(*organisation.FindAuthority(id), unit, between);
  }
  return between.Take();
}

Micros LastRecorded(const Organisation& organisation, const std::string& authority) {
  Micros last = 0;
  const auto take = [&last](const auto& history) {
    if (!history.empty()) last = std::max(last, history.back().recorded);
  };
  if (!organisation.rule_sets().empty()) last = organisation.rule_sets().back()->recorded;
  const auto found = organisation.FindAuthority(authority);
  if (found == nullptr) return last;
  take(found->declarations);
  take(found->routines);
  take(found->closing_days);
  take(found->yardsticks);
  return last;
}

}  // namespace skyndsamt::views
