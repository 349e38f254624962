// The statutes and published yardsticks that the product ships, as data: they enter the log as a
// system event at first start and at upgrades, and every answer names the version it used.
//
// A statute's time word is quoted, never turned into a number: no statute of the chain has one.
// What has not been confirmed in a source says so in its note ("obekräftad", "not confirmed"). A
// yardstick with a number is compared; one without is quoted, with what differs from a case in a
// school about a child. Other authorities' own routines are quoted too, with no outcome. Pure,
// thread-safe.
#pragma once

#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// Changes whenever anything in it does: the version names the data.
event::v1::RuleSetPublished ShippedRules();

}  // namespace skyndsamt::law
