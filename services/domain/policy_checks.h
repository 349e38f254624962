// What is wrong with a policy that is about to be published: everything that is, each by its field,
// so that whoever writes one need not find out one by one. Pure functions, thread-safe.
//
// Refused are, besides what field_rules.h refuses:
//   routine       a leg given twice for one form of unit; days or rolling forward on a limit that
//                 is not in days; a part of the year given twice; a version that exists; a first
//                 day before today without a reason
//   closing days  a unit that the authority has not declared; days outside the period, given twice
//                 or ending before they begin; a period of more than three years; version and past
//                 as above
//   yardsticks    an id given twice; a length without an outcome, or one that no decision can have;
//                 a decision without a citation or words, or in the future; withdrawing what was
//                 never published; version as above
//   rule set      the same of its yardsticks; a statute without a first day, a citation or a
//                 source, or that ends before it begins; what is unconfirmed and does not say what;
//                 a version that exists; a change of what held before today without a reason
#pragma once

#include <string>
#include <vector>

#include "services/domain/authority.h"
#include "services/domain/rejection.h"
#include "services/domain/rule_sets.h"
#include "services/domain/time_check.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::domain {

// So many violations are named at most.
inline constexpr size_t kMostViolations = 50;
// The longest period of closing days, about three years: more is taken for a mistake.
inline constexpr int kMostClosingDays = 1100;

// When it is published.
struct PublishedAt {
  std::string today;  // the server's local date in Europe/Stockholm, yyyy-mm-dd
  Micros now = 0;
  const TimeCheck* times = nullptr;  // never null
};

// `path` names the message in the request, e.g. "routine"; the empty vector where nothing is wrong.
std::vector<Rejection> Violations(const Authority& authority,
                                  const event::v1::RoutinePublished& routine, const PublishedAt& at,
                                  const std::string& path);
std::vector<Rejection> Violations(const Authority& authority,
                                  const event::v1::ClosingDaysPublished& closing_days,
                                  const PublishedAt& at, const std::string& path);
std::vector<Rejection> Violations(const Authority& authority,
                                  const event::v1::YardsticksPublished& yardsticks,
                                  const PublishedAt& at, const std::string& path);
std::vector<Rejection> Violations(const RuleSets& published,
                                  const event::v1::RuleSetPublished& rule_set,
                                  const PublishedAt& at, const std::string& path);

// Of a whole draft, as if its parts were published one after the other; paths begin with "draft.".
// A draft without a part is none.
std::vector<Rejection> Violations(Authority authority, const RuleSets& published,
                                  const api::v1::PolicyDraft& draft, const PublishedAt& at);

// All of them in one: the first, and the others in it. The list is not empty.
Rejection Together(std::vector<Rejection> violations);

}  // namespace skyndsamt::domain
