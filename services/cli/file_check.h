// Case files checked before anything is sent: by the rules of the format, then by the deciders that
// the server decides by. And where in a file a refusal belongs. Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "eventstore/base/clock.h"
#include "services/cli/casefile.h"
#include "services/cli/session.h"
#include "services/cli/story_calls.h"

namespace skyndsamt::cli {

// A case file with the path it was read from, for messages.
struct NamedFile {
  std::string path;
  CaseFile file;
};

// Reads and checks files; the failure names the file and the JSON path. One that is given twice is
// there once.
std::variant<std::vector<NamedFile>, Failure> ReadFiles(const std::vector<std::string>& paths,
                                                        const Clock& clock);

// The same refusal, with the file and the place in it.
Failure InFile(const NamedFile& named, const std::string& path, const Failure& refusal);
// "facts[3].happened.edtf" of a call, as the file's own path; empty for what is not of a fact.
std::string PathInFile(const Story& story, const Call& call, const std::string& field);
// "routine.limits[2].limit" of a version of the file's routine, as the file's own path; $.routine
// for what is of the version as a whole.
std::string RoutinePath(const CaseFile& file, const event::v1::RoutinePublished& routine,
                        std::string_view field);

}  // namespace skyndsamt::cli
