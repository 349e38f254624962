// The parts of a case's section in the page (page.h). Pure.
#pragma once

#include <string>
#include <string_view>

#include "services/cli/html.h"
#include "services/cli/page.h"
#include "services/cli/timeline.h"

namespace skyndsamt::cli {

// One case as its section is written: whose ids begin with `id`, in which language.
struct Section {
  const PageCase& of;
  std::string id;
  std::string name;  // of the case: what tells the page's tables apart
  Language language;

  bool sv() const { return language == Language::kSwedish; }
  std::string Say(Bilingual words) const { return words.In(language); }
  const std::string& Say(const api::v1::Text& text) const { return In(text, language); }
  // The entry with this position; null where the section shows none.
  const api::v1::AuditEntry* Entry(uint64_t position) const;
  // A link to a fact's entry, or the fact's id alone where the section shows no entry for it.
  Html FactLink(const std::string& fact, std::optional<uint64_t> position) const;
  std::string DutyName(const api::v1::LegTimeliness& leg) const;
};

// Duties that have or had a time.
bool IsClocked(const api::v1::LegTimeliness& leg);

// RFC 3339 as microseconds; absent for an empty text.
std::optional<int64_t> InstantOf(const std::string& rfc3339);

// A table with a caption; every row's first cell is its header.
class HtmlTable {
 public:
  HtmlTable(std::string caption, const std::vector<std::string>& columns);
  void Add(std::vector<Html> cells, const Attributes& row = {});
  bool empty() const { return rows_.empty(); }
  // In a region of its own that can be scrolled, so that the page need not be.
  Html Build() const;

 private:
  std::string caption_;
  Html head_;
  Html rows_;
};

Html DutiesTable(const Section& section);
Html TimelineFigure(const Section& section);
Html TimesTable(const Section& section);
Html EntriesTable(const Section& section);
// What contradicts, what is remarked, which entries were made afterwards.
Html Remarks(const Section& section);
// The tree of reasons of each duty with a time, then why the others are not asked for.
Html Reasons(const Section& section);

}  // namespace skyndsamt::cli
