// What a fact says, in a line of plain Swedish (klarspråk) and one of English: every code, id, date
// and number that it holds, by reflection, and nothing that is sealed. Its time and where it was
// brought in from stand elsewhere. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "projections/law/effective_facts.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::views {

// Guardian (person id) -> whose (person ids of children).
using Wards = std::map<std::string, std::vector<std::string>>;
// As the facts that stand say it, the last of each person.
Wards WardsOf(std::span<const law::EffectiveFact> facts);

// The first eight digits of a UUID, by which people tell persons and incidents apart; what the
// client named itself (measures, requests, facts) as it is.
std::string ShortId(const std::string& id);

// "Rektorn informerades (av personal, per telefon)", "The principal was informed (by staff, by
// telephone)". `wards` adds whose a guardian is.
api::v1::Text WhatChanged(const event::v1::Fact& fact, const Wards& wards = {});

}  // namespace skyndsamt::views
