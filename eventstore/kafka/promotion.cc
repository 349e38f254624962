#include "eventstore/kafka/promotion.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/checkpoint_intake.h"
#include "eventstore/kafka/checkpoint_publisher.h"
#include "eventstore/kafka/cloud_event.h"
#include "eventstore/kafka/fenced_publisher.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay_position.h"
#include "eventstore/kafka/transactional_producer.h"
#include "eventstore/log/body_fields.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::kafka {
namespace {

using Next = Outcome::Next;

constexpr absl::Duration kSlice = absl::Seconds(1);  // of a call that may be called again

absl::Status Refused(absl::string_view why) { return absl::FailedPreconditionError(why); }

// What was seen of the primary in one look.
struct Seen {
  Sent sent;
  std::optional<ReadMessage> checkpoint;  // the newest
};

class Promoter {
 public:
  Promoter(const PromotionOptions& options, log::EventLog& log) : options_(options), log_(log) {
    promotion_.id = log::PrimaryId::Random();
    promotion_.records = log_.committed();
  }

  absl::StatusOr<Promotion> Run();

 private:
  absl::StatusOr<Seen> Look() const;
  absl::StatusOr<std::optional<ReadMessage>> NewestCheckpoint() const;
  // That this copy is what Kafka has of the log.
  absl::Status Compare(const Sent& sent);
  absl::Status CompareCheckpoint(const ReadMessage& newest);
  absl::Status MayLose(uint64_t size, std::string_view who);
  absl::Status WatchPrimary(const Seen& before) const;
  absl::Status Fence();
  // And that the primary has signed nothing before it was.
  absl::Status FencePublishers(const Seen& before) const;
  absl::Status WritePosition(const Sent& sent);
  absl::Status Finish(Outcome (TransactionalProducer::*step)(absl::Duration));

  const PromotionOptions& options_;
  log::EventLog& log_;
  std::unique_ptr<TransactionalProducer> producer_;
  Promotion promotion_;
};

// Whether nothing was sent or signed between two looks.
bool Same(const std::optional<ReadMessage>& a, const std::optional<ReadMessage>& b) {
  return a.has_value() == b.has_value() && (!a || a->offset == b->offset);
}
bool Same(const Seen& a, const Seen& b) {
  const auto written = [](const Seen& seen) {
    return seen.sent.position ? seen.sent.position->SerializeAsString() : std::string();
  };
  return a.sent.last == b.sent.last && written(a) == written(b) && Same(a.checkpoint, b.checkpoint);
}

// Where the append begins whose beginning alone is at the topic's end, if it is so.
std::optional<Position> TornAppend(const Sent& sent) {
  if (!sent.last_message) return std::nullopt;
  const auto record = DecodeValue(*sent.last_message);
  const auto body = record.ok() ? log::ScanBody(record->body()) : std::nullopt;
  if (!body || body->index + 1 >= body->count || body->index > *sent.last) return std::nullopt;
  return *sent.last - body->index;
}

absl::StatusOr<Promotion> Promoter::Run() {
  if (!log_.is_replica()) return Refused("this log is a primary already");
  options_.on_step("comparing this copy with Kafka");
  const auto seen = Look();
  if (!seen.ok()) return seen.status();
  if (absl::Status same = Compare(seen->sent); !same.ok()) return same;
  if (seen->checkpoint) {
    if (absl::Status same = CompareCheckpoint(*seen->checkpoint); !same.ok()) return same;
  }
  options_.on_step("watching whether the primary still writes");
  if (absl::Status quiet = WatchPrimary(*seen); !quiet.ok()) return quiet;
  options_.on_step("fencing the primary's relay");
  if (absl::Status fenced = Fence(); !fenced.ok()) return fenced;
  const auto after = Look();
  if (!after.ok()) return after.status();
  if (!Same(*seen, *after)) {
    return Refused(
        "the primary wrote until it was fenced: it is alive. Stop it, let this replica "
        "catch up, and promote again");
  }
  options_.on_step("taking its place");
  if (absl::Status written = WritePosition(after->sent); !written.ok()) return written;
  if (absl::Status fenced = FencePublishers(*after); !fenced.ok()) return fenced;
  if (absl::Status promoted = log_.Promote(promotion_.id); !promoted.ok()) return promoted;
  return promotion_;
}

absl::StatusOr<Seen> Promoter::Look() const {
  auto sent = ReadSent(options_.relay, log_.origin());
  if (!sent.ok()) return sent.status();
  auto checkpoint = NewestCheckpoint();
  if (!checkpoint.ok()) return checkpoint.status();
  return Seen{*std::move(sent), *std::move(checkpoint)};
}

absl::StatusOr<std::optional<ReadMessage>> Promoter::NewestCheckpoint() const {
  auto reader = PartitionReader::Open(options_.relay.connection, options_.checkpoints,
                                      options_.relay.partition);
  if (!reader.ok()) return reader.status();
  return FindLast(**reader, log_.origin(), options_.relay.patience);
}

absl::Status Promoter::MayLose(uint64_t size, std::string_view who) {
  const uint64_t here = log_.committed();
  if (size <= here) return absl::OkStatus();
  if (!options_.accept_loss) {
    return Refused(absl::StrCat("behind: ", absl::string_view(who.data(), who.size()), " ", size,
                                " records, this copy has ", here));
  }
  promotion_.lost = std::max(promotion_.lost, size - here);
  return absl::OkStatus();
}

absl::Status Promoter::Compare(const Sent& sent) {
  if (!sent.position) return Refused("Kafka has no position of this log's relay: nothing was sent");
  const uint64_t here = log_.committed();
  const uint64_t on_topic = sent.last ? *sent.last + 1 : 0;
  // What is on the topic can be had: no loss of it is accepted, but for the beginning of an append
  // whose end is not there. No replica can have that.
  if (on_topic > here && TornAppend(sent) != here) {
    return Refused(absl::StrCat("behind: Kafka has ", on_topic, " records, this copy has ", here,
                                ": run it as a replica until it has caught up"));
  }
  if (auto torn = MayLose(on_topic, "Kafka, with part of an append whose end never came, has");
      !torn.ok()) {
    return torn;
  }
  if (auto lost = MayLose(sent.position->size(), "the relay had sent"); !lost.ok()) return lost;
  const auto root = log_.Root(std::min(sent.position->size(), here));
  if (!root.ok()) return root.status();
  if (sent.position->size() <= here && View(*root) != sent.position->root()) {
    return Refused(absl::StrCat("different: the first ", sent.position->size(),
                                " records here are not those that were sent to Kafka"));
  }
  return absl::OkStatus();
}

absl::Status Promoter::CompareCheckpoint(const ReadMessage& newest) {
  const auto checkpoint =
      merkle::OpenCheckpoint(newest.value.value_or(""), options_.verifiers, log_.origin());
  if (!checkpoint.ok()) return checkpoint.status();
  if (auto lost = MayLose(checkpoint->size, "the primary has signed"); !lost.ok()) return lost;
  CheckpointIntake intake(log_, options_.verifiers);
  if (absl::Status taken = intake.Take(newest); !taken.ok()) return taken;
  return intake.Settle();
}

absl::Status Promoter::WatchPrimary(const Seen& before) const {
  const absl::Time until = absl::Now() + options_.quiet;
  do {
    absl::SleepFor(std::clamp(until - absl::Now(), absl::ZeroDuration(), kSlice));
    const auto now = Look();
    if (!now.ok()) return now.status();
    if (!Same(before, *now)) {
      return Refused(
          "the primary still writes: stop it first. A primary that lives is replaced by "
          "stopping it, letting this replica catch up, and promoting then");
    }
  } while (absl::Now() < until);
  return absl::OkStatus();
}

absl::Status Promoter::Fence() {
  auto producer = TransactionalProducer::Open(
      options_.relay.connection,
      {.transactional_id = TransactionalId(options_.relay, log_.origin()),
       .transaction_timeout = options_.relay.transaction_timeout});
  if (!producer.ok()) return producer.status();
  producer_ = *std::move(producer);
  return Finish(&TransactionalProducer::Init);
}

absl::Status Promoter::FencePublishers(const Seen& before) const {
  auto ids = options_.publishers;
  ids.push_back(CheckpointsTransactionalId(options_.relay.transactional_prefix, log_.origin()));
  for (const std::string& id : ids) {
    const auto fenced =
        FencedPublisher::Open(options_.relay.connection, id, options_.relay.patience);
    if (!fenced.ok()) return fenced.status();
  }
  const auto checkpoint = NewestCheckpoint();
  if (!checkpoint.ok()) return checkpoint.status();
  if (Same(before.checkpoint, *checkpoint)) return absl::OkStatus();
  return Refused(
      "the primary signed until it was fenced: what it had is more than this copy may have. Its "
      "place is taken, and it takes no more commands; promote again");
}

absl::Status Promoter::WritePosition(const Sent& sent) {
  log::v1::RelayPosition position = *sent.position;
  // The relay goes on after what is on the topic, whatever a torn transaction has left, but for
  // what this log has not.
  const uint64_t size =
      std::min<uint64_t>(sent.last ? *sent.last + 1 : position.size(), log_.committed());
  const auto root = log_.Root(size);
  if (!root.ok()) return root.status();
  promotion_.epoch = position.epoch() + 1;
  position.set_epoch(promotion_.epoch);
  position.set_size(size);
  position.set_root(std::string(View(*root)));
  size > 0 ? position.set_last_sent(size - 1) : position.clear_last_sent();
  position.set_relay(std::string(promotion_.id.view()));
  position.set_primary(std::string(promotion_.id.view()));
  Outcome outcome = producer_->Begin();
  if (outcome.ok()) {
    outcome = producer_->Produce(PositionMessage(options_.relay, position), position.size());
  }
  absl::Status written = outcome.ok() ? Finish(&TransactionalProducer::Commit) : outcome.status;
  if (written.ok()) return written;
  // How it ended may be unknown: Kafka says.
  const auto now = ReadSent(options_.relay, log_.origin());
  if (now.ok() && now->primary == promotion_.id.view()) return absl::OkStatus();
  return written;
}

absl::Status Promoter::Finish(Outcome (TransactionalProducer::*step)(absl::Duration)) {
  const absl::Time until = absl::Now() + options_.relay.transaction_timeout;
  while (true) {
    const Outcome outcome = (*producer_.*step)(kSlice);
    if (outcome.next != Next::kRetry || absl::Now() > until) return outcome.status;
  }
}

}  // namespace

absl::StatusOr<Promotion> Promote(const PromotionOptions& options, log::EventLog& replica) {
  return Promoter(options, replica).Run();
}

}  // namespace skyndsamt::kafka
