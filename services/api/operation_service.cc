#include "services/api/operation_service.h"

#include <filesystem>
#include <optional>

#include "absl/time/time.h"
#include "eventstore/log/files.h"
#include "services/api/version.h"

namespace skyndsamt::api {
namespace {

using access::Rpc;

constexpr int kDefaultTokenSeconds = 12 * 3600;
constexpr int kMaxTokenSeconds = 30 * 24 * 3600;

// The log first, the keys second, so that a key that an event of the backed-up log needs is in the
// backed-up keys too; and both in one step, which nothing ends half-way: a log without its keys
// would look whole.
class Backup final : public StreamSource {
 public:
  Backup(const Backend& backend, std::string directory, std::atomic<bool>& running)
      : backend_(backend), directory_(std::move(directory)), running_(running) {}
  ~Backup() override { running_ = false; }

  StreamStep Next() override {
    v1::CreateBackupResponse message;
    switch (step_++) {
      case 0:
        if (const auto refused = MakeDirectory()) return StreamStep::Finish(*refused);
        message.set_step("copying");
        break;
      case 1: {
        const auto records = backend_.log.Backup(directory_ + "/log");
        if (!records.ok()) return StreamStep::Finish(Refuse(records.status()));
        const absl::Status keys = backend_.keys.Backup(directory_ + "/keys");
        if (!keys.ok()) return StreamStep::Finish(Refuse(keys));
        message.set_step("done");
        message.set_records(*records);
        break;
      }
      default:
        return StreamStep::Finish(grpc::Status::OK);
    }
    return StreamStep::Write(message);
  }

  // It always has something next.
  void WhenReady(std::function<void()> wake) override { wake(); }

 private:
  // Absent or empty, or the refusal; nothing of what stands there already is touched.
  std::optional<grpc::Status> MakeDirectory() const {
    std::error_code error;
    const bool made = log::MakeDirectories(directory_).ok();
    const bool empty = made && std::filesystem::is_empty(directory_, error);
    if (!made || error) return Refuse(v1::REASON_FIELD_INVALID, "directory");
    if (empty) return std::nullopt;
    return Refuse(v1::REASON_FIELD_INVALID, "directory", {{"detail", "directory_not_empty"}});
  }

  const Backend& backend_;
  const std::string directory_;
  std::atomic<bool>& running_;
  int step_ = 0;
};

domain::Rejection Wrong(const char* field) { return {v1::REASON_FIELD_INVALID, field}; }

// The identity a development token is asked for.
std::optional<domain::Rejection> ReadIdentity(const v1::IssueTokenRequest& request,
                                              access::Identity& identity) {
  const auto role = access::ParseRole(request.role());
  if (!role) return Wrong("role");
  identity.role = *role;
  identity.subject = request.subject().empty() ? "dev" : request.subject();
  if (identity.subject.size() > 128) return Wrong("subject");
  if (!request.authority().empty() && !ParseUuid(request.authority()).ok()) {
    return Wrong("authority");
  }
  identity.authority = request.authority();
  for (const std::string& unit : request.units()) {
    if (!ParseUuid(unit).ok()) return Wrong("units");
    identity.units.push_back(unit);
  }
  if (request.valid_seconds() < 0) return Wrong("valid_seconds");
  return std::nullopt;
}

// Whether the log and the keys that it is sealed with take more, in one word, as
// ServerStatus.log_state says.
const char* StateOf(const absl::Status& health) {
  switch (health.code()) {
    case absl::StatusCode::kOk:
      return "open";
    case absl::StatusCode::kResourceExhausted:
      return "low_space";
    case absl::StatusCode::kFailedPrecondition:
      return "retired";
    default:
      return "poisoned";
  }
}

}  // namespace

grpc::ServerUnaryReactor* OperationService::GetServerStatus(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  using Call = UnaryCall<v1::GetServerStatusRequest, v1::ServerStatus>;
  return Serve<v1::GetServerStatusRequest, v1::ServerStatus>(backend_.guard, Rpc::kGetServerStatus,
                                                             context, in, out, [this](Call& call) {
                                                               call.response() = Status();
                                                               call.Answer();
                                                             });
}

v1::ServerStatus OperationService::Status() const {
  v1::ServerStatus status;
  const Position committed = backend_.log.committed();
  SetLast(backend_.log, committed, status.mutable_committed());
  status.set_records(committed);
  const absl::Status log = backend_.log.health();
  status.set_log_state(StateOf(log.ok() ? backend_.keys.health() : log));
  for (const engine::ViewStatus& view : backend_.views.runner().Status()) {
    auto* one = status.add_views();
    one->set_view(view.view);
    one->set_version(view.version);
    one->set_position(view.position);
    one->set_lag(view.lag);
  }
  status.set_version(kVersion);
  status.set_development_tokens(development_tokens_);
  report_(status);
  return status;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* OperationService::CreateBackup(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  Caller caller;
  v1::CreateBackupRequest request;
  auto refusal = backend_.guard.Admit(*context, Rpc::kCreateBackup, caller);
  if (!refusal) refusal = ParseBytes(*in, backend_.guard.max_message_bytes(), request);
  if (!refusal && (request.directory().empty() || request.directory()[0] != '/')) {
    refusal = Wrong("directory");
  }
  if (refusal) return new RefusedStream(Refuse(*refusal));
  if (backing_up_.exchange(true)) return new RefusedStream(Refuse(v1::REASON_QUEUE_FULL));
  // A backup that was begun is made, as any one command is: it only tells how far it is.
  return StreamCall::Start(std::make_unique<Backup>(backend_, request.directory(), backing_up_),
                           {in->Length()}, backend_.pool, backend_.streams);
}

grpc::ServerUnaryReactor* DevelopmentService::IssueToken(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  auto* call = new UnaryCall<v1::IssueTokenRequest, v1::IssueTokenResponse>(reactor, out);
  access::Identity identity;
  auto refusal = ParseBytes(*in, max_message_bytes_, call->request());
  if (!refusal) refusal = ReadIdentity(call->request(), identity);
  if (refusal) {
    call->Refuse(*refusal);
    return reactor;
  }
  const int asked = call->request().valid_seconds();
  const auto issued = issuer_.Issue(
      identity, std::min(asked == 0 ? kDefaultTokenSeconds : asked, kMaxTokenSeconds));
  if (!issued.ok()) {
    call->Refuse(Refuse(issued.status()));
    return reactor;
  }
  call->response().set_token(issued->token);
  call->response().set_expires(absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(issued->expires), absl::UTCTimeZone()));
  call->Answer();
  return reactor;
}

}  // namespace skyndsamt::api
