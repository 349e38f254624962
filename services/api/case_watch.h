// WatchCases: follows the log, waits until the views hold what it has seen, and answers each case
// that changed, as it is now. After the cases of a stretch comes a checkpoint with its last
// position: that is what to resume from; another for every ten thousand records that change no case
// that is watched. A case that changed several times in a stretch comes once.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/btree_set.h"
#include "services/api/backend.h"
#include "services/api/case_details.h"
#include "skyndsamt/api/v1/case_service.pb.h"

namespace skyndsamt::api {

// One call at a time, see StreamSource.
class CaseWatch final : public StreamSource {
 public:
  CaseWatch(const Backend& backend, const CaseDetails& details, Caller caller,
            v1::WatchCasesRequest request)
      : backend_(backend),
        details_(details),
        caller_(std::move(caller)),
        request_(std::move(request)),
        seen_(backend.log.committed()) {}

  StreamStep Next() override;
  void WhenReady(std::function<void()> wake) override;

 private:
  // (incident, child); child "*" = every child of the incident.
  using CaseKey = std::pair<std::string, std::string>;

  bool ViewsAreBehind() const;
  // The refusal of a watch that cannot be.
  std::optional<grpc::Status> Begin();
  absl::Status Note(const log::Record& record);
  absl::Status Take(const log::Delivery& delivery);
  absl::Status Prepare();
  absl::Status AddCase(v1::Case found);
  void AddCheckpoint();

  const Backend& backend_;
  const CaseDetails& details_;
  const Caller caller_;
  const v1::WatchCasesRequest request_;
  std::unique_ptr<log::Subscription> subscription_;
  Position seen_;                             // next position of the log to see
  size_t passed_over_ = 0;                    // records seen since the last checkpoint
  absl::btree_set<CaseKey> changed_;          // seen in the log, not yet answered
  std::deque<v1::WatchCasesResponse> ready_;  // to be written
};

}  // namespace skyndsamt::api
