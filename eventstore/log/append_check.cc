#include "eventstore/log/append_check.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/log/record_codec.h"

namespace skyndsamt::log {
namespace {

absl::Status CheckBody(const AppendRequest& request, std::string_view body, uint32_t index,
                       uint32_t count) {
  const auto fields = ScanBody(body);
  if (!fields) return absl::InvalidArgumentError("an event's body is not a log.v1.Body");
  if (fields->index != index || fields->count != count) {
    return absl::InvalidArgumentError("a body's index or count is not its place in the append");
  }
  const auto key = request.request ? request.request->view() : std::string_view();
  const auto fingerprint = request.request ? View(request.fingerprint) : std::string_view();
  if (fields->request_hash != key || fields->fingerprint != fingerprint) {
    return absl::InvalidArgumentError("a body's request hash or fingerprint is not the append's");
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> CheckEvent(PreparedEvent* event) {
  if (!IsEventType(event->type)) return absl::InvalidArgumentError("an event's type is malformed");
  if (event->id.empty()) return absl::InvalidArgumentError("an event has no id");
  if (event->parts.size() > UINT16_MAX) return absl::InvalidArgumentError("too many sealed parts");
  const size_t bytes = StoredBytes(*event);
  if (bytes > kMaxRecordBytes) return absl::InvalidArgumentError("a record is above 512 KiB");
  if (event->parts_digest.empty()) event->Prepare();
  return bytes;
}

}  // namespace

bool IsEventType(std::string_view type) {
  const size_t dot = type.find('.');
  if (type.size() > 255 || dot == 0 || dot == std::string_view::npos || type.back() == '.') {
    return false;
  }
  return std::all_of(type.begin(), type.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '.';
  });
}

absl::StatusOr<size_t> CheckAppend(AppendRequest* request) {
  size_t count = 0;
  absl::flat_hash_set<StreamId> seen;
  for (const StreamAppend& append : request->streams) {
    count += append.events.size();
    if (append.events.empty()) return absl::InvalidArgumentError("a stream without events");
    if (append.stream.empty()) return absl::InvalidArgumentError("a stream has no id");
    if (request->streams.size() > 1 && !seen.insert(append.stream).second) {
      return absl::InvalidArgumentError("a stream is named twice in one append");
    }
  }
  if (count == 0) return absl::InvalidArgumentError("the append is empty");
  size_t bytes = 0;
  uint32_t index = 0;
  for (StreamAppend& append : request->streams) {
    for (PreparedEvent& event : append.events) {
      auto checked = CheckEvent(&event);
      if (!checked.ok()) return checked;
      bytes += *checked;
      auto body = CheckBody(*request, event.body, index++, static_cast<uint32_t>(count));
      if (!body.ok()) return body;
    }
  }
  if (bytes > kMaxAppendBytes) return absl::InvalidArgumentError("the append is above 16 MiB");
  return bytes;
}

}  // namespace skyndsamt::log
