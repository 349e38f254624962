#include "services/cli/reason_report.h"

#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using api::v1::ReasonNode;
using api::v1::ReasonSource;

std::string SourceOf(const ReasonSource& source, Language language) {
  std::string text;
  const auto part = [&text](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (!source.fact().empty()) {
    part(source.fact() + (source.has_position() ? Bilingual{", post ", ", entry "}.In(language) +
                                                      std::to_string(source.position())
                                                : ""));
  }
  if (!source.citation().empty()) part(source.citation());
  if (!source.rule_set().empty()) {
    part(Bilingual{"regler ", "rules "}.In(language) + source.rule_set());
  }
  if (!source.routine().empty()) {
    part(Bilingual{"rutin, version ", "routine, version "}.In(language) + source.routine());
  }
  return text.empty() ? text : " [" + text + "]";
}

void Print(const ReasonNode& node, size_t depth, Language language, size_t columns,
           std::string& out) {
  const std::string indent(2 + 2 * depth, ' ');
  out += Paragraph(indent + Padded(KindWord(node.kind()).In(language), 11),
                   In(node.text(), language) + SourceOf(node.stands_on(), language), columns);
  for (const ReasonNode& ground : node.grounds()) Print(ground, depth + 1, language, columns, out);
}

}  // namespace

Bilingual KindWord(api::v1::ReasonKind kind) {
  switch (kind) {
    case api::v1::REASON_KIND_FACT:
      return {"Uppgift", "Fact"};
    case api::v1::REASON_KIND_RULE:
      return {"Regel", "Rule"};
    case api::v1::REASON_KIND_CALENDAR:
      return {"Kalender", "Calendar"};
    case api::v1::REASON_KIND_ARITHMETIC:
      return {"Uträkning", "Arithmetic"};
    default:
      return {"Slutsats", "Conclusion"};
  }
}

std::string ReasonTree(const ReasonNode& root, Language language, size_t columns) {
  std::string out;
  Print(root, 0, language, columns, out);
  return out;
}

}  // namespace skyndsamt::cli
