#include "projections/law/conduct.h"

#include <algorithm>

namespace skyndsamt::law {
namespace {

using event::v1::Statute;

bool Names(const Statute& statute, const Classification& classified) {
  return std::ranges::any_of(statute.conduct(), [&](int type) {
    return std::ranges::find(classified.types, type) != classified.types.end();
  });
}

}  // namespace

Classification ClassificationOf(const CaseReading& reading) {
  const auto last = LatestOf(reading.Those([](const event::v1::Fact& fact) {
    return fact.classified().type() != event::v1::CONDUCT_TYPE_UNSPECIFIED;
  }));
  if (!last || !last->certain || last->contradicted()) return {};
  Classification classified{.types = {}, .by = last->stated()};
  for (const Candidate& one : last->among) {
    classified.types.push_back(one.fact->fact().classified().type());
  }
  return classified;
}

bool LeaveThoseOf(const Classification& classified, std::vector<const Statute*>& statutes) {
  const auto names = [&](const Statute* statute) { return Names(*statute, classified); };
  if (std::ranges::none_of(statutes, names)) return false;
  const auto others = [&](const Statute* statute) {
    return !statute->conduct().empty() && !names(statute);
  };
  return std::erase_if(statutes, others) > 0;
}

}  // namespace skyndsamt::law
