#include "projections/views/pattern.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "projections/law/calendar.h"
#include "projections/law/wording.h"

namespace skyndsamt::views {
namespace {

using api::v1::Pattern;
using api::v1::PatternCase;
using api::v1::PatternIncident;
using api::v1::RecurrenceKind;
using law::Cat;
using law::Interval;

// What an incident can have in common with another.
struct Common {
  RecurrenceKind kind;
  std::string name{};   // a person, or a unit
  std::string place{};  // with a unit
  int code = 0;         // a type, form or leg
  auto operator<=>(const Common&) const = default;
};

// Where an imprecise time stands among others: what is open at its beginning, at its end.
Micros PlaceOf(const Interval& when) {
  if (when.earliest) return *when.earliest;
  return when.latest.value_or(std::numeric_limits<Micros>::max());
}

void Fill(const law::Range& range, api::v1::Range& to) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  to.set_min(static_cast<int32_t>(std::min(range.min, kMost)));
  if (range.max) to.set_max(static_cast<int32_t>(std::min(*range.max, kMost)));
}

void AddOf(const PatternCase& one, std::set<Common>& all) {
  if (one.type() != event::v1::CONDUCT_TYPE_UNSPECIFIED &&
      one.type() != event::v1::CONDUCT_TYPE_NOT_SUBSTANTIATED) {
    all.insert({.kind = api::v1::RECURRENCE_KIND_SAME_TYPE, .code = one.type()});
  }
  for (const int form : one.forms()) {
    all.insert({.kind = api::v1::RECURRENCE_KIND_SAME_FORM, .code = form});
  }
  for (const auto& leg : one.legs()) {
    if (leg.verdict() == api::v1::ROUTINE_VERDICT_LATE) {
      all.insert({.kind = api::v1::RECURRENCE_KIND_LATE_DUTY, .code = leg.leg()});
    }
    if (leg.practice() == api::v1::PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED) {
      all.insert({.kind = api::v1::RECURRENCE_KIND_LONG_DUTY, .code = leg.leg()});
    }
    if (leg.leg() == event::v1::LEG_START_INVESTIGATION &&
        leg.state() == api::v1::LEG_STATE_PENDING) {
      all.insert({.kind = api::v1::RECURRENCE_KIND_NOT_INVESTIGATED});
    }
  }
}

// Everything of an incident but what was asked about, which all of them have.
std::set<Common> CommonOf(const PatternIncident& incident, const PatternOf& of) {
  std::set<Common> all;
  for (const auto& accused : incident.accused()) {
    if (accused.person().empty() || accused.person() == of.accused) continue;
    all.insert({.kind = api::v1::RECURRENCE_KIND_SAME_ACCUSED, .name = accused.person()});
  }
  if (!incident.place().empty() && of.unit.empty()) {
    all.insert({.kind = api::v1::RECURRENCE_KIND_SAME_PLACE,
                .name = incident.unit(),
                .place = incident.place()});
  }
  for (const PatternCase& one : incident.cases()) {
    if (!one.child().empty() && one.child() != of.child) {
      all.insert({.kind = api::v1::RECURRENCE_KIND_SAME_CHILD, .name = one.child()});
    }
    AddOf(one, all);
  }
  return all;
}

law::Words WordsOf(RecurrenceKind kind, size_t n) {
  const auto count = static_cast<int64_t>(n);
  switch (kind) {
    case api::v1::RECURRENCE_KIND_SAME_CHILD:
      return {Cat("Samma barn var utsatt i ", count, " av händelserna."),
              Cat("The same child was exposed in ", count, " of the incidents.")};
    case api::v1::RECURRENCE_KIND_SAME_ACCUSED:
      return {Cat("Samma person är anklagad i ", count, " av händelserna."),
              Cat("The same person is accused in ", count, " of the incidents.")};
    case api::v1::RECURRENCE_KIND_SAME_PLACE:
      return {Cat(count, " av händelserna är från samma plats."),
              Cat(count, " of the incidents are from the same place.")};
    case api::v1::RECURRENCE_KIND_SAME_TYPE:
      return {Cat(count, " av händelserna är bedömda som samma slag."),
              Cat(count, " of the incidents are classified as the same type.")};
    case api::v1::RECURRENCE_KIND_SAME_FORM:
      return {Cat(count, " av händelserna har samma form."),
              Cat(count, " of the incidents took the same form.")};
    case api::v1::RECURRENCE_KIND_LATE_DUTY:
      return {
          Cat("I ", count, " av händelserna tog det längre tid än huvudmannens egen rutin."),
          Cat("In ", count, " of the incidents it took longer than the authority's own routine.")};
    case api::v1::RECURRENCE_KIND_LONG_DUTY:
      return {Cat("I ", count, " av händelserna tog det minst så lång tid som har kritiserats."),
              Cat("In ", count,
                  " of the incidents it took as long as what was criticised, or longer.")};
    case api::v1::RECURRENCE_KIND_NOT_INVESTIGATED:
      return {Cat("I ", count, " av händelserna är ingen utredning antecknad som inledd."),
              Cat("In ", count, " of the incidents no investigation is recorded as opened.")};
    case api::v1::RECURRENCE_KIND_AFTER_MEASURES:
      return {Cat(count, " av händelserna inträffade efter åtgärder för en tidigare händelse."),
              Cat(count, " of the incidents happened after measures for an earlier one.")};
    default:
      return {Cat(count, " av händelserna är inte kopplade till någon annan av dem."),
              Cat(count, " of the incidents are not linked to any other of them.")};
  }
}

void AddRecurrence(const Common& common, const std::set<size_t>& incidents, Pattern& to) {
  auto& added = *to.add_recurrences();
  added.set_kind(common.kind);
  switch (common.kind) {
    case api::v1::RECURRENCE_KIND_SAME_CHILD:
    case api::v1::RECURRENCE_KIND_SAME_ACCUSED:
      added.set_person(common.name);
      break;
    case api::v1::RECURRENCE_KIND_SAME_PLACE:
      added.mutable_place()->set_unit(common.name);
      added.mutable_place()->set_place(common.place);
      break;
    case api::v1::RECURRENCE_KIND_SAME_TYPE:
      added.set_type(static_cast<event::v1::ConductType>(common.code));
      break;
    case api::v1::RECURRENCE_KIND_SAME_FORM:
      added.set_form(static_cast<event::v1::ConductForm>(common.code));
      break;
    default:
      added.set_leg(static_cast<event::v1::Leg>(common.code));
  }
  for (const size_t i : incidents) {
    added.add_incidents(to.incidents(static_cast<int>(i)).incident());
  }
  *added.mutable_text() = law::ToText(WordsOf(common.kind, incidents.size()));
}

// Those that happened, for certain, after a measure of one before them was carried out.
std::set<size_t> AfterMeasures(const std::vector<PatternPart>& parts) {
  std::set<size_t> after;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool follows =
        std::ranges::any_of(std::span(parts).first(i), [&](const PatternPart& earlier) {
          return std::ranges::any_of(earlier.carried_out, [&](const Interval& done) {
            return law::CertainlyBefore(done, parts[i].happened);
          });
        });
    if (follows) after.insert(i);
  }
  return after;
}

// Those that no entry, of theirs or of another here, links to another here.
std::set<size_t> Unlinked(const Pattern& pattern) {
  std::set<size_t> alone;
  std::set<std::string> linked;
  std::set<std::string> here;
  for (const PatternIncident& incident : pattern.incidents()) here.insert(incident.incident());
  for (const PatternIncident& incident : pattern.incidents()) {
    for (const auto& link : incident.links()) {
      if (link.other() == incident.incident() || !here.contains(link.other())) continue;
      linked.insert({incident.incident(), link.other()});
    }
  }
  for (int i = 0; i < pattern.incidents_size(); ++i) {
    if (!linked.contains(pattern.incidents(i).incident())) alone.insert(static_cast<size_t>(i));
  }
  return alone;
}

void AddRecurrences(const std::vector<PatternPart>& parts, const PatternOf& of, Pattern& to) {
  std::map<Common, std::set<size_t>> by_common;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (const Common& common : CommonOf(parts[i].incident, of)) by_common[common].insert(i);
  }
  for (const auto& [common, incidents] : by_common) {
    if (incidents.size() > 1) AddRecurrence(common, incidents, to);
  }
  if (const auto after = AfterMeasures(parts); !after.empty()) {
    AddRecurrence({.kind = api::v1::RECURRENCE_KIND_AFTER_MEASURES}, after, to);
  }
  const auto alone = Unlinked(to);
  if (parts.size() > 1 && !alone.empty()) {
    AddRecurrence({.kind = api::v1::RECURRENCE_KIND_NOT_LINKED}, alone, to);
  }
}

void AddTimeline(const std::vector<PatternPart>& parts, Pattern& to) {
  struct Place {
    Micros at;
    Micros end;
    uint64_t position;
    const api::v1::PatternMoment* moment;
  };
  std::vector<Place> places;
  for (const PatternPart& part : parts) {
    for (size_t i = 0; i < part.moments.size(); ++i) {
      const Interval& when = part.times[i];
      places.push_back({PlaceOf(when), when.latest.value_or(PlaceOf(when)),
                        part.moments[i].when().position(), &part.moments[i]});
    }
  }
  std::ranges::sort(places, {}, [](const Place& place) {
    return std::tuple(place.at, place.end, place.position);
  });
  for (const Place& place : places) *to.add_timeline() = *place.moment;
}

void SetOf(const PatternOf& of, Pattern& to) {
  if (!of.child.empty()) {
    to.set_child(std::string(of.child));
  } else if (!of.accused.empty()) {
    to.set_accused(std::string(of.accused));
  } else {
    to.mutable_place()->set_unit(std::string(of.unit));
    to.mutable_place()->set_place(std::string(of.place));
  }
}

}  // namespace

Pattern Weave(std::vector<PatternPart> parts, const PatternOf& of) {
  std::ranges::sort(parts, {}, [](const PatternPart& part) {
    return std::tuple(PlaceOf(part.happened), part.recorded, part.incident.incident());
  });
  Pattern pattern;
  SetOf(of, pattern);
  for (size_t i = 0; i < parts.size(); ++i) {
    PatternIncident& incident = *pattern.add_incidents();
    incident = parts[i].incident;
    if (i == 0) continue;
    Fill(law::CalendarDays(parts[i - 1].happened, parts[i].happened),
         *incident.mutable_days_since_previous());
  }
  if (!parts.empty()) {
    Fill(law::CalendarDays(parts.front().happened, parts.back().happened),
         *pattern.mutable_span_days());
  }
  AddRecurrences(parts, of, pattern);
  AddTimeline(parts, pattern);
  return pattern;
}

}  // namespace skyndsamt::views
