// What has to be declared before case files are played: what they say of authorities and units,
// over what the server has (organisation_merge.h). Nothing is recorded. One thread at a time.
#pragma once

#include <variant>
#include <vector>

#include "services/cli/file_check.h"
#include "services/cli/organisation_merge.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// The failure names the file, and the path where it says otherwise than what has been declared.
std::variant<std::vector<Declaration>, Failure> NotYetDeclared(Session& session,
                                                               const std::vector<NamedFile>& files);

}  // namespace skyndsamt::cli
