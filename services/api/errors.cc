#include "services/api/errors.h"

#include <algorithm>

#include "eventstore/base/shortage.h"
#include "eventstore/log/role.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/api/reasons.h"

namespace skyndsamt::api {
namespace {

constexpr size_t kMaxConflictBytes = 4096;
constexpr size_t kMaxViolationBytes = 4096;

// The words of a reason, or of the detail that the metadata gives.
ReasonWords WordsWithDetail(v1::Reason reason, const Metadata& metadata) {
  const auto detail = std::ranges::find(metadata, "detail", &Metadata::value_type::first);
  return detail == metadata.end() ? WordsOf(reason) : WordsOf(reason, detail->second);
}

void AddLocalized(google::rpc::Status& status, const char* locale, std::string_view words) {
  google::rpc::LocalizedMessage message;
  message.set_locale(locale);
  message.set_message(std::string(words));
  status.add_details()->PackFrom(message);
}

void AddViolation(google::rpc::BadRequest& bad, const ReasonWords& words, std::string_view field) {
  auto* violation = bad.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(words.en));
}

// The details that every refusal of this reason has, and the fields of what else is wrong.
google::rpc::Status DetailsOf(const ReasonWords& words, std::string_view field,
                              const Metadata& metadata,
                              const std::vector<domain::Rejection>& others = {}) {
  google::rpc::Status status;
  status.set_code(words.code);
  status.set_message(std::string(words.en));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(WireName(words.reason)));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  status.add_details()->PackFrom(info);
  if (!field.empty()) {
    google::rpc::BadRequest bad;
    AddViolation(bad, words, field);
    for (const domain::Rejection& other : others) {
      AddViolation(bad, WordsOf(other.reason, other.detail), other.field);
      if (bad.ByteSizeLong() <= kMaxViolationBytes) continue;
      bad.mutable_field_violations()->RemoveLast();
      break;
    }
    status.add_details()->PackFrom(bad);
  }
  AddLocalized(status, "sv", words.sv);
  AddLocalized(status, "en", words.en);
  return status;
}

grpc::Status OnTheWire(const google::rpc::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), status.message(),
          status.SerializeAsString()};
}

}  // namespace

grpc::Status Refuse(v1::Reason reason, std::string_view field, const Metadata& metadata) {
  return OnTheWire(DetailsOf(WordsWithDetail(reason, metadata), field, metadata));
}

grpc::Status Refuse(const domain::Rejection& rejection) {
  Metadata metadata;
  if (!rejection.detail.empty()) metadata.emplace_back("detail", rejection.detail);
  return OnTheWire(DetailsOf(WordsWithDetail(rejection.reason, metadata), rejection.field, metadata,
                             rejection.others));
}

grpc::Status RefuseConflict(v1::RevisionConflict conflict) {
  google::rpc::Status status =
      DetailsOf(WordsOf(v1::REASON_REVISION_CONFLICT), "expected_revision", {});
  while (conflict.missed_size() > 0 && conflict.ByteSizeLong() > kMaxConflictBytes) {
    conflict.mutable_missed()->RemoveLast();
  }
  status.add_details()->PackFrom(conflict);
  return OnTheWire(status);
}

grpc::Status Refuse(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return Refuse(v1::REASON_LOG_UNAVAILABLE);
    case absl::StatusCode::kResourceExhausted:
      return Refuse(ShortageOf(status) == Shortage::kSpace ? v1::REASON_DISK_RESERVE
                                                           : v1::REASON_QUEUE_FULL);
    case absl::StatusCode::kDeadlineExceeded:
      return Refuse(v1::REASON_VIEW_BEHIND);
    case absl::StatusCode::kInvalidArgument:
      return Refuse(v1::REASON_FIELD_INVALID);
    case absl::StatusCode::kFailedPrecondition:
      return Refuse(log::IsTakesNoAppends(status) ? v1::REASON_REPLICA : v1::REASON_UNSPECIFIED);
    default:
      return Refuse(v1::REASON_UNSPECIFIED);
  }
}

}  // namespace skyndsamt::api
