#include "services/server/wiring.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "eventstore/log/files.h"
#include "eventstore/log/key_check.h"
#include "projections/law/shipped_rules.h"
#include "services/server/copies.h"

namespace skyndsamt::server {
namespace {

constexpr std::chrono::seconds kTellEvery{1};

// Waits until the views hold all that is committed, however long a rebuild takes.
absl::Status CatchUp(views::Views& views, Position committed, JsonLog& log) {
  while (committed > 0) {
    absl::Notification waited;
    absl::Status reached;
    views.WaitFor(committed - 1, views::Reach::kApplied,
                  std::chrono::steady_clock::now() + kTellEvery, [&](absl::Status status) {
                    reached = std::move(status);
                    waited.Notify();
                  });
    waited.WaitForNotification();
    if (!absl::IsDeadlineExceeded(reached)) return reached;
    log.Info("views_catching_up", {{"applied", static_cast<int64_t>(views.runner().applied())},
                                   {"committed", static_cast<int64_t>(committed)}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
  return text.str();
}

// A log is there before its keys are: where they are and it is not, it is gone, and a new one in
// its place would go by its name and under its signature. A replica may be given its keys first.
absl::Status CheckLogIsThere(const Config& config) {
  namespace fs = std::filesystem;
  const std::string log = config.data + "/log";
  const std::string keys = config.data + "/keys";
  std::error_code error;
  const bool there = fs::exists(log, error) && !fs::is_empty(log, error);
  if (error || there || config.replica || !fs::exists(keys + "/root.key", error)) {
    return absl::OkStatus();  // what cannot be looked at is told by whoever opens it
  }
  return absl::DataLossError(absl::StrCat(
      log, " holds no log, but ", keys,
      " the keys of one. Nothing was changed. See deploy/runbook.md, 'the log is gone'"));
}

}  // namespace

absl::StatusOr<Stores> OpenStores(const Config& config, const Clock& clock) {
  if (auto made = log::MakeDirectories(config.data); !made.ok()) return made;
  if (auto there = CheckLogIsThere(config); !there.ok()) return there;
  log::Options options;
  options.directory = config.data + "/log";
  options.origin = config.origin;
  options.reserve_bytes = static_cast<uint64_t>(config.reserve_bytes);
  options.replica = config.replica;
  auto opened = log::EventLog::Open(options, clock);
  if (!opened.ok()) return opened.status();
  vault::KeyStoreOptions key_options;
  key_options.directory = config.data + "/keys";
  // What the log keeps free is more than keys need, who may have a smaller disk of their own.
  key_options.reserve_bytes = std::min(key_options.reserve_bytes, options.reserve_bytes);
  key_options.create_if_missing = !config.replica && (*opened)->committed() == 0;
  if (config.replica && !std::filesystem::exists(key_options.directory + "/root.key")) {
    return Stores{*std::move(opened), vault::NoKeys()};
  }
  auto keys = vault::KeyStore::Open(key_options);
  if (!keys.ok()) return keys.status();
  // A replica's keys are a copy of some day; what was sealed since stays sealed.
  if (!config.replica) {
    if (auto checked = log::CheckKeys(**opened, **keys); !checked.ok()) return checked;
  }
  return Stores{*std::move(opened), *std::move(keys)};
}

absl::StatusOr<std::unique_ptr<views::Views>> OpenViews(const Config& config, const Stores& stores,
                                                        const Clock& clock, JsonLog& log) {
  if (!config.replica) {
    const auto rules = commands::PublishRuleSetIfNew(*stores.log, law::ShippedRules());
    if (!rules.ok()) return rules.status();
    if (rules->held_back) {
      // Somebody has published a rule set by hand: what the product brings waits to be published.
      log.Warn("shipped_rules_held_back", {{"version", law::ShippedRules().version()}});
    }
  }
  views::ViewsOptions options;
  options.runner.directory = config.data + "/views";
  auto views = views::Views::Open(options, *stores.log, clock);
  if (!views.ok()) return views.status();
  (*views)->runner().Start();
  const absl::Status reached = CatchUp(**views, stores.log->committed(), log);
  if (!reached.ok()) return reached;
  return views;
}

kafka::ValueFormat FormatOf(const Config& config) {
  return config.kafka_values == "json" ? kafka::ValueFormat::kJson : kafka::ValueFormat::kProtobuf;
}

kafka::ConnectionOptions KafkaConnection(const Config& config) {
  return {.bootstrap = config.kafka_bootstrap,
          .tls = config.kafka_tls,
          .tls_ca = config.kafka_tls_ca,
          .tls_certificate = config.kafka_tls_certificate,
          .tls_key = config.kafka_tls_key,
          .sasl_mechanism = config.kafka_sasl_mechanism,
          .sasl_user = config.kafka_sasl_user,
          .sasl_password_file = config.kafka_sasl_password_file};
}

kafka::RelayOptions EventsRelayOf(const Config& config) {
  kafka::RelayOptions options =
      kafka::EventsRelay(KafkaConnection(config), kafka::TopicNames(config.kafka_topic_prefix),
                         config.kafka_replication, FormatOf(config));
  options.ensure_topics = config.kafka_check_topics;
  return options;
}

std::unique_ptr<kafka::Relay> StartRelay(const Config& config, const Stores& stores,
                                         Checkpoints& checkpoints, JsonLog& log) {
  if (config.kafka_bootstrap.empty() || config.replica) return nullptr;
  kafka::RelayOptions options = EventsRelayOf(config);
  options.on_change = [&log, &stores, &checkpoints](const kafka::RelayStatus& status) {
    const std::vector<LogField> fields = {{"state", kafka::NameOf(status.state)},
                                          {"reason", status.reason},
                                          {"sent", static_cast<int64_t>(status.sent)},
                                          {"epoch", static_cast<int64_t>(status.epoch)}};
    const bool well = status.reason.empty();
    well ? log.Info("relay", fields) : log.Warn("relay", fields);
    if (status.reason.starts_with(kafka::kFenced)) HaltCheckpoints(checkpoints, status.reason, log);
    if (status.reason == kafka::kPromotedElsewhere) RetireLog(stores, log);
  };
  auto mapping = std::make_unique<kafka::EventsMapping>(options.topic.name, 0, stores.log->origin(),
                                                        FormatOf(config));
  return kafka::Relay::Start(std::move(options), *stores.log, std::move(mapping));
}

void ReportRelay(const Config& config, const kafka::Relay& relay, api::v1::ServerStatus& status) {
  const kafka::RelayStatus told = relay.Status();
  auto* one = status.add_relays();
  one->set_topic(kafka::TopicNames(config.kafka_topic_prefix).events);
  one->set_state(kafka::NameOf(told.state));
  one->set_reason(told.reason);
  one->set_sent(told.sent);
  one->set_backlog(told.backlog());
  one->set_epoch(told.epoch);
}

CommandFloor::CommandFloor(const Config& config, const Stores& stores, const views::Views& views,
                           const Clock& clock)
    : units(views, clock),
      incidents(*stores.log, *stores.keys, units, clock,
                {.cache_bytes = static_cast<size_t>(config.cache_bytes)}),
      authorities(*stores.log, *stores.keys, units, clock),
      rule_sets(*stores.log, *stores.keys, clock) {}

std::unique_ptr<timers::Timers> OpenTimers(const Config& config, const Stores& stores,
                                           views::Views& views, const Clock& clock, JsonLog& log) {
  if (!config.reminders || config.replica) return nullptr;
  timers::TimerOptions options;
  options.lead = {config.reminder_lead_days, config.reminder_lead_hours};
  options.every = std::chrono::seconds(config.reminder_every_seconds);
  options.report = [&log, failing = false](const absl::StatusOr<size_t>& round) mutable {
    if (round.ok() && *round > 0) {
      log.Info("reminders", {{"recorded", static_cast<int64_t>(*round)}});
    }
    if (round.ok() || absl::IsCancelled(round.status())) {
      failing = false;
    } else if (!std::exchange(failing, true)) {
      log.Warn("reminders_wait", {{"status", round.status().ToString()}});
    }
  };
  return std::make_unique<timers::Timers>(*stores.log, views, clock, std::move(options));
}

absl::StatusOr<Identities> OpenIdentities(const Config& config, const Clock& clock) {
  Identities identities;
  access::TokenVerifierOptions options;
  if (!config.token_issuer.empty()) {
    auto keys = ReadText(config.token_jwks);
    if (!keys.ok()) return keys.status();
    options.issuers.push_back({config.token_issuer, config.token_audience, *std::move(keys)});
  }
  if (config.development_tokens) {
    auto issuer = access::DevelopmentIssuer::Open(config.data + "/keys", clock);
    if (!issuer.ok()) return issuer.status();
    options.issuers.push_back((*issuer)->trusted());
    identities.development = *std::move(issuer);
  }
  auto verifier = access::TokenVerifier::Create(std::move(options), clock);
  if (!verifier.ok()) return verifier.status();
  identities.verifier = *std::move(verifier);
  return identities;
}

ServiceFloor::ServiceFloor(const Config& config, const Clock& clock, const Stores& stores,
                           views::Views& views, CommandFloor& commands,
                           const Identities& identities, log::Checkpointer* checkpointer,
                           api::StatusReport report)
    : guard(*identities.verifier,
            {.max_message_bytes = static_cast<size_t>(config.max_receive_bytes),
             .max_deadline = std::chrono::seconds(config.max_deadline_seconds),
             .calls_per_second = config.calls_per_second,
             .bytes_under_way = static_cast<size_t>(config.bytes_under_way),
             .replica = config.replica}),
      streams(guard.budget()),
      pool(config.worker_threads, static_cast<size_t>(config.worker_queue)),
      backend{*stores.log,
              *stores.keys,
              views,
              commands.incidents,
              commands.authorities,
              commands.rule_sets,
              clock,
              guard,
              pool,
              streams,
              checkpointer},
      incident(backend),
      cases(backend),
      events(backend),
      organisation(backend),
      policy(backend),
      operation(backend, config.development_tokens, std::move(report)) {
  if (identities.development != nullptr) {
    development = std::make_unique<api::DevelopmentService>(
        *identities.development, static_cast<size_t>(config.max_receive_bytes));
  }
}

// The last of a stream may be a worker's: what it stands on goes only after it.
ServiceFloor::~ServiceFloor() { streams.WaitUntilEmpty(absl::InfiniteDuration()); }

}  // namespace skyndsamt::server
