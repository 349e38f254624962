// The runner at work: the serving feed with its thread, the feeds that build new versions beside
// it with theirs, and the switch from one to the other. runner.h has the contract.
//
// kMainFeed names the serving feed's position; a version being built has a position of its own.
// Two locks, taken in this order: `main_mutex_` is held while the serving feed takes events or
// works, so that a switch falls between two writes; `serving_mutex_` guards which versions serve.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "projections/engine/feed.h"
#include "projections/engine/runner.h"
#include "projections/engine/store.h"
#include "projections/engine/waiters.h"

namespace skyndsamt::engine {

inline constexpr char kMainFeed[] = "main";

class LiveRunner : public Runner {
 public:
  LiveRunner(const RunnerOptions& options, log::EventLog& log, const Decoder& decoder);
  ~LiveRunner() override;

  // Sorts the views into those that serve and those to be built. Once, before all else.
  absl::Status Prepare(std::vector<std::unique_ptr<View>> views);
  // Its store has proved to be.
  bool damaged() const { return store_ != nullptr && store_->damaged(); }

  void Start() override;
  void Stop() override;
  absl::Status CatchUp() override;
  void WaitFor(Position position, Reach reach, Deadline deadline,
               std::function<void(absl::Status)> done) override;
  absl::StatusOr<Snapshot> Read(std::string_view view) const override;
  Position applied() const override;
  Position settled() const override;
  std::vector<ViewStatus> Status() const override;
  absl::Status health() const override;

 private:
  // Wakes a sleeping thread; shared with callbacks that may outlive the sleep.
  struct Alarm {
    std::mutex mutex;
    std::condition_variable rung;
    bool ringing = false;
    void Ring();
    // Until it rings or the deadline; takes the ringing back.
    void Wait(std::optional<Deadline> deadline);
  };
  // A version being built, until it serves.
  struct Beside {
    std::unique_ptr<Feed> feed;
    std::thread thread;
    std::atomic<bool> done = false;  // it serves
    bool awaited = false;            // it is needed, and no version serves meanwhile
  };
  struct Step {
    size_t taken = 0;  // events
    bool worked = false;
    bool idle() const { return taken == 0 && !worked; }
  };
  using ByName = std::map<std::string, std::vector<std::unique_ptr<View>>>;

  absl::StatusOr<bool> OfThisLog(const FeedPosition& at) const;
  absl::Status Sort(ByName views);
  absl::Status DropUnused();
  std::unique_ptr<Feed> MakeFeed(std::string name);

  void RunMain();
  void RunBeside(Beside& beside);
  // One round of the serving feed: events, then put-off work.
  absl::StatusOr<Step> StepMain();
  // Lets a little more be committed before the next round, unless somebody waits for what is there
  // or much is: a case that is written to again meanwhile is worked out once.
  void Gather();
  // False if there is more to take first.
  absl::StatusOr<bool> StepBeside(Beside& beside);
  absl::Status Switch(Beside& beside);
  void Fail(const absl::Status& status);
  void Announce();

  const RunnerOptions options_;
  log::EventLog& log_;
  const Decoder& decoder_;
  std::unique_ptr<Store> store_;
  std::mutex main_mutex_;
  std::unique_ptr<Feed> main_;
  std::thread main_thread_;
  std::shared_ptr<Alarm> alarm_ = std::make_shared<Alarm>();
  std::vector<std::unique_ptr<Beside>> beside_;
  std::atomic<bool> stopping_ = false;
  Waiters waiters_;

  mutable std::mutex serving_mutex_;
  Serving serving_;
  absl::Status health_;
};

}  // namespace skyndsamt::engine
