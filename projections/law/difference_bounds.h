// A system of bounds on differences, value[to] - value[from] <= most, solved by shortest paths
// (Bellman-Ford). The arithmetic under Network, which knows what the values mean.
// Not thread-safe while bounds are added; may be asked from any thread afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace skyndsamt::law {

class DifferenceBounds {
 public:
  // Who says so: point numbers, ascending, each once.
  using Because = std::vector<size_t>;

  struct Bound {
    size_t from = 0;
    size_t to = 0;
    int64_t most = 0;
    Because because;
  };

  explicit DifferenceBounds(size_t variables) : variables_(variables) {}
  DifferenceBounds() : DifferenceBounds(0) {}

  void Add(Bound bound);

  // Those who together say what cannot be (a negative cycle); nothing when all can be true.
  // Distances stay within int64 while a single bound is below 4e17 and at most one variable (an
  // origin) has bounds above 1e16.
  std::optional<Because> Contradiction() const;

  // The largest value[v] - value[source] for every v, absent where nothing bounds it; or the
  // largest value[source] - value[v] when `backward`. Only without contradiction.
  struct Reach {
    std::vector<std::optional<int64_t>> most;
    std::vector<size_t> via;  // the last bound of the path to v; kNone for source and unreached
    size_t work = 0;          // bounds gone through to find it, each as often as it was
  };
  static constexpr size_t kNone = static_cast<size_t>(-1);
  Reach From(size_t source, bool backward = false) const;

  // All who take part in the path to v.
  Because WhyOf(const Reach& reach, size_t v, bool backward = false) const;

 private:
  size_t variables_;
  std::vector<Bound> bounds_;
};

// The union of two.
void Unite(DifferenceBounds::Because& into, const DifferenceBounds::Because& other);

}  // namespace skyndsamt::law
