#include "projections/views/incident_file.h"

#include <algorithm>
#include <utility>

#include "projections/views/case_file.h"
#include "projections/views/policy_steps.h"

namespace skyndsamt::views {

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
  file.organisation_ = std::move(organisation);
  return file;
}

absl::StatusOr<std::string> IncidentFile::ChildMeant(std::string_view named) const {
  if (named.empty()) {
    if (children_.size() == 1) return children_.front();
    return absl::InvalidArgumentError("child");
  }
  if (std::ranges::find(children_, named) == children_.end()) {
    return absl::NotFoundError("unknown case");
  }
  return std::string(named);
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
