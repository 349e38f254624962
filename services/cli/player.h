// Plays case files against a server: checks all of them before anything is sent, declares authority
// and unit, publishes the routine, records the facts and asks for the timeliness of each case.
//
// Play marks the facts as imported and sends each incident at once. Demo records each fact for
// itself on a simulated clock that is set to the fact's latest bound, so that recorded times are
// those of the story; several files share the clock.
// One thread at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "eventstore/base/clock.h"
#include "services/cli/answer_json.h"
#include "services/cli/casefile.h"
#include "services/cli/progress.h"
#include "services/cli/session.h"

namespace skyndsamt::cli {

// A case file with the path it was read from, for messages.
struct NamedFile {
  std::string path;
  CaseFile file;
};

// The answer about one case of a file.
struct CaseAnswer {
  CaseNames names;
  std::string title;
  bool authored = false;
  api::v1::Timeliness timeliness;
};

// Reads and checks files by the same rules that the server decides by; nothing is sent. The failure
// names the file and the JSON path.
std::variant<std::vector<NamedFile>, Failure> ReadFiles(const std::vector<std::string>& paths,
                                                        const Clock& clock);

struct Played {
  size_t recorded = 0;      // facts new to the server
  size_t deduplicated = 0;  // facts it had already
};

class Player {
 public:
  Player(Session& session, const std::vector<NamedFile>& files, Progress& progress)
      : session_(session), files_(files), progress_(progress) {}

  // Everything is tried (validate_only) before anything is recorded.
  std::optional<Failure> Play(Played* played);
  std::optional<Failure> Demo(ManualClock& clock, Played* played);
  // After either: the answers in the files' order, one for each case.
  std::optional<Failure> Ask(std::vector<CaseAnswer>* answers);

 private:
  std::optional<Failure> Declare(const NamedFile& named);
  std::optional<Failure> Send(const NamedFile& named, const Story& story, size_t first,
                              size_t count, bool imported, bool validate_only,
                              api::v1::RecordFactsResponse* response);
  std::optional<Failure> RecordStory(const NamedFile& named, const Story& story, Played* played);

  Session& session_;
  const std::vector<NamedFile>& files_;
  Progress& progress_;
  log::v1::LogPosition last_;
};

// An as_of for the API: a date as it is, a time of day as RFC 3339.
std::string AsOfForApi(const std::string& as_of);

// When a demo records what: one entry per fact, in the order of recording.
struct Recording {
  Micros at = 0;
  size_t file = 0;
  size_t story = 0;
  size_t fact = 0;
};
// Facts merged by their latest bound; never before their incident's opening nor before what they
// refer to. `now` stands in where a story has no end of its own. `end` is when all is told.
std::vector<Recording> PlanDemo(const std::vector<NamedFile>& files, Micros now, Micros* end);

}  // namespace skyndsamt::cli
