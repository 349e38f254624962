// Random commands on the incidents of one write path, each made for its incident's state as the log
// has it: facts of every kind, some refused, some imported, some that name the revision they saw.
// Several makers may work on the same incidents at once. One thread at a time per object.
#pragma once

#include <random>
#include <string>

#include "services/commands/incident_cache.h"
#include "tests/services/domain/random_facts.h"
#include "tests/write_path/write_path.h"

namespace skyndsamt::testing {

inline std::string IncidentNamed(uint64_t number) {
  return FormatUuid(DerivedUuid("incident", std::to_string(number)));
}

class RandomCommands {
 public:
  explicit RandomCommands(uint64_t seed) : random_(seed), facts_(seed, /*faults=*/0.02) {
    facts_.MayMoveTo({kUnit, kOtherUnit});
  }

  // A command on one of the newest incidents: new ones come as the log grows.
  absl::StatusOr<api::v1::RecordFactsRequest> Next(WritePath& path) {
    constexpr uint64_t kAtATime = 8, kRecordsEach = 25;
    return On(path, path.log().committed() / kRecordsEach + random_() % kAtATime);
  }

  absl::StatusOr<api::v1::RecordFactsRequest> On(WritePath& path, uint64_t incident) {
    auto request = Blank(incident);
    commands::FoldedIncident folded;
    auto loaded = folded.Load(path.log(), *StreamId::Parse(request.incident()));
    if (!loaded.ok()) return loaded;
    for (auto& fact : facts_.Command(folded.state, random_() % 4 == 0 ? kOtherUnit : kUnit)) {
      *request.add_facts() = std::move(fact);
    }
    if (auto imported = facts_.Import()) *request.mutable_imported() = *std::move(imported);
    if (folded.last && random_() % 8 == 0) {
      request.mutable_expected_revision()->set_exactly(*folded.last);
    }
    return request;
  }

  // One that opens an incident, whether or not it is there.
  api::v1::RecordFactsRequest Opening(uint64_t incident) {
    auto request = Blank(incident);
    *request.add_facts() = facts_.Opening(kUnit);
    return request;
  }
  // One that every incident takes, however it stands.
  api::v1::RecordFactsRequest Always(uint64_t incident) {
    auto request = Blank(incident);
    auto& fact = *request.add_facts();
    fact.set_id("always." + std::to_string(random_()));
    fact.mutable_staff_learned();
    return request;
  }

  std::mt19937_64& random() { return random_; }

 private:
  api::v1::RecordFactsRequest Blank(uint64_t incident) {
    api::v1::RecordFactsRequest request;
    request.set_incident(IncidentNamed(incident));
    request.set_request_id(FormatUuid(DerivedUuid("request", std::to_string(random_()))));
    return request;
  }

  std::mt19937_64 random_;
  domain::RandomFacts facts_;
};

}  // namespace skyndsamt::testing
