#include "services/api/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt::api {
namespace {

constexpr size_t kCheckBytes = 8;
constexpr char kForm[] = "skyndsamt/page/v1";

std::string CheckOf(std::string_view question, std::string_view next) {
  Sha256 hash;
  hash.Update(std::string_view(kForm, sizeof kForm)).Update(question);
  const Bytes32 digest = hash.Update(std::string_view("\0", 1)).Update(next).Finish();
  return std::string(View(digest).substr(0, kCheckBytes));
}

}  // namespace

std::string MakePageToken(std::string_view question, std::string_view next) {
  if (next.empty()) return "";
  return absl::WebSafeBase64Escape(CheckOf(question, next).append(next));
}

std::optional<std::string> ReadPageToken(std::string_view question, std::string_view token) {
  if (token.empty()) return std::string();
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(std::string(token), &bytes) || bytes.size() <= kCheckBytes) {
    return std::nullopt;
  }
  const std::string_view check = std::string_view(bytes).substr(0, kCheckBytes);
  const std::string_view next = std::string_view(bytes).substr(kCheckBytes);
  if (check != CheckOf(question, next)) return std::nullopt;
  return std::string(next);
}

std::optional<size_t> PageSize(int asked, size_t standard, size_t most) {
  if (asked < 0) return std::nullopt;
  return asked == 0 ? standard : std::min<size_t>(asked, most);
}

}  // namespace skyndsamt::api
