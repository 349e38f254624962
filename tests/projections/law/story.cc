#include "story.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace skyndsamt::law::testing {
namespace {

using event::v1::Fact;

std::string Text(const api::v1::Range& range) {
  std::string text = std::to_string(range.min());
  if (!range.has_max()) return text + "..";
  return range.max() == range.min() ? text : text + ".." + std::to_string(range.max());
}

}  // namespace

Micros EndOfTime(std::string_view edtf) {
  const auto read = ParseEdtf(edtf);
  EXPECT_TRUE(read.ok() && read->latest);
  return *read->latest;
}

Story::Story(std::string_view as_of) : as_of_(as_of), now_(EndOfTime("2100-01-01")) {
  EXPECT_TRUE(policy_.Publish(0, ShippedRules()).ok());
  Add("opened", "unknown").mutable_incident_opened()->set_unit("unit");
  Child("child-1");
}

Story& Story::Accused(event::v1::AccusedKind kind, std::string_view person) {
  auto& accused = *facts_.front().mutable_incident_opened()->add_accused();
  accused.set_kind(kind);
  accused.set_person(std::string(person));
  return *this;
}

Story& Story::Child(std::string_view person, event::v1::Answer adult_pupil) {
  auto& children = *facts_.front().mutable_incident_opened()->mutable_children();
  for (auto& known : children) {
    if (known.person() == person) {
      known.set_adult_pupil(adult_pupil);
      return *this;
    }
  }
  auto& added = *children.Add();
  added.set_person(std::string(person));
  added.set_adult_pupil(adult_pupil);
  return *this;
}

Fact& Story::Add(std::string_view id, std::string_view edtf) {
  Fact& fact = facts_.emplace_back();
  fact.set_id(std::string(id));
  fact.mutable_happened()->set_edtf(std::string(edtf));
  if (imported_) fact.mutable_imported()->set_told_at(as_of_);
  recorded_.push_back(now_);
  return fact;
}

Fact& Story::After(std::string_view id, std::string_view anchor, std::string_view at_least,
                   std::string_view at_most) {
  Fact& fact = Add(id, "unknown");
  auto& relative = *fact.mutable_happened()->mutable_relative();
  relative.set_after(std::string(anchor));
  relative.set_at_least(std::string(at_least));
  relative.set_at_most(std::string(at_most));
  return fact;
}

Story& Story::RecordedAt(std::string_view edtf) {
  imported_ = false;
  now_ = *ParseEdtf(edtf)->earliest;
  return *this;
}

event::v1::RoutineLimit& Story::Limit(event::v1::Leg leg, std::string_view limit,
                                      std::string_view from) {
  auto found = std::ranges::find_if(routines_, [&](const auto& r) { return r.from() == from; });
  if (found == routines_.end()) {
    auto& routine = routines_.emplace_back();
    routine.set_version("r" + std::to_string(routines_.size()));
    routine.set_from(std::string(from));
    found = routines_.end() - 1;
  }
  auto& added = *found->add_limits();
  added.set_leg(leg);
  added.set_limit(std::string(limit));
  return added;
}

void Story::LaterLimit(std::string_view recorded, const event::v1::RoutineLimit& limit,
                       std::string_view from) {
  event::v1::RoutinePublished routine;
  routine.set_version("later-" + std::to_string(later_routines_.size()));
  routine.set_from(std::string(from));
  *routine.add_limits() = limit;
  later_routines_.emplace_back(EndOfTime(recorded), routine);
}

void Story::LaterRules(std::string_view recorded, event::v1::RuleSetPublished rules) {
  if (rules.version().empty()) rules.set_version("later");
  later_rules_.emplace_back(EndOfTime(recorded), std::move(rules));
}

CaseFile Story::File(Micros as_of, Micros known_at) {
  policy_ = PolicySet();
  EXPECT_TRUE(policy_.Publish(0, ShippedRules()).ok());
  for (const auto& routine : routines_) EXPECT_TRUE(policy_.Publish(0, routine).ok());
  for (const auto& [at, routine] : later_routines_) {
    EXPECT_TRUE(policy_.Publish(at, routine).ok());
  }
  for (const auto& [at, rules] : later_rules_) EXPECT_TRUE(policy_.Publish(at, rules).ok());
  entries_.clear();
  for (size_t i = 0; i < facts_.size(); ++i) {
    entries_.push_back({.position = i, .recorded = recorded_[i], .fact = &facts_[i]});
  }
  TermsByDay terms{{.form = form, .provider = provider, .report_receiver = report_receiver}};
  for (const UnitTerms& change : changes) Declare(change, terms);
  return {.incident = "incident",
          .child = child,
          .entries = entries_,
          .terms = terms,
          .policy = &policy_,
          .as_of = as_of,
          .known_at = known_at};
}

api::v1::Timeliness Story::Ask(std::string_view as_of, std::string_view known_at) {
  return Judge(File(EndOfTime(as_of), EndOfTime(known_at)));
}

std::vector<Waiting> Story::Steps() {
  return WaitingSteps(File(EndOfTime(as_of_), EndOfTime("2200-01-01")));
}

const api::v1::LegTimeliness& LegOf(const api::v1::Timeliness& answer, event::v1::Leg leg,
                                    int round, std::string_view which) {
  static const api::v1::LegTimeliness none;
  const api::v1::LegTimeliness* found = nullptr;
  for (const auto& each : answer.legs()) {
    if (each.leg() != leg || (round != 0 && each.round() != round)) continue;
    if (!which.empty() && each.measure() != which && each.guardian() != which &&
        each.request() != which) {
      continue;
    }
    EXPECT_EQ(found, nullptr) << "several legs of " << event::v1::Leg_Name(leg);
    found = &each;
  }
  EXPECT_NE(found, nullptr) << "no leg of " << event::v1::Leg_Name(leg);
  return found == nullptr ? none : *found;
}

bool HasRemark(const api::v1::LegTimeliness& leg, api::v1::Remark remark) {
  return std::ranges::find(leg.remarks(), remark) != leg.remarks().end();
}

std::string Days(const api::v1::LegTimeliness& leg) {
  return leg.has_days() ? Text(leg.days()) : "none";
}

std::string WorkingDaysOf(const api::v1::LegTimeliness& leg) {
  return leg.has_working_days() ? Text(leg.working_days()) : "none";
}

}  // namespace skyndsamt::law::testing
