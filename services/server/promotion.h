// A replica's directory is made the primary's, offline: see eventstore/kafka/promotion.h.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/kafka/promotion.h"
#include "services/server/config.h"

namespace skyndsamt::server {

struct PromoteOptions {
  std::chrono::seconds quiet{30};  // how long the primary must write nothing
  bool accept_loss = false;
  std::function<void(std::string_view step)> on_step;
};

// `config` as the replica was served with; nothing may serve its data. Besides what kafka::Promote
// refuses: FAILED_PRECONDITION without a signing key in DATA/keys, since the new primary could not
// vouch for its log.
absl::StatusOr<kafka::Promotion> PromoteReplica(const Config& config, const PromoteOptions& options,
                                                const Clock& clock);

}  // namespace skyndsamt::server
