// Checkpoints of a log: signed over what is durable, kept before they are published, checked at
// every start and by fsck; a log that is not what it signed does not open.
#include "eventstore/log/checkpointer.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <sstream>
#include <thread>

#include "eventstore/log/backup.h"
#include "eventstore/log/fsck.h"
#include "eventstore/log/signing_key.h"
#include "eventstore/log/store.h"
#include "eventstore/merkle/checkpoint.h"
#include "eventstore/merkle/verify.h"
#include "tests/eventstore/log/log_fixture.h"

namespace skyndsamt::log {
namespace {

constexpr char kOrigin[] = "skyndsamt.local/log";
constexpr auto kNever = std::chrono::hours(24);

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class CheckpointTest : public LogTest {
 protected:
  static merkle::NoteSigner Signer(uint8_t seed = 1) {
    return merkle::NoteSigner::FromSeed(kOrigin, Bytes32{seed});
  }
  void Fill(int records) {
    for (int i = 0; i < records; ++i) Add("s", {{std::to_string(i)}});
  }
  // Signs what there is, by hand.
  KeptCheckpoint Keep() {
    Checkpointer checkpointer(*log_, Signer(), {.every = kNever, .records = 1u << 30});
    const auto signed_now = checkpointer.SignNow();
    EXPECT_TRUE(signed_now.ok() && signed_now->has_value()) << signed_now.status();
    return **signed_now;
  }
  std::string NoteOf(uint64_t size, const Bytes32& root, uint8_t seed = 1) {
    return merkle::SignCheckpoint({kOrigin, size, root}, Signer(seed));
  }
  void PutRow(uint64_t size, const std::string& note) { PutKey(CheckpointKey(size), note); }
  void PutKey(const std::string& key, const std::string& note) {
    auto store = Store::Open(options_, false);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)->db().Put({}, (*store)->family(Family::kMeta), key, note).ok());
  }
  void LoseRow(uint64_t size) {
    auto store = Store::Open(options_, false);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE(
        (*store)->db().Delete({}, (*store)->family(Family::kMeta), CheckpointKey(size)).ok());
  }
  std::string CheckpointFile() const { return CheckpointPath(options_.directory); }
  std::string OpenError() {
    const auto opened = EventLog::Open(options_, clock_);
    EXPECT_TRUE(absl::IsDataLoss(opened.status())) << opened.status();
    return std::string(opened.status().message());
  }
  std::vector<std::string> FindingsWith(const std::vector<merkle::NoteVerifier>& verifiers) {
    const auto report = Fsck(options_, {}, verifiers);
    EXPECT_TRUE(report.ok()) << report.status();
    std::vector<std::string> found;
    for (const Finding& finding : report->findings) found.push_back(finding.what);
    return found;
  }
};

TEST_F(CheckpointTest, IsOfAllThatIsCommittedAndKeptWithTheLog) {
  Fill(10);
  const KeptCheckpoint kept = Keep();
  EXPECT_EQ(kept.size, 10u);
  const auto opened = merkle::OpenCheckpoint(kept.note, {Signer().verifier()}, kOrigin);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->root, *log_->Root(10));
  EXPECT_EQ(ReadText(CheckpointFile()), kept.note);
  Reopen();
  EXPECT_EQ((*log_->NewestCheckpoint())->note, kept.note);
  Fill(3);
  EXPECT_EQ(Keep().size, 13u);
  const auto all = log_->Checkpoints(0, 10);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].size, 10u);
  EXPECT_EQ((*all)[1].size, 13u);
  EXPECT_EQ(log_->Checkpoints(11, 10)->size(), 1u);
  EXPECT_EQ(log_->Checkpoints(0, 1)->size(), 1u);
  EXPECT_EQ((*log_->NewestCheckpoint(12))->size, 10u);
  EXPECT_FALSE(log_->NewestCheckpoint(9)->has_value());
}

TEST_F(CheckpointTest, ProofsTieRecordsAndOlderCheckpointsToIt) {
  Fill(700);
  const auto all = [&] {
    ReadOptions options;
    options.max_records = 1000;
    return log_->ReadAll(options)->records;
  }();
  for (const uint64_t size : {1u, 256u, 700u}) {
    const Bytes32 root = *log_->Root(size);
    for (const Position position : {Position{0}, Position{size / 2}, Position{size - 1}}) {
      const auto path = log_->ProveInclusion(position, size);
      ASSERT_TRUE(path.ok()) << path.status();
      EXPECT_TRUE(merkle::VerifyInclusion(LeafHashOf(all[position]), position, size, *path, root));
    }
    const auto path = log_->ProveConsistency(size, 700);
    ASSERT_TRUE(path.ok()) << path.status();
    EXPECT_TRUE(merkle::VerifyConsistency(size, 700, root, *log_->Root(700), *path));
  }
  EXPECT_EQ(log_->ProveInclusion(5, 5).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log_->ProveInclusion(5, 701).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log_->ProveConsistency(0, 7).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log_->ProveConsistency(8, 7).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CheckpointTest, OnlyTheLogsOwnRootIsKeptAndTheFirstOfASize) {
  Fill(4);
  const std::string two = NoteOf(2, *log_->Root(2));
  EXPECT_TRUE(log_->KeepCheckpoints({two}).ok());
  EXPECT_TRUE(log_->KeepCheckpoints({NoteOf(2, *log_->Root(2), 7), two}).ok());
  EXPECT_EQ((*log_->NewestCheckpoint())->note, two);
  const std::string good = NoteOf(3, *log_->Root(3));
  for (const std::string& wrong :
       {NoteOf(3, *log_->Root(2)), NoteOf(5, *log_->Root(4)), std::string("8\n\n"),
        merkle::SignCheckpoint({"another.log", 4, *log_->Root(4)}, Signer())}) {
    EXPECT_EQ(log_->KeepCheckpoints({good, wrong}).code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(log_->Checkpoints(0, 10)->size(), 1u);
  // Of several the newest is in the file, also when an older one comes later.
  const std::string four = NoteOf(4, *log_->Root(4));
  EXPECT_TRUE(log_->KeepCheckpoints({four, good}).ok());
  EXPECT_TRUE(log_->KeepCheckpoints({NoteOf(1, *log_->Root(1))}).ok());
  EXPECT_EQ(ReadText(CheckpointFile()), four);
  EXPECT_EQ(log_->Checkpoints(0, 10)->size(), 4u);
}

TEST_F(CheckpointTest, ALogThatIsNotWhatItSignedDoesNotOpen) {
  Fill(10);
  const std::string kept = Keep().note;
  const Bytes32 root = *log_->Root(10);
  Close();
  PutRow(10, NoteOf(10, Bytes32{5}));
  EXPECT_NE(OpenError().find("the first 10 records are not those"), std::string::npos);
  PutRow(10, kept);
  PutRow(11, NoteOf(11, root));
  EXPECT_NE(OpenError().find("holds 10 records but has signed 11"), std::string::npos);
  EXPECT_NE(OpenError().find("see deploy/runbook.md"), std::string::npos);
  PutRow(11, "junk");
  EXPECT_NE(OpenError().find("damaged"), std::string::npos);
  LoseRow(11);
  // The same for the file alone.
  std::ofstream(CheckpointFile()) << NoteOf(12, root);
  EXPECT_NE(OpenError().find("holds 10 records but has signed 12"), std::string::npos);
  std::ofstream(CheckpointFile()) << kept;
  Open();
  EXPECT_EQ(log_->committed(), 10u);
}

// It would hide the newest from whoever looks back from the end.
TEST_F(CheckpointTest, ALogWithARowAmongItsCheckpointsThatIsNoneDoesNotOpen) {
  Fill(10);
  const std::string kept = Keep().note;
  Close();
  PutKey("checkpoint" + std::string(7, '\xff'), kept);
  EXPECT_NE(OpenError().find("a checkpoint's row is malformed"), std::string::npos);
  const auto report = Fsck(options_, {}, {Signer().verifier()});
  ASSERT_EQ(report->found, 1u);
  EXPECT_NE(report->findings[0].what.find("a row of the index 'meta' is malformed"),
            std::string::npos);
  EXPECT_EQ(report->checkpoints, 1u);
}

TEST_F(CheckpointTest, AnEmptiedLogWhoseCheckpointIsStillThereDoesNotOpen) {
  Fill(10);
  Keep();
  Close();
  std::filesystem::remove_all(DatabasePath(options_.directory));
  std::filesystem::remove(HighWaterPath(options_.directory));
  EXPECT_NE(OpenError().find("holds 0 records but has signed 10"), std::string::npos);
}

TEST_F(CheckpointTest, ItsSignatureIsCheckedWithTheKeysThatAreTrusted) {
  EXPECT_TRUE(CheckSignature(*log_, {}).ok());
  Fill(2);
  Keep();
  EXPECT_TRUE(CheckSignature(*log_, {Signer(7).verifier(), Signer().verifier()}).ok());
  EXPECT_EQ(CheckSignature(*log_, {Signer(7).verifier()}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CheckSignature(*log_, {}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(CheckpointTest, NothingIsSignedTwiceNorOfAnEmptyLog) {
  std::vector<uint64_t> published;
  Checkpointer checkpointer(
      *log_, Signer(),
      {.every = kNever, .records = 1u << 30, .kept = [&](const KeptCheckpoint& checkpoint) {
         // Kept before it is published.
         EXPECT_EQ((*log_->NewestCheckpoint())->note, checkpoint.note);
         published.push_back(checkpoint.size);
       }});
  EXPECT_FALSE(checkpointer.SignNow()->has_value());
  Fill(2);
  EXPECT_EQ((*checkpointer.SignNow())->size, 2u);
  EXPECT_EQ((*checkpointer.SignNow())->size, 2u);
  Fill(1);
  EXPECT_EQ((*checkpointer.SignNow())->size, 3u);
  EXPECT_EQ(published, (std::vector<uint64_t>{2, 3}));
}

TEST_F(CheckpointTest, NothingNewIsSignedOnceItIsHalted) {
  Checkpointer checkpointer(*log_, Signer(), {.every = std::chrono::milliseconds(5)});
  Fill(2);
  ASSERT_EQ((*checkpointer.SignNow())->size, 2u);
  checkpointer.Halt("fenced");
  EXPECT_EQ((*checkpointer.SignNow())->size, 2u) << "what was signed stands";
  Fill(1);
  EXPECT_EQ(checkpointer.SignNow().status().code(), absl::StatusCode::kFailedPrecondition);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it has looked many times
  EXPECT_EQ((*log_->NewestCheckpoint())->size, 2u);
  EXPECT_EQ(checkpointer.health().message(), "fenced");
}

TEST_F(CheckpointTest, ARetiredPrimarySignsNothing) {
  Checkpointer checkpointer(*log_, Signer(), {.every = kNever, .records = 1u << 30});
  Fill(2);
  ASSERT_TRUE(log_->Retire().ok());
  EXPECT_EQ(checkpointer.SignNow().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(log_->NewestCheckpoint()->has_value());
}

TEST_F(CheckpointTest, SignsByItselfAsTheLogGrows) {
  for (const bool by_time : {true, false}) {
    std::promise<uint64_t> kept;
    std::atomic<bool> told = false;
    CheckpointerOptions options;
    options.every = by_time ? std::chrono::milliseconds(20) : std::chrono::milliseconds(kNever);
    options.records = by_time ? 1u << 30 : 5;
    options.kept = [&](const KeptCheckpoint& checkpoint) {
      if (!told.exchange(true)) kept.set_value(checkpoint.size);
    };
    const uint64_t before = log_->committed();
    Checkpointer checkpointer(*log_, Signer(), options);
    Fill(by_time ? 1 : 5);
    EXPECT_EQ(kept.get_future().get(), before + (by_time ? 1 : 5));
    EXPECT_TRUE(checkpointer.health().ok());
  }
}

// What is signed was acknowledged before; under load every checkpoint is one that the log proves.
TEST_F(CheckpointTest, UnderLoadEveryCheckpointHolds) {
  {
    Checkpointer checkpointer(*log_, Signer(), {.every = std::chrono::milliseconds(1)});
    std::vector<std::thread> writers;
    for (int w = 0; w < 3; ++w) {
      writers.emplace_back([this, w] {
        for (int i = 0; i < 200; ++i) Add(std::to_string(w), {{std::to_string(i)}});
      });
    }
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(checkpointer.SignNow().ok());
    for (std::thread& writer : writers) writer.join();
    EXPECT_TRUE(checkpointer.SignNow().ok());
  }
  const auto all = log_->Checkpoints(0, 10'000);
  EXPECT_EQ(all->back().size, 600u);
  for (const KeptCheckpoint& kept : *all) {
    const auto opened = merkle::OpenCheckpoint(kept.note, {Signer().verifier()}, kOrigin);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ(opened->root, *log_->Root(kept.size));
  }
  Close();
  EXPECT_TRUE(FindingsWith({Signer().verifier()}).empty());
}

TEST_F(CheckpointTest, ABackupHasThemToo) {
  Fill(3);
  Keep();
  ASSERT_TRUE(log_->Backup(directory_ / "backup").ok());
  Close();
  options_.directory = directory_ / "restored";
  ASSERT_TRUE(Restore(directory_ / "backup", options_.directory).ok());
  const auto report = Fsck(options_, {}, {Signer().verifier()});
  EXPECT_TRUE(report->clean());
  EXPECT_EQ(report->checkpoints, 1u);
  Open();
  EXPECT_EQ((*log_->NewestCheckpoint())->size, 3u);
}

TEST_F(CheckpointTest, FsckFindsEveryCheckpointThatDoesNotHold) {
  const merkle::NoteVerifier ours = Signer().verifier();
  for (int i = 0; i < 5; ++i) {
    Fill(60);
    Keep();
  }
  const Bytes32 root = *log_->Root(120);
  const std::string right = NoteOf(120, root);
  Close();
  EXPECT_TRUE(FindingsWith({ours}).empty());
  EXPECT_TRUE(FindingsWith({}).empty());
  EXPECT_EQ(Fsck(options_)->checkpoints, 5u);
  const auto expect_one = [&](const std::vector<std::string>& found, const std::string& expected) {
    ASSERT_EQ(found.size(), 1u) << expected;
    EXPECT_NE(found[0].find(expected), std::string::npos) << found[0];
  };
  PutRow(120, NoteOf(120, Bytes32{9}));
  expect_one(FindingsWith({ours}), "the checkpoint of size 120 has another root");
  PutRow(120, NoteOf(120, root, 7));
  expect_one(FindingsWith({ours}), "the checkpoint of size 120 is not signed by a key");
  EXPECT_TRUE(FindingsWith({}).empty());
  EXPECT_TRUE(FindingsWith({ours, Signer(7).verifier()}).empty());
  PutRow(120, right + "x");
  expect_one(FindingsWith({ours}), "the checkpoint of size 120 is not signed by a key");
  PutRow(120, "junk");
  expect_one(FindingsWith({}), "the checkpoint of size 120 is malformed");
  PutRow(120, NoteOf(60, root));
  expect_one(FindingsWith({}), "the checkpoint of size 120 is malformed");
  PutRow(120, right);
  PutRow(301, NoteOf(301, root));
  expect_one(FindingsWith({ours}), "a checkpoint of size 301 is kept; the log holds 300");
}

TEST_F(CheckpointTest, FsckLooksAtTheFileToo) {
  Fill(5);
  Keep();
  const Bytes32 root = *log_->Root(5);
  Close();
  std::ofstream(CheckpointFile()) << NoteOf(6, root);
  auto found = FindingsWith({});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("the file CHECKPOINT: the log holds 5 records but has signed 6"),
            std::string::npos);
  std::ofstream(CheckpointFile()) << NoteOf(5, root, 7);
  EXPECT_EQ(FindingsWith({Signer().verifier()}),
            std::vector<std::string>{"the file CHECKPOINT is not signed by a key that is trusted"});
}

TEST_F(CheckpointTest, FsckFindsARowThatTheFileHasOutlived) {
  for (int i = 0; i < 2; ++i) {
    Fill(5);
    Keep();
  }
  const std::string five = log_->Checkpoints(0, 1)->front().note;
  Close();
  // Behind the rows by a crash, it is no loss.
  const std::string ten = ReadText(CheckpointFile());
  std::ofstream(CheckpointFile()) << five;
  EXPECT_TRUE(FindingsWith({}).empty());
  std::ofstream(CheckpointFile()) << ten;
  LoseRow(10);
  EXPECT_EQ(FindingsWith({Signer().verifier()}),
            std::vector<std::string>{"the file CHECKPOINT is of size 10, of which no checkpoint is "
                                     "kept: its row is missing"});
}

TEST_F(CheckpointTest, TheSigningKeyIsItsOwnersAloneAndItsLogs) {
  const std::string directory = directory_ / "keys";
  std::filesystem::create_directory(directory);
  EXPECT_FALSE(ReadSigningKey(directory, kOrigin)->has_value());
  const auto made = MakeSigningKey(directory, kOrigin);
  ASSERT_TRUE(made.ok()) << made.status();
  struct stat info;
  ASSERT_EQ(stat(SigningKeyPath(directory).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ((*ReadSigningKey(directory, kOrigin))->Encode(), made->Encode());
  EXPECT_EQ(MakeSigningKey(directory, kOrigin).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadSigningKey(directory, "another.log").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MakeSigningKey(directory_ / "log", "no name").status().code(),
            absl::StatusCode::kInvalidArgument);
  chmod(SigningKeyPath(directory).c_str(), 0640);
  EXPECT_EQ(ReadSigningKey(directory, kOrigin).status().code(),
            absl::StatusCode::kFailedPrecondition);
  chmod(SigningKeyPath(directory).c_str(), 0600);
  std::string text = ReadText(SigningKeyPath(directory));
  text[text.size() / 2] ^= 1;
  std::ofstream(SigningKeyPath(directory)) << text;
  EXPECT_EQ(ReadSigningKey(directory, kOrigin).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace skyndsamt::log
