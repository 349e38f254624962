// The words of the answers, in plain Swedish (klarspråk) and in English: what facts, legs, lengths
// and times are called. An explanation is made of these and of ids and codes alone, never of
// anything a person wrote about another. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projections/law/calendar.h"
#include "projections/law/case_reading.h"
#include "projections/law/leg.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// Puts texts and whole numbers together.
inline void AppendTo(std::string& out, std::string_view text) { out += text; }
inline void AppendTo(std::string& out, int64_t number) { out += std::to_string(number); }
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string out;
  (AppendTo(out, parts), ...);
  return out;
}

struct Phrase {
  std::string_view sv;
  std::string_view en;
};

// The same in both languages, built up.
struct Words {
  std::string sv;
  std::string en;
};
inline Words InFull(const Phrase& phrase) {
  return {std::string(phrase.sv), std::string(phrase.en)};
}

// What happened, as a clause: "rektorn fick veta", "the principal was told".
Phrase WhatHappened(event::v1::Fact::KindCase kind);
// The deed that ends a leg, as a clause: "rektorn har fått veta av personalen".
Phrase DeedOf(event::v1::Leg leg);
// Why a duty is not asked for, as a whole sentence; empty for kNothing.
Phrase Reason(Why why);

// "9 dagar", "mellan 3 och 40 dagar", "minst 3 dagar".
Words InDays(const Range& range);
Words InWorkingDays(const Range& range);

// A limit as people say it: "7 dagar", "24 timmar", "samma dag", "10 arbetsdagar".
Words InLimit(std::string_view limit, event::v1::DayCount days);

// "2012-06-18"; what is imprecise says so: "HT2017" (mellan 2017-08-01 och 2017-12-31).
Words TimeOf(const DatedFact& fact);
// What a fact says of its time, as stated, in words: "2012-06-18", "minst 1 månad efter uppgift
// f1".
Words SaysOfTime(const event::v1::Fact& fact);
// As a fact states it, for an anchor: "2012-06-18", "f1 + P1M..P4M"; empty where nothing is stated.
std::string AsStated(const event::v1::Fact& fact);

api::v1::Text ToText(const Words& words);

}  // namespace skyndsamt::law
