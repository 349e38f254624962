// What a unit (enhet) is from a day on: its form, who leads it, who receives reports from its staff
// (Skollagen 6:10), and the authority (huvudman) that has it. Each duty is judged by what the unit
// was when its clock started; the chain of a round by what it was when the round began; whose turn
// a step is by what it is at as_of. Values and pure functions: thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/time/civil_time.h"
#include "projections/law/interval.h"
#include "skyndsamt/event/v1/shared.pb.h"

namespace skyndsamt::law {

class PolicySet;

struct UnitTerms {
  absl::CivilDay from = absl::CivilDay::min();  // the first day on which it is so; min: always
  event::v1::UnitForm form = event::v1::UNIT_FORM_UNSPECIFIED;
  event::v1::ProviderType provider = event::v1::PROVIDER_TYPE_UNSPECIFIED;
  // Who receives reports from staff at this unit; unspecified = the principal (6:10 st 3).
  event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;
  std::string_view principal{};  // person id of the unit's rektor; may be empty
  // Of an authority that had the unit before or after the one whose policy is the case's; null:
  // the case's. It gives the routines and the closing days.
  const PolicySet* policy = nullptr;
};

// Ascending by first day; begins with min, so that one of them is in force on every day. Of the
// time before the first day that anybody declared nothing is known of the unit.
using TermsByDay = absl::InlinedVector<UnitTerms, 1>;

// Adds what a declaration says, in the order of the log: it takes the place of what was said from
// the same day, or, where it is so always, of all that was said before.
void Declare(const UnitTerms& declared, TermsByDay& terms);

// Terms, and the part of an interval in which they were in force.
struct TermsIn {
  const UnitTerms* terms = nullptr;
  Interval when{};
};

// Those in force at some instant of `when`, ascending; at least one.
absl::InlinedVector<TermsIn, 2> InForce(std::span<const UnitTerms> terms, const Interval& when);
const UnitTerms& InForceAt(std::span<const UnitTerms> terms, Micros instant);

}  // namespace skyndsamt::law
