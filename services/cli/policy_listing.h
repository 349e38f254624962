// What is shown of policy: the rules, what an authority has published, what was published just now,
// and what a draft would change. Each writes to the context's terminal; the first four ask the
// server and answer an exit code. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/cli/commands.h"
#include "services/cli/policy_publisher.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"

namespace skyndsamt::cli {

// `version` empty: those in force.
int Rules(const Context& context, const std::string& version);
int RuleSets(const Context& context);
int Routines(const Context& context, const std::string& authority);
int ClosingDays(const Context& context, const std::string& authority, const std::string& unit);
int OwnYardsticks(const Context& context, const std::string& authority);

void PrintPublished(const Context& context, const std::vector<Published>& published);

// Asks for a preview and prints it as it comes, with progress on stderr: one object a case and one
// with the summary under --json. A failure's field is a path in the policy file.
std::optional<Failure> PreviewDraft(const Context& context, Session& session,
                                    const api::v1::PreviewPolicyRequest& request);

}  // namespace skyndsamt::cli
