#include "services/domain/policy_checks.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <chrono>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::domain {
namespace {

using event::v1::ClosedSpan;
using event::v1::ClosingDaysPublished;
using event::v1::RoutineLimit;
using event::v1::RoutinePublished;
using event::v1::RuleSetPublished;
using event::v1::Statute;
using event::v1::Yardstick;

constexpr int kMostYardstickDays = 36'500;  // a hundred years

bool IsBlank(const std::string& text) { return absl::StripAsciiWhitespace(text).empty(); }

// Collects what is wrong, by paths under the message's own.
class Found {
 public:
  Found(const google::protobuf::Message& message, const PublishedAt& at, const std::string& path)
      : path_(path), violations_(FieldFaults(message, *at.times, at.now, path, kMostViolations)) {
    assert(IsLocalDate(at.today));
  }

  template <typename... Parts>
  void Add(api::v1::Reason reason, const Parts&... parts) {
    Rejection violation{reason, absl::StrCat(path_, ".", parts...)};
    const bool known = std::ranges::any_of(
        violations_, [&](const Rejection& other) { return other.field == violation.field; });
    if (!known && violations_.size() < kMostViolations) violations_.push_back(violation);
  }
  template <typename... Parts>
  void Invalid(const Parts&... parts) {
    Add(api::v1::REASON_FIELD_INVALID, parts...);
  }

  std::vector<Rejection> Take() { return std::move(violations_); }

 private:
  const std::string& path_;
  std::vector<Rejection> violations_;
};

// Local dates of four-digit years compare as their texts do; what is no date is found elsewhere.
bool Before(std::string_view a, std::string_view b) {
  return IsLocalDate(a) && IsLocalDate(b) && a < b;
}

std::chrono::sys_days DayOf(std::string_view date) {
  const auto number = [&](size_t at, size_t digits) {
    int value = 0;
    std::from_chars(date.data() + at, date.data() + at + digits, value);
    return value;
  };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))));
}

// "PT24H": counted between instants, not days.
bool InHours(const RoutineLimit& limit) { return limit.limit().find('T') != std::string::npos; }

void CheckLimit(const RoutineLimit& limit, const std::string& at, Found& found) {
  const bool in_days = !limit.limit().empty() && !InHours(limit);
  if (in_days) return;
  const bool counts_days =
      limit.days() == event::v1::DAY_COUNT_WORKING || (limit.limit().empty() && limit.days() != 0);
  if (counts_days) found.Invalid(at, ".days");
  if (limit.roll_forward()) found.Invalid(at, ".roll_forward");
}

void CheckLimits(const RoutinePublished& routine, Found& found) {
  std::set<std::pair<int, int>> seen;  // leg and form; form 0: every other
  for (int i = 0; i < routine.limits_size(); ++i) {
    const RoutineLimit& limit = routine.limits(i);
    const std::string at = absl::StrCat("limits[", i, "]");
    CheckLimit(limit, at, found);
    if (limit.forms().empty() && !seen.emplace(limit.leg(), 0).second) found.Invalid(at, ".leg");
    for (int form = 0; form < limit.forms_size(); ++form) {
      if (!seen.emplace(limit.leg(), limit.forms(form)).second) {
        found.Invalid(at, ".forms[", form, "]");
      }
    }
  }
}

void CheckSpans(const ClosingDaysPublished& published, Found& found) {
  std::vector<std::pair<std::string_view, std::string_view>> spans;
  for (int i = 0; i < published.days_size(); ++i) {
    const ClosedSpan& span = published.days(i);
    const std::string at = absl::StrCat("days[", i, "]");
    const std::string& last = span.last().empty() ? span.first() : span.last();
    if (Before(last, span.first())) {
      found.Add(api::v1::REASON_INTERVAL_ENDS_BEFORE_BEGIN, at, ".last");
      continue;
    }
    if (Before(span.first(), published.from())) found.Invalid(at, ".first");
    if (Before(published.until(), last)) {
      found.Invalid(at, span.last().empty() ? ".first" : ".last");
    }
    const bool overlaps = std::ranges::any_of(spans, [&](const auto& other) {
      return !Before(last, other.first) && !Before(other.second, span.first());
    });
    if (overlaps && IsLocalDate(span.first())) found.Invalid(at, ".first");
    spans.emplace_back(span.first(), last);
  }
}

void CheckLength(const Yardstick& yardstick, const std::string& at, Found& found) {
  const auto possible = [](int days) { return days >= 0 && days <= kMostYardstickDays; };
  if (yardstick.has_days() && !possible(yardstick.days())) found.Invalid(at, ".days");
  if (yardstick.has_working_days() &&
      (!possible(yardstick.working_days()) || !yardstick.has_days() ||
       yardstick.working_days() > yardstick.days())) {
    found.Invalid(at, ".working_days");
  }
  if (!yardstick.has_days()) return;
  if (yardstick.outcome() == event::v1::YARDSTICK_OUTCOME_UNSPECIFIED) {
    found.Invalid(at, ".outcome");
  }
  if (yardstick.precision() == event::v1::YARDSTICK_PRECISION_WORDS) {
    found.Invalid(at, ".precision");
  }
}

// Each yardstick and that no id is given twice.
template <typename Published>
void CheckYardsticks(const Published& published, const PublishedAt& at, Found& found) {
  std::set<std::string_view> ids;
  for (int i = 0; i < published.yardsticks_size(); ++i) {
    const Yardstick& yardstick = published.yardsticks(i);
    const std::string here = absl::StrCat("yardsticks[", i, "]");
    if (!ids.insert(yardstick.id()).second) found.Invalid(here, ".id");
    if (yardstick.withdrawn()) continue;
    if (yardstick.source().empty()) found.Invalid(here, ".source");
    if (yardstick.conduct_sv().empty()) found.Invalid(here, ".conduct_sv");
    CheckLength(yardstick, here, found);
    if (!yardstick.date().empty() &&
        at.times->Edtf(yardstick.date(), at.now) == TimeFault::kFuture) {
      found.Add(api::v1::REASON_TIME_IN_FUTURE, here, ".date");
    }
  }
}

// Whether a statute said anything of the days before today.
bool HoldsBefore(const std::string& today, const Statute& statute) {
  return statute.from().empty() || statute.from() < today;
}

// The two sets say something else of the days before today.
bool ChangesThePast(const RuleSets& published, const RuleSetPublished& rules,
                    const std::string& today) {
  if (published.versions.empty()) return false;
  std::vector<std::string> now;
  for (const Statute& statute : rules.statutes()) now.push_back(BytesOf(statute));
  std::ranges::sort(now);
  std::vector<std::string> changed;
  std::ranges::set_symmetric_difference(published.statutes, now, std::back_inserter(changed));
  return std::ranges::any_of(changed, [&](const std::string& bytes) {
    Statute statute;
    return statute.ParseFromString(bytes) && HoldsBefore(today, statute);
  });
}

}  // namespace

std::vector<Rejection> Violations(const Authority& authority, const RoutinePublished& routine,
                                  const PublishedAt& at, const std::string& path) {
  Found found(routine, at, path);
  CheckLimits(routine, found);
  std::set<int> parts;
  for (int i = 0; i < routine.year_parts_size(); ++i) {
    if (!parts.insert(routine.year_parts(i).part()).second) {
      found.Invalid("year_parts[", i, "].part");
    }
  }
  // It changes what is said of cases already handled.
  if (Before(routine.from(), at.today) && IsBlank(routine.reason())) found.Invalid("reason");
  if (authority.routines.contains(routine.version())) {
    found.Add(api::v1::REASON_VERSION_EXISTS, "version");
  }
  return found.Take();
}

std::vector<Rejection> Violations(const Authority& authority,
                                  const ClosingDaysPublished& closing_days, const PublishedAt& at,
                                  const std::string& path) {
  Found found(closing_days, at, path);
  const std::string& from = closing_days.from();
  const std::string& until = closing_days.until();
  if (Before(until, from)) found.Add(api::v1::REASON_INTERVAL_ENDS_BEFORE_BEGIN, "until");
  if (Before(from, until) && (DayOf(until) - DayOf(from)).count() > kMostClosingDays) {
    found.Invalid("until");
  }
  CheckSpans(closing_days, found);
  if (Before(from, at.today) && IsBlank(closing_days.reason())) found.Invalid("reason");
  const std::string& unit = closing_days.unit();
  if (!unit.empty() && !authority.units.contains(unit)) {
    found.Add(api::v1::REASON_UNIT_UNKNOWN, "unit");
  }
  if (authority.closing_days.contains({unit, closing_days.version()})) {
    found.Add(api::v1::REASON_VERSION_EXISTS, "version");
  }
  return found.Take();
}

std::vector<Rejection> Violations(const Authority& authority,
                                  const event::v1::YardsticksPublished& yardsticks,
                                  const PublishedAt& at, const std::string& path) {
  Found found(yardsticks, at, path);
  CheckYardsticks(yardsticks, at, found);
  for (int i = 0; i < yardsticks.yardsticks_size(); ++i) {
    const Yardstick& yardstick = yardsticks.yardsticks(i);
    if (yardstick.withdrawn() && !authority.yardsticks.contains(yardstick.id())) {
      found.Add(api::v1::REASON_REFERENCE_UNKNOWN, "yardsticks[", i, "].id");
    }
  }
  if (authority.yardstick_versions.contains(yardsticks.version())) {
    found.Add(api::v1::REASON_VERSION_EXISTS, "version");
  }
  return found.Take();
}

std::vector<Rejection> Violations(const RuleSets& published, const RuleSetPublished& rule_set,
                                  const PublishedAt& at, const std::string& path) {
  Found found(rule_set, at, path);
  for (int i = 0; i < rule_set.statutes_size(); ++i) {
    const Statute& statute = rule_set.statutes(i);
    const std::string here = absl::StrCat("statutes[", i, "]");
    if (statute.from().empty()) found.Invalid(here, ".from");
    if (statute.citation().empty()) found.Invalid(here, ".citation");
    if (statute.source().empty()) found.Invalid(here, ".source");
    if (statute.unconfirmed() && statute.note_sv().empty()) found.Invalid(here, ".note_sv");
    // How something is classified chooses the ground of a duty, never whether there is one.
    const bool effect = statute.effect() != event::v1::STATUTE_EFFECT_UNSPECIFIED;
    if (effect && !statute.conduct().empty()) found.Invalid(here, ".conduct");
    if (Before(statute.until(), statute.from())) {
      found.Add(api::v1::REASON_INTERVAL_ENDS_BEFORE_BEGIN, here, ".until");
    }
  }
  CheckYardsticks(rule_set, at, found);
  for (int i = 0; i < rule_set.yardsticks_size(); ++i) {
    if (rule_set.yardsticks(i).withdrawn()) found.Invalid("yardsticks[", i, "].withdrawn");
  }
  if (IsBlank(rule_set.reason()) && ChangesThePast(published, rule_set, at.today)) {
    found.Invalid("reason");
  }
  if (published.versions.contains(rule_set.version())) {
    found.Add(api::v1::REASON_VERSION_EXISTS, "version");
  }
  return found.Take();
}

std::vector<Rejection> Violations(Authority authority, const RuleSets& published,
                                  const api::v1::PolicyDraft& draft, const PublishedAt& at) {
  std::vector<Rejection> all;
  const auto add = [&](std::vector<Rejection> found) {
    for (Rejection& violation : found) {
      if (all.size() < kMostViolations) all.push_back(std::move(violation));
    }
  };
  const auto path = [](const char* list, int i) {
    return absl::StrCat("draft.", list, "[", i, "]");
  };
  AuthorityEvent event;
  for (int i = 0; i < draft.routines_size(); ++i) {
    add(Violations(authority, draft.routines(i), at, path("routines", i)));
    *event.mutable_routine_published() = draft.routines(i);
    Evolve(authority, event);
  }
  for (int i = 0; i < draft.closing_days_size(); ++i) {
    add(Violations(authority, draft.closing_days(i), at, path("closing_days", i)));
    *event.mutable_closing_days_published() = draft.closing_days(i);
    Evolve(authority, event);
  }
  for (int i = 0; i < draft.yardsticks_size(); ++i) {
    add(Violations(authority, draft.yardsticks(i), at, path("yardsticks", i)));
    *event.mutable_yardsticks_published() = draft.yardsticks(i);
    Evolve(authority, event);
  }
  if (draft.has_rule_set()) add(Violations(published, draft.rule_set(), at, "draft.rule_set"));
  const bool empty = draft.routines().empty() && draft.closing_days().empty() &&
                     draft.yardsticks().empty() && !draft.has_rule_set();
  if (empty) all.push_back({api::v1::REASON_FIELD_INVALID, "draft"});
  return all;
}

Rejection Together(std::vector<Rejection> violations) {
  assert(!violations.empty());
  Rejection all = std::move(violations.front());
  violations.erase(violations.begin());
  all.others = std::move(violations);
  return all;
}

}  // namespace skyndsamt::domain
