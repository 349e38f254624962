#include "services/cli/casefile_reader.h"

#include <algorithm>
#include <utility>

#include "projections/law/edtf.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

const std::set<std::string_view> kKeys = {
    "id",      "title",      "about",        "authored",   "authority", "unit",  "incidents",
    "routine", "year_parts", "closing_days", "yardsticks", "facts",     "as_of", "published"};

// The text of a key where it is one, without complaint: what is wrong is found when it is read.
std::string TextOf(const json& object, std::string_view key) {
  if (!object.is_object()) return {};
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

CaseFileReader::CaseFileReader(const json& root)
    : root_(root),
      names_{[this](std::string_view alias) {
               bool known = persons_.contains(std::string(alias));
               return known ? file_.PersonId(alias) : std::string();
             },
             [this](std::string_view name) -> std::string {
               size_t slash = name.find('/');
               if (slash != name.npos) {
                 return IncidentId(file_.authority.name(), name.substr(0, slash),
                                   name.substr(slash + 1));
               }
               const Story* story = FindStory(name);
               return story == nullptr ? std::string() : story->incident;
             },
             [](std::string_view) { return std::string(); }},
      reader_(names_) {}

std::variant<CaseFile, Problem> CaseFileReader::Read() {
  if (!ReadAll()) return *reader_.problem();
  return std::move(file_);
}

bool CaseFileReader::ReadAll() {
  return CheckKeys() && ReadHead() && ReadOrganisation() && ReadIncidents() && ReadPolicy() &&
         ReadFacts() && CheckAnchors() && CheckPlaces() && ReadPublished();
}

const json* CaseFileReader::Require(const json& object, std::string_view key,
                                    const std::string& path) {
  auto found = object.find(key);
  if (found != object.end()) return &*found;
  reader_.Expect(false, Under(path, key), "is missing", "saknas");
  return nullptr;
}

bool CaseFileReader::RequireText(const json& object, std::string_view key, const std::string& path,
                                 std::string* text) {
  const json* value = Require(object, key, path);
  return value != nullptr && reader_.ReadText(*value, Under(path, key), text);
}

const Story* CaseFileReader::FindStory(std::string_view name) const {
  for (const Story& story : file_.stories) {
    if (story.name == name) return &story;
  }
  return nullptr;
}

bool CaseFileReader::CheckKeys() {
  if (!reader_.Expect(root_.is_object(), "$", "must be an object", "ska vara ett objekt")) {
    return false;
  }
  for (const auto& [key, value] : root_.items()) {
    if (!reader_.Expect(kKeys.contains(key), Under("$", key), "this format has no such field",
                        "formatet har inget sådant fält")) {
      return false;
    }
  }
  return true;
}

bool CaseFileReader::ReadHead() {
  if (!RequireText(root_, "id", "$", &file_.id)) return false;
  if (!reader_.Expect(domain::IsClientId(file_.id), "$.id", "must be 1-64 of A-Z a-z 0-9 . _ -",
                      "ska vara 1-64 av A-Z a-z 0-9 . _ -")) {
    return false;
  }
  std::string about;
  if (root_.contains("title") && !reader_.ReadText(root_["title"], "$.title", &file_.title)) {
    return false;
  }
  if (root_.contains("about") && !reader_.ReadText(root_["about"], "$.about", &about)) return false;
  if (root_.contains("authored")) {
    const json& authored = root_["authored"];
    if (!reader_.Expect(authored.is_boolean(), "$.authored", "must be true or false",
                        "ska vara true eller false")) {
      return false;
    }
    file_.authored = authored.get<bool>();
  }
  if (!root_.contains("as_of")) return true;
  if (!reader_.ReadText(root_["as_of"], "$.as_of", &file_.as_of)) return false;
  auto interval = law::ParseEdtf(file_.as_of);
  // An interval is no instant, though both its ends may be days.
  bool instant = interval.ok() && file_.as_of.find('/') == std::string::npos &&
                 interval->earliest_precision <= law::Precision::kDay &&
                 interval->earliest_precision == interval->latest_precision &&
                 !interval->approximate();
  if (instant && interval->latest) reader_.EndAt(*interval->latest);
  return reader_.Expect(instant, "$.as_of", "must be a date, or a time of day with its zone",
                        "ska vara ett datum, eller ett klockslag med tidszon");
}

// Whoever is a child, accused, declared or the unit's principal may be named elsewhere.
void CaseFileReader::CollectPersons() {
  auto add = [this](std::string alias) {
    if (alias.empty()) return;
    file_.aliases[file_.PersonId(alias)] = alias;
    persons_.insert(std::move(alias));
  };
  const json& unit = root_["unit"];
  add(TextOf(unit, "principal"));
  for (const json& change : unit.value("changes", json::array())) add(TextOf(change, "principal"));
  for (const json& incident : root_.value("incidents", json::array())) {
    if (!incident.is_object()) continue;
    for (const char* list : {"children", "accused"}) {
      for (const json& person : incident.value(list, json::array())) {
        add(TextOf(person, "person"));
        if (std::string_view(list) == "children" && person.is_string()) {
          add(person.get<std::string>());
        }
      }
    }
  }
  for (const json& fact : root_.value("facts", json::array())) {
    if (TextOf(fact, "fact") == "person_declared") add(TextOf(fact, "person"));
  }
}

bool CaseFileReader::ReadOrganisation() {
  const json* authority = Require(root_, "authority", "$");
  const json* unit = authority == nullptr ? nullptr : Require(root_, "unit", "$");
  if (unit == nullptr) return false;
  std::string name;
  for (const auto& [part, path] :
       {std::pair(authority, "$.authority"), std::pair(unit, "$.unit")}) {
    if (!reader_.Expect(part->is_object(), path, "must be an object", "ska vara ett objekt")) {
      return false;
    }
    std::string id_key = std::string(path).substr(2);
    if (!reader_.Expect(!part->contains(id_key), Under(path, id_key),
                        "this format has no such field here",
                        "formatet har inget sådant fält här") ||
        !RequireText(*part, "name", path, &name)) {
      return false;
    }
  }
  for (const char* list :
       {"incidents", "facts", "routine", "year_parts", "closing_days", "yardsticks", "published"}) {
    if (root_.contains(list) && !reader_.Expect(root_[list].is_array(), Under("$", list),
                                                "must be a list", "ska vara en lista")) {
      return false;
    }
  }
  if (!reader_.ReadObject(*authority, "$.authority", &file_.authority, {})) return false;
  CollectPersons();
  if (!reader_.ReadObject(*unit, "$.unit", &file_.unit, {"changes"})) return false;
  file_.authority.set_authority(AuthorityId(file_.authority.name()));
  file_.unit.set_unit(UnitId(file_.authority.name(), file_.unit.name()));
  return ReadUnitChanges(unit->value("changes", json::array()));
}

// What a change leaves out stays as it was.
bool CaseFileReader::ReadUnitChanges(const json& changes) {
  if (!reader_.Expect(changes.is_array(), "$.unit.changes", "must be a list",
                      "ska vara en lista")) {
    return false;
  }
  event::v1::UnitDeclared unit = file_.unit;
  for (size_t i = 0; i < changes.size(); ++i) {
    const std::string path = At("$.unit.changes", i);
    std::string from;
    if (!reader_.Expect(changes[i].is_object(), path, "must be an object", "ska vara ett objekt") ||
        !RequireText(changes[i], "from", path, &from) ||
        !reader_.Expect(!changes[i].contains("unit"), Under(path, "unit"),
                        "this format has no such field here",
                        "formatet har inget sådant fält här")) {
      return false;
    }
    if (changes[i].contains("places")) unit.clear_places();
    if (!reader_.ReadObject(changes[i], path, &unit, {}) ||
        !reader_.ReadObject(changes[i], path, &file_.said_of_changes.emplace_back(), {})) {
      return false;
    }
    file_.unit_changes.push_back(unit);
  }
  return true;
}

bool CaseFileReader::ReadIncidents() {
  const json* incidents = Require(root_, "incidents", "$");
  if (incidents == nullptr) return false;
  if (!reader_.Expect(!incidents->empty(), "$.incidents", "must hold at least one",
                      "ska innehålla minst en")) {
    return false;
  }
  for (size_t i = 0; i < incidents->size(); ++i) {
    if (!ReadIncident((*incidents)[i], At("$.incidents", i))) return false;
  }
  return true;
}

bool CaseFileReader::ReadIncident(const json& value, const std::string& path) {
  if (!reader_.Expect(value.is_object(), path, "must be an object", "ska vara ett objekt")) {
    return false;
  }
  Story story;
  if (!RequireText(value, "id", path, &story.name)) return false;
  std::string id_path = Under(path, "id");
  if (!reader_.Expect(domain::IsClientId(story.name), id_path, "must be 1-64 of A-Z a-z 0-9 . _ -",
                      "ska vara 1-64 av A-Z a-z 0-9 . _ -") ||
      !reader_.Expect(FindStory(story.name) == nullptr, id_path, "is used twice",
                      "används två gånger")) {
    return false;
  }
  story.incident = IncidentId(file_.authority.name(), file_.id, story.name);
  event::v1::Fact opening;
  opening.set_id(std::string(kOpeningId));
  auto* opened = opening.mutable_incident_opened();
  opened->set_unit(file_.unit.unit());
  if (value.contains("happened")) {
    if (!reader_.ReadWhen(value["happened"], Under(path, "happened"), opening.mutable_happened())) {
      return false;
    }
  } else {
    opening.mutable_happened()->set_edtf("unknown");
  }
  if (!reader_.Expect(!value.contains("unit"), Under(path, "unit"),
                      "this format has no such field here", "formatet har inget sådant fält här") ||
      !reader_.ReadObject(value, path, opened, {"id", "happened", "accused", "children"}) ||
      !ReadPeople(value, path, opened, &story)) {
    return false;
  }
  story.facts.push_back({std::move(opening), path});
  file_.stories.push_back(std::move(story));
  return true;
}

// Children and accused: an alias or a code alone, or an object with more.
bool CaseFileReader::ReadPeople(const json& value, const std::string& path,
                                event::v1::IncidentOpened* opened, Story* story) {
  const json* children = Require(value, "children", path);
  if (children == nullptr) return false;
  json none = json::array();
  const json& accused = value.contains("accused") ? value["accused"] : none;
  const bool lists = reader_.Expect(children->is_array(), Under(path, "children"), "must be a list",
                                    "ska vara en lista") &&
                     reader_.Expect(accused.is_array(), Under(path, "accused"), "must be a list",
                                    "ska vara en lista");
  if (!lists) return false;
  for (size_t i = 0; i < children->size(); ++i) {
    const json& child = (*children)[i];
    std::string child_path = At(Under(path, "children"), i);
    json whole = child.is_object() ? child : json::object({{"person", child}});
    std::string alias;
    if (!RequireText(whole, "person", child_path, &alias) ||
        !reader_.Expect(std::find(story->children.begin(), story->children.end(), alias) ==
                            story->children.end(),
                        child_path, "is named twice", "anges två gånger") ||
        !reader_.ReadObject(whole, child_path, opened->add_children(), {})) {
      return false;
    }
    story->children.push_back(std::move(alias));
  }
  for (size_t i = 0; i < accused.size(); ++i) {
    std::string accused_path = At(Under(path, "accused"), i);
    bool read = accused[i].is_object()
                    ? reader_.ReadObject(accused[i], accused_path, opened->add_accused(), {})
                    : reader_.ReadField(accused[i], accused_path, opened->add_accused(),
                                        event::v1::Accused::descriptor()->FindFieldByName("kind"));
    if (!read) return false;
  }
  return true;
}

}  // namespace skyndsamt::cli
