#include "services/cli/page_file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "services/cli/page_parts.h"

namespace skyndsamt::cli {
namespace {

// What had not been recorded when the answer was known leaves no trace in the page.
void LeaveOutLater(PageCase& one) {
  const auto known_at = InstantOf(one.timeliness.known_at());
  std::erase_if(one.trail, [&](const api::v1::AuditEntry& entry) {
    return InstantOf(entry.recorded()) > known_at;
  });
  for (api::v1::AuditEntry& entry : one.trail) {
    auto& corrected_by = *entry.mutable_corrected_by();
    const auto gone = std::remove_if(corrected_by.begin(), corrected_by.end(), [&](const auto& id) {
      return std::ranges::none_of(one.trail, [&](const auto& e) { return e.fact().id() == id; });
    });
    corrected_by.erase(gone, corrected_by.end());
    // The answer's own list is as it was known then.
    entry.clear_late();
    for (const auto& late : one.timeliness.late_entries()) {
      if (late.position() == entry.position().position()) *entry.add_late() = late;
    }
  }
}

}  // namespace

std::optional<Failure> AskTrail(Session& session, PageCase& one) {
  api::v1::ListAuditTrailRequest request;
  request.set_incident(one.timeliness.incident());
  request.set_child(one.timeliness.child());
  *request.mutable_at_least() = one.timeliness.reflects();
  do {
    api::v1::ListAuditTrailResponse page;
    if (auto failure =
            session.Call(session.cases(), &api::v1::CaseService::StubInterface::ListAuditTrail,
                         request, &page)) {
      return failure;
    }
    for (api::v1::AuditEntry& entry : *page.mutable_entries()) {
      one.trail.push_back(std::move(entry));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  LeaveOutLater(one);
  return std::nullopt;
}

std::optional<Failure> WritePage(const std::string& path, const std::vector<PageCase>& cases,
                                 Language language) {
  const std::string page = TimelinessPage(cases, language);
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << page << std::flush;
  if (file) return std::nullopt;
  Failure failure{kFailed, "the page could not be written\nsidan kunde inte skrivas", {}, {}};
  if (errno != 0) failure.code = absl::ErrnoToStatusCode(errno);
  return failure;
}

}  // namespace skyndsamt::cli
