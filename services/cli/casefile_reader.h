// Reads the parts of a case file one after the other: who is in it, the organisation, the
// incidents, the policy, the facts, the published findings. Used by ReadCaseFile alone. One object
// per file; not thread-safe.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "nlohmann/json.hpp"
#include "services/cli/casefile.h"
#include "services/cli/fact_reader.h"

namespace skyndsamt::cli {

// The id of the fact that opens every incident; the file itself writes the opening as an incident.
inline constexpr std::string_view kOpeningId = "incident_opened";

class CaseFileReader {
 public:
  explicit CaseFileReader(const nlohmann::json& root);
  CaseFileReader(const CaseFileReader&) = delete;
  CaseFileReader& operator=(const CaseFileReader&) = delete;

  std::variant<CaseFile, Problem> Read();

 private:
  using Json = nlohmann::json;

  bool ReadAll();
  bool CheckKeys();
  bool ReadHead();
  void CollectPersons();
  bool ReadOrganisation();
  bool ReadUnitChanges(const nlohmann::json& changes);
  bool ReadIncidents();
  bool ReadIncident(const Json& value, const std::string& path);
  bool ReadPeople(const Json& value, const std::string& path, event::v1::IncidentOpened* opened,
                  Story* story);
  bool ReadPolicy();
  bool ReadRoutine();
  bool ReadLimit(const Json& value, const std::string& path);
  event::v1::RoutinePublished* VersionOf(const Json& item, const std::string& path);
  bool ReadYearParts();
  bool ReadClosingDays();
  bool ReadYardsticks();
  bool ReadFacts();
  bool PlaceFact(const event::v1::Fact& fact, const Placement& placement, const std::string& path);
  bool AddToStory(const event::v1::Fact& fact, const Placement& placement, const std::string& path,
                  Story* story);
  bool CheckAnchors();
  bool CheckPlaces();
  bool ReadPublished();
  bool ReadFinding(const Json& value, const std::string& path);

  // The value of a key that must be there; null after noting the problem.
  const Json* Require(const Json& object, std::string_view key, const std::string& path);
  bool RequireText(const Json& object, std::string_view key, const std::string& path,
                   std::string* text);
  const Story* FindStory(std::string_view name) const;

  const Json& root_;
  CaseFile file_;
  std::set<std::string> persons_;  // aliases that the file declares
  Names names_;
  FactReader reader_;
};

}  // namespace skyndsamt::cli
