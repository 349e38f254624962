// Case files: one story as its documents tell it, translated into the API's messages. The format is
// published in deploy/cases (casefile.schema.json, README.md); the server never sees it.
//
//   auto read = ReadCaseFile(text);
//   if (auto* problem = std::get_if<Problem>(&read)) ... $.facts[3].happened: ...
//
// Ids are derived from names, so that playing a file again finds what it made: an authority's from
// its name; units, persons and incidents from the authority's name and their own (persons by alias,
// one per authority: use one alias for one person in all files of an authority; an incident's also
// from its file); request ids from authority, file and incident.
//
// Refused, with the path of the offending value: what strict_json.h refuses, keys and codes that
// the format lacks, times that cannot be read, names that the file does not declare, ids used
// twice. Pure functions, thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "services/cli/problem.h"
#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::cli {

// A fact of an incident with the place in the file that states it.
struct StoryFact {
  event::v1::Fact fact;
  std::string path;
};

// One incident: its opening first, then its facts in the file's order.
struct Story {
  std::string name;                   // in the file, e.g. i1
  std::string incident;               // UUID
  std::vector<std::string> children;  // aliases; one case each, none = one case without a child
  std::vector<StoryFact> facts;
};

// What a published decision found. Never shown to the engine: a test compares the answer with it.
struct PublishedFinding {
  event::v1::Leg leg = event::v1::LEG_UNSPECIFIED;
  std::string incident;  // name; empty: the only one
  std::string child;     // alias; empty: every one
  int round = 0;         // 0: whichever
  std::string finding;   // late, breached, timely, not_breached
  std::string source;
};

// Value type.
struct CaseFile {
  std::string id;
  std::string title;
  bool authored = false;  // a story made up to show the routine
  event::v1::AuthorityDeclared authority;
  event::v1::UnitDeclared unit;
  std::vector<event::v1::UnitDeclared> unit_changes;     // each complete, in the file's order
  std::vector<event::v1::UnitDeclared> said_of_changes;  // what each says itself, and from when
  std::vector<event::v1::RoutinePublished> routines;     // versions, oldest first, each complete
  // Where in the file a version's own items stand, e.g. {"2020-01-01", "limits[0]"}:
  // "$.routine[3]".
  std::map<std::pair<std::string, std::string>, std::string> routine_items;
  std::vector<event::v1::ClosingDaysPublished> closing_days;  // of the file's unit
  event::v1::YardsticksPublished yardsticks;                  // without a version: none
  std::vector<Story> stories;
  std::string as_of;  // as written; empty: now
  std::vector<PublishedFinding> published;
  std::map<std::string, std::string> aliases;  // person id -> alias

  // The id of the person with this alias.
  std::string PersonId(std::string_view alias) const;
  // A request id (UUID) for one part of what this file sends: a story's, or "authority", "unit".
  std::string RequestId(std::string_view part) const;
};

std::variant<CaseFile, Problem> ReadCaseFile(std::string_view text);

// Ids as files derive them.
std::string AuthorityId(std::string_view name);
std::string UnitId(std::string_view authority, std::string_view name);
std::string PersonIdOf(std::string_view authority, std::string_view alias);
std::string IncidentId(std::string_view authority, std::string_view file, std::string_view name);

}  // namespace skyndsamt::cli
