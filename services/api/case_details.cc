#include "services/api/case_details.h"

#include "services/commands/opening.h"
#include "services/domain/incident.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::api {
namespace {

using event::v1::Fact;

// Hands every record of an incident's stream that passes the filter to `take`, oldest first.
template <typename Take>
absl::Status ForEachRecord(log::EventLog& log, const std::string& incident,
                           const log::Filter& filter, Take take) {
  const auto stream = StreamId::Parse(incident);
  if (!stream.ok()) return stream.status();
  log::ReadOptions options;
  options.filter = filter;
  options.from = 0;
  while (options.from) {
    const auto read = log.ReadStream(*stream, options);
    if (!read.ok()) return read.status();
    for (const log::Record& record : read->records) take(record);
    options.from = read->next;
  }
  return absl::OkStatus();
}

const event::v1::PersonDeclared* DeclarationIn(const Fact& fact) {
  if (fact.has_person_declared()) return &fact.person_declared();
  const Fact& replacement = fact.correction().replacement();
  return replacement.has_person_declared() ? &replacement.person_declared() : nullptr;
}

}  // namespace

void CaseDetails::AddNextActions(v1::Case& out) const {
  domain::Incident incident = domain::Initial();
  skyndsamt::log::v1::Body body;
  Fact fact;
  const absl::Status read =
      ForEachRecord(backend_.log, out.incident(), {}, [&](const log::Record& record) {
        if (body.ParseFromString(record.body) && fact.ParseFromString(body.event())) {
          domain::Evolve(incident, fact);
        }
      });
  if (!read.ok()) return;
  for (std::string& action : domain::NextActions(incident, out.child())) {
    out.add_next_actions(std::move(action));
  }
}

void CaseDetails::AddChildName(v1::Case& out) const {
  if (out.child().empty()) return;
  const log::Filter declarations{{"incident.person_declared", "incident.correction"}, {}};
  const absl::Status read =
      ForEachRecord(backend_.log, out.incident(), declarations, [&](const log::Record& record) {
        const auto opened = commands::OpenFact(record, backend_.keys);
        const auto* person = opened.ok() ? DeclarationIn(opened->fact) : nullptr;
        if (person != nullptr && person->person() == out.child())
          out.set_child_name(person->name());
      });
  if (!read.ok()) out.clear_child_name();
}

void CaseDetails::OpenSealed(views::TrailEntry& out) const {
  auto opened = commands::OpenFact(out.record, backend_.keys);
  if (opened.ok()) *out.entry.mutable_fact() = std::move(opened->fact);
}

}  // namespace skyndsamt::api
