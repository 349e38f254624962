#include "projections/law/round_readings.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "projections/law/civil_time.h"

namespace skyndsamt::law {
namespace {

// What is supposed of an undecided order, each one way in which it may be decided.
using Ways = absl::InlinedVector<Supposed, 4>;
using Take = std::function<void(const CaseReading&, const Rounds&)>;

// Of that many undecided orders on the way to one reading.
constexpr size_t kMostSupposed = 24;

std::optional<absl::CivilDay> OnlyDayOf(const DatedFact& fact) {
  if (!fact.when.earliest || !fact.when.latest) return std::nullopt;
  const absl::CivilDay day = DayOf(*fact.when.earliest);
  return day == DayOf(*fact.when.latest) ? std::optional(day) : std::nullopt;
}

// All ways in which it may be decided. Where one of the facts has a day, the other lies on one side
// of that day. Where neither has, one comes a day or more after the other, or both are of the same
// day, and either may then be the first.
Ways WaysOf(const Undecided& undecided) {
  const std::string_view then = undecided.then->stated->id;
  if (undecided.first == nullptr) {
    return {Supposed{.fact = then, .latest = undecided.by},
            Supposed{.fact = then, .earliest = undecided.by + 1}};
  }
  const std::string_view first = undecided.first->stated->id;
  if (const auto day = OnlyDayOf(*undecided.first)) {
    return {Supposed{.fact = then, .earliest = StartOf(*day + 1)},
            Supposed{.fact = then, .latest = EndOf(*day)}};
  }
  if (const auto day = OnlyDayOf(*undecided.then)) {
    return {Supposed{.fact = first, .latest = StartOf(*day) - 1},
            Supposed{.fact = first, .earliest = StartOf(*day)}};
  }
  const Duration same_day{};
  const Duration next_day{.days = 1};
  return {Supposed{.fact = then, .after = first, .at_least = next_day},
          Supposed{.fact = first, .after = then, .at_least = next_day},
          Supposed{.fact = first, .after = then, .at_most = same_day},
          Supposed{.fact = then, .after = first, .at_most = same_day}};
}

// Reads the case each way, one undecided order after the other.
class Reader {
 public:
  Reader(const CaseReading& reading, const Take& take)
      : reading_(reading),
        take_(take),
        supposed_(reading.file().supposed.begin(), reading.file().supposed.end()) {}

  void Decide(const Undecided& undecided) {
    Note(*undecided.then);
    if (undecided.first != nullptr) Note(*undecided.first);
    found_.all = found_.all && supposed_.size() < kMostSupposed;
    for (const Supposed& one : WaysOf(undecided)) {
      if (!found_.all) return;
      supposed_.push_back(one);
      Read();
      supposed_.pop_back();
    }
  }

  RoundReadings found() && { return std::move(found_); }

 private:
  void Read() {
    CaseFile file = reading_.file();
    file.supposed = supposed_;
    const CaseReading reading(file);
    found_.work += reading.WorkFor(0);
    if (Contradicts(reading)) return;
    const Rounds rounds(reading);
    if (rounds.undecided()) return Decide(*rounds.undecided());
    found_.all = readings_++ < kMostRoundReadings;
    if (found_.all) take_(reading, rounds);
  }

  // What is supposed cannot be so.
  bool Contradicts(const CaseReading& reading) const {
    if (reading.contradictions().size() != reading_.contradictions().size()) return true;
    return !std::ranges::equal(reading.dated(), reading_.dated(), {}, &DatedFact::contradicted,
                               &DatedFact::contradicted);
  }

  void Note(const DatedFact& fact) {
    const DatedFact* own = reading_.Find(fact.stated->id);
    if (OnlyDayOf(*own)) return;  // dated well enough
    if (std::ranges::find(found_.undecided, own) == found_.undecided.end()) {
      found_.undecided.push_back(own);
    }
  }

  const CaseReading& reading_;
  const Take& take_;
  std::vector<Supposed> supposed_;
  int readings_ = 0;
  RoundReadings found_;
};

}  // namespace

RoundReadings ReadEachWay(const CaseReading& reading, const Rounds& rounds, const Take& take) {
  Reader reader(reading, take);
  if (rounds.undecided()) reader.Decide(*rounds.undecided());
  return std::move(reader).found();
}

}  // namespace skyndsamt::law
