// Random sequences of commands through the real write path: after every step, what is folded in
// memory of an incident is what its stream folds to when it is read afresh, and the views that have
// lived are those that are built from zero, byte for byte. The cache holds a few incidents only;
// commands overlap, are repeated, refused and validated, another writer comes between, keys are
// erased, and all of it is closed and opened again.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <thread>

#include "tests/eventstore/log/log_fixture.h"
#include "tests/seeds.h"
#include "tests/write_path/random_commands.h"
#include "tests/write_path/told.h"

namespace skyndsamt::testing {
namespace {

using api::v1::RecordFactsRequest;
using api::v1::RecordFactsResponse;
using commands::FoldedIncident;
using commands::RecordOutcome;

constexpr uint64_t kIncidents = 12;
constexpr int kSteps = 120;

struct CameUp {
  int recorded = 0, refused = 0, conflicts = 0, deduplicated = 0, reused = 0, validated = 0;
  int evicted = 0, retired = 0, assumed = 0, erased = 0, restarts = 0;
};

class World {
 public:
  explicit World(uint64_t seed) : commands_(seed) {
    options_.directory = directory_ / "data";
    options_.cache_bytes = 96u << 10;
    std::filesystem::create_directory(options_.directory);
    Open();
  }
  ~World() { Close(); }

  void Step(int step) {
    Note();
    const uint64_t incident = commands_.random()() % kIncidents;
    switch (commands_.random()() % 12) {
      case 0:
      case 1:
        return Overlap(incident);
      case 2:
        return Repeat();
      case 3:
        return ReuseId(incident);
      case 4:
        Do(commands_.Opening(incident));
        return;
      case 5:
        return Validate(incident);
      case 6:
        return AnotherWriter(incident);
      case 7:
        return step > kSteps / 2 ? EraseAKey(incident) : Single(incident);
      case 8:
        return step % 3 == 0 ? Restart() : Single(incident);
      default:
        return Single(incident);
    }
  }

  // What is folded is what is read; what has become of the entries noted before the step.
  void ExpectCacheIsTheLog() {
    auto& cache = path_->commands().cache();
    for (uint64_t i = 0; i < kIncidents; ++i) {
      const StreamId stream = *StreamId::Parse(IncidentNamed(i));
      const auto noted = noted_[i];
      const bool held = cache.Loaded(stream);
      if (noted != nullptr && noted->retired) ++came_up.retired;
      if (noted != nullptr && !noted->retired && !held) ++came_up.evicted;
      if (!held) continue;
      const auto entry = cache.Get(stream);
      const std::lock_guard lock(entry->mutex);
      FoldedIncident read;
      const auto loaded = read.Load(path_->log(), stream);
      ASSERT_TRUE(loaded.ok()) << loaded;
      came_up.assumed += entry->assumed;
      ASSERT_FALSE(entry->retired);
      ASSERT_EQ(entry->last, read.last) << "incident " << i;
      ASSERT_EQ(entry->state, read.state) << "incident " << i;
      ASSERT_EQ(entry->keys, read.keys) << "incident " << i;
      ASSERT_GE(entry->bytes, read.bytes / 2) << "the cache thinks it much smaller than it is";
    }
  }

  void ExpectViewsAreTheLog() {
    path_->views().runner().Stop();
    ASSERT_EQ(CompareWithZero(*path_, directory_ / "zero", clock_), "");
    path_->Start();
  }

  // Everything that was answered so far.
  void ExpectAnswersHold() { ASSERT_EQ(ledger_.CheckAll(*path_), ""); }

  CameUp came_up;

 private:
  void Open() {
    auto path = WritePath::Open(options_, clock_);
    ASSERT_TRUE(path.ok()) << path.status();
    path_ = *std::move(path);
    other_ = std::make_unique<commands::IncidentCommands>(
        path_->log(), path_->keys(), path_->units(), clock_, commands::IncidentCommandsOptions{});
    path_->Start();
  }
  void Close() {
    for (auto& noted : noted_) noted.reset();
    other_.reset();
    path_.reset();
  }
  void Restart() {
    Close();
    Open();
    ++came_up.restarts;
  }

  void Note() {
    auto& cache = path_->commands().cache();
    for (uint64_t i = 0; i < kIncidents; ++i) {
      const StreamId stream = *StreamId::Parse(IncidentNamed(i));
      noted_[i] = cache.Loaded(stream) ? cache.Get(stream) : nullptr;
    }
  }

  void Do(const RecordFactsRequest& request) { Settle(request, path_->Record(request)); }

  void Settle(const RecordFactsRequest& request, const absl::StatusOr<RecordOutcome>& outcome) {
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const std::lock_guard lock(mutex_);
    if (const auto* answer = std::get_if<RecordFactsResponse>(&*outcome)) {
      ++(answer->deduplicated() ? came_up.deduplicated : came_up.recorded);
      ledger_.Sent(request);
      ledger_.Answered(request.request_id(), *answer);
      answered_.push_back(request);
    } else if (std::holds_alternative<commands::ConflictOutcome>(*outcome)) {
      ++came_up.conflicts;
    } else if (std::holds_alternative<commands::RequestReused>(*outcome)) {
      ++came_up.reused;
    } else {
      ++came_up.refused;
    }
  }

  void Single(uint64_t incident) {
    auto request = commands_.On(*path_, incident);
    ASSERT_TRUE(request.ok()) << request.status();
    Do(*request);
  }

  // Several at once, all made for the state before any of them; some are the same command twice.
  void Overlap(uint64_t incident) {
    std::vector<RecordFactsRequest> requests;
    for (int i = 0; i < 4; ++i) {
      auto request = commands_.On(*path_, (incident + (i == 3)) % kIncidents);
      ASSERT_TRUE(request.ok()) << request.status();
      requests.push_back(*std::move(request));
    }
    requests.push_back(requests.front());
    std::vector<std::thread> callers;
    for (const auto& request : requests) {
      callers.emplace_back([this, &request] { Do(request); });
    }
    for (std::thread& caller : callers) caller.join();
  }

  void Repeat() {
    if (answered_.empty()) return;
    const auto request = answered_[commands_.random()() % answered_.size()];
    const Position before = path_->log().committed();
    Do(request);
    ASSERT_EQ(path_->log().committed(), before);
  }

  void ReuseId(uint64_t incident) {
    if (answered_.empty()) return;
    auto request = commands_.Always(incident);
    const auto& used = answered_[commands_.random()() % answered_.size()];
    request.set_request_id(used.request_id());
    if (used.has_imported()) *request.mutable_imported() = used.imported();
    const Position before = path_->log().committed();
    const int reused = came_up.reused, deduplicated = came_up.deduplicated;
    auto outcome = path_->Record(request);
    Settle(request, outcome);
    // Where the key of the fingerprint was erased, the id alone decides.
    const bool answered_again = came_up.deduplicated > deduplicated;
    ASSERT_TRUE(came_up.reused > reused || answered_again || outcome->index() == 1);
    ASSERT_EQ(path_->log().committed(), before);
    if (answered_again) answered_.pop_back();
  }

  void Validate(uint64_t incident) {
    auto request = commands_.On(*path_, incident);
    ASSERT_TRUE(request.ok()) << request.status();
    request->set_validate_only(true);
    const Position before = path_->log().committed();
    const auto outcome = path_->Record(*request);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(path_->log().committed(), before);
    ++came_up.validated;
  }

  // What another process with its own cache would do; the next command here must notice.
  void AnotherWriter(uint64_t incident) {
    auto request = commands_.On(*path_, incident);
    ASSERT_TRUE(request.ok()) << request.status();
    std::promise<absl::StatusOr<RecordOutcome>> promise;
    other_->RecordFacts(Caseworker(), *request,
                        [&](auto outcome) { promise.set_value(std::move(outcome)); });
    Settle(*request, promise.get_future().get());
    FoldedIncident now;
    ASSERT_TRUE(now.Load(path_->log(), *StreamId::Parse(request->incident())).ok());
    if (!now.state.exists) return;
    const int recorded = came_up.recorded;
    Do(commands_.Always(incident));
    ASSERT_EQ(came_up.recorded, recorded + 1);
  }

  void EraseAKey(uint64_t incident) {
    FoldedIncident folded;
    ASSERT_TRUE(folded.Load(path_->log(), *StreamId::Parse(IncidentNamed(incident))).ok());
    if (folded.keys.fingerprint.empty()) return;
    KeyId key = folded.keys.fingerprint;
    if (!folded.keys.persons.empty() && commands_.random()() % 2 == 0) {
      key = folded.keys.persons.begin()->second;
    }
    ASSERT_TRUE(path_->keys().Erase({key}).ok());
    ++came_up.erased;
    Do(commands_.Always(incident));
  }

  log::TempDirectory directory_;
  const SystemClock clock_;
  WritePathOptions options_;
  RandomCommands commands_;
  std::unique_ptr<WritePath> path_;
  std::unique_ptr<commands::IncidentCommands> other_;
  std::shared_ptr<FoldedIncident> noted_[kIncidents];
  std::mutex mutex_;
  std::vector<RecordFactsRequest> answered_;
  Ledger ledger_;
};

// The fold after every step; the views, which are built from zero for it, after every sixth.
TEST(Properties, WhatIsFoldedAndWhatIsViewedIsWhatTheLogSaysAllTheWay) {
  CameUp all;
  const auto seeds = Seeds(6);
  for (const uint64_t seed : seeds) {
    SCOPED_TRACE(Again(seed));
    World world(seed);
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      ASSERT_NO_FATAL_FAILURE(world.Step(step));
      ASSERT_NO_FATAL_FAILURE(world.ExpectCacheIsTheLog());
      if (step % 6 == 5) {
        ASSERT_NO_FATAL_FAILURE(world.ExpectViewsAreTheLog());
      }
      if (step == kSteps / 2) {
        ASSERT_NO_FATAL_FAILURE(world.ExpectAnswersHold());
      }
      if (HasFailure()) return;
    }
    const CameUp& one = world.came_up;
    for (auto count : {&CameUp::recorded, &CameUp::refused, &CameUp::conflicts,
                       &CameUp::deduplicated, &CameUp::reused, &CameUp::validated, &CameUp::evicted,
                       &CameUp::retired, &CameUp::assumed, &CameUp::erased, &CameUp::restarts}) {
      all.*count += one.*count;
    }
  }
  if (seeds.size() == 1) return;
  EXPECT_GT(all.recorded, 300);
  for (auto [count, what] : {std::pair{all.refused, "refused"},
                             {all.conflicts, "conflict"},
                             {all.deduplicated, "deduplicated"},
                             {all.reused, "request id reused"},
                             {all.validated, "validated"},
                             {all.evicted, "evicted"},
                             {all.retired, "retired"},
                             {all.assumed, "assumed new"},
                             {all.erased, "erased"},
                             {all.restarts, "restarted"}}) {
    EXPECT_GT(count, 5) << what << " hardly ever came up";
  }
}

}  // namespace
}  // namespace skyndsamt::testing
