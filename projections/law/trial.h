// Tries what a case would be answered if something were known better: the case is read again with
// it supposed. What is certain stays certain when an interval is narrowed, so where one answer
// gives way to another can be found by halving. Not thread-safe: it remembers what it has tried.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "projections/law/judge.h"
#include "projections/law/leg.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::law {

// The three answers about a leg. An UNDETERMINED one is not settled; an unspecified verdict or
// position is: there is then nothing to compare.
struct Answers {
  api::v1::LegState state = api::v1::LEG_STATE_UNSPECIFIED;
  api::v1::RoutineVerdict routine = api::v1::ROUTINE_VERDICT_UNSPECIFIED;
  api::v1::PracticePosition practice = api::v1::PRACTICE_POSITION_UNSPECIFIED;

  bool Settled(api::v1::Question question) const;
  // What settles the question, and nothing else: for comparing.
  api::v1::SettledIf Only(api::v1::Question question) const;
};

// Which leg is meant, whatever else is supposed: its duty, round, measure, guardian and request.
std::string LegKey(const api::v1::LegTimeliness& leg);
std::string LegKey(const LegOutcome& leg);

// Of all that is tried for one answer: about a quarter of a second, which is as long as a question
// may hold a thread that others wait for. Measured at 2.5 to 4 ns each: all that there is to try
// where twenty facts each came after the one before (some 700 tries) fits in, a hundred tries of
// thirty such facts do, and six of a hundred; ordinary cases take a thousandth of it.
inline constexpr size_t kMostWork = 60'000'000;

class Trial {
 public:
  // Readings of the case that take so much work together (case_legs.h); then every try is
  // unsettled. A count of tries would say little: one may take a thousand times another's work.
  Trial(const CaseFile& file, size_t most_work) : file_(file), most_work_(most_work) {}

  // Not started where the leg was of a round that is then none, or of a measure, guardian or
  // request that is then named by no fact. Nothing where the work is used up.
  std::optional<Answers> Try(const std::string& leg, std::span<const Supposed> supposed);

 private:
  using ByLeg = std::map<std::string, Answers, std::less<>>;

  const CaseFile& file_;
  const size_t most_work_;
  size_t work_ = 0;
  std::map<std::string, ByLeg> tried_;
};

// Where an answer changes along an axis of whole numbers, from `first` to `last`.
struct Turn {
  std::optional<int64_t> up_to{};  // supposing "at most this" settles it, as far as this
  std::optional<int64_t> from{};   // supposing "at least this" settles it, from this on
  api::v1::SettledIf earlier{};
  api::v1::SettledIf later{};
};

// `at_most(n)` and `at_least(n)` answer what is so if the unknown is at most, or at least, n. The
// unknown lies in [first, last]. What settles it settles it alike for every narrower supposition.
using Probe = std::function<std::optional<Answers>(int64_t)>;
Turn FindTurn(api::v1::Question question, int64_t first, int64_t last, const Probe& at_most,
              const Probe& at_least);

}  // namespace skyndsamt::law
