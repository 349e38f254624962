// The timeliness of cases as a page that stands alone: one HTML file without scripts and without
// anything from elsewhere, to be printed, filed or read aloud. For each case the duties, the times
// on one axis, what contradicts, why each answer is what it is and every entry it rests on. Made of
// what the API answers and of nothing else. Plain Swedish or English. Pure.
//
// Accessible (WCAG 2.1 AA): the page's language, headings in order, tables with captions and header
// cells, a drawing with title and description whose content is in the tables too, contrast, no
// meaning in colour alone.
#pragma once

#include <string>
#include <vector>

#include "services/cli/answer_json.h"
#include "services/cli/language.h"
#include "skyndsamt/api/v1/case_service.pb.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::cli {

struct PageCase {
  CaseNames names;
  std::string title;      // may be empty
  bool authored = false;  // a story made up to show the routine
  api::v1::Timeliness timeliness;
  std::vector<api::v1::AuditEntry> trail;  // in log order
};

std::string TimelinessPage(const std::vector<PageCase>& cases, Language language);

}  // namespace skyndsamt::cli
