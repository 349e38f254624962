// Gathers what a page needs (page.h) over gRPC, and writes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/cli/page.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// Fills `trail` of a case whose timeliness was answered: every entry recorded by then. One thread.
std::optional<Failure> AskTrail(Session& session, PageCase& one);

// Replaces the file.
std::optional<Failure> WritePage(const std::string& path, const std::vector<PageCase>& cases,
                                 Language language);

}  // namespace skyndsamt::cli
