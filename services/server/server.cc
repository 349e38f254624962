#include "services/server/server.h"

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "eventstore/base/thread_name.h"
#include "google/protobuf/stubs/logging.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/server.h"
#include "services/server/copies.h"
#include "services/server/figures.h"
#include "services/server/json_log.h"
#include "services/server/metrics.h"
#include "services/server/transport.h"
#include "services/server/wiring.h"

namespace skyndsamt::server {
namespace {

constexpr absl::Duration kStreamPatience = absl::Seconds(2);
constexpr absl::Duration kHealthEvery = absl::Seconds(1);

// Floors in the order they are built; destroyed from the last.
class LiveServer final : public Server {
 public:
  LiveServer(const Config& config, const Clock& clock)
      : config_(config), clock_(clock), log_(config.log_level) {}
  ~LiveServer() override { Drain(std::chrono::seconds(config_.drain_seconds)); }

  absl::Status Open();

  int port() const override { return port_; }
  std::string address() const override {
    return absl::StrCat(config_.listen.substr(0, config_.listen.rfind(':')), ":", port_);
  }
  int metrics_port() const override { return metrics_ == nullptr ? 0 : metrics_->port(); }
  void Drain(std::chrono::milliseconds deadline) override;
  log::EventLog& event_log() override { return *stores_.log; }
  engine::Runner& runner() override { return views_->runner(); }
  const access::DevelopmentIssuer* development_issuer() const override {
    return identities_.development.get();
  }

 private:
  absl::Status Listen();
  absl::Status OpenMetrics();
  void WatchHealth();
  void Report(api::v1::ServerStatus& status) const;

  const Config config_;
  const Clock& clock_;
  JsonLog log_;
  Stores stores_;
  Checkpoints checkpoints_;                  // empty on a replica
  std::unique_ptr<kafka::Relay> relay_;      // null where Kafka is left out
  Figures figures_;                          // likewise
  std::unique_ptr<kafka::Replica> replica_;  // null on a primary
  std::unique_ptr<views::Views> views_;
  std::unique_ptr<timers::Timers> timers_;
  std::unique_ptr<CommandFloor> commands_;
  Identities identities_;
  std::unique_ptr<ServiceFloor> services_;
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<MetricsEndpoint> metrics_;  // null where nobody asks for them
  int port_ = 0;
  absl::Mutex draining_;
  absl::Notification drain_begun_;
  std::thread health_;
};

absl::Status LiveServer::Open() {
  if (absl::Status sane = CheckConfig(config_); !sane.ok()) return sane;
  // What a client sends that cannot be parsed is answered, not printed.
  google::protobuf::SetLogHandler(nullptr);
  // Debian builds Abseil with assertions: each contended lock would look for cycles.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  auto stores = OpenStores(config_, clock_);
  if (!stores.ok()) return stores.status();
  stores_ = *std::move(stores);
  auto views = OpenViews(config_, stores_, clock_, log_);
  if (!views.ok()) return views.status();
  views_ = *std::move(views);
  commands_ = std::make_unique<CommandFloor>(config_, stores_, *views_, clock_);
  auto identities = OpenIdentities(config_, clock_);
  if (!identities.ok()) return identities.status();
  identities_ = *std::move(identities);
  auto checkpoints = StartCheckpoints(config_, stores_, log_);
  if (!checkpoints.ok()) return checkpoints.status();
  checkpoints_ = *std::move(checkpoints);
  relay_ = StartRelay(config_, stores_, checkpoints_, log_);
  auto figures = StartFigures(config_, stores_, relay_.get(), log_);
  if (!figures.ok()) return figures.status();
  figures_ = *std::move(figures);
  replica_ = StartReplica(config_, stores_, log_);
  services_ = std::make_unique<ServiceFloor>(config_, clock_, stores_, *views_, *commands_,
                                             identities_, checkpoints_.checkpointer.get(),
                                             [this](auto& status) { Report(status); });
  if (absl::Status metrics = OpenMetrics(); !metrics.ok()) return metrics;
  if (absl::Status listening = Listen(); !listening.ok()) return listening;
  timers_ = OpenTimers(config_, stores_, *views_, clock_, log_);
  if (timers_ != nullptr) timers_->Start();
  health_ = std::thread([this] { WatchHealth(); });
  log_.Info("serving", {{"address", address()},
                        {"tls", !config_.tls_certificate.empty()},
                        {"metrics", config_.metrics_address},
                        {"committed", static_cast<int64_t>(stores_.log->committed())}});
  if (config_.development_tokens) log_.Warn("development_tokens_are_issued_to_anyone");
  return absl::OkStatus();
}

absl::Status LiveServer::Listen() {
  auto credentials = CredentialsOf(config_);
  if (!credentials.ok()) return credentials.status();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  Harden(builder, config_);
  builder.AddListeningPort(config_.listen, *credentials, &port_);
  builder.RegisterService(&services_->incident);
  builder.RegisterService(&services_->cases);
  builder.RegisterService(&services_->events);
  builder.RegisterService(&services_->organisation);
  builder.RegisterService(&services_->policy);
  builder.RegisterService(&services_->operation);
  if (services_->development != nullptr) builder.RegisterService(services_->development.get());
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr || port_ == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", config_.listen));
  }
  return absl::OkStatus();
}

absl::Status LiveServer::OpenMetrics() {
  if (config_.metrics_address.empty()) return absl::OkStatus();
  auto opened = MetricsEndpoint::Start(config_.metrics_address,
                                       [this] { return services_->operation.Status(); });
  if (!opened.ok()) return opened.status();
  metrics_ = *std::move(opened);
  return absl::OkStatus();
}

void LiveServer::Report(api::v1::ServerStatus& status) const {
  std::error_code unknown;
  const auto disk = std::filesystem::space(config_.data + "/log", unknown);
  if (!unknown) status.set_free_bytes(disk.available);
  if (relay_ != nullptr) ReportRelay(config_, *relay_, status);
  ReportCheckpoints(config_, checkpoints_, *stores_.log, status);
  ReportFigures(config_, figures_, status);
  if (replica_ != nullptr) ReportReplica(*replica_, status);
}

// Readiness follows the log, the keys, the views and what a replica follows: a poisoned log, a key
// store that cannot write, a stopped runner or a copy that found something wrong is NOT_SERVING,
// and an operator is told once; also where figures come no more, for which nobody waits. Streams of
// callers whose token has expired end here.
void LiveServer::WatchHealth() {
  NameThisThread("health");
  bool serving = true, figures_stopped = false;
  while (!drain_begun_.WaitForNotificationWithTimeout(kHealthEvery)) {
    services_->streams.EndExpired(clock_.Now());
    const absl::Status log = stores_.log->health(), keys = stores_.keys->health();
    const absl::Status views = views_->runner().health();
    const absl::Status copy = replica_ == nullptr ? absl::OkStatus() : HealthOf(*replica_);
    figures_stopped = figures_stopped || TellIfStopped(figures_, log_);
    if ((log.ok() && keys.ok() && views.ok() && copy.ok()) == serving) continue;
    serving = !serving;
    grpc_->GetHealthCheckService()->SetServingStatus(serving);
    if (serving) {
      log_.Info("healthy_again");
    } else {
      log_.Error("not_serving", {{"log", log.ToString()},
                                 {"keys", keys.ToString()},
                                 {"views", views.ToString()},
                                 {"replica", copy.ToString()}});
    }
  }
}

void LiveServer::Drain(std::chrono::milliseconds deadline) {
  const absl::MutexLock lock(&draining_);
  if (drain_begun_.HasBeenNotified()) return;
  drain_begun_.Notify();
  if (health_.joinable()) health_.join();
  if (grpc_ == nullptr) return;
  log_.Info("draining");
  const auto until = std::chrono::system_clock::now() + deadline;
  grpc_->GetHealthCheckService()->Shutdown();
  services_->streams.EndAll();
  services_->streams.WaitUntilEmpty(std::min(kStreamPatience, absl::FromChrono(deadline)));
  if (timers_ != nullptr) timers_->Stop();
  // Who waits for a position that may never come is told to try elsewhere.
  views_->runner().Stop();
  grpc_->Shutdown(until);
  grpc_->Wait();
  metrics_.reset();  // it reads what goes now
  // Each may wait for a broker that is silent: these two together.
  std::thread figures([this] { figures_.publisher.reset(); });
  if (relay_ != nullptr) relay_->Stop();
  if (replica_ != nullptr) replica_->Stop();
  checkpoints_.checkpointer.reset();
  checkpoints_.publisher.reset();
  figures.join();
  figures_.statistics.reset();
  log_.Info("drained", {{"committed", static_cast<int64_t>(stores_.log->committed())}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config, const Clock& clock) {
  auto server = std::make_unique<LiveServer>(config, clock);
  if (absl::Status opened = server->Open(); !opened.ok()) return opened;
  return server;
}

}  // namespace skyndsamt::server
