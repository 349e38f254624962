#include "projections/engine/runner.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/engine/live_runner.h"

namespace skyndsamt::engine {
namespace {

std::string Name(std::string_view view, uint32_t version) {
  return absl::StrCat(std::string(view), ".", version);
}

std::string FeedName(const View& view) { return Name(view.name(), view.version()); }

}  // namespace

absl::StatusOr<std::unique_ptr<Runner>> Runner::Open(const RunnerOptions& options,
                                                     log::EventLog& log, const Decoder& decoder,
                                                     const MakeViews& make_views) {
  auto runner = std::make_unique<LiveRunner>(options, log, decoder);
  absl::Status status = runner->Prepare(make_views());
  if (!status.ok() && runner->damaged()) {
    // Seen only as it was read, by views that have read a part: from the beginning, with new ones.
    runner.reset();
    runner = std::make_unique<LiveRunner>(options, log, decoder);
    status = runner->Prepare(make_views());
  }
  if (!status.ok()) return status;
  return runner;
}

absl::Status LiveRunner::Prepare(std::vector<std::unique_ptr<View>> views) {
  auto store = Store::Open(options_, log_.origin());
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  auto at = store_->ReadPosition(kMainFeed);
  if (!at.ok()) return at.status();
  auto ours = OfThisLog(*at);
  if (!ours.ok()) return ours.status();
  auto serving = store_->ReadServing();
  if (!serving.ok()) return serving.status();
  serving_ = *std::move(serving);

  ByName by_name;
  bool any_serves = false;
  for (auto& view : views) {
    const auto served = serving_.find(view->name());
    any_serves |= served != serving_.end() && served->second == view->version();
    by_name[std::string(view->name())].push_back(std::move(view));
  }
  // Nothing of what is there can go on serving: start from an empty store, which serves as it
  // grows.
  if (!*ours || !any_serves) {
    if (absl::Status status = store_->Discard(); !status.ok()) return status;
    serving_.clear();
  }
  return Sort(std::move(by_name));
}

absl::Status LiveRunner::Sort(ByName views) {
  main_ = MakeFeed(kMainFeed);
  const bool fresh = serving_.empty();
  Serving kept;
  rocksdb::WriteBatch write;
  for (auto& [name, versions] : views) {
    std::ranges::sort(versions, {}, [](const auto& view) { return view->version(); });
    const uint32_t newest = versions.back()->version();
    const auto served = serving_.find(name);
    for (auto& view : versions) {
      const uint32_t version = view->version();
      const bool serves =
          fresh ? version == newest : served != serving_.end() && version == served->second;
      if (serves) {
        kept[name] = version;
        Store::PutServing(name, version, write);
        main_->Add(std::make_unique<Fed>(std::move(view)));
      } else if (version == newest) {  // also one below that which served: a release taken back
        auto beside = std::make_unique<Beside>();
        beside->feed = MakeFeed(FeedName(*view));
        beside->awaited = view->needed() && !kept.contains(name);
        beside->feed->Add(std::make_unique<Fed>(std::move(view)));
        beside_.push_back(std::move(beside));
      }
    }
  }
  serving_ = std::move(kept);
  if (absl::Status status = store_->Write(write); !status.ok()) return status;
  if (absl::Status status = DropUnused(); !status.ok()) return status;
  if (absl::Status status = main_->Load(); !status.ok()) return status;
  for (auto& beside : beside_) {
    if (absl::Status status = beside->feed->Load(); !status.ok()) return status;
  }
  Announce();
  return absl::OkStatus();
}

std::unique_ptr<Feed> LiveRunner::MakeFeed(std::string name) {
  return std::make_unique<Feed>(std::move(name), options_, *store_, log_, decoder_);
}

absl::Status LiveRunner::DropUnused() {
  std::set<std::pair<std::string, uint32_t>> used(serving_.begin(), serving_.end());
  rocksdb::WriteBatch write;
  for (const auto& beside : beside_) {
    const View& view = *beside->feed->fed().front()->view;
    auto at = store_->ReadPosition(beside->feed->name());
    if (!at.ok()) return at.status();
    auto ours = OfThisLog(*at);
    if (!ours.ok()) return ours.status();
    if (*ours && at->next > 0) {
      used.emplace(view.name(), view.version());
    } else {
      Store::DropPosition(beside->feed->name(), write);
    }
  }
  auto versions = store_->Versions();
  if (!versions.ok()) return versions.status();
  for (const auto& [view, version] : *versions) {
    if (used.contains({view, version})) continue;
    Store::DropVersion(view, version, write);
    Store::DropPosition(Name(view, version), write);
  }
  auto serving = store_->ReadServing();
  if (!serving.ok()) return serving.status();
  for (const auto& [view, version] : *serving) {
    if (!serving_.contains(view)) Store::DropServing(view, write);
  }
  return store_->Write(write);
}

absl::StatusOr<bool> LiveRunner::OfThisLog(const FeedPosition& at) const {
  if (at.next == 0) return true;
  if (at.next > log_.committed()) return false;  // the log was restored from an older copy
  log::ReadOptions last;
  last.from = at.next - 1;
  last.max_records = 1;
  auto read = log_.ReadAll(last);
  if (!read.ok()) return read.status();
  return !read->records.empty() && read->records.front().event_id == at.last;
}

}  // namespace skyndsamt::engine
