// The words of the answers themselves: what duties are called, and what each state, verdict and
// position says, in plain Swedish and in English. It compares; it never calls anything lawful or
// unlawful. Pure, thread-safe.
#pragma once

#include "projections/law/wording.h"
#include "skyndsamt/api/v1/timeliness.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::law {

// "anmälan till huvudman", "Notify authority"; empty for a number that no duty has.
Phrase LegName(event::v1::Leg leg);
// The same with its round, measure or request, where the leg has one: "anmälan till huvudman,
// omgång 2". Guardians are person ids and left out.
Words LegNamed(event::v1::Leg leg, int round, std::string_view measure, std::string_view request);

// What starts a duty's time, as a clause: "rektorn fick veta"; what to look for where no fact says.
Phrase StartOf(event::v1::Leg leg);

// Where a duty stands, as a sentence.
Phrase StateSentence(api::v1::LegState state);
// How it compares, as a sentence.
Phrase RoutineSentence(api::v1::RoutineVerdict verdict);
Phrase PracticeSentence(api::v1::PracticePosition position);

// The same in a word or two, for "from ... to ...".
Phrase StateWord(api::v1::LegState state);
Phrase RoutineWord(api::v1::RoutineVerdict verdict);
Phrase PracticeWord(api::v1::PracticePosition position);
Phrase RemarkWord(api::v1::Remark remark);

}  // namespace skyndsamt::law
