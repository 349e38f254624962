#include "projections/statistics/statistics.h"

#include <utility>

#include "projections/views/views.h"

namespace skyndsamt::statistics {

absl::StatusOr<std::unique_ptr<Statistics>> Statistics::Open(const StatisticsOptions& options,
                                                             log::EventLog& log) {
  const auto [k, months] = options.method;
  if (k < 2 || months < 1 || 12 % months != 0) {
    return absl::InvalidArgumentError(
        "statistics: k is at least 2, and a period has 1, 2, 3, 4, 6 or 12 months");
  }
  const auto make_views = [&] {
    std::vector<std::unique_ptr<engine::View>> views;
    views.push_back(std::make_unique<StatisticsView>(log, options.method));
    return views;
  };
  auto runner = engine::Runner::Open(options.runner, log, views::KnownEvents(), make_views);
  if (!runner.ok()) return runner.status();
  return std::unique_ptr<Statistics>(new Statistics(*std::move(runner)));
}

absl::StatusOr<std::vector<Told>> Statistics::From(uint64_t number, size_t most) const {
  const auto snapshot = runner_->Read(StatisticsView::kName);
  if (!snapshot.ok()) return snapshot.status();
  std::vector<Told> all;
  for (; all.size() < most; ++number) {
    const auto found = snapshot->Get(StatisticsView::NumberKey(number));
    if (!found.ok()) return found.status();
    if (!*found) break;
    view::v1::StatisticsTold told;
    if (!told.ParseFromString(**found)) return absl::DataLossError("statistics row");
    all.push_back({.number = number,
                   .at = told.at(),
                   .end = told.end(),
                   .figure = std::move(*told.mutable_figure())});
  }
  return all;
}

absl::StatusOr<uint64_t> Statistics::Count() const {
  const auto snapshot = runner_->Read(StatisticsView::kName);
  if (!snapshot.ok()) return snapshot.status();
  const auto found = snapshot->Get(StatisticsView::kState);
  if (!found.ok()) return found.status();
  view::v1::StatisticsState state;
  if (*found && !state.ParseFromString(**found)) return absl::DataLossError("statistics row");
  return state.figures();
}

}  // namespace skyndsamt::statistics
