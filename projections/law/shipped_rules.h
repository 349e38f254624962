// The statutes and published yardsticks that the product ships, as data: shipped_rules.json beside
// this file, which a lawyer can read and a change of law replaces (`skyndsamt policy publish`, no
// release). They enter the log as a system event at first start and at upgrades, and every answer
// names the version it used.
//
// A statute's time word is quoted, never turned into a number: no statute of the chain has one.
// What has not been confirmed in a source is marked `unconfirmed` and says so in its note
// ("obekräftad", "not confirmed"). A yardstick with a number is compared; one without is quoted,
// with what differs from the case at hand. Other authorities' own routines are quoted too, with no
// outcome. Pure, thread-safe.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// The file as it was when the program was built.
std::string_view ShippedRulesText();

// The version names the data: it changes whenever anything in the file does.
const event::v1::RuleSetPublished& ShippedRules();

// Reads such a file: under "rule_set" the fields of event.v1.RuleSetPublished by their names, codes
// in lower case without prefix ("report_to_principal"). INVALID_ARGUMENT, with the path of the
// value, for what is no JSON, a field or code that the messages lack, or a value of another kind.
absl::StatusOr<event::v1::RuleSetPublished> ReadRuleSet(std::string_view json);

}  // namespace skyndsamt::law
