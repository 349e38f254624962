#include "services/api/case_details.h"

#include <algorithm>
#include <utility>

#include "projections/law/effective_facts.h"
#include "projections/views/fact_stream.h"
#include "services/commands/opening.h"
#include "services/domain/incident.h"

namespace skyndsamt::api {
namespace {

using event::v1::Fact;

// What an entry declares of a person: its own words, or those it puts in another's place.
const event::v1::PersonDeclared* DeclarationIn(const Fact& fact) {
  if (fact.has_person_declared()) return &fact.person_declared();
  const Fact& replacement = fact.correction().replacement();
  return replacement.has_person_declared() ? &replacement.person_declared() : nullptr;
}

}  // namespace

Fact::KindCase FactEnding(event::v1::Leg leg) {
  switch (leg) {
    case event::v1::LEG_REPORT_TO_PRINCIPAL:
      return Fact::kPrincipalInformed;
    case event::v1::LEG_NOTIFY_AUTHORITY:
      return Fact::kAuthorityNotified;
    case event::v1::LEG_START_INVESTIGATION:
      return Fact::kInvestigationOpened;
    case event::v1::LEG_COMPLETE_INVESTIGATION:
      return Fact::kInvestigationConcluded;
    case event::v1::LEG_DECIDE_MEASURES:
      return Fact::kMeasureDecided;
    case event::v1::LEG_CARRY_OUT_MEASURES:
      return Fact::kMeasureCarriedOut;
    case event::v1::LEG_FOLLOW_UP:
      return Fact::kMeasureFollowedUp;
    case event::v1::LEG_EVALUATE_MEASURES:
      return Fact::kMeasuresEvaluated;
    case event::v1::LEG_INFORM_GUARDIAN:
      return Fact::kGuardianInformed;
    case event::v1::LEG_FEED_BACK_TO_GUARDIAN:
      return Fact::kGuardianGivenFeedback;
    case event::v1::LEG_FEED_BACK_TO_AUTHORITY:
      return Fact::kAuthorityGivenFeedback;
    case event::v1::LEG_SOCIAL_SERVICES_REPORT:
      return Fact::kSocialServicesReported;
    case event::v1::LEG_WORK_ENVIRONMENT_REPORT:
      return Fact::kWorkEnvironmentReported;
    case event::v1::LEG_POLICE_REPORT:
      return Fact::kPoliceReported;
    case event::v1::LEG_ANSWER_DOCUMENTS_REQUEST:
      return Fact::kDocumentsAnswered;
    case event::v1::LEG_ANSWER_COMPLAINT:
      return Fact::kComplaintAnswered;
    default:
      return Fact::KIND_NOT_SET;
  }
}

absl::Status CaseDetails::AddNextActions(const domain::Rights& caller, v1::Case& out) const {
  const auto stream = StreamId::Parse(out.incident());
  if (!stream.ok()) return stream.status();
  const auto facts = views::FactStream::Read(log_, *stream, out.reflects().position() + 1);
  if (!facts.ok()) return facts.status();
  domain::Incident incident = domain::Initial();
  for (const law::Entry& entry : facts->entries()) domain::Evolve(incident, *entry.fact);

  domain::NextContext context{times_};
  context.rights = &caller;
  const auto unit = views_.FindUnit(incident.unit);
  if (unit != nullptr) {
    context.report_receiver = unit->declared.report_receiver();
    context.principal = unit->declared.principal();
  }
  auto& actions = *out.mutable_next_actions();
  for (std::string& action : domain::NextActions(incident, out.child(), context)) {
    actions.Add(std::move(action));
  }
  for (const law::Waiting& step : views_.WaitingSteps(*stream, out.child(), facts->entries())) {
    const Fact::KindCase kind = FactEnding(step.leg);
    const std::string_view name = domain::KindName(kind);
    if (std::ranges::find(actions, name) == actions.end() &&
        domain::Takes(incident, out.child(), kind) &&
        domain::MayRecord(incident, kind, caller, context.principal)) {
      actions.Add(std::string(name));
    }
  }
  return absl::OkStatus();
}

absl::Status CaseDetails::AddChildName(v1::Case& out) const {
  if (out.child().empty()) return absl::OkStatus();
  const auto stream = StreamId::Parse(out.incident());
  if (!stream.ok()) return stream.status();
  const Position end = out.reflects().position() + 1;
  const auto facts = views::FactStream::Read(log_, *stream, end, /*keep_records=*/true);
  if (!facts.ok()) return facts.status();
  std::string name;
  for (const auto& stands : law::EffectiveFacts(facts->entries(), views::kEverythingKnown)) {
    if (stands.fact->person_declared().person() != out.child()) continue;
    // What is stated is sealed where it is stated: in the entry that put it there.
    const log::Record& record =
        *std::ranges::lower_bound(facts->records(), stands.position, {}, &log::Record::position);
    const auto opened = commands::OpenFact(record, keys_);
    if (!opened.ok()) return opened.status();
    // A declaration without a name says nothing about it.
    const auto* declared = DeclarationIn(opened->fact);
    if (declared != nullptr && !declared->name().empty()) name = declared->name();
  }
  out.set_child_name(std::move(name));
  return absl::OkStatus();
}

absl::Status CaseDetails::OpenSealed(views::TrailEntry& out) const {
  auto opened = commands::OpenFact(out.record, keys_);
  if (!opened.ok()) return opened.status();
  *out.entry.mutable_fact() = std::move(opened->fact);
  return absl::OkStatus();
}

}  // namespace skyndsamt::api
