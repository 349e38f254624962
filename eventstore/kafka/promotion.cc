#include "eventstore/kafka/promotion.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "eventstore/kafka/checkpoint_intake.h"
#include "eventstore/kafka/partition_reader.h"
#include "eventstore/kafka/relay_position.h"
#include "eventstore/kafka/transactional_producer.h"
#include "eventstore/merkle/checkpoint.h"

namespace skyndsamt::kafka {
namespace {

using Next = Outcome::Next;

constexpr absl::Duration kSlice = absl::Seconds(1);  // of a call that may be called again

absl::Status Refused(std::string why) { return absl::FailedPreconditionError(std::move(why)); }

class Promoter {
 public:
  Promoter(const PromotionOptions& options, log::EventLog& log) : options_(options), log_(log) {
    promotion_.id = log::PrimaryId::Random();
    promotion_.records = log_.committed();
  }

  absl::StatusOr<Promotion> Run();

 private:
  absl::StatusOr<Sent> Read() const { return ReadSent(options_.relay, log_.origin()); }
  // That this copy is what Kafka has of the log.
  absl::Status Compare(const Sent& sent);
  absl::Status CompareCheckpoint();
  absl::Status MayLose(uint64_t size, std::string_view who);
  absl::Status WatchPrimary(const Sent& before) const;
  absl::Status Fence();
  absl::Status WritePosition(const Sent& sent);
  absl::Status Finish(Outcome (TransactionalProducer::*step)(absl::Duration));

  const PromotionOptions& options_;
  log::EventLog& log_;
  std::unique_ptr<TransactionalProducer> producer_;
  Promotion promotion_;
};

// Whether anything was sent between two looks.
bool Same(const Sent& a, const Sent& b) {
  return a.last == b.last && a.position->SerializeAsString() == b.position->SerializeAsString();
}

absl::StatusOr<Promotion> Promoter::Run() {
  if (!log_.is_replica()) return Refused("this log is a primary already");
  options_.on_step("comparing this copy with Kafka");
  auto sent = Read();
  if (!sent.ok()) return sent.status();
  if (absl::Status same = Compare(*sent); !same.ok()) return same;
  if (absl::Status signed_too = CompareCheckpoint(); !signed_too.ok()) return signed_too;
  options_.on_step("watching whether the primary still writes");
  if (absl::Status quiet = WatchPrimary(*sent); !quiet.ok()) return quiet;
  options_.on_step("fencing the primary's relay");
  if (absl::Status fenced = Fence(); !fenced.ok()) return fenced;
  const auto after = Read();
  if (!after.ok()) return after.status();
  if (!after->position || !Same(*sent, *after)) {
    return Refused(
        "the primary wrote until it was fenced: it is alive. Stop it, let this replica "
        "catch up, and promote again");
  }
  options_.on_step("taking its place");
  if (absl::Status written = WritePosition(*after); !written.ok()) return written;
  if (absl::Status promoted = log_.Promote(promotion_.id); !promoted.ok()) return promoted;
  return promotion_;
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
  // What is on the topic can be had: no loss of it is accepted.
  if (on_topic > here) {
    return Refused(absl::StrCat("behind: Kafka has ", on_topic, " records, this copy has ", here,
                                ": run it as a replica until it has caught up"));
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

absl::Status Promoter::CompareCheckpoint() {
  auto reader = PartitionReader::Open(options_.relay.connection, options_.checkpoints,
                                      options_.relay.partition);
  if (!reader.ok()) return reader.status();
  const auto newest = FindLast(**reader, log_.origin(), options_.relay.patience);
  if (!newest.ok() || !newest->has_value()) return newest.status();
  const auto checkpoint =
      merkle::OpenCheckpoint((*newest)->value.value_or(""), options_.verifiers, log_.origin());
  if (!checkpoint.ok()) return checkpoint.status();
  if (auto lost = MayLose(checkpoint->size, "the primary has signed"); !lost.ok()) return lost;
  CheckpointIntake intake(log_, options_.verifiers);
  if (absl::Status taken = intake.Take(**newest); !taken.ok()) return taken;
  return intake.Settle();
}

absl::Status Promoter::WatchPrimary(const Sent& before) const {
  const absl::Time until = absl::Now() + options_.quiet;
  do {
    absl::SleepFor(std::clamp(until - absl::Now(), absl::ZeroDuration(), kSlice));
    const auto now = Read();
    if (!now.ok()) return now.status();
    if (!now->position || !Same(before, *now)) {
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

absl::Status Promoter::WritePosition(const Sent& sent) {
  log::v1::RelayPosition position = *sent.position;
  // The relay goes on after what is on the topic, whatever a torn transaction has left.
  const uint64_t size =
      sent.last ? *sent.last + 1 : std::min<uint64_t>(position.size(), log_.committed());
  const auto root = log_.Root(size);
  if (!root.ok()) return root.status();
  promotion_.epoch = position.epoch() + 1;
  position.set_epoch(promotion_.epoch);
  position.set_size(size);
  position.set_root(std::string(View(*root)));
  if (sent.last) position.set_last_sent(*sent.last);
  position.set_relay(std::string(promotion_.id.view()));
  position.set_primary(std::string(promotion_.id.view()));
  Outcome outcome = producer_->Begin();
  if (outcome.ok()) {
    outcome = producer_->Produce(PositionMessage(options_.relay, position), position.size());
  }
  absl::Status written = outcome.ok() ? Finish(&TransactionalProducer::Commit) : outcome.status;
  if (written.ok()) return written;
  // How it ended may be unknown: Kafka says.
  const auto now = Read();
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
