// Random cases for the properties that must hold of every case: all kinds of facts in any order, of
// any precision, with persons, measures, requests, relative times, routines and units at random.
// The same for the same seed. SKYNDSAMT_SEED and SKYNDSAMT_CASES (environment) look elsewhere and
// longer than the tests do by default.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "story.h"

namespace skyndsamt::law::testing {

// The instant at which every random story is told, and the year in which it happens.
inline constexpr char kTold[] = "2021-12-31";

// The first seed of a property, and how many cases it tries: the given ones unless the environment
// says otherwise.
unsigned FirstSeed(unsigned seed);
int CasesToTry(int cases);

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  // 0 to sides - 1.
  int Throw(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }
  bool Once(int in) { return Throw(in) == 0; }
  std::string AnyDay();  // of the year

 private:
  std::mt19937 random_;
};

// Days from first to last, of which it was one.
struct Time {
  absl::CivilDay first;
  absl::CivilDay last;
  bool approximate = false;  // only where first and last are the same
  bool open_start = false;
  bool open_end = false;

  static Time Any(Dice& dice);
  // A part of it.
  Time Narrower(Dice& dice) const;
  std::string Edtf() const;
};

// What is needed to tell a random story more than once, with other times.
struct Plan {
  struct Step {
    event::v1::Fact fact;
    std::optional<Time> time;  // absent: as the fact itself says (relative to another)
  };
  struct RoutineLimit {
    event::v1::RoutineLimit limit;
    std::string from;
  };

  std::vector<Step> steps;
  std::vector<RoutineLimit> routine;
  std::vector<event::v1::AccusedKind> accused;
  event::v1::UnitForm form = event::v1::UNIT_FORM_COMPULSORY_SCHOOL;
  event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;
  struct UnitChange {
    std::string from;
    event::v1::UnitForm form = event::v1::UNIT_FORM_UNSPECIFIED;
    event::v1::Party report_receiver = event::v1::PARTY_UNSPECIFIED;
  };
  std::vector<UnitChange> changes;  // what the unit became
  event::v1::Answer adult_pupil = event::v1::ANSWER_NO;

  static Plan Any(Dice& dice);
  // Every time better known, or as well: dates, lengths between two facts, and the plans' own
  // dates.
  Plan Narrower(Dice& dice) const;
  // Recorded one by one from `recorded` on, or (empty) brought in afterwards.
  void Tell(Story& story, std::string_view recorded = {}) const;
  std::string Text() const;  // for a failure to be understood
};

// A fact that starts and ends nothing of the first child's.
void AddUnrelated(Story& story, Dice& dice, int n);

// Leg, round, measure, guardian and request, as one text.
std::string Key(const api::v1::LegTimeliness& leg);
// All legs of an answer, as bytes.
std::string Legs(const api::v1::Timeliness& answer);

}  // namespace skyndsamt::law::testing
