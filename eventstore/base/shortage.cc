#include "eventstore/base/shortage.h"

#include <string>

#include "absl/strings/cord.h"

namespace skyndsamt {
namespace {

constexpr char kPayload[] = "skyndsamt/shortage";

}  // namespace

absl::Status Exhausted(Shortage what, absl::string_view message) {
  absl::Status status = absl::ResourceExhaustedError(message);
  status.SetPayload(kPayload, absl::Cord(std::string(1, static_cast<char>(what))));
  return status;
}

std::optional<Shortage> ShortageOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload || payload->empty()) return std::nullopt;
  return static_cast<Shortage>((*payload)[0]);
}

}  // namespace skyndsamt
