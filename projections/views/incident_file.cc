#include "projections/views/incident_file.h"

#include <algorithm>
#include <utility>

namespace skyndsamt::views {

absl::StatusOr<IncidentFile> IncidentFile::Read(log::EventLog& log, const StreamId& incident,
                                                Position end,
                                                std::shared_ptr<const Organisation> organisation,
                                                Micros clock) {
  auto stream = FactStream::Read(log, incident, end);
  if (!stream.ok()) return stream.status();
  if (stream->empty()) return absl::NotFoundError("unknown incident");
  IncidentFile file;
  file.stream_ = *std::move(stream);
  file.incident_ = std::make_unique<const std::string>(incident.ToString());
  file.now_ = std::max(clock, file.entries().back().recorded);
  const auto facts = law::EffectiveFacts(file.entries(), file.now_);
  file.children_ = ChildrenOf(facts);
  file.unit_id_ = UnitOf(facts);
  file.unit_ = organisation->FindUnit(file.unit_id_);
  const std::string authority_id = file.unit_ == nullptr ? "" : file.unit_->authority;
  file.policy_ = organisation->PolicyOf(authority_id);
  if (const auto authority = organisation->FindAuthority(authority_id)) {
    file.provider_ = authority->declared.provider();
  }
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

law::CaseFile IncidentFile::Ask(std::string_view child, Micros as_of, Micros known_at) const {
  law::CaseFile file;
  file.incident = *incident_;
  file.child = child;
  file.entries = stream_.entries();
  file.policy = policy_.get();
  file.as_of = as_of;
  file.known_at = known_at;
  file.provider = provider_;
  if (unit_ != nullptr) {
    file.form = unit_->declared.form();
    file.report_receiver = unit_->declared.report_receiver();
  }
  return file;
}

}  // namespace skyndsamt::views
