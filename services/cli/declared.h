// What has to be declared before case files are played: what they say of authorities and units,
// over what the server has (organisation_merge.h). Nothing is recorded. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "eventstore/base/ids.h"
#include "services/cli/file_check.h"
#include "services/cli/organisation_merge.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

struct ToDeclare {
  std::vector<Declaration> declarations;  // in this order
  // Where in the log an authority or a unit was declared last, by its id; those that were.
  std::map<std::string, Position> declared_at;
};

// The failure names the file, and the path where it says otherwise than what has been declared.
std::variant<ToDeclare, Failure> NotYetDeclared(Session& session,
                                                const std::vector<NamedFile>& files);

}  // namespace skyndsamt::cli
