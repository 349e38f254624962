#include "projections/engine/feed.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace skyndsamt::engine {
namespace {

absl::Status Refused(const View& view, Position position, const absl::Status& why) {
  return absl::Status(why.code(), absl::StrCat("view ", std::string(view.name()), " at position ",
                                               position, ": ", std::string(why.message())));
}

}  // namespace

Fed::Fed(std::unique_ptr<View> fed)
    : view(std::move(fed)), scope(Store::Scope(view->name(), view->version())) {}

Feed::Feed(std::string name, const RunnerOptions& options, Store& store, log::EventLog& log,
           const Decoder& decoder)
    : name_(std::move(name)), options_(options), store_(store), log_(log), decoder_(decoder) {}

void Feed::Add(std::unique_ptr<Fed> fed) { fed_.push_back(std::move(fed)); }

std::unique_ptr<Fed> Feed::Replace(std::unique_ptr<Fed> fed) {
  for (auto& present : fed_) {
    if (present->view->name() != fed->view->name()) continue;
    std::swap(present, fed);
    return fed;
  }
  fed_.push_back(std::move(fed));
  return nullptr;
}

std::unique_ptr<Fed> Feed::Release() {
  std::unique_ptr<Fed> fed = std::move(fed_.back());
  fed_.pop_back();
  return fed;
}

absl::Status Feed::Load() {
  auto at = store_.ReadPosition(name_);
  if (!at.ok()) return at.status();
  next_ = at->next;
  last_ = at->last;
  rocksdb::WriteBatch unused;
  for (auto& fed : fed_) {
    auto settled = store_.ReadSettled(fed->view->name(), fed->view->version());
    if (!settled.ok()) return settled.status();
    fed->settled = *settled;
    const Rows rows(store_, fed->scope, unused);
    if (absl::Status status = fed->view->Load(rows); !status.ok()) return status;
  }
  tail_ = log_.Subscribe(next_, {});
  return absl::OkStatus();
}

absl::Status Feed::Fill(std::optional<Position> limit) {
  size_t bytes = 0;
  while (waiting_.size() < options_.batch_records && bytes < options_.batch_bytes &&
         (!limit || tail_->next() < *limit)) {
    auto delivery =
        tail_->Poll(options_.batch_records - waiting_.size(), options_.batch_bytes - bytes);
    if (!delivery.ok()) return delivery.status();
    if (delivery->kind == log::Delivery::Kind::kNothing) break;
    for (auto& record : delivery->records) {
      bytes += record->stored_bytes;
      waiting_.push_back(std::move(record));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> Feed::Take(std::optional<Position> limit) {
  if (!failed_.ok()) return failed_;
  if (absl::Status status = Fill(limit); !status.ok()) return status;
  size_t count = std::min(waiting_.size(), options_.batch_records);
  if (limit) count = std::min<size_t>(count, *limit > next() ? *limit - next() : 0);
  if (count == 0) return 0;
  return Apply(count);
}

absl::StatusOr<size_t> Feed::Apply(size_t count) {
  arena_.Reset();
  std::vector<Decoder::Decoded> decoded;
  decoded.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    auto one = decoder_.Decode(*waiting_[i], &arena_);
    if (!one.ok()) {
      if (i == 0) return one.status();
      break;  // what comes before it is written first
    }
    decoded.push_back(*one);
  }
  const Position end = next() + decoded.size();
  rocksdb::WriteBatch write;
  for (auto& fed : fed_) {
    Rows rows(store_, fed->scope, write);
    for (size_t i = 0; i < decoded.size() && failed_.ok(); ++i) {
      const absl::Status applied =
          fed->view->Apply({*waiting_[i], *decoded[i].body, *decoded[i].message}, rows);
      if (!applied.ok()) failed_ = Refused(*fed->view, waiting_[i]->position, applied);
    }
    if (failed_.ok()) failed_ = fed->view->Flush(end, rows);
    if (!failed_.ok()) return failed_;
  }
  const EventId last = waiting_[decoded.size() - 1]->event_id;
  if (failed_ = Commit(write, end, last); !failed_.ok()) return failed_;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(decoded.size()));
  return decoded.size();
}

absl::Status Feed::Commit(rocksdb::WriteBatch& write, Position next, const EventId& last) {
  const auto settled = [next](const Fed& fed) {
    return std::max(fed.settled.load(), fed.view->Settled(next));
  };
  for (auto& fed : fed_) {
    Store::PutSettled(fed->view->name(), fed->view->version(), settled(*fed), write);
  }
  Store::PutPosition(name_, {next, last}, write);
  if (absl::Status status = store_.Write(write); !status.ok()) return status;
  for (auto& fed : fed_) fed->settled = settled(*fed);
  last_ = last;
  next_.store(next, std::memory_order_release);
  return absl::OkStatus();
}

bool Feed::HasWork() const {
  return std::ranges::any_of(fed_, [](const auto& fed) { return fed->view->HasWork(); });
}

absl::Status Feed::Work(size_t items) {
  if (!failed_.ok()) return failed_;
  rocksdb::WriteBatch write;
  for (auto& fed : fed_) {
    if (!fed->view->HasWork()) continue;
    Rows rows(store_, fed->scope, write);
    if (failed_ = fed->view->Work(next(), items, rows); !failed_.ok()) return failed_;
  }
  return failed_ = Commit(write, next(), last_);
}

void Feed::WhenReady(std::function<void()> ready) { tail_->WhenReady(std::move(ready)); }

Position Feed::settled() const {
  Position settled = next();
  for (const auto& fed : fed_) settled = std::min(settled, fed->settled.load());
  return settled;
}

}  // namespace skyndsamt::engine
