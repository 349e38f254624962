#include "services/api/backend.h"

namespace skyndsamt::api {

grpc::Status RefuseQuery(const absl::Status& status, const domain::Rejection& not_found,
                         std::string_view invalid) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return Refuse(not_found);
    case absl::StatusCode::kInvalidArgument:
      return Refuse(v1::REASON_FIELD_INVALID, invalid);
    case absl::StatusCode::kUnavailable:
      return Refuse(v1::REASON_VIEW_BEHIND);
    default:
      return Refuse(status);
  }
}

absl::StatusOr<Position> PositionAfter(const log::EventLog& log,
                                       const skyndsamt::log::v1::LogPosition& after) {
  if (IsBeforeFirst(after)) return Position{0};
  if (after.log() != log.origin()) return absl::InvalidArgumentError("after.log");
  if (after.position() >= log.committed()) return absl::InvalidArgumentError("after.position");
  return after.position() + 1;
}

void SetPosition(const log::EventLog& log, Position position,
                 skyndsamt::log::v1::LogPosition* out) {
  out->set_log(log.origin());
  out->set_position(position);
}

void SetLast(const log::EventLog& log, Position count, skyndsamt::log::v1::LogPosition* out) {
  if (count > 0) SetPosition(log, count - 1, out);
}

}  // namespace skyndsamt::api
