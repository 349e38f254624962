// Rounds: each new disclosure starts the reporting chain once more.
//
// Knowledge certainly later than the recipient's opens a new round; earlier knowledge is a relay.
// The recipient is the principal, or the authority where whoever was the principal when the round
// began is accused, or reports went straight to it then. So three disclosures in three years, told
// on after 0, 0 and 10 days, are three rounds; counting from the first to the first would hide
// the 10. Of several notifications the round's first counts, later ones supplement it; a principal
// kept informed restarts nothing. A report of somebody's own to the principal opens a round in the
// same way as what staff learn; what reaches the authority later than the principal is a
// notification and opens none, unless it is a report of somebody's own, made when the case had been
// closed: what was handled by then cannot be what it adds to.
//
// A fact belongs to the latest round whose knowledge is not certainly after it. Two facts of the
// same local day belong together. Where it is not certain to which of two rounds a fact belongs, it
// is possible in both and certain in neither.
//
// Which knowledge opens a round, and whether a round began before or after the unit changed who
// receives reports, may itself not be certain: then Rounds says what is undecided, and
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
  bool past_principal = false;        // the recipient is the authority
  // When it began, of a unit whose terms change: its chain goes by what the unit was then.
  std::optional<Interval> unit_at{};
};

// What is to be known before it is certain which knowledge opens a round, and who the recipient is
// in it: whether `then` lies on a later day than `first`, or (`first` null) whether it had happened
// by an instant: as_of, or the last one before the unit changes.
struct Undecided {
  const DatedFact* first = nullptr;
  const DatedFact* then = nullptr;
  Micros by = 0;  // where `first` is null
};

// The chain goes past the principal: whoever led the unit then is accused, or reports went to the
// authority there. Nothing where that is not certain.
std::optional<bool> PastPrincipal(const CaseReading& reading, const Interval& when);
// Past the principal because whoever led the unit when the round began is certainly accused.
bool PrincipalAccused(const CaseReading& reading, const Round& round);

class Rounds {
 public:
  explicit Rounds(const CaseReading& reading);

  // At least one, in order of time. Without any knowledge there is one, and it is empty. What is
  // undecided opens none.
  std::span<const Round> all() const { return rounds_; }
  // The first thing that is not certain about who opens a round or receives its reports; absent
  // where all of it is.
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

  // The knowledge that a round begins with (null: the first round), and who is the recipient.
  struct Opener {
    const DatedFact* fact = nullptr;
    bool past_principal = false;
    std::optional<Interval> unit_at{};
  };

  void FindKnowledge();
  void BeginFirst();
  void FindOpeners();
  Candidate CandidateOf(const Knowledge& knowledge) const;
  // What a piece of knowledge must certainly follow to open a round: the recipient's, or the
  // closing of the case.
  std::span<const DatedFact* const> MustFollow(const Knowledge& knowledge) const;
  std::optional<bool> MayOpen(const Knowledge& knowledge) const;
  Opener OpenedBy(const DatedFact& fact) const;
  // On which side of a change of who receives reports the fact lies, where that is not certain.
  std::optional<Undecided> AcrossChange(const DatedFact& fact) const;
  // What is not certain about who was the recipient when the first round began.
  std::optional<Undecided> UndecidedBeginning(const Moment& first) const;
  Opening Opens(const Knowledge& knowledge) const;
  // What is not certain about this one's being the next opener, the others being left.
  std::optional<Undecided> UndecidedOf(const Knowledge& next, const Opening& opening,
                                       std::span<const Knowledge* const> left) const;
  void FillRounds();
  Belongs Belonging(const DatedFact& fact, const Round& round) const;
  // Whether a fact lies before the beginning of the round with this index, in this round or a
  // later one, or possibly either.
  std::optional<bool> Before(const DatedFact& fact, size_t round) const;

  const CaseReading& reading_;
  std::vector<Knowledge> knowledge_;         // in order of time
  std::vector<const DatedFact*> principal_;  // the principal's,
  std::vector<const DatedFact*> authority_;  // and the authority's
  std::vector<const DatedFact*> closed_;     // closings
  std::vector<Opener> openers_;              // of each round
  std::optional<Undecided> undecided_;
  std::vector<Round> rounds_;
};

}  // namespace skyndsamt::law
