// How an append is cut until the record in it that is refused stands alone, or all of it is taken.
#include "eventstore/kafka/append_pieces.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <optional>

namespace skyndsamt::kafka {
namespace {

// What becomes of an append of so many records, told the pieces that a broker takes.
struct Sent {
  std::optional<size_t> refused{};  // alone
  size_t transactions = 0;
  size_t most_answers = 0;  // waited for in one of them
};
Sent Send(size_t records, const std::function<bool(size_t begin, size_t end)>& takes) {
  Sent sent;
  AppendPieces pieces;
  // How far a transaction comes; the piece that it ends in is refused.
  const auto transact = [&]() -> std::optional<size_t> {
    ++sent.transactions;
    size_t answers = 0;
    for (size_t begin = 0, i = 0; i < records; ++i) {
      if (!pieces.EndsBefore(i + 1) && i + 1 < records) continue;
      sent.most_answers = std::max(sent.most_answers, ++answers);
      if (!takes(begin, i + 1)) return begin;
      begin = i + 1;
    }
    return std::nullopt;
  };
  while (const auto at = transact()) {
    if (pieces.Alone(*at)) return sent.refused = at, sent;
    pieces.Refused(*at, records);
  }
  return sent;
}

// How often so many can be divided.
size_t Levels(size_t records) {
  if (records <= 1) return 0;
  return 1 + Levels((records + AppendPieces::kParts - 1) / AppendPieces::kParts);
}

RC_GTEST_PROP(AppendPieces, TheOneThatIsRefusedIsFoundInFewShortTransactions, ()) {
  const auto records = *rc::gen::inRange<size_t>(1, 20'000);
  const auto bad = *rc::gen::inRange<size_t>(0, records);
  const Sent sent =
      Send(records, [&](size_t begin, size_t end) { return bad < begin || bad >= end; });
  RC_ASSERT(sent.refused == bad);
  RC_ASSERT(sent.transactions <= Levels(records) + 2);
  RC_ASSERT(sent.most_answers <= Levels(records) * AppendPieces::kParts + 1);
}

RC_GTEST_PROP(AppendPieces, WhatIsTooLargeAtOnceEndsInPiecesThatFit, ()) {
  const auto records = *rc::gen::inRange<size_t>(1, 2'000);
  const auto most = *rc::gen::inRange<size_t>(1, records + 1);
  const Sent sent = Send(records, [&](size_t begin, size_t end) { return end - begin <= most; });
  RC_ASSERT(!sent.refused);
  RC_ASSERT(sent.transactions <= 2 * records / most);
  RC_ASSERT(sent.most_answers <= 2 * AppendPieces::kParts * records / most);
}

// Whatever is taken once and refused another time: it comes to an end.
RC_GTEST_PROP(AppendPieces, NoRefusalLeavesThePiecesAsTheyWere, ()) {
  const auto records = *rc::gen::inRange<size_t>(1, 50);
  const Sent sent = Send(records, [](size_t, size_t) { return *rc::gen::arbitrary<bool>(); });
  RC_ASSERT(sent.transactions <= records + 1);
}

TEST(AppendPieces, ARecordThatIsAllOfItsAppendIsAloneOnceItWasRefused) {
  AppendPieces pieces;
  EXPECT_TRUE(pieces.whole());
  EXPECT_FALSE(pieces.Alone(0));
  pieces.Refused(0, 1);
  EXPECT_FALSE(pieces.whole());
  EXPECT_TRUE(pieces.Alone(0));
}

}  // namespace
}  // namespace skyndsamt::kafka
