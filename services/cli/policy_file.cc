#include "services/cli/policy_file.h"

#include <set>

#include "eventstore/base/ids.h"
#include "nlohmann/json.hpp"
#include "services/cli/casefile.h"
#include "services/cli/fact_reader.h"
#include "services/cli/strict_json.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

const std::set<std::string_view> kBesides = {"about", "authority"};

// An id as it is, in lower case; anything else is a name.
std::string IdOr(std::string_view text, std::string derived) {
  const auto id = ParseUuid(text);
  return id.ok() ? FormatUuid(*id) : std::move(derived);
}

// {"name": "..."} or {"id": "..."}.
bool ReadAuthority(const json& value, FactReader& reader, std::string* name, std::string* id) {
  const std::string path = "$.authority";
  if (!reader.Expect(value.is_object() && value.size() == 1, path,
                     "must be an object with either name or id",
                     "ska vara ett objekt med antingen name eller id")) {
    return false;
  }
  const auto only = value.begin();
  const std::string& key = only.key();
  std::string text;
  if (!reader.Expect(key == "name" || key == "id", Under(path, key),
                     "this format has no such field here", "formatet har inget sådant fält här") ||
      !reader.ReadText(*only, Under(path, key), &text)) {
    return false;
  }
  if (key == "name") {
    *name = text;
    *id = AuthorityId(text);
    return true;
  }
  *id = IdOr(text, "");
  return reader.Expect(!id->empty(), Under(path, key), "must be an id (UUID)",
                       "ska vara ett id (UUID)");
}

bool ReadAll(const json& root, FactReader& reader, std::string* name, PolicyFile* file) {
  if (!reader.Expect(root.is_object(), "$", "must be an object", "ska vara ett objekt")) {
    return false;
  }
  if (root.contains("authority") &&
      !ReadAuthority(root["authority"], reader, name, &file->authority)) {
    return false;
  }
  if (!reader.ReadObject(root, "$", &file->draft, kBesides)) return false;
  const auto& draft = file->draft;
  const bool of_authority =
      !draft.routines().empty() || !draft.closing_days().empty() || !draft.yardsticks().empty();
  return reader.Expect(of_authority || draft.has_rule_set(), "$", "holds nothing to publish",
                       "innehåller inget att publicera") &&
         reader.Expect(!of_authority || !file->authority.empty(), "$.authority", "is missing",
                       "saknas");
}

}  // namespace

std::variant<PolicyFile, Problem> ReadPolicyFile(std::string_view text) {
  auto read = ReadStrictJson(text);
  if (auto* problem = std::get_if<Problem>(&read)) return *problem;
  std::string authority;
  const Names names{.person = [](std::string_view) { return std::string(); },
                    .incident = [](std::string_view) { return std::string(); },
                    .unit =
                        [&authority](std::string_view unit) {
                          return IdOr(unit, authority.empty() ? "" : UnitId(authority, unit));
                        }};
  FactReader reader(names);
  PolicyFile file;
  if (!ReadAll(std::get<json>(read), reader, &authority, &file)) return *reader.problem();
  return file;
}

std::string PathInPolicyFile(std::string_view field, std::string_view part) {
  constexpr std::string_view kDraft = "draft";
  if (field == kDraft || field.substr(0, kDraft.size() + 1) == "draft.") {
    return "$" + std::string(field.substr(kDraft.size()));
  }
  const size_t dot = field.find('.');
  return std::string(part) + (dot == field.npos ? "" : std::string(field.substr(dot)));
}

}  // namespace skyndsamt::cli
