#include "services/cli/declared.h"

#include <set>
#include <string>
#include <utility>

#include "services/cli/local_file.h"

namespace skyndsamt::cli {
namespace {

using Organisation = api::v1::OrganisationService::StubInterface;

constexpr int kUnitsAtOnce = 200;

std::optional<Failure> AskUnits(Session& session, const std::string& authority,
                                OrganisationMerge& had) {
  api::v1::ListUnitsRequest request;
  request.set_authority(authority);
  request.set_page_size(kUnitsAtOnce);
  do {
    api::v1::ListUnitsResponse response;
    if (auto failure =
            session.Call(session.organisation(), &Organisation::ListUnits, request, &response)) {
      return failure;
    }
    for (const auto& unit : response.declarations()) {
      for (const auto& declared : unit.declared()) had.Has(declared);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return std::nullopt;
}

// What is declared of an authority that is not there yet: nothing.
std::optional<Failure> AskAuthority(Session& session, const std::string& authority,
                                    OrganisationMerge& had) {
  api::v1::GetAuthorityRequest request;
  request.set_authority(authority);
  api::v1::Authority answer;
  auto failure =
      session.Call(session.organisation(), &Organisation::GetAuthority, request, &answer);
  if (failure && failure->reason == "AUTHORITY_UNKNOWN") return std::nullopt;
  if (failure) return failure;
  had.Has(answer.declared());
  return AskUnits(session, authority, had);
}

}  // namespace

std::variant<std::vector<Declaration>, Failure> NotYetDeclared(
    Session& session, const std::vector<NamedFile>& files) {
  OrganisationMerge had;
  std::set<std::string> asked;
  for (const NamedFile& named : files) {
    const std::string& authority = named.file.authority.authority();
    if (!asked.insert(authority).second) continue;
    if (auto failure = AskAuthority(session, authority, had)) {
      return InFile(named, "$.authority", *failure);
    }
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (auto problem = had.Say(files[i].file, i)) return WrongIn(files[i].path, *problem);
  }
  return had.New();
}

}  // namespace skyndsamt::cli
