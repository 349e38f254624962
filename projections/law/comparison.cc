#include "projections/law/comparison.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/comparison_words.h"
#include "projections/law/trial.h"

namespace skyndsamt::law {
namespace {

using api::v1::ChangeCause;
using api::v1::CompareTimelinessResponse;
using api::v1::LegChange;
using api::v1::LegTimeliness;
using api::v1::Timeliness;

LegTimeliness WithoutReasons(LegTimeliness leg) {
  leg.clear_reasons();
  leg.clear_explanation();
  leg.clear_settling();
  return leg;
}

void Name(const LegTimeliness& leg, LegChange& change) {
  change.set_leg(leg.leg());
  change.set_round(leg.round());
  change.set_measure(leg.measure());
  change.set_guardian(leg.guardian());
  change.set_request(leg.request());
}

std::map<std::string, const LegTimeliness*> ByKey(const Timeliness& answer) {
  std::map<std::string, const LegTimeliness*> legs;
  for (const LegTimeliness& leg : answer.legs()) legs[LegKey(leg)] = &leg;
  return legs;
}

std::string KeyOf(const LegChange& change) {
  return LegKey(change.has_after() ? change.after() : change.before());
}

// One step of the walk: where it leads, what it is, and which duties it changes.
struct Step {
  Instants to;
  ChangeCause cause;
  std::optional<size_t> entry;  // of the stream, where it is one
  std::set<std::string, std::less<>> changes;
  bool changes_case = false;
};

// What had certainly happened at `to` and not at `from`, as known at the same instant.
std::vector<std::string> CameToHaveHappened(const FileAt& file, Instants from, Instants to) {
  std::set<std::string, std::less<>> before;
  const CaseFile earlier = file({std::min(from.as_of, to.as_of), from.known_at});
  const CaseFile later = file({std::max(from.as_of, to.as_of), from.known_at});
  const CaseReading read_earlier(earlier);
  const CaseReading read_later(later);
  for (const DatedFact& fact : read_earlier.dated()) {
    if (fact.happened) before.emplace(fact.stated->id);
  }
  std::vector<std::string> since;
  for (const DatedFact& fact : read_later.dated()) {
    if (fact.happened && !before.contains(fact.stated->id)) since.emplace_back(fact.stated->id);
  }
  return since;
}

ChangeCause OfTime(const FileAt& file, Instants from, Instants to) {
  ChangeCause cause;
  cause.set_kind(api::v1::CAUSE_KIND_TIME);
  for (std::string& id : CameToHaveHappened(file, from, to)) cause.add_facts(std::move(id));
  PutInWords(FormatInstant(std::min(from.as_of, to.as_of)),
             FormatInstant(std::max(from.as_of, to.as_of)), cause);
  return cause;
}

ChangeCause OfEntry(const Entry& entry) {
  ChangeCause cause;
  const bool correction = entry.fact->has_correction();
  cause.set_kind(correction ? api::v1::CAUSE_KIND_CORRECTION : api::v1::CAUSE_KIND_FACT);
  cause.add_facts(entry.fact->id());
  cause.set_position(entry.position);
  cause.set_recorded(FormatInstant(entry.recorded));
  PutInWords(*entry.fact, cause);
  return cause;
}

// The steps from the side that knew less to the one that knew more.
std::vector<Step> StepsBetween(const FileAt& file, Instants less, Instants more,
                               std::vector<PolicyStep> policy) {
  std::vector<Step> recorded;
  for (PolicyStep& step : policy) {
    recorded.push_back({{more.as_of, step.recorded}, std::move(step.cause), {}, {}});
  }
  const std::span<const Entry> entries = file(more).entries;
  for (size_t i = 0; i < entries.size(); ++i) {
    recorded.push_back({{more.as_of, entries[i].recorded}, OfEntry(entries[i]), i, {}});
  }
  std::erase_if(recorded, [&](const Step& step) {
    return step.to.known_at <= less.known_at || step.to.known_at > more.known_at;
  });
  std::ranges::stable_sort(recorded, {}, [](const Step& step) { return step.to.known_at; });
  if (less.as_of != more.as_of) {
    const Instants moved{more.as_of, less.known_at};
    recorded.insert(recorded.begin(), {moved, OfTime(file, less, moved), {}, {}});
  }
  return recorded;
}

void Note(const Timeliness& from, const Timeliness& to, Step& step) {
  for (const LegChange& change : ChangedLegs(from, to)) step.changes.insert(KeyOf(change));
  step.changes_case = step.changes_case || CaseChanged(from, to);
}

// Which step changes what, one after another.
void Walk(const FileAt& file, Instants from, std::vector<Step>& steps) {
  Timeliness last = Judge(file(from), Detail::kVerdicts);
  for (Step& step : steps) {
    Timeliness next = Judge(file(step.to), Detail::kVerdicts);
    Note(last, next, step);
    last = std::move(next);
  }
}

// An entry that changed nothing when it was made may be what a later one needed: it is a cause,
// too, if the last answer would be another without it.
void LeaveOutOneByOne(const FileAt& file, Instants at, std::vector<Step>& steps) {
  const CaseFile whole = file(at);
  const Timeliness last = Judge(whole, Detail::kVerdicts);
  for (Step& step : steps) {
    if (!step.entry) continue;
    std::vector<Entry> entries(whole.entries.begin(), whole.entries.end());
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(*step.entry));
    CaseFile without = whole;
    without.entries = entries;
    Note(Judge(without, Detail::kVerdicts), last, step);
  }
}

// Takes over the steps that changed something that is told of.
void AddCauses(const std::vector<Step>& steps, CompareTimelinessResponse& to) {
  for (const Step& step : steps) {
    const int index = to.causes_size();
    bool told = step.changes_case && !to.summary().empty();
    for (LegChange& change : *to.mutable_legs()) {
      if (!step.changes.contains(KeyOf(change))) continue;
      change.add_causes(index);
      told = true;
    }
    if (told) *to.add_causes() = step.cause;
  }
}

}  // namespace

std::vector<LegChange> ChangedLegs(const Timeliness& before, const Timeliness& after) {
  std::vector<LegChange> changes;
  auto earlier = ByKey(before);
  for (const LegTimeliness& leg : after.legs()) {
    const auto found = earlier.find(LegKey(leg));
    const LegTimeliness* was = found == earlier.end() ? nullptr : found->second;
    if (was != nullptr) earlier.erase(found);
    LegChange change;
    AddChanges(was, &leg, change);
    if (change.changes().empty()) continue;
    Name(leg, change);
    if (was != nullptr) *change.mutable_before() = WithoutReasons(*was);
    *change.mutable_after() = WithoutReasons(leg);
    changes.push_back(std::move(change));
  }
  for (const LegTimeliness& leg : before.legs()) {
    if (!earlier.contains(LegKey(leg))) continue;
    LegChange change;
    AddChanges(&leg, nullptr, change);
    Name(leg, change);
    *change.mutable_before() = WithoutReasons(leg);
    changes.push_back(std::move(change));
  }
  return changes;
}

CompareTimelinessResponse Compare(const FileAt& file, Instants before, Instants after,
                                  std::vector<PolicyStep> policy) {
  const Timeliness was = Judge(file(before), Detail::kVerdicts);
  const Timeliness is = Judge(file(after), Detail::kVerdicts);
  CompareTimelinessResponse answer;
  answer.set_incident(is.incident());
  answer.set_child(is.child());
  answer.mutable_before()->set_as_of(was.as_of());
  answer.mutable_before()->set_known_at(was.known_at());
  answer.mutable_after()->set_as_of(is.as_of());
  answer.mutable_after()->set_known_at(is.known_at());
  for (LegChange& change : ChangedLegs(was, is)) *answer.add_legs() = std::move(change);
  Summarise(was, is, answer);

  const bool forward = before.known_at <= after.known_at;
  const Instants less = forward ? before : after;
  const Instants more = forward ? after : before;
  std::vector<Step> steps = StepsBetween(file, less, more, std::move(policy));
  Walk(file, less, steps);
  LeaveOutOneByOne(file, more, steps);
  AddCauses(steps, answer);
  return answer;
}

}  // namespace skyndsamt::law
