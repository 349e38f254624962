// How much memory a folded incident holds, for a cache bounded in bytes.
#include <type_traits>

#include "services/domain/incident.h"

namespace skyndsamt::domain {
namespace {

// Heap bytes of a string; short ones live in the object.
size_t Heap(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

size_t Heap(const std::vector<std::string>& texts) {
  size_t bytes = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) bytes += Heap(text);
  return bytes;
}

size_t Heap(const Effect& effect) {
  size_t bytes = Heap(effect.subject) + Heap(effect.when) + Heap(effect.children);
  bytes += effect.people.capacity() * sizeof(RolePlayer);
  for (const RolePlayer& player : effect.people) bytes += Heap(player.person);
  return bytes;
}

size_t Heap(const CaseState& state) {
  size_t bytes =
      state.dated.capacity() * sizeof(DatedStep) + state.told.capacity() * sizeof(GuardianWord);
  bytes += Heap(state.closed_when);
  for (const DatedStep& step : state.dated) bytes += Heap(step.when) + Heap(step.measure);
  for (const GuardianWord& word : state.told) bytes += Heap(word.guardian);
  return bytes;
}

template <typename Table>
size_t HeapOfTable(const Table& table) {
  size_t bytes = table.capacity() * (sizeof(typename Table::value_type) + 1);
  for (const auto& row : table) {
    if constexpr (std::is_same_v<typename Table::value_type, std::string>) {
      bytes += Heap(row);
    } else {
      bytes += Heap(row.first);
    }
  }
  return bytes;
}

}  // namespace

size_t Incident::ApproximateBytes() const {
  size_t bytes = sizeof(Incident) + journal.capacity() * sizeof(JournalEntry) + Heap(unit) +
                 Heap(children) + Heap(investigator) + HeapOfTable(facts) + HeapOfTable(cases) +
                 HeapOfTable(persons) + Heap(accused_principals) + HeapOfTable(guardians) +
                 HeapOfTable(measures) + HeapOfTable(requests) + HeapOfTable(complaints) +
                 HeapOfTable(documents) + HeapOfTable(accused) +
                 conflicts.capacity() * sizeof(Conflict);
  for (const JournalEntry& entry : journal) bytes += Heap(entry.effect);
  for (const Conflict& conflict : conflicts) bytes += Heap(conflict.person) + Heap(conflict.when);
  for (const auto& [child, state] : cases) bytes += Heap(state);
  for (const auto& [guardian, state] : guardians) bytes += Heap(state.children);
  for (const auto& [measure, state] : measures) bytes += Heap(state.children);
  return bytes;
}

}  // namespace skyndsamt::domain
