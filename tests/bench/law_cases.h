// Cases of named shapes, and the policy they are judged by, for the benchmark of the law. The same
// for the same number.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"

namespace skyndsamt::bench {

inline constexpr char kBenchUnit[] = "b0000000-0000-4000-8000-000000000001";
inline constexpr char kBenchChild[] = "c0000000-0000-4000-8000-000000000001";

// plain      exact dates from the first knowledge to the evaluation, one measure, two guardians
// open       exact dates, the investigation under way
// vague      months, terms, approximate times, open ends
// relative   lengths where no dates are known
// rounds     three disclosures in three years, each told on
// corrected  plain, with dates corrected and corrections reversed
// long       a pattern over four years: ten rounds, fifteen measures, about 140 facts
struct Shape {
  const char* name;
  double share;  // of the mix
  std::vector<event::v1::Fact> (*facts)(uint64_t number);
};
const std::vector<Shape>& Shapes();
// The shape of case `number` in the mix.
const Shape& ShapeOf(uint64_t number);

// A limit for every duty that has a time, and closing days; `limit_days` is the chain's.
event::v1::RoutinePublished BenchRoutine(const std::string& version, int limit_days);
event::v1::ClosingDaysPublished BenchClosingDays();

}  // namespace skyndsamt::bench
