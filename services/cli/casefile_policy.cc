// The policy of a case file: the authority's routine and its terms, the unit's closing days and the
// authority's own yardsticks.
#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "services/cli/casefile_reader.h"
#include "services/domain/field_rules.h"

namespace skyndsamt::cli {
namespace {

using event::v1::RoutineLimit;
using event::v1::RoutinePublished;
using nlohmann::json;

// Without the file's name: what two files say alike is published once.
constexpr char kReason[] = "Inlagd med en ärendefil";

// Whether a limit still says something beside the later ones; it is left with the forms of units
// that none of them names. One without forms holds for all others until another such.
bool HoldsBeside(const RoutinePublished& later, RoutineLimit* limit) {
  const bool of_the_others = limit->forms().empty();
  auto& forms = *limit->mutable_forms();
  for (const RoutineLimit& other : later.limits()) {
    if (other.leg() != limit->leg()) continue;
    if (of_the_others && other.forms().empty()) return false;
    const auto named = [&](int form) { return absl::c_linear_search(other.forms(), form); };
    forms.erase(std::remove_if(forms.begin(), forms.end(), named), forms.end());
  }
  return of_the_others || !forms.empty();
}

// What an earlier version says holds on where the later one says nothing of the same.
void CarryOn(const RoutinePublished& earlier, RoutinePublished* version) {
  const RoutinePublished later = *version;
  for (RoutineLimit limit : earlier.limits()) {
    if (HoldsBeside(later, &limit)) *version->add_limits() = std::move(limit);
  }
  for (const auto& part : earlier.year_parts()) {
    const bool replaced =
        std::any_of(version->year_parts().begin(), version->year_parts().end(),
                    [&](const auto& other) { return other.part() == part.part(); });
    if (!replaced) *version->add_year_parts() = part;
  }
}

}  // namespace

bool CaseFileReader::ReadPolicy() {
  return ReadRoutine() && ReadYearParts() && ReadClosingDays() && ReadYardsticks();
}

// Limits are listed one by one, and so are terms; each date on which one begins makes a version
// that holds what came before, too.
bool CaseFileReader::ReadRoutine() {
  const json none = json::array();
  const json& limits = root_.contains("routine") ? root_["routine"] : none;
  for (size_t i = 0; i < limits.size(); ++i) {
    if (!ReadLimit(limits[i], At("$.routine", i))) return false;
  }
  return true;
}

// The version that begins on the date an item is from; null after noting a problem.
RoutinePublished* CaseFileReader::VersionOf(const json& item, const std::string& path) {
  std::string from;
  if (!reader_.Expect(item.is_object(), path, "must be an object", "ska vara ett objekt") ||
      !RequireText(item, "from", path, &from) ||
      !reader_.Expect(domain::IsLocalDate(from), Under(path, "from"), "must be a date, yyyy-mm-dd",
                      "ska vara ett datum, åååå-mm-dd")) {
    return nullptr;
  }
  for (RoutinePublished& version : file_.routines) {
    if (version.from() == from) return &version;
  }
  RoutinePublished& version = file_.routines.emplace_back();
  version.set_version(from);
  version.set_from(from);
  version.set_reason(kReason);
  return &version;
}

bool CaseFileReader::ReadLimit(const json& value, const std::string& path) {
  RoutinePublished* version = VersionOf(value, path);
  if (version == nullptr || Require(value, "leg", path) == nullptr) return false;
  RoutineLimit limit;
  if (!reader_.ReadObject(value, path, &limit, {"from", "source", "reach"})) return false;
  const auto* fields = RoutinePublished::descriptor();
  for (const char* key : {"source", "reach"}) {
    if (value.contains(key) &&
        !reader_.ReadField(value[key], Under(path, key), version, fields->FindFieldByName(key))) {
      return false;
    }
  }
  for (const auto& other : version->limits()) {
    const bool both = other.leg() == limit.leg() && other.forms().empty() == limit.forms().empty();
    if (!reader_.Expect(!both || !limit.forms().empty(), Under(path, "leg"),
                        "is given twice for this date", "anges två gånger för detta datum")) {
      return false;
    }
  }
  file_.routine_items[{version->version(), At("limits", version->limits_size())}] = path;
  *version->add_limits() = std::move(limit);
  return true;
}

bool CaseFileReader::ReadYearParts() {
  const json none = json::array();
  const json& parts = root_.contains("year_parts") ? root_["year_parts"] : none;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string path = At("$.year_parts", i);
    RoutinePublished* version = VersionOf(parts[i], path);
    if (version == nullptr) return false;
    for (const char* key : {"part", "first_day", "last_day"}) {
      if (Require(parts[i], key, path) == nullptr) return false;
    }
    file_.routine_items[{version->version(), At("year_parts", version->year_parts_size())}] = path;
    if (!reader_.ReadObject(parts[i], path, version->add_year_parts(), {"from"})) return false;
  }
  auto& routines = file_.routines;
  std::sort(routines.begin(), routines.end(),
            [](const auto& a, const auto& b) { return a.from() < b.from(); });
  for (size_t i = 1; i < routines.size(); ++i) CarryOn(routines[i - 1], &routines[i]);
  return true;
}

bool CaseFileReader::ReadClosingDays() {
  const json none = json::array();
  const json& periods = root_.contains("closing_days") ? root_["closing_days"] : none;
  for (size_t i = 0; i < periods.size(); ++i) {
    const std::string path = At("$.closing_days", i);
    auto& published = file_.closing_days.emplace_back();
    if (!reader_.Expect(periods[i].is_object(), path, "must be an object", "ska vara ett objekt") ||
        !reader_.Expect(!periods[i].contains("unit"), Under(path, "unit"),
                        "this format has no such field here",
                        "formatet har inget sådant fält här")) {
      return false;
    }
    for (const char* key : {"from", "until", "days"}) {
      if (Require(periods[i], key, path) == nullptr) return false;
    }
    if (!reader_.ReadObject(periods[i], path, &published, {})) return false;
    published.set_unit(file_.unit.unit());
    if (published.version().empty()) published.set_version(published.from());
    if (published.reason().empty()) published.set_reason(kReason);
  }
  return true;
}

bool CaseFileReader::ReadYardsticks() {
  const json none = json::array();
  const json& yardsticks = root_.contains("yardsticks") ? root_["yardsticks"] : none;
  for (size_t i = 0; i < yardsticks.size(); ++i) {
    const std::string path = At("$.yardsticks", i);
    if (!reader_.ReadObject(yardsticks[i], path, file_.yardsticks.add_yardsticks(), {})) {
      return false;
    }
    for (const char* key : {"id", "leg", "source", "conduct_sv"}) {
      if (Require(yardsticks[i], key, path) == nullptr) return false;
    }
  }
  if (yardsticks.empty()) return true;
  file_.yardsticks.set_version(file_.id);
  file_.yardsticks.set_reason(kReason);
  return true;
}

}  // namespace skyndsamt::cli
