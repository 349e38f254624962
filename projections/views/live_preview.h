// The preview at work: policy_preview.h has the contract.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "eventstore/log/event_log.h"
#include "projections/engine/runner.h"
#include "projections/law/judge.h"
#include "projections/views/organisation.h"
#include "projections/views/policy_preview.h"

namespace skyndsamt::views {

class LivePreview : public PolicyPreview {
 public:
  // `now`: the instant of recording that the draft is taken to have, and the known_at asked about.
  // `log` and `runner` outlive the object. INVALID_ARGUMENT for a draft, unit or as_of that cannot
  // be read.
  static absl::StatusOr<std::unique_ptr<LivePreview>> Begin(
      const PreviewQuery& query, std::shared_ptr<const Organisation> organisation, Micros now,
      log::EventLog& log, const engine::Runner& runner);

  absl::Status Next(size_t incidents, api::v1::PreviewPolicyResponse& step) override;

 private:
  // Leg, then state, routine and practice before and after.
  using Transition = std::tuple<event::v1::Leg, api::v1::LegState, api::v1::RoutineVerdict,
                                api::v1::PracticePosition, api::v1::LegState,
                                api::v1::RoutineVerdict, api::v1::PracticePosition>;

  LivePreview(const PreviewQuery& query, std::shared_ptr<const Organisation> organisation,
              log::EventLog& log, const engine::Runner& runner);

  absl::Status Count();
  absl::Status JudgeIncident(const StreamId& incident, api::v1::PreviewPolicyResponse& step);
  void JudgeCase(const law::CaseFile& file, const law::CaseFile& with_draft,
                 api::v1::PreviewPolicyResponse& step);
  void Summarise(api::v1::PreviewSummary& summary) const;

  const std::shared_ptr<const Organisation> organisation_;
  log::EventLog& log_;
  const engine::Runner& runner_;
  const std::string authority_;
  const Position end_;  // what is recorded later is left out
  const bool summary_only_;
  Micros as_of_ = 0;
  Micros known_at_ = 0;
  std::shared_ptr<const law::PolicySet> after_;  // the authority's, with the draft
  std::vector<std::string> prefixes_;            // of the units' incidents in the index
  size_t unit_ = 0;                              // the one under way
  std::string from_;                             // its next key
  bool counted_ = false;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  api::v1::PreviewSummary counts_;
  std::map<Transition, uint64_t> transitions_;
};

}  // namespace skyndsamt::views
