#include "services/cli/organisation_merge.h"

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
  auto& authority = authorities_[file.authority.authority()];
  const std::string path = "$.authority";
  if (const auto* field = AtOdds(file.authority, authority.now)) return Otherwise(path, *field);
  authority.now.MergeFrom(file.authority);
  authority.file = number;
  authority.path = path;
  return SayOfUnit(file, number);
}

std::optional<Problem> OrganisationMerge::SayOfUnit(const CaseFile& file, size_t number) {
  KnownUnit& unit = units_[file.unit.unit()];
  unit.authority = file.authority.authority();
  unit.name = file.unit.name();
  const auto say = [&](const UnitDeclared& said, const std::string& path) {
    auto& known = unit.by_day[said.from()];
    const FieldDescriptor* field = AtOdds(said, known.now);
    if (field != nullptr) return std::optional(Otherwise(path, *field));
    Fill(said, known.now);
    AddPlaces(said, known.now);
    known.file = number;
    known.path = path;
    return std::optional<Problem>();
  };
  if (auto problem = say(file.unit, "$.unit")) return problem;
  for (size_t i = 0; i < file.said_of_changes.size(); ++i) {
    if (auto problem = say(file.said_of_changes[i], At("$.unit.changes", i))) return problem;
  }
  return std::nullopt;
}

std::vector<Declaration> OrganisationMerge::New() const {
  std::vector<Declaration> declarations;
  for (const auto& [id, authority] : authorities_) {
    const std::string had = authority.had ? authority.had->SerializeAsString() : "";
    if (authority.now.SerializeAsString() == had) continue;
    auto& declaration =
        declarations.emplace_back(Declaration{authority.file, authority.path, id, {}, had});
    *declaration.event.mutable_declared() = authority.now;
  }
  for (const auto& [id, unit] : units_) {
    if (!unit.authority.empty()) AddNew(id, unit, declarations);
  }
  return declarations;
}

// By day, so that each day's has what the days before it say. One for always takes the place of
// all there are: those of later days are declared again after it.
void OrganisationMerge::AddNew(const std::string& id, const KnownUnit& unit,
                               std::vector<Declaration>& declarations) {
  std::string stands;
  UnitDeclared before;
  before.set_unit(id);
  before.set_name(unit.name);
  const auto first =
      absl::c_find_if(unit.by_day, [](const auto& known) { return known.second.had.has_value(); });
  // Before the first day that is declared, a unit is what it is from that day on.
  if (first != unit.by_day.end()) before = *first->second.had;
  for (const auto& [from, known] : unit.by_day) {
    if (known.had) stands += known.had->SerializeAsString();
  }
  const Known<UnitDeclared>* always = nullptr;  // where that one is new
  for (const auto& [from, known] : unit.by_day) {
    const UnitDeclared whole = known.had ? known.now : Became(known.now, before);
    bool is_new = !known.had || !MessageDifferencer::Equals(whole, *known.had);
    if (from.empty() && !known.had && first != unit.by_day.end()) {
      // Nothing but that it always was what it is from its first day on is nothing new.
      before.clear_from();
      is_new = !MessageDifferencer::Equals(whole, before);
    }
    before = whole;
    if (!is_new && always == nullptr) continue;
    const Known<UnitDeclared>& said = is_new ? known : *always;
    Declaration declaration{said.file, said.path, unit.authority, {}, stands};
    *declaration.event.mutable_unit_declared() = whole;
    stands += whole.SerializeAsString();
    declarations.push_back(std::move(declaration));
    if (is_new && from.empty()) always = &known;
  }
}

}  // namespace skyndsamt::cli
