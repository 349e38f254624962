// A case and the policy it is asked under, each as a test writes it: facts and what was published
// as protobuf text, everything recorded when the test says.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/text_format.h"
#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/judge.h"
#include "projections/law/known_policy.h"
#include "projections/law/policy.h"
#include "projections/law/shipped_rules.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "story.h"

namespace skyndsamt::law::testing {

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

class PolicyStory {
 public:
  // Without shipped rules the statutes are what the test publishes.
  explicit PolicyStory(bool shipped_rules = true) {
    if (shipped_rules) {
      EXPECT_TRUE(policy.Publish(0, ShippedRules()).ok());
    }
    Fact("opened", "unknown", "incident_opened { unit: 'unit' children { person: 'child' } }");
  }

  // Recorded at the last instant of 2099, so that nothing but its own time bounds it.
  PolicyStory& Fact(std::string_view id, std::string_view happened, const std::string& kind) {
    event::v1::Fact& fact = facts_.emplace_back(FromText<event::v1::Fact>(kind));
    fact.set_id(std::string(id));
    fact.mutable_happened()->set_edtf(std::string(happened));
    return *this;
  }

  // `recorded`: a stated time, whose last instant is meant.
  PolicyStory& Routine(const std::string& text, std::string_view recorded = "1999") {
    const auto routine = FromText<event::v1::RoutinePublished>(text);
    EXPECT_TRUE(policy.Publish(EndOfTime(recorded), routine).ok()) << text;
    return *this;
  }
  PolicyStory& Closed(const std::string& text, std::string_view recorded = "1999") {
    const auto closing_days = FromText<event::v1::ClosingDaysPublished>(text);
    EXPECT_TRUE(policy.Publish(EndOfTime(recorded), closing_days).ok()) << text;
    return *this;
  }
  PolicyStory& Yardsticks(const std::string& text, std::string_view recorded = "1999") {
    const auto yardsticks = FromText<event::v1::YardsticksPublished>(text);
    EXPECT_TRUE(policy.Publish(EndOfTime(recorded), yardsticks).ok()) << text;
    return *this;
  }
  PolicyStory& Rules(const std::string& text, std::string_view recorded = "1999") {
    const auto rules = FromText<event::v1::RuleSetPublished>(text);
    EXPECT_TRUE(policy.Publish(EndOfTime(recorded), rules).ok()) << text;
    return *this;
  }

  api::v1::Timeliness Ask(std::string_view as_of, std::string_view known_at = "2200") {
    entries_.clear();
    for (size_t i = 0; i < facts_.size(); ++i) {
      entries_.push_back({i, EndOfTime("2099-12-31"), &facts_[i]});
    }
    file.entries = entries_;
    file.policy = &policy;
    file.as_of = EndOfTime(as_of);
    file.known_at = EndOfTime(known_at);
    return Judge(file);
  }
  api::v1::LegTimeliness Leg(event::v1::Leg leg, std::string_view as_of,
                             std::string_view known_at = "2200") {
    return LegOf(Ask(as_of, known_at), leg);
  }

  PolicySet policy;
  CaseFile file{.incident = "incident",
                .child = "child",
                .unit = "unit",
                .terms = {{.form = event::v1::UNIT_FORM_COMPULSORY_SCHOOL,
                           .provider = event::v1::PROVIDER_TYPE_MUNICIPAL}}};

 private:
  std::deque<event::v1::Fact> facts_;
  std::vector<Entry> entries_;
};

}  // namespace skyndsamt::law::testing
