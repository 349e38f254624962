// Whom a statute binds and who is told by it, in words for both languages. Pure, thread-safe.
#pragma once

#include "projections/law/wording.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// "Den binder rektorn, som ska vända sig till huvudmannen."; empty where the statute names nobody.
Words WhoIsBound(const event::v1::Statute& statute);

// "rektorn → huvudmannen"; one of them alone where the other is not named.
Words BoundAndTold(const event::v1::Statute& statute);

}  // namespace skyndsamt::law
