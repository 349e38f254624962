// What a case has come to, read from its facts without regard to time: for views and the worklist.
// Pure functions, thread-safe.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "projections/law/effective_facts.h"
#include "skyndsamt/event/v1/incident.pb.h"
#include "skyndsamt/event/v1/investigation.pb.h"
#include "skyndsamt/event/v1/measure.pb.h"

namespace skyndsamt::law {

// In the order a case passes through them; the API's CaseState has the same values.
enum class CaseStage {
  kKnown = 1,     // known of; the authority has not been told
  kNotified = 2,  // the authority (huvudman) knows
  kUnderInvestigation = 3,
  kConcluded = 4,
  kMeasures = 5,  // measures decided, not all followed up
  kFollowedUp = 6,
  kClosed = 7,
};

struct MeasureFacts {
  std::string_view measure{};
  const event::v1::MeasureDecided* decided = nullptr;  // null: only later facts name it
  bool carried_out = false;
  bool withdrawn = false;
  event::v1::Effect effect = event::v1::EFFECT_UNSPECIFIED;  // of the last follow-up

  // Nothing more is to be done about it: withdrawn before it was carried out, or followed up with
  // its effect assessed. What was in force has an effect to follow up, withdrawn or not.
  bool settled() const;
};

// One case (incident, child) as recorded.
struct CaseFacts {
  CaseStage stage = CaseStage::kKnown;
  // Staff, principal or chief is accused; "guardian" and "other adult" follow the child variant
  // unless the routine says otherwise (`guardian_accused`).
  bool adult_variant = false;
  bool guardian_accused = false;  // a guardian or another adult is accused
  bool child_accused = false;
  bool principal_accused = false;
  std::vector<std::string_view> accused_principals;  // person ids; "" for one whom nobody names
  std::string_view investigator;
  event::v1::Finding finding = event::v1::FINDING_UNSPECIFIED;
  event::v1::ConductType type = event::v1::CONDUCT_TYPE_UNSPECIFIED;
  std::vector<MeasureFacts> measures;  // in the order they were first named
  std::vector<std::string_view> linked_incidents;
  int reopened = 0;
  bool imported = false;  // any of its facts was brought in later

  // A principal (rektor) of this unit is accused: this one, a person id, or where either of them is
  // not named, whoever it is. The chain then goes past them, to the chief education officer.
  bool Accuses(std::string_view principal) const;
};

// `facts` are the incident's effective facts (effective_facts.h); only those of `child` count.
CaseFacts ReadCase(std::span<const EffectiveFact> facts, std::string_view child);

}  // namespace skyndsamt::law
