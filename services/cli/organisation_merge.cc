#include "services/cli/organisation_merge.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/algorithm/container.h"
#include "google/protobuf/util/message_differencer.h"

namespace skyndsamt::cli {
namespace {

using event::v1::AuthorityDeclared;
using event::v1::UnitDeclared;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

// The first field that both say, each something else; lists are never at odds.
const FieldDescriptor* AtOdds(const Message& said, const Message& known) {
  std::vector<const FieldDescriptor*> fields;
  said.GetReflection()->ListFields(said, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated() || !known.GetReflection()->HasField(known, field)) continue;
    MessageDifferencer same;
    if (!same.CompareWithFields(said, known, {field}, {field})) return field;
  }
  return nullptr;
}

void AddPlaces(const UnitDeclared& said, UnitDeclared& known) {
  for (const std::string& place : said.places()) {
    if (!absl::c_linear_search(known.places(), place)) known.add_places(place);
  }
}

// What is said on top of what is known; places are the caller's.
void Fill(UnitDeclared said, UnitDeclared& known) {
  said.clear_places();
  known.MergeFrom(said);
}

// A unit from a day on: as it was, but for what is said of it.
UnitDeclared Became(const UnitDeclared& said, const UnitDeclared& before) {
  UnitDeclared unit = before;
  unit.set_from(said.from());
  Fill(said, unit);
  if (!said.places().empty()) *unit.mutable_places() = said.places();
  return unit;
}

Problem Otherwise(const std::string& path, const FieldDescriptor& field) {
  return {Under(path, field.name()),
          "is not what has been declared before, by another file or otherwise: leave it out to "
          "keep it; what a unit became belongs in changes",
          "är inte vad som har angetts förut, av en annan fil eller på annat sätt: utelämna det "
          "för att behålla det; vad en enhet blev hör till changes"};
}

Problem TakesPlaceOfDays(const std::string& path) {
  return {path,
          "says something new of what the unit always was, which would take the place of what is "
          "declared from a day on: declare it with DeclareUnit, or from a day on in changes",
          "anger något nytt om vad enheten alltid var, vilket skulle ersätta vad som har angetts "
          "från en dag: ange det med DeclareUnit, eller från en dag i changes"};
}

// A day of a unit that was declared before any file was heard.
constexpr auto IsHad = [](const auto& day) { return day.second.had.has_value(); };
auto FirstHad(auto& unit) { return absl::c_find_if(unit.by_day, IsHad); }

}  // namespace

void OrganisationMerge::Has(const AuthorityDeclared& authority) {
  auto& known = authorities_[authority.authority()];
  known.had = known.now = authority;
}

void OrganisationMerge::Has(const UnitDeclared& unit) {
  auto& known = units_[unit.unit()].by_day[unit.from()];
  known.had = known.now = unit;
}

std::optional<Problem> OrganisationMerge::Say(const CaseFile& file, size_t number) {
  auto& known = authorities_[file.authority.authority()];
  const std::string path = "$.authority";
  AuthorityDeclared said = file.authority;
  if (known.had) said.clear_name();  // which its id is derived from; it may have another by now
  if (const auto* field = AtOdds(said, known.now)) return Otherwise(path, *field);
  AuthorityDeclared filled = known.now;
  filled.MergeFrom(said);
  Set(known, std::move(filled), number, path);
  return SayOfUnit(file, number);
}

std::optional<Problem> OrganisationMerge::SayOfUnit(const CaseFile& file, size_t number) {
  KnownUnit& unit = units_[file.unit.unit()];
  unit.authority = file.authority.authority();
  unit.name = file.unit.name();
  UnitDeclared said = file.unit;
  if (FirstHad(unit) != unit.by_day.end()) said.clear_name();  // likewise
  if (auto problem = SayFrom(said, number, "$.unit", unit)) return problem;
  for (size_t i = 0; i < file.said_of_changes.size(); ++i) {
    auto problem = SayFrom(file.said_of_changes[i], number, At("$.unit.changes", i), unit);
    if (problem) return problem;
  }
  return std::nullopt;
}

std::optional<Problem> OrganisationMerge::SayFrom(const UnitDeclared& said, size_t number,
                                                  const std::string& path, KnownUnit& unit) {
  auto& known = unit.by_day[said.from()];
  if (const auto* field = AtOdds(said, known.now)) return Otherwise(path, *field);
  UnitDeclared filled = known.now;
  Fill(said, filled);
  const auto last = std::find_if(unit.by_day.rbegin(), unit.by_day.rend(), IsHad);
  const bool days_stand = said.from().empty() && last != unit.by_day.rend() && !last->first.empty();
  if (!days_stand) {
    AddPlaces(said, filled);
    Set(known, std::move(filled), number, path);
    return std::nullopt;
  }
  // What always was so would take the place of what is declared of days: it is not declared anew.
  UnitDeclared first = FirstHad(unit)->second.now;
  first.clear_from();
  if (!MessageDifferencer::Equals(Became(filled, first), first)) return TakesPlaceOfDays(path);
  UnitDeclared with_places = last->second.now;
  for (const std::string& place : said.places()) {
    const bool listed = absl::c_any_of(unit.by_day, [&](const auto& day) {
      return absl::c_linear_search(day.second.now.places(), place);
    });
    if (!listed) with_places.add_places(place);
  }
  Set(last->second, std::move(with_places), number, path);
  return std::nullopt;
}

std::vector<Declaration> OrganisationMerge::New() const {
  std::vector<Declaration> declarations;
  for (const auto& [id, authority] : authorities_) {
    const std::string had = authority.had ? authority.had->SerializeAsString() : "";
    if (authority.now.SerializeAsString() == had) continue;
    auto& declaration =
        declarations.emplace_back(Declaration{authority.file, authority.path, id, {}});
    *declaration.event.mutable_declared() = authority.now;
  }
  for (const auto& [id, unit] : units_) {
    if (!unit.authority.empty()) AddNew(id, unit, declarations);
  }
  return declarations;
}

// By day, so that each day's has what the days before it say.
void OrganisationMerge::AddNew(const std::string& id, const KnownUnit& unit,
                               std::vector<Declaration>& declarations) {
  UnitDeclared before;
  before.set_unit(id);
  before.set_name(unit.name);
  // Before the first day that is declared, a unit is what it is from that day on.
  const auto first = FirstHad(unit);
  if (first != unit.by_day.end()) before = *first->second.had;
  for (const auto& [from, known] : unit.by_day) {
    const UnitDeclared whole = known.had ? known.now : Became(known.now, before);
    bool is_new = !known.had || !MessageDifferencer::Equals(whole, *known.had);
    // Nothing but that it always was what it is from its first day on is nothing new (SayFrom).
    if (from.empty() && !known.had && first != unit.by_day.end()) is_new = false;
    before = whole;
    if (!is_new) continue;
    Declaration declaration{known.file, known.path, unit.authority, {}};
    *declaration.event.mutable_unit_declared() = whole;
    declarations.push_back(std::move(declaration));
  }
}

}  // namespace skyndsamt::cli
