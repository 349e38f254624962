#include "projections/views/incident_file.h"

#include <algorithm>
#include <utility>

#include "projections/views/case_file.h"
#include "projections/views/policy_steps.h"

namespace skyndsamt::views {
namespace {

// The entry, or what a correction puts in another's place, opens the incident with this child.
bool Names(const event::v1::Fact& fact, std::string_view child) {
  if (fact.correction().has_replacement()) return Names(fact.correction().replacement(), child);
  return std::ranges::any_of(fact.incident_opened().children(),
                             [&](const auto& one) { return one.person() == child; });
}

}  // namespace

absl::StatusOr<IncidentFile> IncidentFile::Read(log::EventLog& log, const StreamId& incident,
                                                Position end,
                                                std::shared_ptr<const Organisation> organisation,
                                                Micros clock, bool keep_records) {
  auto stream = FactStream::Read(log, incident, end, keep_records);
  if (!stream.ok()) return stream.status();
  if (stream->empty()) return absl::NotFoundError("unknown incident");
  IncidentFile file;
  file.stream_ = *std::move(stream);
  file.incident_ = std::make_unique<const std::string>(incident.ToString());
  file.now_ = std::max(clock, file.entries().back().recorded);
  const auto facts = law::EffectiveFacts(file.entries(), file.now_);
  file.children_ = ChildrenOf(facts);
  file.unit_ = UnitOf(facts);
  for (const auto& said : organisation->DeclarationsOf(file.unit_)) {
    file.now_ = std::max({file.now_, said->recorded, LastRecorded(*organisation, said->authority)});
  }
  file.organisation_ = std::move(organisation);
  return file;
}

absl::StatusOr<std::string> IncidentFile::ChildMeant(std::string_view named,
                                                     Micros known_at) const {
  const auto facts = law::EffectiveFacts(entries(), known_at);
  const bool opened = std::ranges::any_of(
      facts, [](const law::EffectiveFact& fact) { return fact.fact->has_incident_opened(); });
  const std::vector<std::string> children = opened ? ChildrenOf(facts) : children_;
  if (named.empty()) {
    if (children.size() == 1) return children.front();
    return absl::InvalidArgumentError("child");
  }
  const auto first = std::ranges::find_if(
      entries(), [&](const law::Entry& entry) { return Names(*entry.fact, named); });
  const bool only_later = first != entries().end() && first->recorded > known_at;
  if (only_later || std::ranges::find(children, named) != children.end()) {
    return std::string(named);
  }
  return absl::NotFoundError("unknown case");
}

bool IncidentFile::EverNamed(std::string_view child) const {
  return std::ranges::any_of(entries(),
                             [&](const law::Entry& entry) { return Names(*entry.fact, child); });
}

law::CaseFile IncidentFile::Ask(std::string_view child, law::Instants when) const {
  law::CaseFile file;
  file.incident = *incident_;
  file.child = child;
  file.entries = entries();
  file.as_of = when.as_of;
  file.known_at = when.known_at;
  FillUnit(*organisation_, UnitOf(law::EffectiveFacts(entries(), when.known_at)), file);
  return file;
}

std::vector<law::PolicyStep> IncidentFile::PolicyBetween(Micros after, Micros up_to) const {
  return PolicySteps(*organisation_, UnitOf(law::EffectiveFacts(entries(), up_to)), after, up_to);
}

}  // namespace skyndsamt::views
