#include "services/server/promotion.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/signing_key.h"
#include "services/server/figures.h"
#include "services/server/wiring.h"

namespace skyndsamt::server {

absl::StatusOr<kafka::Promotion> PromoteReplica(const Config& config, const PromoteOptions& options,
                                                const Clock& clock) {
  auto verifiers = TrustedVerifiers(config);
  if (!verifiers.ok()) return verifiers.status();
  const auto signer = log::ReadSigningKey(config.data + "/keys", config.origin);
  if (!signer.ok()) return signer.status();
  if (!signer->has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(log::SigningKeyPath(config.data + "/keys"),
                     " is missing: put the primary's there, or make a new one with `skyndsamt "
                     "signing-key --new` and tell those who check"));
  }
  verifiers->push_back((*signer)->verifier());

  log::Options log_options;
  log_options.directory = config.data + "/log";
  log_options.origin = config.origin;
  log_options.create_if_missing = false;
  log_options.replica = true;
  log_options.reserve_bytes = 0;
  auto log = log::EventLog::Open(log_options, clock);
  if (!log.ok()) return log.status();

  kafka::PromotionOptions promotion;
  promotion.relay = EventsRelayOf(config);
  promotion.checkpoints = kafka::TopicNames(config.kafka_topic_prefix).checkpoints;
  promotion.publishers = {FiguresTransactionalId(config, config.origin)};
  promotion.verifiers = *std::move(verifiers);
  promotion.quiet = absl::FromChrono(options.quiet);
  promotion.accept_loss = options.accept_loss;
  if (options.on_step) promotion.on_step = options.on_step;
  return kafka::Promote(promotion, **log);
}

}  // namespace skyndsamt::server
