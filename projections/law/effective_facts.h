// What an incident's record says, once its corrections are applied: the facts that stand.
//
// A correction strikes through the fact it names (`of`); its replacement takes that fact's place in
// the order and keeps its id. A correction may itself be corrected: withdrawn, it is reversed and
// what it struck through stands again; replaced by a fact, that fact stands where its replacement
// stood; replaced by a correction, it is that correction. Of several corrections of one fact the
// last that stands decides. Nothing disappears: a struck entry stays in the log, and known_at shows
// the record as it was at any past instant. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::law {

// One entry of an incident's stream, as the log holds it. The fact outlives every answer about it.
struct Entry {
  Position position = 0;
  Micros recorded = 0;  // the server's clock when it was recorded
  const event::v1::Fact* fact = nullptr;
};

// A fact that stands. The views point into the entries; nothing is copied.
struct EffectiveFact {
  std::string_view id{};                  // of the original: a replacement keeps it
  const event::v1::Fact* fact = nullptr;  // what is stated now
  Position position = 0;                  // of the entry that states it now
  Micros recorded = 0;        // of that entry: bounds from above when the fact can have happened
  Micros first_recorded = 0;  // when the original was recorded: documentation lag is read from it
  const event::v1::Fact* imported_by = nullptr;  // the entry's fact, which carries `imported`
  size_t entry = 0;                              // index of the original among the entries
};

// What has become of one entry.
struct Standing {
  bool counted = true;                 // false: recorded after known_at, or its kind is unknown
  bool stands = true;                  // false: struck through, or a correction that was reversed
  bool correction = false;             // it is a correction: it acts, but is no fact of the case
  std::optional<size_t> corrects{};    // the entry whose place it changes
  std::vector<size_t> corrected_by{};  // entries that name it, in log order
};

// The standing of each entry, in the order of the entries. `entries` are one incident's, in log
// order; those recorded after `known_at` are left out of account.
std::vector<Standing> StandingOf(std::span<const Entry> entries, Micros known_at);

// The facts of the whole incident that stand at `known_at`, in the order of the originals.
std::vector<EffectiveFact> EffectiveFacts(std::span<const Entry> entries, Micros known_at);

// Whether a fact is about a child: it names it, or names none.
bool Concerns(const event::v1::Fact& fact, std::string_view child);

// Which entries concern a child. What stands in one place belongs together, the original and its
// corrections: where one of them is about the child, the others say what was said before or what
// has become of it. `standing` is StandingOf the entries.
std::vector<bool> EntriesConcerning(std::span<const Entry> entries,
                                    std::span<const Standing> standing, std::string_view child);

}  // namespace skyndsamt::law
