// Publishes what a policy file holds, part by part: every part is checked before any is published.
// Request ids are derived from what is said, so that publishing a file again doubles nothing. One
// thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/cli/policy_file.h"
#include "services/cli/session.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::cli {

// A part that the server has recorded.
struct Published {
  std::string part;  // path in the file
  std::string version;
  log::v1::LogPosition position;
  bool deduplicated = false;
};

// The request id of publishing `what`; `kind` is "routine", "closing-days", "yardsticks" or
// "rule-set".
std::string PolicyRequestId(std::string_view kind, const std::string& authority,
                            const google::protobuf::Message& what);

class PolicyPublisher {
 public:
  // `path` names the file in messages. References outlive the object.
  PolicyPublisher(Session& session, std::string path, const PolicyFile& file)
      : session_(session), path_(std::move(path)), file_(file) {}

  // Everything that is wrong with any part, as paths in the file. What was published before by the
  // same caller, saying the same, passes.
  std::optional<Failure> Validate();
  // Stops at the first that is refused.
  std::optional<Failure> Publish(std::vector<Published>* published);

 private:
  // Calls for each part: `call(part, request, response)`, until one says stop.
  template <typename Call>
  std::optional<Failure> ForEachPart(bool validate_only, Call call);

  Session& session_;
  const std::string path_;
  const PolicyFile& file_;
};

}  // namespace skyndsamt::cli
