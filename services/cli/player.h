// Plays case files, once checked (file_check.h), against a server: declares authority and unit,
// publishes the policy, records the facts and asks for the timeliness of each case.
//
// Play marks the facts as imported and sends each incident at once. Demo records each fact for
// itself on a simulated clock that is set to the fact's latest bound, so that recorded times are
// those of the story; several files share the clock.
// One thread at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "eventstore/base/clock.h"
#include "services/cli/answer_json.h"
#include "services/cli/casefile.h"
#include "services/cli/declared.h"
#include "services/cli/file_check.h"
#include "services/cli/progress.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// The answer about one case of a file.
struct CaseAnswer {
  CaseNames names;
  std::string title;
  bool authored = false;
  api::v1::Timeliness timeliness;
};

struct Played {
  size_t recorded = 0;      // facts new to the server
  size_t deduplicated = 0;  // facts it had already
};

class Player {
 public:
  Player(Session& session, const std::vector<NamedFile>& files, Progress& progress)
      : session_(session), files_(files), progress_(progress) {}

  // All of it is tried on the server (validate_only), declarations too, before any of it is
  // recorded.
  std::optional<Failure> Play(Played* played);
  std::optional<Failure> Demo(ManualClock& clock, Played* played);
  // After either: the answers in the files' order, one for each case.
  std::optional<Failure> Ask(std::vector<CaseAnswer>* answers);

 private:
  // What the files declare beside what the server has: `new_` is what is new of it.
  std::optional<Failure> Compare();
  std::optional<Failure> Declare(bool validate_only);
  std::optional<Failure> Publish(const NamedFile& named, bool validate_only);
  std::optional<Failure> Validate(const NamedFile& named);
  // Says what to declare in one call; `last_` is where it was recorded.
  template <typename Service, typename Asked, typename Answered>
  std::optional<Failure> Say(Service& service,
                             grpc::Status (Service::*method)(grpc::ClientContext*, const Asked&,
                                                             Answered*),
                             Asked request);
  api::v1::RecordFactsRequest Request(const NamedFile& named, const Story& story, const Call& call,
                                      bool imported) const;
  std::optional<Failure> Send(const NamedFile& named, const Story& story, const Call& call,
                              const api::v1::RecordFactsRequest& request,
                              api::v1::RecordFactsResponse* response);
  std::optional<Failure> RecordStory(const NamedFile& named, const Story& story, Played* played);

  Session& session_;
  const std::vector<NamedFile>& files_;
  Progress& progress_;
  ToDeclare new_;
  log::v1::LogPosition last_;
};

// An as_of for the API: a date as it is, a time of day as RFC 3339.
std::string AsOfForApi(const std::string& as_of);

// When a demo records what: one entry per fact, or per facts that refer to one another in a circle,
// in the order of recording.
struct Recording {
  Micros at = 0;
  size_t file = 0;
  size_t story = 0;
  Call facts;
};
// Facts merged by their latest bound; never before their earliest, their incident's opening or what
// they refer to. The file's order stands around the closings and reopenings of a case. `now` stands
// in where a story has no end of its own. `end` is when all is told.
std::vector<Recording> PlanDemo(const std::vector<NamedFile>& files, Micros now, Micros* end);

}  // namespace skyndsamt::cli
