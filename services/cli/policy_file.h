// Policy files: what an authority is about to publish, as people write it. JSON with the fields of
// api.v1.PolicyDraft and the codes of case files (deploy/policies: policy.schema.json, README.md).
//
//   {"authority": {"name": "Exempelkommun"},
//    "routines": [{"version": "2026-1", "from": "2026-08-01",
//                  "limits": [{"leg": "notify_authority", "limit": "P3D", "days": "working"}]}]}
//
// An authority or a unit is named by its id, or, where it came with case files, by its name. A file
// that holds a rule set alone names no authority. Refused, with the path of the offending value:
// what strict_json.h refuses, fields and codes that the format lacks, dates and durations that
// cannot be read. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "services/cli/problem.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"

namespace skyndsamt::cli {

// Value type.
struct PolicyFile {
  std::string authority;  // id; empty in a file without one
  api::v1::PolicyDraft draft;
};

std::variant<PolicyFile, Problem> ReadPolicyFile(std::string_view text);

// A path in a request, "draft.routines[0].limits[1]" or, of the call that publishes one part,
// "routine.limits[1]", as the file's own: "$.routines[0].limits[1]". `part` is the part's own path
// in the file, "$.routines[0]".
std::string PathInPolicyFile(std::string_view field, std::string_view part);

}  // namespace skyndsamt::cli
