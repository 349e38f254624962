// The tree of reasons of a duty as text: each reason with its kind, its source in brackets, and
// what it rests on below it, further in. Pure.
#pragma once

#include <string>

#include "services/cli/language.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::cli {

// What a reason of this kind is called.
Bilingual KindWord(api::v1::ReasonKind kind);

std::string ReasonTree(const api::v1::ReasonNode& root, Language language, size_t columns);

}  // namespace skyndsamt::cli
