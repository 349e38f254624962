// A case as a test tells it: facts in the order they are recorded, asked as the product would be.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "projections/law/civil_time.h"
#include "projections/law/edtf.h"
#include "projections/law/judge.h"
#include "projections/law/shipped_rules.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::law::testing {

// The last instant of a stated time: a day's end, a minute's end.
Micros EndOfTime(std::string_view edtf);

class Story {
 public:
  // An incident in a compulsory school, with the shipped rules, told (as a case file is) at the
  // instant it is asked about.
  explicit Story(std::string_view as_of);

  Story& Accused(event::v1::AccusedKind kind, std::string_view person = {});
  Story& Child(std::string_view person, event::v1::Answer adult_pupil = event::v1::ANSWER_NO);

  // A fact with a stated time; the caller sets its kind. Facts are recorded in the order of calls.
  event::v1::Fact& Add(std::string_view id, std::string_view edtf);
  // A fact at least and at most so long after another.
  event::v1::Fact& After(std::string_view id, std::string_view anchor, std::string_view at_least,
                         std::string_view at_most = {});
  // From here on facts are recorded live at this instant, not imported afterwards.
  Story& RecordedAt(std::string_view edtf);

  // The authority's routine: one version with one limit; more limits by calling it again with the
  // same `from`.
  event::v1::RoutineLimit& Limit(event::v1::Leg leg, std::string_view limit,
                                 std::string_view from = "2000-01-01");

  api::v1::Timeliness Ask() { return Ask(as_of_); }
  api::v1::Timeliness Ask(std::string_view as_of) { return Ask(as_of, "2200-01-01"); }
  api::v1::Timeliness Ask(std::string_view as_of, std::string_view known_at);
  std::vector<Waiting> Steps();
  // What is asked; valid until the story is told on or asked again.
  CaseFile File(Micros as_of, Micros known_at);
  // What is asked about, for a test that looks inside; lives until the story is asked again.
  CaseFile FileAt(std::string_view as_of) {
    return File(EndOfTime(as_of), EndOfTime("2200-01-01"));
  }

  // A version of the routine with that one limit, and the rules without yardsticks and statutes,
  // recorded only then.
  void LaterLimit(std::string_view recorded, const event::v1::RoutineLimit& limit,
                  std::string_view from);
  void LaterRules(std::string_view recorded, event::v1::RuleSetPublished rules = {});

  event::v1::UnitForm form = event::v1::UNIT_FORM_COMPULSORY_SCHOOL;
  event::v1::ProviderType provider = event::v1::PROVIDER_TYPE_MUNICIPAL;
  event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;
  std::vector<UnitTerms> changes;  // of the unit, each from a day on
  std::string child = "child-1";

  std::deque<event::v1::Fact>& facts() { return facts_; }
  const std::string& as_of() const { return as_of_; }

 private:
  std::string as_of_;
  std::deque<event::v1::Fact> facts_;
  std::vector<Micros> recorded_;
  Micros now_;
  bool imported_ = true;
  std::vector<event::v1::RoutinePublished> routines_;
  std::vector<std::pair<Micros, event::v1::RoutinePublished>> later_routines_;
  std::vector<std::pair<Micros, event::v1::RuleSetPublished>> later_rules_;
  std::vector<Entry> entries_;
  PolicySet policy_;
};

// The only leg of that kind (and round, measure, guardian or request); fails the test where there
// is none, and answers an empty one.
const api::v1::LegTimeliness& LegOf(const api::v1::Timeliness& answer, event::v1::Leg leg,
                                    int round = 0, std::string_view which = {});
bool HasRemark(const api::v1::LegTimeliness& leg, api::v1::Remark remark);
// "9", "3..40", "3..": the days, or the working days, as they are to be read.
std::string Days(const api::v1::LegTimeliness& leg);
std::string WorkingDaysOf(const api::v1::LegTimeliness& leg);

}  // namespace skyndsamt::law::testing
