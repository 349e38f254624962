// Rounds: each new disclosure starts the reporting chain once more.
//
// Knowledge certainly later than the recipient's opens a new round; earlier knowledge is a relay.
// The recipient is the principal, or the authority where the principal is accused or reports go
// straight to it. So three disclosures in three years, told on after 0, 0 and 10 days, are three
// rounds; counting from the first to the first would hide the 10. Of several notifications the
// round's first counts, later ones supplement it; a principal kept informed restarts nothing. A
// report of somebody's own to the principal opens a round in the same way as what staff learn; what
// reaches the authority later than the principal is a notification and opens none.
//
// A fact belongs to the latest round whose knowledge is not certainly after it. Two facts of the
// same local day belong together. Where it is not certain to which of two rounds a fact belongs, it
// is possible in both and certain in neither.
//
// Which knowledge opens a round may itself not be certain: then Rounds says what is undecided, and
// round_readings.h takes the case in every way that this may be so. Thread-safe: nothing changes
// after construction.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "projections/law/case_reading.h"
#include "projections/law/knowledge.h"

namespace skyndsamt::law {

struct Round {
  int number = 1;                     // from 1
  const DatedFact* opener = nullptr;  // the knowledge it begins with; null: the first round
  std::optional<Moment> staff{};      // K
  std::optional<Moment> principal{};  // P
  std::optional<Moment> authority{};  // A
  std::optional<Moment> anyone{};     // F, the earliest of the three
};

// What is to be known before it is certain which knowledge opens a round: whether `then` lies on a
// later day than `first`, or (`first` null) whether it had happened at as_of.
struct Undecided {
  const DatedFact* first = nullptr;
  const DatedFact* then = nullptr;
};

class Rounds {
 public:
  // `past_principal`: the recipient is the authority.
  Rounds(const CaseReading& reading, bool past_principal);

  // At least one, in order of time. Without any knowledge there is one, and it is empty. What is
  // undecided opens none.
  std::span<const Round> all() const { return rounds_; }
  // The first thing that is not certain about who opens a round; absent where all of it is.
  const std::optional<Undecided>& undecided() const { return undecided_; }

  // The facts that `take` accepts and that belong, certainly or possibly, to a round.
  template <typename Take>
  Candidates In(const Round& round, Take take) const {
    Candidates found;
    for (const DatedFact* fact : reading_.facts()) {
      if (!take(fact->fact())) continue;
      const Belongs belongs = Belonging(*fact, round);
      if (belongs == Belongs::kNo) continue;
      found.push_back({fact, belongs == Belongs::kCertainly && fact->happened});
    }
    return found;
  }

 private:
  enum class Belongs { kNo, kPossibly, kCertainly };

  // A fact by which somebody came to know. `unless_after`: it is none if it came after that
  // assignment of an investigator, which is not certain; null: it is knowledge for certain.
  struct Knowledge {
    const DatedFact* fact = nullptr;
    Knower knower = Knower::kNobody;
    const DatedFact* unless_after = nullptr;
  };
  // Whether knowledge opens a round after those found so far; if not certain, what is undecided.
  struct Opening {
    std::optional<bool> opens = false;
    std::optional<Undecided> undecided{};
  };

  void FindKnowledge();
  void FindOpeners(bool past_principal);
  Opening Opens(const Knowledge& knowledge, std::span<const DatedFact* const> told) const;
  // What is not certain about this one's being the next opener, the others being left.
  std::optional<Undecided> UndecidedOf(const Knowledge& next, const Opening& opening,
                                       std::span<const Knowledge* const> left,
                                       std::span<const DatedFact* const> told) const;
  void FillRounds();
  Belongs Belonging(const DatedFact& fact, const Round& round) const;
  // Whether a fact lies before the beginning of the round with this index, in this round or a
  // later one, or possibly either.
  std::optional<bool> Before(const DatedFact& fact, size_t round) const;

  const CaseReading& reading_;
  std::vector<Knowledge> knowledge_;       // in order of time
  std::vector<const DatedFact*> openers_;  // the knowledge each round begins with; null: the first
  std::optional<Undecided> undecided_;
  std::vector<Round> rounds_;
};

}  // namespace skyndsamt::law
