#include "projections/law/reason_tree.h"

#include <string>

namespace skyndsamt::law {
namespace {

using api::v1::ReasonNode;

void Render(const ReasonNode& node, api::v1::LegTimeliness& leg) {
  const bool concludes = node.kind() == api::v1::REASON_KIND_CONCLUSION;
  if (!concludes) *leg.add_explanation() = node.text();
  for (const ReasonNode& ground : node.grounds()) Render(ground, leg);
  if (concludes) *leg.add_explanation() = node.text();
}

}  // namespace

ReasonNode& AddReason(ReasonNode& under, api::v1::ReasonKind kind, const Words& text) {
  ReasonNode& node = *under.add_grounds();
  node.set_kind(kind);
  *node.mutable_text() = ToText(text);
  return node;
}

void StandsOn(const EffectiveFact& fact, ReasonNode& node) {
  node.mutable_stands_on()->set_fact(std::string(fact.id));
  node.mutable_stands_on()->set_position(fact.position);
}

void StandsOn(std::string_view citation, std::string_view rule_set, ReasonNode& node) {
  node.mutable_stands_on()->set_citation(std::string(citation));
  node.mutable_stands_on()->set_rule_set(std::string(rule_set));
}

void RenderLines(api::v1::LegTimeliness& leg) {
  leg.clear_explanation();
  Render(leg.reasons(), leg);
}

}  // namespace skyndsamt::law
