#include "eventstore/kafka/relay_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/partition_reader.h"

namespace skyndsamt::kafka {
namespace {

using Next = Outcome::Next;

constexpr absl::Duration kSlice = absl::Seconds(1);  // of a call that may be called again
constexpr absl::Duration kLookAnyway = absl::Seconds(5);

SessionEnd Again(const absl::Status& status) {
  return {.for_good = false, .reason = std::string(status.message())};
}

SessionEnd ForGood(std::string reason) { return {.for_good = true, .reason = std::move(reason)}; }

SessionEnd Fenced(uint64_t epoch) {
  return ForGood(absl::StrCat("fenced: another relay has taken over, with epoch ", epoch));
}

}  // namespace

SessionEnd RelaySession::Run() {
  if (End end = TakeOver()) return *end;
  if (End end = Pump()) return *end;
  return {};
}

std::string RelaySession::key() const {
  return options_.name.empty() ? log_.origin() : absl::StrCat(log_.origin(), "#", options_.name);
}

RelaySession::End RelaySession::TakeOver() {
  if (options_.ensure_topics) {
    const absl::Status topics =
        EnsureTopics(options_.connection, {options_.topic, options_.positions}, options_.patience);
    if (!topics.ok()) return Again(topics);
  }
  // Looks before it fences anyone: one that was itself replaced must not come back.
  auto sent = ReadSent();
  if (!sent.ok()) return Again(sent.status());
  if (Replaced(*sent)) return Fenced(sent->position->epoch());
  if (End end = OpenProducer()) return end;
  sent = ReadSent();
  if (!sent.ok()) return Again(sent.status());
  if (Replaced(*sent)) return Fenced(sent->position->epoch());
  auto resume = ResumeFrom(*sent, log_);
  if (!resume.ok()) return ForGood(std::string(resume.status().message()));
  if (sent->last_message) {
    const absl::Status ours = mapping_.CheckLast(*sent->last_message, log_);
    if (!ours.ok()) return ForGood(std::string(ours.message()));
  }
  epoch_ = resume->epoch + 1;
  size_ = resume->size;
  last_sent_ = resume->last_sent;
  if (End end = WriteEpoch()) return end;
  memory_.epoch_seen = epoch_;
  board_.TookOver(epoch_, size_);
  board_.Tell(RelayStatus::State::kRunning, resume->remark);
  return std::nullopt;
}

absl::StatusOr<Sent> RelaySession::ReadSent() {
  Sent sent;
  auto positions = PartitionReader::Open(options_.connection, options_.positions.name, 0);
  if (!positions.ok()) return positions.status();
  const auto position = FindLast(**positions, key(), options_.patience);
  if (!position.ok()) return position.status();
  if (position->has_value()) {
    auto parsed = ParsePosition(**position);
    if (!parsed.ok()) return parsed.status();
    sent.position = *std::move(parsed);
  }
  auto topic = PartitionReader::Open(options_.connection, options_.topic.name, options_.partition);
  if (!topic.ok()) return topic.status();
  const auto range = (*topic)->Range(options_.patience);
  if (!range.ok()) return range.status();
  auto last = FindLast(**topic, std::nullopt, options_.patience);
  if (!last.ok()) return last.status();
  sent.last_message = *std::move(last);
  sent.topic_is_new = range->begin == 0 && !sent.last_message;
  if (!sent.last_message) return sent;
  const std::string* sequence = sent.last_message->Find(kSequence);
  if (sequence != nullptr) sent.last = ParseSequence(*sequence);
  if (!sent.last) return absl::FailedPreconditionError("the topic has messages without a sequence");
  return sent;
}

bool RelaySession::Replaced(const Sent& sent) {
  const uint64_t epoch = sent.position ? sent.position->epoch() : 0;
  const bool replaced =
      memory_.epoch_seen && epoch > *memory_.epoch_seen && sent.position->relay() != memory_.id;
  if (!replaced) memory_.epoch_seen = epoch;
  return replaced;
}

RelaySession::End RelaySession::OpenProducer() {
  auto producer = TransactionalProducer::Open(
      options_.connection, {.transactional_id = options_.transactional_prefix + key(),
                            .transaction_timeout = options_.transaction_timeout});
  if (!producer.ok()) return Again(producer.status());
  producer_ = *std::move(producer);
  const Outcome taken = Finish(&TransactionalProducer::Init);
  if (!taken.ok()) return Again(taken.status);
  return std::nullopt;
}

RelaySession::End RelaySession::WriteEpoch() {
  Outcome outcome = producer_->Begin();
  if (outcome.ok()) outcome = ProducePosition(size_);
  if (outcome.ok()) outcome = Finish(&TransactionalProducer::Commit);
  return outcome.ok() ? std::nullopt : End(Again(outcome.status));
}

RelaySession::End RelaySession::Pump() {
  tail_ = log_.Subscribe(size_, {});
  while (!board_.stopping()) {
    if (pending_.empty()) {
      if (End end = Fill()) return end;
    }
    if (pending_.empty()) {
      tail_->WhenReady([this] { board_.Wake(); });
      board_.Wait(kLookAnyway);
      continue;
    }
    const size_t most = allowed_ == 0 ? memory_.sizer.limit() : allowed_;
    if (End end = Send(std::min(pending_.size(), most))) return end;
  }
  return std::nullopt;
}

// What has piled up, within a transaction's bounds.
RelaySession::End RelaySession::Fill() {
  const size_t most = memory_.sizer.limit();
  size_t bytes = 0;
  while (pending_.size() < most && bytes < options_.batch_bytes) {
    auto delivery = tail_->Poll(most - pending_.size(), options_.batch_bytes - bytes);
    if (!delivery.ok()) {
      if (!pending_.empty()) break;  // what comes before it is sent first
      return ForGood(
          absl::StrCat("unreadable: position ", tail_->next(), ": ", delivery.status().message()));
    }
    if (delivery->kind == log::Delivery::Kind::kNothing) break;
    for (auto& record : delivery->records) {
      bytes += record->stored_bytes;
      pending_.push_back(std::move(record));
    }
  }
  return std::nullopt;
}

RelaySession::End RelaySession::Send(size_t count) {
  const Attempt attempt = Transact(count);
  if (attempt.outcome.ok()) {
    size_ = pending_[count - 1]->position + 1;
    last_sent_ = sending_;
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(count));
    allowed_ = 0;
    memory_.sizer.Succeeded();
    board_.Committed(size_);
    board_.Tell(RelayStatus::State::kRunning, "");
    return std::nullopt;
  }
  if (attempt.outcome.next == Next::kAbort) {
    const Outcome aborted = Finish(&TransactionalProducer::Abort);
    if (aborted.ok()) return AfterAbort(attempt, count);
  }
  // How it ended is unknown: the next session reads it back.
  memory_.sizer.Failed(count);
  return Again(attempt.outcome.status);
}

RelaySession::Attempt RelaySession::Transact(size_t count) {
  Outcome outcome = producer_->Begin();
  sending_ = last_sent_;
  for (size_t i = 0; i < count && outcome.ok(); ++i) {
    const log::Record& record = *pending_[i];
    bool any = false;
    const absl::Status mapped = mapping_.Map(record, sending_, [&](const Message& message) {
      any = true;
      if (outcome.ok()) outcome = producer_->Produce(message, record.position);
    });
    if (!mapped.ok()) return {{Next::kAbort, mapped}, i};
    if (absl::IsOutOfRange(outcome.status)) return {outcome, i};
    if (any) sending_ = record.position;
  }
  if (outcome.ok()) outcome = ProducePosition(pending_[count - 1]->position + 1);
  if (outcome.ok()) outcome = Finish(&TransactionalProducer::Commit);
  return {outcome};
}

Outcome RelaySession::ProducePosition(Position size) {
  const auto root = log_.Root(size);
  if (!root.ok()) return {Next::kAbort, root.status()};
  log::v1::RelayPosition position;
  position.set_log(log_.origin());
  position.set_epoch(epoch_);
  position.set_size(size);
  position.set_root(std::string(View(*root)));
  position.set_relay(memory_.id);
  const auto last = sending_ ? sending_ : last_sent_;
  if (last) position.set_last_sent(*last);
  return producer_->Produce({.topic = options_.positions.name,
                             .partition = 0,
                             .key = key(),
                             .value = position.SerializeAsString(),
                             .headers = {{std::string(kContentType), std::string(kProtobufType)}}},
                            size);
}

// Calls a step until it has ended one way or the other, in slices, so that a stop is heard. A
// transaction that is being committed when the relay is stopped gets the time to end.
Outcome RelaySession::Finish(Outcome (TransactionalProducer::*step)(absl::Duration)) {
  const absl::Time begun = absl::Now();
  while (true) {
    Outcome outcome = (*producer_.*step)(kSlice);
    if (outcome.next != Next::kRetry) return outcome;
    const absl::Duration most = board_.stopping() ? 2 * kSlice : options_.transaction_timeout;
    if (absl::Now() - begun > most) return {Next::kReopen, outcome.status};
  }
}

// Nothing of the batch will be read: it may be sent again, smaller, until the record that cannot be
// sent stands alone.
RelaySession::End RelaySession::AfterAbort(const Attempt& attempt, size_t count) {
  auto bad = attempt.bad;
  absl::Status why = attempt.outcome.status;
  if (const auto refused = producer_->TakeRefused(); refused && !bad) {
    why = refused->status;
    if (count == 1 && absl::IsOutOfRange(why)) bad = 0;
  }
  if (bad && *bad == 0) {
    return ForGood(absl::StrCat("poisoned: position ", pending_[0]->position,
                                " cannot be sent and is not skipped: ", why.message()));
  }
  if (bad) {
    allowed_ = *bad;
    return std::nullopt;
  }
  memory_.sizer.Failed(count);
  board_.Tell(RelayStatus::State::kWaiting, std::string(why.message()));
  board_.Pause(options_.shortest_pause);
  return std::nullopt;
}

}  // namespace skyndsamt::kafka
