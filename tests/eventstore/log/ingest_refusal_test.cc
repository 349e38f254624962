// Whatever could not follow in the log that a replica copies is refused with its position, and what
// stood before it is kept.
#include <functional>

#include "eventstore/log/record_codec.h"
#include "eventstore/log/store.h"
#include "tests/eventstore/log/ingest_fixture.h"

namespace skyndsamt::log {
namespace {

// The record with its leaf made anew from its fields: as a forger would.
Record Forged(Record record) {
  record.body_hash = Sha256Of(record.body);
  record.leaf_data = EncodeLeaf(record, PartsDigest(record.parts));
  return record;
}

void ChangeBody(Record* record, const std::function<void(v1::Body*)>& change) {
  v1::Body body;
  ASSERT_TRUE(body.ParseFromString(record->body));
  change(&body);
  record->body = body.SerializeAsString();
}

class IngestRefusalTest : public IngestTest {
 protected:
  // The first `whole` records and then `wrong` are fed; the refusal says `expected` and the replica
  // has the whole ones and nothing else. It takes the right ones afterwards.
  void ExpectRefused(const std::vector<Record>& all, size_t whole, std::vector<Record> wrong,
                     const std::string& expected,
                     absl::StatusCode code = absl::StatusCode::kDataLoss) {
    std::vector<Record> fed(all.begin(), all.begin() + static_cast<ptrdiff_t>(whole));
    fed.insert(fed.end(), wrong.begin(), wrong.end());
    const auto taken = replica_->Ingest(fed);
    EXPECT_EQ(taken.status().code(), code) << expected;
    EXPECT_NE(taken.status().message().find(expected), std::string::npos) << taken.status();
    EXPECT_EQ(replica_->committed(), whole);
  }
};

TEST_F(IngestRefusalTest, RefusesAGapAndNamesWhatIsMissing) {
  const auto all = SixRecords();
  ExpectRefused(all, 2, {all[3]}, "record 2 is missing: record 3 came instead",
                absl::StatusCode::kOutOfRange);
  ExpectRefused(all, 2, {all[5]}, "record 2 is missing: record 5 came instead",
                absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(Feed(all).ok());
}

TEST_F(IngestRefusalTest, PassesOverTheSameAgainAndRefusesAnother) {
  const auto all = SixRecords();
  Record other = all[1];
  ChangeBody(&other, [](v1::Body* body) { body->set_event("another"); });
  other = Forged(other);
  // In what was committed, in the same feeding, in an append that is not whole yet.
  EXPECT_EQ(*Feed({all[0], all[1], all[1], all[0]}), 2u);
  EXPECT_EQ(*Feed({all[1]}), 2u);
  ExpectRefused(all, 2, {other}, "record 1: it came twice, and not the same");
  EXPECT_EQ(*Feed({all[2], all[3], all[3]}), 4u);
  other = Forged(all[3]);
  other.parts.emplace_back();
  other = Forged(other);
  ExpectRefused(all, 3, {all[3], other}, "record 3: it came twice, and not the same");
  EXPECT_EQ(*Feed(all), 6u);
}

TEST_F(IngestRefusalTest, RefusesWhatItsLeafDoesNotHash) {
  auto all = SixRecords();
  Record wrong = all[2];
  wrong.body.back() ^= 1;
  ExpectRefused(all, 2, {wrong}, "record 2: the body is not the one");
  wrong = all[2];
  wrong.parts.emplace_back();
  ExpectRefused(all, 2, {wrong}, "record 2: its fields or sealed parts are not those");
  wrong = all[2];
  wrong.recorded += 1;
  ExpectRefused(all, 2, {wrong}, "record 2: its fields or sealed parts are not those");
  EXPECT_TRUE(Feed(all).ok());
}

TEST_F(IngestRefusalTest, RefusesASealedPartThatWasTouched) {
  AppendBuilder builder;
  builder.To(StreamNamed("s"), Expected::Any(), {{"0"}});
  AppendRequest request = builder.Build();
  PreparedEvent& event = request.streams[0].events[0];
  event.parts.push_back(
      vault::Seal(KeyId::Random(), Bytes32{3}, Bytes32{4}, event.id, 0, std::string(64, 'x')));
  event.Prepare();
  ASSERT_TRUE(log_->AppendAndWait(std::move(request)).ok());
  const auto all = All();
  const std::function<void(SealedPart*)> touches[] = {
      [](SealedPart* part) { part->ciphertext[0] ^= 1; },
      [](SealedPart* part) { part->salt[0] ^= 1; },
      [](SealedPart* part) { part->commitment[0] ^= 1; },
      [](SealedPart* part) { part->key.bytes[0] ^= 1; }};
  for (const auto& touch : touches) {
    Record wrong = all[0];
    touch(&wrong.parts[0]);
    ExpectRefused(all, 0, {wrong}, "record 0: its fields or sealed parts are not those");
  }
  EXPECT_TRUE(Feed(all).ok());
}

TEST_F(IngestRefusalTest, RefusesAForgedRecordThatDoesNotFollow) {
  const auto all = SixRecords();
  const struct {
    size_t at;
    std::function<void(Record*)> change;
    const char* expected;
  } kForgeries[] = {
      {1, [](Record* r) { r->revision = 2; }, "its revision does not follow"},
      {1, [](Record* r) { r->revision = 0; }, "its revision does not follow"},
      {2, [](Record* r) { r->revision = 1; }, "its revision does not follow"},
      {1, [](Record* r) { r->previous_leaf_hash[5] ^= 1; }, "its previous leaf hash"},
      {2, [](Record* r) { r->previous_leaf_hash[5] ^= 1; }, "its previous leaf hash"},
      {2, [&](Record* r) { r->recorded = all[1].recorded; }, "recorded no later"},
      {4, [&](Record* r) { r->recorded = all[3].recorded; }, "recorded no later"},
      {2, [](Record* r) { r->type = "case"; }, "its type or an id is malformed"},
      {2, [](Record* r) { r->type = "Case.noted"; }, "its type or an id is malformed"},
      {2, [](Record* r) { r->event_id = {}; }, "its type or an id is malformed"},
      {2, [](Record* r) { r->stream = {}; }, "its type or an id is malformed"},
      {2, [](Record* r) { r->body = "\xff"; }, "the body is not a log.v1.Body"},
      {2, [](Record* r) { r->body = std::string(kMaxRecordBytes, 'x'); }, "above 512 KiB"},
      {2, [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->set_index(1); }); }, "another index"},
      {4, [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->set_index(0); }); }, "another index"},
      {4, [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->set_count(2); }); }, "another append"},
      {4,
       [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->mutable_fingerprint()->back() ^= 1; }); },
       "another append"},
      {4, [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->clear_request_hash(); }); },
       "another append"},
      {3, [](Record* r) { ChangeBody(r, [](v1::Body* b) { b->set_request_hash("short"); }); },
       "malformed"},
      {5, [](Record* r) { r->stream = StreamNamed("s"); }, "its revision does not follow"},
  };
  for (const auto& forgery : kForgeries) {
    Record wrong = all[forgery.at];
    forgery.change(&wrong);
    const size_t whole = std::min<size_t>(forgery.at, 3);
    std::vector<Record> fed(all.begin() + static_cast<ptrdiff_t>(whole),
                            all.begin() + static_cast<ptrdiff_t>(forgery.at));
    fed.push_back(Forged(wrong));
    StartReplicaAnew();
    ExpectRefused(all, whole, fed, "record " + std::to_string(forgery.at) + ": ");
    const auto again = replica_->Ingest(fed);
    EXPECT_NE(again.status().message().find(forgery.expected), std::string::npos)
        << again.status() << " instead of " << forgery.expected;
  }
  EXPECT_TRUE(Feed(all).ok());
}

TEST_F(IngestRefusalTest, RefusesARequestIdThatWasUsedBefore) {
  const auto all = SixRecords();
  Record again = all[2];
  ChangeBody(&again, [](v1::Body* body) {
    body->set_request_hash(std::string(RequestNamed("r").view()));
    body->set_fingerprint(std::string(32, 'f'));
  });
  // In the same feeding, and found in the index.
  ExpectRefused(all, 2, {Forged(again)}, "record 2: its request id was used");
  ExpectRefused(all, 2, {Forged(again)}, "record 2: its request id was used");
  EXPECT_TRUE(Feed(all).ok());
}

TEST_F(IngestRefusalTest, RefusesAnAppendThatNamesAStreamTwice) {
  auto all = SixRecords();
  Record last = all[5];
  last.stream = StreamNamed("s");
  last.revision = 4;
  last.previous_leaf_hash = LeafHashOf(all[4]);
  // "s", "t", "s": the second of the three goes elsewhere.
  Record middle = all[4];
  middle.stream = StreamNamed("t");
  middle.revision = 1;
  middle.previous_leaf_hash = LeafHashOf(all[2]);
  last.revision = all[3].revision + 1;
  last.previous_leaf_hash = LeafHashOf(all[3]);
  ExpectRefused(all, 3, {all[3], Forged(middle), Forged(last)},
                "record 5: its append names a stream twice");
  EXPECT_TRUE(Feed(all).ok());
}

}  // namespace
}  // namespace skyndsamt::log
