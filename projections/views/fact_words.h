// What a fact says, in a line of plain Swedish (klarspråk) and one of English: made of codes and
// ids alone, never of anything a person wrote. Pure.
#pragma once

#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::views {

// "Rektorn fick veta (av personal, per telefon)", "The principal was told (by staff, by
// telephone)".
api::v1::Text WhatChanged(const event::v1::Fact& fact);

}  // namespace skyndsamt::views
