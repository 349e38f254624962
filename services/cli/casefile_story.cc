// The second half of a case file: its facts and what was published about it.
#include <algorithm>
#include <set>
#include <utility>

#include "services/cli/casefile_reader.h"
#include "services/cli/codes.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

constexpr size_t kMostFacts = 100'000;
const std::set<std::string_view> kFindings = {"late", "breached", "timely", "not_breached"};

}  // namespace

bool CaseFileReader::ReadFacts() {
  const json* facts = Require(root_, "facts", "$");
  if (facts == nullptr) return false;
  if (!reader_.Expect(facts->size() <= kMostFacts, "$.facts", "too many facts",
                      "för många fakta")) {
    return false;
  }
  std::set<std::string> ids = {std::string(kOpeningId)};
  for (size_t i = 0; i < facts->size(); ++i) {
    std::string path = At("$.facts", i);
    event::v1::Fact fact;
    Placement placement;
    if (!reader_.Read((*facts)[i], path, &fact, &placement)) return false;
    std::string id_path = Under(path, "id");
    if (!reader_.Expect(!fact.id().empty(), id_path, "is missing", "saknas") ||
        !reader_.Expect(ids.insert(fact.id()).second, id_path, "is used twice",
                        "används två gånger") ||
        !PlaceFact(fact, placement, path)) {
      return false;
    }
  }
  return true;
}

// A place is from the unit's list, of whatever time: the server says no more than that it is not.
bool CaseFileReader::CheckPlaces() {
  std::set<std::string_view> places(file_.unit.places().begin(), file_.unit.places().end());
  for (const auto& change : file_.unit_changes) {
    places.insert(change.places().begin(), change.places().end());
  }
  for (const Story& story : file_.stories) {
    for (const auto& [fact, path] : story.facts) {
      const bool replaced = fact.has_correction();
      const event::v1::Fact& stated = replaced ? fact.correction().replacement() : fact;
      const std::string& place = stated.incident_opened().place();
      if (!reader_.Expect(place.empty() || places.contains(place),
                          Under(replaced ? Under(path, "replacement") : path, "place"),
                          "is none of the unit's places", "är ingen av enhetens platser")) {
        return false;
      }
    }
  }
  return true;
}

// Into its incident; where none is named, into every one that has its child.
bool CaseFileReader::PlaceFact(const event::v1::Fact& fact, const Placement& placement,
                               const std::string& path) {
  if (!reader_.Expect(placement.incident.empty() || FindStory(placement.incident) != nullptr,
                      Under(path, "incident"), "no such incident", "ingen sådan händelse")) {
    return false;
  }
  bool placed = false;
  for (Story& story : file_.stories) {
    if (!placement.incident.empty() && placement.incident != story.name) continue;
    bool has_children = std::all_of(
        placement.children.begin(), placement.children.end(), [&](const std::string& child) {
          return std::find(story.children.begin(), story.children.end(), child) !=
                 story.children.end();
        });
    if (!has_children) continue;
    StoryFact placed_fact{fact, path};
    for (const std::string& child : placement.children) {
      placed_fact.fact.add_children(file_.PersonId(child));
    }
    story.facts.push_back(std::move(placed_fact));
    placed = true;
  }
  return reader_.Expect(placed, Under(path, "child"), "no such child in the incident",
                        "inget sådant barn i händelsen");
}

// Relative times and corrections point at facts of the same incident.
bool CaseFileReader::CheckAnchors() {
  for (const Story& story : file_.stories) {
    std::set<std::string_view> ids;
    for (const StoryFact& at : story.facts) ids.insert(at.fact.id());
    for (const StoryFact& at : story.facts) {
      const auto& relative = at.fact.happened().relative();
      const std::string& anchor = relative.has_after() ? relative.after() : relative.before();
      bool known =
          !at.fact.happened().has_relative() || (ids.contains(anchor) && anchor != at.fact.id());
      if (!reader_.Expect(known, Under(at.path, "happened"), "no such fact in the incident",
                          "inget sådant faktum i händelsen") ||
          !reader_.Expect(!at.fact.has_correction() || ids.contains(at.fact.correction().of()),
                          Under(at.path, "of"), "no such fact in the incident",
                          "inget sådant faktum i händelsen")) {
        return false;
      }
    }
  }
  return true;
}

bool CaseFileReader::ReadPublished() {
  if (!root_.contains("published")) return true;
  const json& published = root_["published"];
  for (size_t i = 0; i < published.size(); ++i) {
    if (!ReadFinding(published[i], At("$.published", i))) return false;
  }
  return true;
}

bool CaseFileReader::ReadFinding(const json& value, const std::string& path) {
  static const std::set<std::string_view> kOwn = {"leg",     "incident", "child", "round",
                                                  "finding", "source",   "words"};
  if (!reader_.Expect(value.is_object(), path, "must be an object", "ska vara ett objekt")) {
    return false;
  }
  PublishedFinding finding;
  for (const auto& [key, inner] : value.items()) {
    std::string inner_path = Under(path, key);
    if (!reader_.Expect(kOwn.contains(key), inner_path, "this format has no such field here",
                        "formatet har inget sådant fält här")) {
      return false;
    }
    if (key == "round") {
      bool number = inner.is_number_unsigned() && inner.get<uint64_t>() - 1 < 1000;
      if (!reader_.Expect(number, inner_path, "must be a whole number from 1",
                          "ska vara ett heltal från 1")) {
        return false;
      }
      finding.round = inner.get<int>();
      continue;
    }
    std::string text;
    if (!reader_.ReadText(inner, inner_path, &text)) return false;
    if (key == "leg") {
      auto leg = ParseCode(event::v1::Leg_descriptor(), text);
      if (!reader_.Expect(leg.has_value(), inner_path, "not a code of this list",
                          "ingen kod i listan")) {
        return false;
      }
      finding.leg = static_cast<event::v1::Leg>(*leg);
    }
    if (key == "incident") finding.incident = text;
    if (key == "child") finding.child = text;
    if (key == "finding") finding.finding = text;
    if (key == "source") finding.source = text;
  }
  const bool whole =
      Require(value, "leg", path) != nullptr && Require(value, "finding", path) != nullptr &&
      Require(value, "source", path) != nullptr &&
      reader_.Expect(kFindings.contains(finding.finding), Under(path, "finding"),
                     "not a code of this list", "ingen kod i listan") &&
      reader_.Expect(finding.incident.empty() || FindStory(finding.incident) != nullptr,
                     Under(path, "incident"), "no such incident", "ingen sådan händelse") &&
      reader_.Expect(finding.child.empty() || persons_.contains(finding.child),
                     Under(path, "child"), "no such child", "inget sådant barn");
  if (whole) file_.published.push_back(std::move(finding));
  return whole;
}

}  // namespace skyndsamt::cli
