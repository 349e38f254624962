#include "eventstore/log/ingester.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/base/sha256.h"
#include "eventstore/log/append_check.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/log/record_codec.h"

namespace skyndsamt::log {
namespace {

constexpr size_t kGroupBytes = 8u << 20;

absl::Status Wrong(Position position, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("record ", position, ": ", absl::string_view(what.data(), what.size())));
}

std::string StoredOf(const Record& record) {
  std::string bytes;
  EncodeStored(record, bytes);
  return bytes;
}

}  // namespace

absl::StatusOr<Position> Ingester::Take(std::vector<Record> records) {
  const std::lock_guard lock(mutex_);
  if (auto healthy = committer_.health(); !healthy.ok()) return healthy;
  absl::Status taken;
  for (auto record = records.begin(); taken.ok() && record != records.end(); ++record) {
    taken = TakeOne(std::move(*record));
    if (taken.ok() && group_.batch.GetDataSize() >= kGroupBytes) taken = Commit();
  }
  // What is whole and right stays, also before a record that is not.
  if (absl::Status committed = Commit(); !committed.ok()) return committed;
  if (taken.ok()) return Next();
  held_.clear();
  return taken;
}

absl::Status Ingester::TakeOne(Record record) {
  if (record.position > Next()) {
    return absl::OutOfRangeError(
        absl::StrCat("record ", Next(), " is missing: record ", record.position, " came instead"));
  }
  if (record.position < Next()) return CompareWithOurs(record);
  if (auto content = CheckContent(&record); !content.ok()) return content;
  if (auto place = CheckPlaceInAppend(record); !place.ok()) return place;
  held_bytes_ += record.stored_bytes;
  held_.push_back(std::make_shared<Record>(std::move(record)));
  return held_.size() == count_ ? LayHeld() : absl::OkStatus();
}

absl::Status Ingester::CompareWithOurs(const Record& record) {
  const Position position = record.position;
  const Position first_in_group = end_.next() - group_.records.size();
  std::string ours;
  if (position >= end_.next()) {
    ours = StoredOf(*held_[position - end_.next()]);
  } else if (position >= first_in_group) {
    ours = StoredOf(*group_.records[position - first_in_group]);
  } else {
    auto stored = store_.ReadRecord(position);
    if (!stored.ok()) return stored.status();
    ours = StoredOf(*stored);
  }
  if (ours == StoredOf(record)) return absl::OkStatus();
  return Wrong(position, "it came twice, and not the same");
}

absl::Status Ingester::CheckContent(Record* record) const {
  const Position position = record->position;
  if (!IsEventType(record->type) || record->event_id.empty() || record->stream.empty()) {
    return Wrong(position, "its type or an id is malformed");
  }
  if (Sha256Of(record->body) != record->body_hash) {
    return Wrong(position, "the body is not the one that the leaf hashes");
  }
  if (EncodeLeaf(*record, PartsDigest(record->parts)) != record->leaf_data) {
    return Wrong(position, "its fields or sealed parts are not those that the leaf hashes");
  }
  record->stored_bytes = StoredBytes(*record);
  if (record->stored_bytes > kMaxRecordBytes) return Wrong(position, "it is above 512 KiB");
  const Micros before = held_.empty() ? end_.last_recorded() : held_.back()->recorded;
  if (record->recorded <= before) {
    return Wrong(position, "it was recorded no later than the record before");
  }
  return absl::OkStatus();
}

absl::Status Ingester::CheckPlaceInAppend(const Record& record) {
  const auto body = ScanBody(record.body);
  if (!body) return Wrong(record.position, "the body is not a log.v1.Body");
  if (body->index != held_.size()) {
    return Wrong(record.position, "it does not continue the append: another index is due");
  }
  if (body->index == 0) {
    if (!body->request_hash.empty() &&
        (body->request_hash.size() != 16 || body->fingerprint.size() != 32)) {
      return Wrong(record.position, "its request hash or fingerprint is malformed");
    }
    count_ = body->count;
    request_ = body->request_hash;
    fingerprint_ = body->fingerprint;
    held_bytes_ = 0;
  } else if (body->count != count_ || body->request_hash != request_ ||
             body->fingerprint != fingerprint_) {
    return Wrong(record.position, "it is of another append than the record before");
  }
  if (body->index >= count_ || held_bytes_ + record.stored_bytes > kMaxAppendBytes) {
    return Wrong(record.position, "its append is larger than any that is taken");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StreamRow>> Ingester::HeadOf(const StreamId& stream) {
  const auto recent = heads_.find(stream);
  if (recent != heads_.end()) return recent->second;
  if (auto remembered = recent_.Find(stream)) return remembered;
  return store_.NewestBelow(stream, ~Position{0});
}

absl::Status Ingester::CheckStreams() {
  absl::flat_hash_set<StreamId> seen;
  const StreamId* stream = nullptr;
  for (const auto& record : held_) {
    if ((stream == nullptr || *stream != record->stream) && !seen.insert(record->stream).second) {
      return Wrong(record->position, "its append names a stream twice");
    }
    stream = &record->stream;
    const auto head = HeadOf(record->stream);
    if (!head.ok()) return head.status();
    if (record->revision != (head->has_value() ? (*head)->revision + 1 : 0)) {
      return Wrong(record->position, "its revision does not follow in its stream");
    }
    if (record->previous_leaf_hash != (head->has_value() ? (*head)->leaf_hash : Bytes32{})) {
      return Wrong(record->position, "its previous leaf hash is not that of the revision before");
    }
    heads_[record->stream] = {record->revision, record->position, LeafHashOf(*record)};
  }
  return absl::OkStatus();
}

absl::Status Ingester::CheckRequest() {
  if (request_.empty()) return absl::OkStatus();
  const auto key = RequestKey::FromBytes(request_);
  const auto known = store_.FindRequest(key);
  if (!known.ok()) return known.status();
  if (known->has_value() || !requests_.insert(key).second) {
    return Wrong(held_.front()->position, "its request id was used by an append before it");
  }
  return absl::OkStatus();
}

absl::Status Ingester::LayHeld() {
  auto right = CheckStreams();
  if (right.ok()) right = CheckRequest();
  if (!right.ok()) return right;
  if (!request_.empty()) end_.LayRequest(RequestKey::FromBytes(request_), end_.next(), &group_);
  for (auto& record : held_) {
    recent_.Put(record->stream, heads_[record->stream]);
    end_.Lay(std::move(record), &group_);
  }
  held_.clear();
  return absl::OkStatus();
}

absl::Status Ingester::Commit() {
  heads_.clear();
  requests_.clear();
  if (group_.records.empty()) return absl::OkStatus();
  end_.Seal(&group_);
  auto committed = committer_.Commit(&group_);
  group_.Clear();
  courier_.Committed();
  return committed;
}

}  // namespace skyndsamt::log
