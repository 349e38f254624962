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

// Not classified, or perhaps found to be no conduct at all: which it would have been is not said.
bool MayBeAnyConduct(const Classification& classified) {
  return classified.types.empty() ||
         std::ranges::find(classified.types, event::v1::CONDUCT_TYPE_NOT_SUBSTANTIATED) !=
             classified.types.end();
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
  if (MayBeAnyConduct(classified)) return false;
  const auto others = [&](const Statute* statute) {
    return !statute->conduct().empty() && !Names(*statute, classified);
  };
  return std::erase_if(statutes, others) > 0;
}

}  // namespace skyndsamt::law
