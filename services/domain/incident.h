// The incident (händelse): what has been recorded about it, and what it takes next. A decider:
// initial state, evolve by fact, decide on a command. Pure: no clock, no log, no gRPC.
//
// Facts are recorded as they were: order and lateness never refuse one. Refused is what cannot be
// true (an interval that ends before it begins, a time certainly in the future, an unknown fact
// or child), what an id forbids (taken twice), who may not investigate (jäv), and a step that a
// closed case no longer takes. Intake is never gated on severity. A measure, request or complaint
// is known by whatever names it first: what became of it may be recorded before its beginning.
//
// Jäv: who has declared a conflict of interest, or is accused, is not assigned. The stated times
// decide where they are certain; a conflict and an assignment of the same time, or of none of their
// own, came in the order in which they are recorded. An assignment that may have come first is
// recorded as it was, and so is one of an old case that is brought in.
//
// Corrections. A correction strikes a fact through, for ever readable, and may put another in its
// place; of several corrections of one fact the last that stands holds. A correction is corrected
// in the same way: withdrawn it is reversed, replaced it puts the other fact in the same place.
// incident_opened is replaced by another incident_opened and never withdrawn: an incident keeps a
// unit. What stands takes effect at the place of the fact it stands for, so the state after a
// correction is the state in which the right thing had been recorded at once. The state keeps for
// this a journal of what each fact changes: nothing that a person wrote, and the stated time only
// of facts whose order counts (DatedStep, conflict of interest, closing).
//
// Closed cases. The work on a closed case (ärendet avslutat) waits for case_reopened: investigator,
// conversations, findings, classification, team, measures decided or carried out, closing again.
// All else is taken: new knowledge, follow-up and evaluation, information and feedback, answers,
// documents, corrections, links, orders, and the duties towards others, which no closing ends. So
// is work that certainly was done before the closing, by what is stated of both times: that it is
// recorded late refuses no fact.
//
// Value types, no synchronisation of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "eventstore/base/ids.h"
#include "services/domain/rejection.h"
#include "services/domain/reporting.h"
#include "services/domain/time_check.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::domain {

using event::v1::Fact;

// A guardian told, or decided not to be; without a guardian: the guardians, nobody says which.
struct GuardianWord {
  Fact::KindCase kind = Fact::KIND_NOT_SET;
  std::string guardian;
  bool operator==(const GuardianWord&) const = default;
};

// What has been folded of one child's case.
struct CaseState {
  bool closed = false;
  std::string closed_when;  // EDTF as stated; empty: not closed, relative, or not stated
  int reopened = 0;
  bool adult_pupil = false;  // 18 or older: no guardian is informed
  // Knowledge, investigation and, since the latest reopening, measures decided; in the order of
  // recording.
  std::vector<DatedStep> dated;
  std::vector<GuardianWord> told;  // guardians informed, given feedback, decided not to be
  uint64_t steps = 0;              // kinds of fact that stand for the case; see Done
  event::v1::Finding finding = event::v1::FINDING_UNSPECIFIED;  // of the latest conclusion

  // True if a fact of this kind stands; a reopening takes back conclusion, classification,
  // feedback and evaluation, which are then due again.
  bool Done(Fact::KindCase kind) const;
  // Somebody of that kind came to know, in whichever round.
  bool Knows(Knower who) const;
  bool operator==(const CaseState&) const = default;
};

struct MeasureState {
  std::vector<std::string> children;  // none named: every child
  bool decided = false;               // false: only what became of it is recorded
  bool carried_out = false;
  bool withdrawn = false;
  bool followed_up = false;  // with an effect that was assessed

  // Withdrawn without having been in force: what was carried out has an effect to follow up.
  bool dropped() const { return withdrawn && !carried_out; }
  bool operator==(const MeasureState&) const = default;
};

// A documents request or a complaint.
struct QuestionState {
  bool asked = false;  // false: only the answer is recorded
  bool answered = false;
  bool operator==(const QuestionState&) const = default;
};

// A declared conflict of interest.
struct Conflict {
  std::string person;
  std::string when;  // EDTF as stated; empty: relative, or not stated
  bool operator==(const Conflict&) const = default;
};

struct GuardianState {
  std::vector<std::string> children;
  bool suspected = false;  // as some declaration that stands says: never informed
  bool operator==(const GuardianState&) const = default;
};

// A person in a fact's effect, with the code that goes with the role.
struct RolePlayer {
  enum class Role : uint8_t { kChild, kAccused, kWard };
  Role role = Role::kChild;
  int code = 0;  // child: Answer adult_pupil; accused: AccusedKind
  std::string person;
  bool operator==(const RolePlayer&) const = default;
};

// What a fact changes in the state.
struct Effect {
  Fact::KindCase kind = Fact::KIND_NOT_SET;  // not set: nothing (a withdrawal)
  int code = 0;                       // of the kind: Knower, Finding, Effect, Answer suspected
  std::string subject;                // unit, person, measure, request, complaint, document
  std::string when;                   // of facts whose order counts
  std::vector<std::string> children;  // as the fact named them
  std::vector<RolePlayer> people;
  bool operator==(const Effect&) const = default;
};

// One recorded fact, in the order of recording.
struct JournalEntry {
  static constexpr uint32_t kNone = UINT32_MAX;
  bool correction = false;
  uint32_t corrects = kNone;  // index of the entry it corrects
  Effect effect;              // of a correction: what it puts in the fact's place
  bool operator==(const JournalEntry&) const = default;
};

struct Incident {
  bool exists = false;
  bool opened_live = false;  // by a fact that was not brought in later
  std::vector<JournalEntry> journal;
  absl::flat_hash_map<std::string, uint32_t> facts;  // fact id -> index in the journal

  // All below follows from what stands in the journal.
  std::string unit;
  std::vector<std::string> children;                  // in the order they were named
  absl::flat_hash_map<std::string, CaseState> cases;  // by child; "" where there are no children
  absl::flat_hash_set<std::string> persons;           // declared, or named as child or accused
  absl::flat_hash_map<std::string, GuardianState> guardians;
  absl::flat_hash_map<std::string, MeasureState> measures;
  absl::flat_hash_map<std::string, QuestionState> requests;
  absl::flat_hash_map<std::string, QuestionState> complaints;
  absl::flat_hash_set<std::string> documents;
  std::vector<Conflict> conflicts;           // of interest (jäv)
  absl::flat_hash_set<std::string> accused;  // persons accused; nobody has offended yet
  // Accused who are a principal; "" for one whom nobody names. The chain goes past them.
  std::vector<std::string> accused_principals;
  bool adult_accused = false;  // staff, principal or chief: the adult variant
  bool guardian_accused = false;
  bool unnamed_guardian_accused = false;  // one of them, nobody says which
  std::string investigator;               // the latest assigned

  bool operator==(const Incident&) const = default;
  size_t ApproximateBytes() const;  // for a cache bounded in bytes
};

class Rights;  // rights.h

struct RecordFacts {
  std::vector<Fact> facts;           // 1-100
  Micros now = 0;                    // the server's instant: what is certainly later is refused
  const TimeCheck* times = nullptr;  // reads the stated times; never null
  std::optional<event::v1::Imported> imported;  // set on every fact of an old case brought in
  const Rights* rights = nullptr;               // the caller's; null: everything
  std::string principal{};                      // person id of the unit's rektor; empty: not named
};

inline constexpr size_t kMaxFactsPerCommand = 100;

using Decision = std::variant<std::vector<Fact>, Rejection>;

// A state before anything happened.
Incident Initial();
// Folds one recorded fact; every fact ever recorded is accepted, also with sealed fields left out.
void Evolve(Incident& incident, const Fact& fact);
// Facts to append (with `imported` filled in), or why not. Checks facts in order, each against the
// state that the ones before it leave; relative times may be anchored to any fact of the command.
Decision Decide(const Incident& incident, RecordFacts command);
// True if the fact changes the legal state of a case: it concludes, closes or reopens one, or
// corrects what did. Who records such a fact must have seen what it changes.
bool IsLegalTransition(const Incident& incident, const Fact& fact);
// True if the child's case takes facts of this kind now ("" where there are no children).
bool Takes(const Incident& incident, std::string_view child, Fact::KindCase kind);
// What next steps depend on besides the incident.
struct NextContext {
  const TimeCheck& times;
  // Who receives reports from staff at the unit; unspecified: the principal (Skollagen 6:10 st 3).
  event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;
  std::string_view principal{};  // person id of the unit's rektor; empty: not named
  // Of whoever asks; null: everything.
  const Rights* rights = nullptr;
};
// Fact names (field names of Fact.kind) that wait to be done in the child's case, the most urgent
// and usual first, only such as it takes and the caller may record. An empty child means every case
// of the incident.
std::vector<std::string> NextActions(const Incident& incident, std::string_view child,
                                     const NextContext& context);
// The name of a fact's kind, e.g. "staff_learned"; empty if none is set.
std::string_view KindName(const Fact& fact);
std::string_view KindName(Fact::KindCase kind);

}  // namespace skyndsamt::domain
