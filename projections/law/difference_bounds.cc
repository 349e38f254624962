#include "projections/law/difference_bounds.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace skyndsamt::law {
namespace {

// The bounds in order, then in reverse: sweeping both ways settles chains in either direction in
// two passes (Yen 1970).
template <typename Bounds, typename Relax>
bool Sweep(const Bounds& bounds, bool forward, const Relax& relax) {
  bool changed = false;
  for (size_t i = 0; i < bounds.size(); ++i) {
    changed = relax(forward ? i : bounds.size() - 1 - i) || changed;
  }
  return changed;
}

}  // namespace

void Unite(DifferenceBounds::Because& into, const DifferenceBounds::Because& other) {
  DifferenceBounds::Because both;
  both.reserve(into.size() + other.size());
  std::set_union(into.begin(), into.end(), other.begin(), other.end(), std::back_inserter(both));
  into = std::move(both);
}

void DifferenceBounds::Add(Bound bound) {
  assert(bound.from < variables_ && bound.to < variables_);
  bounds_.push_back(std::move(bound));
}

std::optional<DifferenceBounds::Because> DifferenceBounds::Contradiction() const {
  std::vector<int64_t> most(variables_, 0);  // from a source that bounds every variable by 0
  std::vector<size_t> via(variables_, kNone);
  const auto relax = [&](size_t i) {
    const Bound& bound = bounds_[i];
    const int64_t through = most[bound.from] + bound.most;
    if (through >= most[bound.to]) return false;
    most[bound.to] = through;
    via[bound.to] = i;
    return true;
  };
  // A negative cycle shows as a cycle of `via` soon after it is first gone round; looking after
  // every sweep finds it before distances can run away.
  for (bool forward = true; Sweep(bounds_, forward, relax); forward = !forward) {
    std::vector<size_t> seen_from(variables_, kNone);
    for (size_t start = 0; start < variables_; ++start) {
      size_t v = start;
      while (seen_from[v] == kNone && via[v] != kNone) {
        seen_from[v] = start;
        v = bounds_[via[v]].from;
      }
      if (via[v] == kNone || seen_from[v] != start) continue;
      Because because;
      const size_t first = v;
      do {
        Unite(because, bounds_[via[v]].because);
        v = bounds_[via[v]].from;
      } while (v != first);
      return because;
    }
  }
  return std::nullopt;
}

DifferenceBounds::Reach DifferenceBounds::From(size_t source, bool backward) const {
  Reach out{std::vector<std::optional<int64_t>>(variables_), std::vector<size_t>(variables_, kNone),
            bounds_.size()};
  out.most[source] = 0;
  const auto relax = [&](size_t i) {
    const Bound& bound = bounds_[i];
    const size_t near = backward ? bound.to : bound.from;
    const size_t far = backward ? bound.from : bound.to;
    if (!out.most[near]) return false;
    const int64_t through = *out.most[near] + bound.most;
    if (out.most[far] && through >= *out.most[far]) return false;
    out.most[far] = through;
    out.via[far] = i;
    return true;
  };
  for (bool forward = true; Sweep(bounds_, forward, relax); forward = !forward) {
    out.work += bounds_.size();
  }
  return out;
}

DifferenceBounds::Because DifferenceBounds::WhyOf(const Reach& reach, size_t v,
                                                  bool backward) const {
  Because out;
  while (reach.via[v] != kNone) {
    const Bound& bound = bounds_[reach.via[v]];
    out.insert(out.end(), bound.because.begin(), bound.because.end());
    v = backward ? bound.to : bound.from;
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace skyndsamt::law
