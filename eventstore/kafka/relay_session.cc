#include "eventstore/kafka/relay_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/log/body_fields.h"

namespace skyndsamt::kafka {
namespace {

using Next = Outcome::Next;

constexpr absl::Duration kSlice = absl::Seconds(1);  // of a call that may be called again
constexpr absl::Duration kLookAnyway = absl::Seconds(5);

SessionEnd Again(const absl::Status& status) {
  return {.for_good = false, .reason = std::string(status.message())};
}

SessionEnd ForGood(std::string reason) { return {.for_good = true, .reason = std::move(reason)}; }

// The last position of a log of that size; 0 of an empty one.
Position LastOf(uint64_t size) { return size == 0 ? 0 : size - 1; }

// Whether the record is the last of its append. One whose body cannot be read stands alone.
bool EndsAppend(const log::Record& record) {
  const auto body = log::ScanBody(record.body);
  return !body || body->index + 1 >= body->count;
}

}  // namespace

SessionEnd RelaySession::Run() {
  if (End end = TakeOver()) return *end;
  if (End end = Pump()) return *end;
  return {};
}

RelaySession::End RelaySession::TakeOver() {
  if (options_.ensure_topics) {
    const absl::Status topics =
        EnsureTopics(options_.connection, {options_.topic, options_.positions}, options_.patience);
    if (!topics.ok()) return Again(topics);
  }
  if (board_.stopping()) return SessionEnd{};
  // Looks before it fences anyone: one that was itself replaced must not come back.
  auto sent = ReadSent(options_, log_.origin());
  if (!sent.ok()) return Again(sent.status());
  if (End fenced = CheckFenced(*sent)) return fenced;
  if (board_.stopping()) return SessionEnd{};
  if (End end = OpenProducer()) return end;
  if (board_.stopping()) return SessionEnd{};
  sent = ReadSent(options_, log_.origin());
  if (!sent.ok()) return Again(sent.status());
  if (End fenced = CheckFenced(*sent)) return fenced;
  auto resume = ResumeFrom(*sent, log_);
  if (absl::IsFailedPrecondition(resume.status())) {
    return ForGood(std::string(resume.status().message()));
  }
  if (!resume.ok()) return Unreadable(LastOf(sent->position->size()), resume.status());
  if (sent->last_message) {
    const absl::Status ours = mapping_.CheckLast(*sent->last_message, log_);
    if (absl::IsFailedPrecondition(ours)) return ForGood(std::string(ours.message()));
    if (!ours.ok()) return Unreadable(*sent->last, ours);
  }
  producer_->Follow(options_.topic.name, options_.partition, sent->end);
  epoch_ = resume->epoch + 1;
  size_ = resume->size;
  last_sent_ = resume->last_sent;
  if (End end = WriteEpoch()) return end;
  memory_.epoch_seen = epoch_;
  board_.TookOver(epoch_, size_);
  board_.Tell(RelayStatus::State::kRunning, resume->remark);
  return std::nullopt;
}

RelaySession::End RelaySession::CheckFenced(const Sent& sent) {
  if (sent.primary && *sent.primary != PrimaryOf(log_)) return ForGood(kPromotedElsewhere);
  const uint64_t epoch = sent.position ? sent.position->epoch() : 0;
  if (memory_.epoch_seen && epoch > *memory_.epoch_seen && sent.position->relay() != memory_.id) {
    return ForGood(absl::StrCat("fenced: another relay has taken over, with epoch ", epoch));
  }
  memory_.epoch_seen = epoch;
  return std::nullopt;
}

RelaySession::End RelaySession::OpenProducer() {
  auto producer = TransactionalProducer::Open(
      options_.connection, {.transactional_id = TransactionalId(options_, log_.origin()),
                            .transaction_timeout = options_.transaction_timeout});
  if (!producer.ok()) return Again(producer.status());
  producer_ = *std::move(producer);
  const Outcome taken = Finish(&TransactionalProducer::Init);
  if (!taken.ok()) return Again(taken.status);
  return std::nullopt;
}

SessionEnd RelaySession::Unreadable(Position at, const absl::Status& why) {
  memory_.reads_failed = memory_.unread == at ? memory_.reads_failed + 1 : 1;
  memory_.unread = at;
  const bool damaged = absl::IsDataLoss(why) || absl::IsFailedPrecondition(why);
  return {.for_good = damaged || memory_.reads_failed >= options_.read_tries,
          .reason = absl::StrCat("unreadable: position ", at, ": ", why.message())};
}

RelaySession::End RelaySession::ReadRoot(Position size) {
  const auto root = log_.Root(size);
  if (!root.ok()) return Unreadable(LastOf(size), root.status());
  root_ = *root;
  return std::nullopt;
}

RelaySession::End RelaySession::WriteEpoch() {
  if (End end = ReadRoot(size_)) return end;
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
    size_t most = memory_.sizer.limit();
    if (allowed_ != 0) most = std::min(most, allowed_);
    if (End end = Send(WholeAppends(most))) return end;
  }
  return std::nullopt;
}

size_t RelaySession::FirstAppend() const {
  const auto end = std::find_if(pending_.begin(), pending_.end(),
                                [](const auto& record) { return EndsAppend(*record); });
  return end == pending_.end() ? pending_.size() : static_cast<size_t>(end - pending_.begin()) + 1;
}

size_t RelaySession::WholeAppends(size_t most) const {
  for (size_t count = std::min(most, pending_.size()); count > 0; --count) {
    if (EndsAppend(*pending_[count - 1])) return count;
  }
  return FirstAppend();
}

// What has piled up, within a transaction's bounds; an append is never torn.
RelaySession::End RelaySession::Fill() {
  const size_t most = memory_.sizer.limit();
  size_t bytes = 0;
  while ((pending_.size() < most && bytes < options_.batch_bytes) ||
         !EndsAppend(*pending_.back())) {
    auto delivery = tail_->Poll(most - std::min(most, pending_.size()),
                                options_.batch_bytes - std::min(options_.batch_bytes, bytes));
    if (!delivery.ok()) {
      while (!pending_.empty() && !EndsAppend(*pending_.back())) pending_.pop_back();
      if (pending_.empty()) {
        return Unreadable(tail_->next(), delivery.status());
      }
      // What comes before it is sent first; then its append is read again from the beginning.
      tail_ = log_.Subscribe(size_ + pending_.size(), {});
      break;
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
  const Position size = pending_[count - 1]->position + 1;
  if (End end = ReadRoot(size)) return end;
  const Attempt attempt = Transact(count);
  if (attempt.outcome.ok()) {
    size_ = size;
    pieces_ = {};
    last_sent_ = sending_;
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(count));
    allowed_ = 0;
    memory_.sizer.Succeeded();
    memory_.backoff.Succeeded();
    memory_.unread.reset();
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
      if (outcome.ok() && pieces_.Alone(i)) outcome = Finish(&TransactionalProducer::Flush);
    });
    if (!mapped.ok()) return {{Next::kAbort, mapped}, i, true};
    if (absl::IsOutOfRange(outcome.status)) return {outcome, i, true};
    if (outcome.ok() && pieces_.EndsBefore(i + 1)) outcome = Finish(&TransactionalProducer::Flush);
    if (!outcome.ok()) return {outcome, i};
    if (any) sending_ = record.position;
  }
  if (outcome.ok()) outcome = ProducePosition(pending_[count - 1]->position + 1);
  if (outcome.ok()) outcome = Finish(&TransactionalProducer::Commit);
  return {outcome, count};
}

Outcome RelaySession::ProducePosition(Position size) {
  log::v1::RelayPosition position;
  position.set_log(log_.origin());
  position.set_epoch(epoch_);
  position.set_size(size);
  position.set_root(std::string(View(root_)));
  position.set_relay(memory_.id);
  position.set_primary(PrimaryOf(log_));
  const auto last = sending_ ? sending_ : last_sent_;
  if (last) position.set_last_sent(*last);
  return producer_->Produce(PositionMessage(options_, position), size);
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

// Nothing of the batch will be read: it may be sent again, smaller, until the append with the
// record that cannot be sent stands alone, and then in pieces until the record does.
RelaySession::End RelaySession::AfterAbort(const Attempt& attempt, size_t count) {
  const auto refused = producer_->TakeRefused();
  const absl::Status why = refused && !attempt.poison ? refused->status : attempt.outcome.status;
  const bool invalid = absl::IsOutOfRange(why);  // something in it, or all of it at once
  if (attempt.poison || (invalid && pieces_.Alone(attempt.at))) {
    if (attempt.at < FirstAppend()) {
      return ForGood(absl::StrCat("poisoned: position ", pending_[attempt.at]->position,
                                  " cannot be sent and is not skipped: ", why.message()));
    }
    allowed_ = WholeAppends(attempt.at);
    return std::nullopt;
  }
  if (absl::IsNotFound(why)) return Again(why);  // the topic has gone: the next session makes it
  memory_.sizer.Failed(count);
  board_.Tell(RelayStatus::State::kWaiting, std::string(why.message()));
  // In pieces all was answered for before the position went: then that is what is refused.
  if (!invalid || (!pieces_.whole() && attempt.at == count)) {
    board_.Pause(memory_.backoff.Next());
    return std::nullopt;
  }
  if (count == FirstAppend()) pieces_.Refused(std::min(attempt.at, count - 1), count);
  memory_.backoff.Succeeded();  // it comes closer: what is in its way is not paused for longer
  return std::nullopt;
}

}  // namespace skyndsamt::kafka
