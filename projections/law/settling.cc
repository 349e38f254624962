#include "projections/law/settling.h"

#include <algorithm>
#include <vector>

#include "projections/law/case_legs.h"
#include "projections/law/case_reading.h"
#include "projections/law/civil_time.h"
#include "projections/law/leg_answer.h"
#include "projections/law/reason_tree.h"
#include "projections/law/settling_words.h"
#include "projections/law/trial.h"

namespace skyndsamt::law {
namespace {

using api::v1::LegTimeliness;
using api::v1::Question;
using api::v1::Settling;

constexpr Micros kMinute = 60'000'000;
constexpr size_t kMostOthers = 24;
// How far before the earliest known time a fact without a beginning is looked for.
constexpr Micros kYears = 20 * 366 * 1'440 * kMinute;
constexpr int64_t kMostDays = 3'660;

int64_t MinuteOf(Micros at) { return at >= 0 ? at / kMinute : -((-at + kMinute - 1) / kMinute); }
Micros StartOfMinute(int64_t minute) { return minute * kMinute; }
Micros EndOfMinute(int64_t minute) { return (minute + 1) * kMinute - 1; }

// "At the latest in this minute", as people say it: a day where it is the day's last.
std::string UpTo(int64_t minute) {
  const Micros next = EndOfMinute(minute) + 1;
  const absl::CivilDay day = DayOf(next);
  return next == StartOf(day) ? FormatDay(day - 1) : FormatInstant(StartOfMinute(minute));
}
std::string From(int64_t minute) {
  const absl::CivilDay day = DayOf(StartOfMinute(minute));
  return StartOfMinute(minute) == StartOf(day) ? FormatDay(day)
                                               : FormatInstant(StartOfMinute(minute));
}

// Looks for what settles the open questions of one case.
class Search {
 public:
  explicit Search(const CaseFile& file)
      : file_(file), reading_(file), legs_(LegsOf(reading_)), trial_(file, kMostWork) {
    floor_ = file.as_of;
    for (const DatedFact& fact : reading_.dated()) {
      for (const auto& bound : {fact.when.earliest, fact.when.latest}) {
        if (bound) floor_ = std::min(floor_, *bound);
      }
    }
    floor_ -= kYears;
  }

  const CaseReading& reading() const { return reading_; }

  // `outcome` is the leg that `leg` tells of.
  std::vector<Settling> Of(const LegOutcome& outcome, const LegTimeliness& leg,
                           const api::v1::Timeliness& answer, Question question);

  const Legs& legs() const { return legs_; }

 private:
  struct Leg {
    const LegOutcome& outcome;
    const LegTimeliness& told;
    std::string key;
    Question question;
  };

  std::vector<const DatedFact*> Candidates(const LegOutcome& outcome) const;
  int64_t PinnedMinute(const DatedFact& fact, size_t choice) const;
  std::vector<Settling> ByTime(const Leg& leg, std::span<const DatedFact* const> candidates);
  std::optional<Settling> ByLength(const Leg& leg);
  std::optional<Settling> ByTimes(const Leg& leg, std::span<const DatedFact* const> candidates);
  std::optional<Settling> ByMissingFact(const Leg& leg) const;
  std::optional<Settling> ByOtherThanTime(const Leg& leg, const api::v1::Timeliness& answer) const;

  const CaseFile& file_;
  CaseReading reading_;
  Legs legs_;
  Trial trial_;
  Micros floor_ = 0;
};

Settling Made(Question question, api::v1::SettledBy by) {
  Settling settling;
  settling.set_question(question);
  settling.set_by(by);
  return settling;
}

// Takes a turn over; false where it settles nothing.
bool Take(const Turn& turn, std::string (*up_to)(int64_t), std::string (*from)(int64_t),
          Settling& settling) {
  if (turn.up_to) {
    *settling.mutable_earlier() = turn.earlier;
    settling.mutable_earlier()->set_bound(up_to(*turn.up_to));
  }
  if (turn.from) {
    *settling.mutable_later() = turn.later;
    settling.mutable_later()->set_bound(from(*turn.from));
  }
  settling.set_either_way(turn.up_to && turn.from && *turn.up_to + 1 == *turn.from);
  return turn.up_to || turn.from;
}

bool Exact(const DatedFact& fact) {
  return fact.when.earliest && fact.when.latest &&
         MinuteOf(*fact.when.earliest) >= MinuteOf(*fact.when.latest);
}

std::vector<const DatedFact*> Search::Candidates(const LegOutcome& outcome) const {
  std::vector<const DatedFact*> found;
  const auto add = [&found](const DatedFact* fact) {
    if (fact == nullptr || fact->contradicted || Exact(*fact)) return;
    if (std::ranges::find(found, fact) == found.end()) found.push_back(fact);
  };
  for (const auto& end : {outcome.started, outcome.ended}) {
    if (!end) continue;
    add(end->fact);
    for (const DatedFact* other : end->others) add(other);
  }
  size_t others = 0;
  for (const DatedFact& fact : reading_.dated()) {
    const Interval& when = fact.when;
    const bool one_day =
        when.earliest && when.latest && DayOf(*when.earliest) == DayOf(*when.latest);
    // A day is exact enough unless the question is asked in the middle of it.
    if (one_day && DayOf(*when.latest) != DayOf(file_.as_of)) continue;
    if (!Concerns(fact.fact(), file_.child)) continue;
    if (std::ranges::find(found, &fact) != found.end()) continue;
    if (others++ == kMostOthers) break;
    add(&fact);
  }
  return found;
}

std::vector<Settling> Search::ByTime(const Leg& leg, std::span<const DatedFact* const> candidates) {
  std::vector<Settling> found;
  for (const DatedFact* fact : candidates) {
    const int64_t first = MinuteOf(fact->when.earliest.value_or(floor_));
    const int64_t last = MinuteOf(fact->when.latest.value_or(file_.as_of));
    if (first >= last) continue;
    const auto with = [&](std::optional<Micros> earliest, std::optional<Micros> latest) {
      const Supposed one{.fact = fact->stated->id, .earliest = earliest, .latest = latest};
      return trial_.Try(leg.key, {&one, 1});
    };
    const Turn turn = FindTurn(
        leg.question, first, last,
        [&](int64_t minute) { return with(std::nullopt, EndOfMinute(minute)); },
        [&](int64_t minute) { return with(StartOfMinute(minute), std::nullopt); });
    Settling settling = Made(leg.question, api::v1::SETTLED_BY_TIME);
    settling.add_facts(std::string(fact->stated->id));
    if (Take(turn, UpTo, From, settling)) found.push_back(std::move(settling));
  }
  // What settles it whichever way it turns out says more than what may.
  const auto whole = std::ranges::any_of(found, &Settling::either_way);
  if (whole) std::erase_if(found, [](const Settling& one) { return !one.either_way(); });
  return found;
}

std::optional<Settling> Search::ByLength(const Leg& leg) {
  const auto& from = leg.outcome.started;
  const auto& to = leg.outcome.ended;
  const bool two_facts = from && to && !from->inferred && !to->inferred && from->others.empty() &&
                         to->others.empty() && from->fact != to->fact;
  if (!two_facts || leg.question == api::v1::QUESTION_STATE || !leg.told.has_days()) {
    return std::nullopt;
  }
  const auto limit = ParseDuration(leg.told.routine().limit());
  const bool hours = leg.question == api::v1::QUESTION_ROUTINE && limit.ok() && limit->timed;
  const api::v1::Range& range = hours ? leg.told.hours() : leg.told.days();
  const int64_t first = range.min();
  const int64_t last = range.has_max() ? range.max() : first + kMostDays;
  if (first >= last) return std::nullopt;
  const auto length = [hours](int64_t n) {
    return hours ? Duration{.seconds = n * 3'600, .timed = true} : Duration{.days = n};
  };
  Supposed one{.fact = to->stated()->id, .after = from->stated()->id};
  const Turn turn = FindTurn(
      leg.question, first, last,
      [&](int64_t n) {
        one.at_least = {.timed = true};
        one.at_most = length(n);
        return trial_.Try(leg.key, {&one, 1});
      },
      [&](int64_t n) {
        one.at_least = length(n);
        one.at_most.reset();
        return trial_.Try(leg.key, {&one, 1});
      });
  Settling settling = Made(leg.question, api::v1::SETTLED_BY_LENGTH);
  settling.add_facts(std::string(from->stated()->id));
  settling.add_facts(std::string(to->stated()->id));
  const auto in_days = [](int64_t n) { return FormatDuration({.days = n}); };
  const auto in_hours = [](int64_t n) {
    return FormatDuration({.seconds = n * 3'600, .timed = true});
  };
  if (!(hours ? Take(turn, in_hours, in_hours, settling)
              : Take(turn, in_days, in_days, settling))) {
    return std::nullopt;
  }
  return settling;
}

// Early, late, or as late as it may be to have happened by as_of.
int64_t Search::PinnedMinute(const DatedFact& fact, size_t choice) const {
  const Micros first = fact.when.earliest.value_or(floor_);
  const Micros last = fact.when.latest.value_or(file_.as_of);
  if (choice == 0) return MinuteOf(first);
  return MinuteOf(choice == 1 ? last : std::clamp(file_.as_of, first, last));
}

std::optional<Settling> Search::ByTimes(const Leg& leg,
                                        std::span<const DatedFact* const> candidates) {
  const auto settled = [&](const std::vector<Supposed>& supposed) {
    const auto answers = trial_.Try(leg.key, supposed);
    return answers && answers->Settled(leg.question);
  };
  // All known to the minute: the first few early, late or just in time for as_of, in every
  // combination, the others early.
  size_t combinations = 1;
  for (size_t i = 0; i < std::min<size_t>(candidates.size(), 3); ++i) combinations *= 3;
  for (size_t choice = 0; candidates.size() > 1 && choice < combinations; ++choice) {
    std::vector<Supposed> pinned;
    for (size_t i = 0, rest = choice; i < candidates.size(); ++i, rest /= 3) {
      const int64_t minute = PinnedMinute(*candidates[i], rest % 3);
      pinned.push_back({.fact = candidates[i]->stated->id,
                        .earliest = StartOfMinute(minute),
                        .latest = EndOfMinute(minute)});
    }
    if (!settled(pinned)) continue;
    // Whatever can be left out is left out, the leg's own start and end last.
    for (size_t i = pinned.size(); i-- > 0 && pinned.size() > 1;) {
      std::vector<Supposed> fewer = pinned;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (settled(fewer)) pinned = std::move(fewer);
    }
    Settling settling = Made(leg.question, api::v1::SETTLED_BY_TIMES);
    for (const Supposed& one : pinned) settling.add_facts(std::string(one.fact));
    return settling;
  }
  return std::nullopt;
}

// Where an end but no start is on record: from when it would have to be counted. And where nobody
// recorded the opening of an investigation, which begins one duty's time and ends another's: when
// that was.
std::optional<Settling> Search::ByMissingFact(const Leg& leg) const {
  const bool no_start = leg.outcome.Has(api::v1::REMARK_START_UNKNOWN);
  const bool start = no_start || (leg.outcome.started && leg.outcome.started->inferred);
  if (!start && !(leg.outcome.ended && leg.outcome.ended->inferred)) return std::nullopt;
  const auto& bound = start && !no_start ? leg.outcome.started : leg.outcome.ended;
  const int64_t first = MinuteOf(floor_);
  const int64_t last = MinuteOf(bound->when.latest.value_or(file_.as_of));
  const auto with = [&](std::optional<Micros> earliest, Micros latest) -> std::optional<Answers> {
    LegOutcome supposed = leg.outcome;
    (start ? supposed.started : supposed.ended) =
        Moment{.when = {.earliest = earliest.value_or(floor_),
                        .latest = latest,
                        .earliest_precision = Precision::kMinute,
                        .latest_precision = PrecisionOfLast(latest)}};
    const LegAnswer answer = AnswerFor(reading_, supposed);
    return Answers{supposed.state, answer.routine.verdict, answer.practice.position};
  };
  Settling settling = Made(leg.question, api::v1::SETTLED_BY_MISSING_START);
  const bool settles =
      Take(FindTurn(
               leg.question, first, last,
               [&](int64_t minute) { return with(std::nullopt, EndOfMinute(minute)); },
               [&](int64_t minute) { return with(StartOfMinute(minute), EndOfMinute(last)); }),
           UpTo, From, settling);
  return settles || no_start ? std::optional(settling) : std::nullopt;
}

std::optional<Settling> Search::ByOtherThanTime(const Leg& leg,
                                                const api::v1::Timeliness& answer) const {
  if (leg.outcome.Has(api::v1::REMARK_CONTRADICTED)) {
    Settling settling = Made(leg.question, api::v1::SETTLED_BY_CORRECTION);
    const auto takes_part = [&](const std::string& id) {
      for (const auto& anchor : {leg.told.started(), leg.told.ended()}) {
        if (anchor.fact() == id ||
            std::ranges::find(anchor.contributing(), id) != anchor.contributing().end()) {
          return true;
        }
      }
      return false;
    };
    for (const auto& contradiction : answer.contradictions()) {
      if (std::ranges::none_of(contradiction.facts(), takes_part)) continue;
      for (const std::string& id : contradiction.facts()) settling.add_facts(id);
    }
    return settling;
  }
  if (leg.outcome.why == Why::kFindingUnstated) {
    Settling settling = Made(leg.question, api::v1::SETTLED_BY_FINDING);
    for (const EffectiveFact* fact : leg.outcome.because) settling.add_facts(std::string(fact->id));
    return settling;
  }
  const bool exact = leg.told.has_days() && leg.told.days().has_max() &&
                     leg.told.days().min() == leg.told.days().max() &&
                     leg.told.state() != api::v1::LEG_STATE_UNDETERMINED;
  if (leg.question == api::v1::QUESTION_PRACTICE && exact) {
    return Made(leg.question, api::v1::SETTLED_BY_NOTHING);
  }
  return std::nullopt;
}

std::vector<Settling> Search::Of(const LegOutcome& outcome, const LegTimeliness& told,
                                 const api::v1::Timeliness& answer, Question question) {
  const Leg leg{outcome, told, LegKey(told), question};
  if (auto other = ByOtherThanTime(leg, answer)) return {*std::move(other)};
  const std::vector<const DatedFact*> candidates = Candidates(outcome);
  std::vector<Settling> found = ByTime(leg, candidates);
  if (std::ranges::any_of(found, &Settling::either_way)) return found;
  if (auto length = ByLength(leg)) {
    const bool whole = length->either_way();
    found.push_back(*std::move(length));
    if (whole) return found;
  }
  if (!found.empty()) return found;
  if (auto missing = ByMissingFact(leg)) return {*std::move(missing)};
  if (auto times = ByTimes(leg, candidates)) return {*std::move(times)};
  return {Made(question, api::v1::SETTLED_BY_UNSPECIFIED)};  // looked for, and not found
}

}  // namespace

void Settle(const CaseFile& file, api::v1::Timeliness& answer) {
  std::optional<Search> search;
  for (int i = 0; i < answer.legs_size(); ++i) {
    LegTimeliness& leg = *answer.mutable_legs(i);
    const Answers answers{leg.state(), leg.routine().verdict(), leg.practice().position()};
    for (const Question question :
         {api::v1::QUESTION_STATE, api::v1::QUESTION_ROUTINE, api::v1::QUESTION_PRACTICE}) {
      if (answers.Settled(question)) continue;
      if (!search) search.emplace(file);
      const LegOutcome& outcome = search->legs()[static_cast<size_t>(i)];
      for (Settling& settling : search->Of(outcome, leg, answer, question)) {
        PutInWords(search->reading(), leg, settling);
        *leg.add_settling() = std::move(settling);
      }
    }
    if (leg.settling().empty() || !leg.has_reasons()) continue;
    for (const Settling& settling : leg.settling()) {
      auto& node = AddReason(*leg.mutable_reasons(), api::v1::REASON_KIND_CONCLUSION,
                             {settling.text().sv(), settling.text().en()});
      if (settling.facts_size() != 1) continue;
      const DatedFact* fact = search->reading().Find(settling.facts(0));
      if (fact != nullptr) StandsOn(*fact->stated, node);
    }
    RenderLines(leg);
  }
}

}  // namespace skyndsamt::law
