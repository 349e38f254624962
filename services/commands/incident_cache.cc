#include "services/commands/incident_cache.h"

#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::commands {
namespace {

constexpr std::string_view kKind = "incident";
constexpr size_t kEntryBytes = 512;   // of an entry's own members and its places in the maps
constexpr size_t kFactBytes = 300;    // what a further fact adds at least
constexpr size_t kPersonBytes = 100;  // of a person and the key bound to it

}  // namespace

void FoldedIncident::Clear() {
  state = domain::Initial();
  keys = BoundKeys();
  last.reset();
}

absl::Status FoldedIncident::Load(log::EventLog& log, const StreamId& stream) {
  Clear();
  if (auto folded = Fold(log, stream); !folded.ok()) {
    Clear();
    return folded;
  }
  bytes = kEntryBytes + state.ApproximateBytes() + keys.persons.size() * kPersonBytes;
  loaded = true;
  return absl::OkStatus();
}

absl::Status FoldedIncident::Fold(log::EventLog& log, const StreamId& stream) {
  log::ReadOptions options;
  options.from = 0;
  log::v1::Body body;
  domain::Fact fact;
  for (;;) {
    auto page = log.ReadStream(stream, options);
    if (!page.ok()) return page.status();
    for (const log::Record& record : page->records) {
      if (record.kind() != kKind) return absl::FailedPreconditionError("not an incident's stream");
      if (!body.ParseFromString(record.body) || !fact.ParseFromString(body.event()) ||
          fact.kind_case() == domain::Fact::KIND_NOT_SET) {
        return absl::DataLossError("a record of an incident holds no fact that is known");
      }
      domain::Evolve(state, fact);
      for (const auto& field : body.sealed()) keys.Bind(field);
      last = record.revision;
    }
    if (!page->next) return absl::OkStatus();
    options.from = page->next;
  }
}

void FoldedIncident::AssumeNew() {
  assumed = true;
  loaded = true;
  bytes = kEntryBytes + state.ApproximateBytes();
}

void FoldedIncident::Evolve(const domain::Fact& fact) {
  domain::Evolve(state, fact);
  bytes += kFactBytes + 2 * fact.ByteSizeLong();
}

void FoldedIncident::Submitted() {
  const std::lock_guard lock(pending_mutex_);
  ++submitted_;
}

bool FoldedIncident::idle() const {
  const std::lock_guard lock(pending_mutex_);
  return submitted_ == settled_;
}

bool FoldedIncident::WhenSettled(std::function<void()> then) {
  const std::lock_guard lock(pending_mutex_);
  if (submitted_ == settled_) return false;
  waiting_.push_back({submitted_, std::move(then)});
  return true;
}

bool FoldedIncident::WhenConfirmed(std::function<void()> then) {
  {
    const std::lock_guard lock(pending_mutex_);
    if (!assumed || settled_ > 0) return false;
  }
  return WhenSettled(std::move(then));
}

std::vector<std::function<void()>> FoldedIncident::Settled() {
  std::vector<std::function<void()>> ready;
  const std::lock_guard lock(pending_mutex_);
  ++settled_;
  if (waiting_.empty()) return ready;
  std::vector<Waiter> later;
  for (Waiter& waiter : waiting_) {
    if (waiter.until <= settled_) {
      ready.push_back(std::move(waiter.then));
    } else {
      later.push_back(std::move(waiter));
    }
  }
  waiting_ = std::move(later);
  return ready;
}

std::shared_ptr<FoldedIncident> IncidentCache::Get(const StreamId& stream) {
  Shard& shard = ShardOf(stream);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(stream);
  if (found != shard.index.end()) {
    shard.recent.splice(shard.recent.begin(), shard.recent, found->second);
    return found->second->entry;
  }
  shard.recent.push_front({stream, std::make_shared<FoldedIncident>(), kEntryBytes});
  shard.index[stream] = shard.recent.begin();
  shard.bytes += kEntryBytes;
  return shard.recent.front().entry;
}

bool IncidentCache::Loaded(const StreamId& stream) const {
  const Shard& shard = ShardOf(stream);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(stream);
  return found != shard.index.end() && found->second->entry->loaded;
}

void IncidentCache::Charge(const StreamId& stream, size_t bytes) {
  std::vector<std::shared_ptr<FoldedIncident>> evicted;  // freed without the lock
  Shard& shard = ShardOf(stream);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(stream);
  if (found == shard.index.end()) return;
  shard.bytes += bytes - found->second->bytes;
  found->second->bytes = bytes;
  // From the least recently used on; what has appends under way stays.
  auto at = shard.recent.end();
  while (shard.bytes > shard_bytes_ && at != shard.recent.begin()) {
    --at;
    if (at->stream == stream || !at->entry->idle()) continue;
    shard.bytes -= at->bytes;
    evicted.push_back(std::move(at->entry));
    shard.index.erase(at->stream);
    at = shard.recent.erase(at);
  }
}

void IncidentCache::Drop(const StreamId& stream, const FoldedIncident* entry) {
  Shard& shard = ShardOf(stream);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.index.find(stream);
  if (found == shard.index.end() || found->second->entry.get() != entry) return;
  shard.bytes -= found->second->bytes;
  shard.recent.erase(found->second);
  shard.index.erase(found);
}

}  // namespace skyndsamt::commands
