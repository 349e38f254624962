// The steps that an incident's cases have come to, as statistics count them: read from the facts
// that stand and from the law engine's answer. What is counted is a case's step; a duty that the
// whole incident has once (law/judge.h) is one step, however many children it exposed. Codes and
// random ids alone; nothing sealed is read. Pure, thread-safe.
#pragma once

#include <map>
#include <string>

#include "projections/law/judge.h"
#include "projections/views/incident_file.h"
#include "projections/views/organisation.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "skyndsamt/view/v1/statistics.pb.h"

namespace skyndsamt::statistics {

// By name.
using Steps = std::map<std::string, view::v1::StatisticsStep>;

// Unit, authority and form as known at an instant, and which ids tie the incident to others.
// Without an authority where the unit had not been declared: then nothing is counted.
view::v1::StatisticsIncident Belonging(const views::IncidentFile& file, const StreamId& incident,
                                       const views::Organisation& organisation, Micros at);

// As they stood at an instant. `reminders`: what the timers have told of the incident.
Steps StepsOf(const views::IncidentFile& file, const std::vector<event::v1::Reminder>& overdue,
              Micros at);

// Which step a reminder is about: the same for every date that is told of.
std::string NameOf(const event::v1::Reminder& overdue);

}  // namespace skyndsamt::statistics
