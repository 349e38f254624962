#include "projections/statistics/grouping.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/util/message_differencer.h"

namespace skyndsamt::statistics {
namespace {

using google::protobuf::util::MessageDifferencer;
using Values = google::protobuf::RepeatedPtrField<view::v1::StatisticsValue>;
using Cells = std::map<std::string_view, Members>;  // by value; what is not told apart under ""

// Sets of cases that belong together, by the ids that they share.
class Relations {
 public:
  void Join(const Member& member) {
    std::optional<size_t> first;
    const auto join = [&](std::string_view id) {
      const size_t set = Root(Of(id));
      if (first) parents_[set] = Root(*first);
      first = Root(set);
    };
    for (const std::string& tie : member.incident->ties()) join(tie);
    if (!member.step->child().empty()) join(member.step->child());
  }
  // Of what was joined.
  size_t Count() {
    size_t count = 0;
    for (size_t i = 0; i < parents_.size(); ++i) count += Root(i) == i ? 1 : 0;
    return count;
  }

 private:
  size_t Of(std::string_view id) {
    const auto [it, added] = sets_.try_emplace(id, parents_.size());
    if (added) parents_.push_back(it->second);
    return it->second;
  }
  size_t Root(size_t set) {
    while (parents_[set] != set) set = parents_[set] = parents_[parents_[set]];
    return set;
  }

  absl::flat_hash_map<std::string_view, size_t> sets_;
  std::vector<size_t> parents_;
};

std::string_view ValueOf(const Values& values, v1::Attribute attribute) {
  for (const auto& value : values) {
    if (value.attribute() == attribute) return value.value();
  }
  return {};
}

std::set<v1::Attribute> AttributesOf(const Members& members) {
  std::set<v1::Attribute> attributes;
  for (const Member& member : members) {
    for (const auto& value : member.step->values()) attributes.insert(value.attribute());
  }
  return attributes;
}

void Lump(Cells& cells, Cells::iterator cell) {
  Members members = std::move(cell->second);
  cells.erase(cell);
  Members& lump = cells[""];
  lump.insert(lump.end(), members.begin(), members.end());
}

// The cells that may be told: each of at least k unrelated cases, what is not told apart included.
Cells Divide(const Members& members, v1::Attribute attribute, size_t k) {
  Cells cells;
  for (const Member& member : members) {
    cells[ValueOf(member.step->values(), attribute)].push_back(member);
  }
  const auto named = [](const auto& cell) { return !cell.first.empty(); };
  const auto small = [&](const auto& cell) { return named(cell) && Unrelated(cell.second) < k; };
  for (auto it = cells.begin(); (it = std::ranges::find_if(cells, small)) != cells.end();) {
    Lump(cells, it);
  }
  // Too few that are not told apart could be counted by what is missing: the smallest joins them.
  while (cells.contains("") && cells.size() > 1 && Unrelated(cells[""]) < k) {
    Lump(cells, std::min_element(std::next(cells.begin()), cells.end(),
                                 [](const auto& a, const auto& b) {
                                   return a.second.size() < b.second.size();
                                 }));
  }
  return cells;
}

bool Same(const Values& a, const Values& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.attribute() == y.attribute() && x.value() == y.value();
  });
}

bool Belongs(const Member& member, const v1::Figure& figure) {
  return !member.step->gone() && member.incident->authority() == figure.authority() &&
         (figure.unit().empty() || member.incident->unit() == figure.unit()) &&
         (figure.form() == event::v1::UNIT_FORM_UNSPECIFIED ||
          member.incident->form() == figure.form()) &&
         member.step->imported() == figure.imported();
}

const v1::Breakdown* Find(const v1::Figure& figure, v1::Attribute attribute) {
  const auto& all = figure.breakdowns();
  const auto found =
      std::ranges::find_if(all, [&](const auto& one) { return one.attribute() == attribute; });
  return found == all.end() ? nullptr : &*found;
}

// The cell that counts a value.
std::string_view CellOf(const v1::Breakdown& breakdown, std::string_view value) {
  for (const auto& cell : breakdown.cells()) {
    if (cell.value() == value) return cell.value();
  }
  return {};
}

// Whether every number that changes does so by k or more, and on account of at least k unrelated
// cases.
bool ChangesInGroups(const v1::Breakdown& old, const v1::Breakdown& now, const Revision& revision,
                     size_t k) {
  std::map<std::string_view, int64_t> difference;
  for (const auto& cell : old.cells()) difference[cell.value()] -= static_cast<int64_t>(cell.count());
  for (const auto& cell : now.cells()) difference[cell.value()] += static_cast<int64_t>(cell.count());
  const auto small = [k](const auto& cell) {
    return cell.second != 0 && static_cast<size_t>(std::abs(cell.second)) < k;
  };
  if (std::ranges::any_of(difference, small)) return false;
  Cells changing;
  for (const Member& member : revision.staying) {
    const auto was = CellOf(old, ValueOf(member.step->told(), old.attribute()));
    const auto is = CellOf(now, ValueOf(member.step->values(), old.attribute()));
    if (was == is) continue;
    changing[was].push_back(member);
    changing[is].push_back(member);
  }
  for (const Member& member : revision.leaving) {
    changing[CellOf(old, ValueOf(member.step->told(), old.attribute()))].push_back(member);
  }
  return std::ranges::all_of(changing,
                             [k](const auto& cell) { return Unrelated(cell.second) >= k; });
}

}  // namespace

size_t Unrelated(const Members& members) {
  Relations relations;
  for (const Member& member : members) relations.Join(member);
  return relations.Count();
}

void Tell(const Members& members, size_t k, bool places, v1::Figure& figure) {
  figure.set_count(members.size());
  figure.set_k(static_cast<uint32_t>(k));
  figure.clear_breakdowns();
  for (const v1::Attribute attribute : AttributesOf(members)) {
    if (attribute == v1::ATTRIBUTE_PLACE && !places) continue;
    const Cells cells = Divide(members, attribute, k);
    if (cells.size() < 2) continue;
    auto& breakdown = *figure.add_breakdowns();
    breakdown.set_attribute(attribute);
    for (const auto& [value, counted] : cells) {
      auto& cell = *breakdown.add_cells();
      cell.set_value(std::string(value));
      cell.set_count(counted.size());
    }
  }
}

Revision Revise(const v1::Figure& old, const Members& members, size_t k) {
  Revision revision;
  Members changed;
  for (const Member& member : members) {
    const bool stays = Belongs(member, old);
    (stays ? revision.staying : revision.leaving).push_back(member);
    if (!stays || !Same(member.step->values(), member.step->told())) changed.push_back(member);
  }
  if (Unrelated(changed) < k) return {};
  if (!revision.leaving.empty() && Unrelated(revision.leaving) < k) return {};
  revision.figure = old;
  revision.figure.set_revision(old.revision() + 1);
  if (Unrelated(revision.staying) < k) {
    revision.kind = Revision::Kind::kWithdrawn;
    revision.figure.set_withdrawn(true);
    revision.figure.set_count(0);
    revision.figure.clear_breakdowns();
    return revision;
  }
  revision.kind = Revision::Kind::kRevised;
  Tell(revision.staying, k, !old.unit().empty(), revision.figure);
  v1::Figure told = revision.figure;
  told.clear_breakdowns();
  for (const auto& breakdown : revision.figure.breakdowns()) {
    const auto* before = Find(old, breakdown.attribute());
    if (before != nullptr && ChangesInGroups(*before, breakdown, revision, k)) {
      *told.add_breakdowns() = breakdown;
    }
  }
  revision.figure = std::move(told);
  v1::Figure same = old;
  same.set_revision(revision.figure.revision());
  if (MessageDifferencer::Equals(same, revision.figure)) return {};
  return revision;
}

}  // namespace skyndsamt::statistics
