// PreviewPolicy's stream: waits for the position asked for, checks the draft as publishing it
// would, then goes through the authority's cases a few at a time, one message for each stretch.
// Between two messages the worker is free for others, and a caller that cancels is heard.
#pragma once

#include <atomic>
#include <memory>

#include "projections/views/policy_preview.h"
#include "services/api/backend.h"
#include "skyndsamt/api/v1/policy_preview.pb.h"

namespace skyndsamt::api {

// One call at a time, see StreamSource.
class PolicyPreviewSource final : public StreamSource {
 public:
  // `under_way` counts this one and is let down when the object goes. References outlive it.
  PolicyPreviewSource(const Backend& backend, Caller caller, v1::PreviewPolicyRequest request,
                      Deadline reached_by, std::atomic<int>& under_way)
      : backend_(backend),
        caller_(std::move(caller)),
        request_(std::move(request)),
        reached_by_(reached_by),
        under_way_(under_way) {}
  ~PolicyPreviewSource() override { --under_way_; }

  StreamStep Next() override;
  void WhenReady(std::function<void()> wake) override;

 private:
  // Why it goes no further; nothing when the preview has begun.
  std::optional<grpc::Status> Begin();
  std::optional<domain::Rejection> CheckDraft() const;

  const Backend& backend_;
  const Caller caller_;
  const v1::PreviewPolicyRequest request_;
  const Deadline reached_by_;
  std::atomic<int>& under_way_;
  std::unique_ptr<views::PolicyPreview> preview_;
  bool waited_ = false;
  bool done_ = false;
};

}  // namespace skyndsamt::api
