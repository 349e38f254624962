// A case with what would settle its undetermined answers.
#pragma once

#include <string>
#include <vector>

#include "projections/law/settling.h"
#include "story.h"

namespace skyndsamt::law::testing {

inline api::v1::Timeliness Settled(Story& story) {
  const CaseFile file = story.File(EndOfTime(story.as_of()), EndOfTime("2200-01-01"));
  api::v1::Timeliness answer = Judge(file);
  Settle(file, answer);
  return answer;
}

// What settles a question about a leg; an empty list where nothing does.
inline std::vector<api::v1::Settling> Of(const api::v1::LegTimeliness& leg,
                                         api::v1::Question question) {
  std::vector<api::v1::Settling> found;
  for (const api::v1::Settling& settling : leg.settling()) {
    if (settling.question() == question) found.push_back(settling);
  }
  return found;
}

inline event::v1::Fact& Find(Story& story, const std::string& id) {
  for (event::v1::Fact& fact : story.facts()) {
    if (fact.id() == id) return fact;
  }
  ADD_FAILURE() << id;
  return story.facts().front();
}

// The principal told, the authority notified, a limit for the time between.
inline Story Notified(const char* told, const char* notified, const char* limit,
                      const char* as_of = "2017-12-31") {
  Story story(as_of);
  story.Limit(event::v1::LEG_NOTIFY_AUTHORITY, limit);
  story.Add("f2", told).mutable_principal_informed();
  story.Add("f3", notified).mutable_authority_notified();
  return story;
}

}  // namespace skyndsamt::law::testing
