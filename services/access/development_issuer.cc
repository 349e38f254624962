#include "services/access/development_issuer.h"

#include <cjose/cjose.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/access/jwk_set.h"

namespace skyndsamt::access {
namespace {

using Json = nlohmann::json;

std::string JsonOf(cjose_jwk_t* key, bool with_private) {
  cjose_err error{};
  std::unique_ptr<char, decltype(&free)> text(cjose_jwk_to_json(key, with_private, &error), &free);
  return text == nullptr ? std::string() : std::string(text.get());
}

// A subject that is no UTF-8 is replaced rather than thrown over.
std::string Text(const Json& claims) {
  return claims.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status WriteSecret(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("development key ", path));
  const ssize_t written = ::write(fd, text.data(), text.size());
  const bool durable = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (durable) return absl::OkStatus();
  ::unlink(path.c_str());
  return absl::UnavailableError(absl::StrCat("development key cannot be written: ", path));
}

absl::StatusOr<JwkPtr> MakeKey(const std::string& path) {
  cjose_err error{};
  JwkPtr key(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error));
  const std::string id = absl::StrCat("development-", FormatUuid(RandomUuid()));
  if (key == nullptr || !cjose_jwk_set_kid(key.get(), id.data(), id.size(), &error)) {
    return absl::InternalError("no development key could be made");
  }
  if (absl::Status written = WriteSecret(path, JsonOf(key.get(), true)); !written.ok()) {
    return written;
  }
  return key;
}

absl::StatusOr<JwkPtr> ReadKey(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string json = text.str();
  cjose_err error{};
  JwkPtr key(cjose_jwk_import(json.data(), json.size(), &error));
  if (key == nullptr || cjose_jwk_get_kid(key.get(), &error) == nullptr) {
    return absl::DataLossError(absl::StrCat("not a development key: ", path));
  }
  return key;
}

class Issuer : public DevelopmentIssuer {
 public:
  Issuer(JwkPtr key, const Clock& clock) : key_(std::move(key)), clock_(clock) {
    cjose_err error{};
    key_id_ = cjose_jwk_get_kid(key_.get(), &error);
  }

  absl::StatusOr<IssuedToken> Issue(const Identity& identity, int valid_seconds) const override {
    if (valid_seconds <= 0) return absl::InvalidArgumentError("a token is valid for some seconds");
    const int64_t now = clock_.Now() / 1'000'000;
    Json claims = {{"iss", kDevelopmentIssuer},
                   {"aud", kDevelopmentAudience},
                   {"sub", identity.subject},
                   {"role", std::string(RoleName(identity.role))},
                   {"iat", now},
                   {"nbf", now},
                   {"exp", now + valid_seconds}};
    if (!identity.authority.empty()) claims["authority"] = identity.authority;
    if (!identity.units.empty()) claims["units"] = identity.units;
    absl::StatusOr<std::string> token = SignedToken(key_.get(), key_id_, "ES256", Text(claims));
    if (!token.ok()) return token.status();
    return IssuedToken{*std::move(token), (now + valid_seconds) * 1'000'000};
  }

  TrustedIssuer trusted() const override {
    Json key = Json::parse(JsonOf(key_.get(), false));
    key["alg"] = "ES256";
    return {kDevelopmentIssuer, kDevelopmentAudience,
            Json{{"keys", Json::array({std::move(key)})}}.dump()};
  }

 private:
  JwkPtr key_;
  const Clock& clock_;
  std::string key_id_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DevelopmentIssuer>> DevelopmentIssuer::Open(
    const std::string& directory, const Clock& clock) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(directory, error);
  if (made) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) return absl::UnavailableError(absl::StrCat("cannot make directory ", directory));
  const std::string path = directory + "/development-key.json";
  absl::StatusOr<JwkPtr> key = std::filesystem::exists(path) ? ReadKey(path) : MakeKey(path);
  if (!key.ok()) return key.status();
  return std::make_unique<Issuer>(*std::move(key), clock);
}

}  // namespace skyndsamt::access
