#include "services/cli/casefile.h"

#include <utility>

#include "eventstore/base/ids.h"
#include "nlohmann/json.hpp"
#include "services/cli/casefile_reader.h"
#include "services/cli/strict_json.h"

namespace skyndsamt::cli {
namespace {

constexpr std::string_view kSeparator("\0", 1);

std::string Derived(std::string_view scope, std::initializer_list<std::string_view> parts) {
  std::string name;
  for (std::string_view part : parts) name.append(part).append(kSeparator);
  return FormatUuid(DerivedUuid(scope, name));
}

}  // namespace

std::string AuthorityId(std::string_view name) { return Derived("skyndsamt/authority", {name}); }

std::string UnitId(std::string_view authority, std::string_view name) {
  return Derived("skyndsamt/unit", {authority, name});
}

std::string PersonIdOf(std::string_view authority, std::string_view alias) {
  return Derived("skyndsamt/person", {authority, alias});
}

std::string IncidentId(std::string_view authority, std::string_view file, std::string_view name) {
  return Derived("skyndsamt/incident", {authority, file, name});
}

std::string CaseFile::PersonId(std::string_view alias) const {
  return PersonIdOf(authority.name(), alias);
}

std::string CaseFile::RequestId(std::string_view part) const {
  return Derived("skyndsamt/request", {authority.name(), id, part});
}

std::variant<CaseFile, Problem> ReadCaseFile(std::string_view text) {
  auto read = ReadStrictJson(text);
  if (auto* problem = std::get_if<Problem>(&read)) return *problem;
  return CaseFileReader(std::get<nlohmann::json>(read)).Read();
}

}  // namespace skyndsamt::cli
