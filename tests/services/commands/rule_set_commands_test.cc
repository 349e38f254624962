// The rule set as events: shipped at the start, changed by hand when the law changes.
#include "services/commands/rule_set_commands.h"

#include "skyndsamt/log/v1/log.pb.h"
#include "tests/services/commands/house.h"

namespace skyndsamt::commands {
namespace {

using api::v1::PublishRuleSetResponse;
using domain::Rejection;

class RuleSetCommandsTest : public House {
 protected:
  static event::v1::RuleSetPublished Rules(const std::string& version) {
    event::v1::RuleSetPublished rules;
    rules.set_version(version);
    auto& statute = *rules.add_statutes();
    statute.set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
    statute.set_citation("Skollagen (2010:800) 6 kap. 10 §");
    statute.set_source("SFS 2010:800");
    statute.set_from("2011-07-01");
    return rules;
  }

  Position Start(const std::string& version, bool held_back = false) {
    const auto found = PublishRuleSetIfNew(*log_, Rules(version));
    EXPECT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->held_back, held_back) << version;
    return found->position;
  }

  auto Publish(const std::string& id, const event::v1::RuleSetPublished& rules,
               bool validate_only = false) {
    api::v1::PublishRuleSetRequest request;
    request.set_request_id(Uuid("request " + id));
    *request.mutable_rule_set() = rules;
    request.set_validate_only(validate_only);
    auto outcome = rule_sets_->PublishRuleSet(caller_, request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }

  std::vector<std::string> Versions() {
    std::vector<std::string> versions;
    for (const auto& record : Stream(FormatUuid(DerivedUuid("system", "rules")))) {
      EXPECT_EQ(record.type, "system.rule_set_published");
      log::v1::Body body;
      event::v1::SystemEvent event;
      EXPECT_TRUE(body.ParseFromString(record.body) && event.ParseFromString(body.event()));
      versions.push_back(event.rule_set_published().version());
    }
    return versions;
  }
};

using Names = std::vector<std::string>;

TEST_F(RuleSetCommandsTest, WhatIsShippedIsPublishedOncePerVersion) {
  const Position first = Start("1");
  Restart();
  EXPECT_EQ(Start("1"), first);
  EXPECT_EQ(log_->committed(), 1u);
  EXPECT_EQ(Start("2"), first + 1);
  EXPECT_EQ(Start("1"), first + 1) << "an older program does not bring the older rules back";
  EXPECT_EQ(Versions(), (Names{"1", "2"}));
}

TEST_F(RuleSetCommandsTest, AnUpgradeDoesNotUndoWhatWasPublishedByHand) {
  Start("1");
  const auto published = Publish("1", Rules("law-2027"));
  ASSERT_TRUE(std::holds_alternative<PublishRuleSetResponse>(published));
  EXPECT_EQ(std::get<PublishRuleSetResponse>(published).position().position(), 1u);
  Restart();
  EXPECT_EQ(Start("1"), 1u) << "the same program again";
  EXPECT_EQ(Start("2", true), 1u) << "a newer one: held back until somebody publishes it";
  Publish("2", Rules("2"));
  EXPECT_EQ(Start("2"), 2u);
  EXPECT_EQ(Versions(), (Names{"1", "law-2027", "2"}));
}

TEST_F(RuleSetCommandsTest, ARequestIsAnsweredAgain) {
  Start("1");
  for (const bool again : {false, true}) {
    if (again) Restart();
    const auto outcome = Publish("1", Rules("2"));
    ASSERT_TRUE(std::holds_alternative<PublishRuleSetResponse>(outcome));
    EXPECT_EQ(std::get<PublishRuleSetResponse>(outcome).deduplicated(), again);
  }
  EXPECT_TRUE(std::holds_alternative<RequestReused>(Publish("1", Rules("3"))));
  EXPECT_EQ(Versions(), (Names{"1", "2"}));
}

TEST_F(RuleSetCommandsTest, TheRulesAreChangedAlsoOnceTheirFingerprintKeyWasGivenUp) {
  Start("1");
  Publish("1", Rules("2"));
  const auto records = Stream(FormatUuid(DerivedUuid("system", "rules")));
  ASSERT_EQ(records.back().parts.size(), 1u);
  ASSERT_TRUE(keys_->Erase({records.back().parts[0].key}).ok());
  EXPECT_TRUE(std::get<PublishRuleSetResponse>(Publish("1", Rules("2"))).deduplicated());
  for (const bool again : {false, true}) {
    if (again) Restart();
    const auto outcome = Publish("2", Rules("3"));
    ASSERT_TRUE(std::holds_alternative<PublishRuleSetResponse>(outcome));
    EXPECT_EQ(std::get<PublishRuleSetResponse>(outcome).deduplicated(), again);
  }
  EXPECT_EQ(Versions(), (Names{"1", "2", "3"}));
}

TEST_F(RuleSetCommandsTest, RefusesWithEveryViolation) {
  Start("1");
  auto rules = Rules("1");
  rules.mutable_statutes(0)->clear_source();
  const auto outcome = Publish("1", rules);
  const auto& refusal = std::get<Rejection>(outcome);
  EXPECT_EQ(refusal.field, "rule_set.statutes[0].source");
  ASSERT_EQ(refusal.others.size(), 2u);
  EXPECT_EQ(refusal.others[0].field, "rule_set.reason") << "the past would change";
  EXPECT_EQ(refusal.others[1].reason, api::v1::REASON_VERSION_EXISTS);
  EXPECT_TRUE(std::holds_alternative<PublishRuleSetResponse>(Publish("2", Rules("2"), true)));
  EXPECT_EQ(Versions(), Names{"1"});
  EXPECT_TRUE(rule_sets_->Find()->versions.contains("1"));
}

}  // namespace
}  // namespace skyndsamt::commands
