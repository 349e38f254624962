#include "services/cli/declared.h"

#include <set>
#include <string>
#include <utility>

#include "services/cli/local_file.h"

namespace skyndsamt::cli {
namespace {

using Organisation = api::v1::OrganisationService::StubInterface;

constexpr int kUnitsAtOnce = 200;

// What the server has.
struct Found {
  OrganisationMerge merge;
  std::map<std::string, Position> declared_at;
};

std::optional<Failure> AskUnits(Session& session, const std::string& authority, Found& found) {
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
      for (const auto& declared : unit.declared()) {
        found.merge.Has(declared);
        found.declared_at[declared.unit()] = unit.declared_at().position();
      }
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return std::nullopt;
}

// What is declared of an authority that is not there yet: nothing.
std::optional<Failure> AskAuthority(Session& session, const std::string& authority, Found& found) {
  api::v1::GetAuthorityRequest request;
  request.set_authority(authority);
  api::v1::Authority answer;
  auto failure =
      session.Call(session.organisation(), &Organisation::GetAuthority, request, &answer);
  if (failure && failure->reason == "AUTHORITY_UNKNOWN") return std::nullopt;
  if (failure) return failure;
  found.merge.Has(answer.declared());
  found.declared_at[authority] = answer.declared_at().position();
  return AskUnits(session, authority, found);
}

}  // namespace

std::variant<ToDeclare, Failure> NotYetDeclared(Session& session,
                                                const std::vector<NamedFile>& files) {
  Found had;
  std::set<std::string> asked;
  for (const NamedFile& named : files) {
    const std::string& authority = named.file.authority.authority();
    if (!asked.insert(authority).second) continue;
    if (auto failure = AskAuthority(session, authority, had)) {
      return InFile(named, "$.authority", *failure);
    }
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (auto problem = had.merge.Say(files[i].file, i)) return WrongIn(files[i].path, *problem);
  }
  return ToDeclare{had.merge.New(), std::move(had.declared_at)};
}

}  // namespace skyndsamt::cli
