// What a draft of a policy would change: every case of an authority judged twice, as policy stands
// and with the draft, by the same code that answers about one case. Nothing is stored. It is done
// in steps, so that whoever asks may show progress, stop, and let others have the thread between.
//
//   auto preview = views.PreviewPolicy(query);
//   api::v1::PreviewPolicyResponse step;
//   do { (*preview)->Next(64, step); } while (!step.has_summary());
//
// The cases are those recorded when it began, judged at one as_of and one known_at. Memory does not
// grow with their number. A preview is used by one thread at a time; several may be under way.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"

namespace skyndsamt::views {

struct PreviewQuery {
  std::string authority{};
  // Those that the caller may see of the units it has or had: a unit that was handed over is judged
  // by its policy for the time before.
  std::vector<std::string> units{};
  api::v1::PolicyDraft draft{};  // as published now
  std::string as_of{};           // as GetTimeliness takes it; empty = now
  bool summary_only = false;
};

class PolicyPreview {
 public:
  virtual ~PolicyPreview() = default;

  // Goes through so many incidents more and tells what was found and how far it has come; `step`
  // has a summary when nothing is left. Blocks on disk. The first step only counts.
  virtual absl::Status Next(size_t incidents, api::v1::PreviewPolicyResponse& step) = 0;
};

}  // namespace skyndsamt::views
