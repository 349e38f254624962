#include "projections/law/differences.h"

#include <string>

namespace skyndsamt::law {
namespace {

using event::v1::AccusedKind;
using event::v1::UnitForm;

enum class Side { kUnknown, kChild, kAdult, kBoth };

Side SideOf(AccusedKind kind) {
  switch (kind) {
    case event::v1::ACCUSED_KIND_CHILD:
      return Side::kChild;
    case event::v1::ACCUSED_KIND_STAFF:
    case event::v1::ACCUSED_KIND_PRINCIPAL:
    case event::v1::ACCUSED_KIND_CHIEF:
    case event::v1::ACCUSED_KIND_GUARDIAN:
    case event::v1::ACCUSED_KIND_OTHER_ADULT:
      return Side::kAdult;
    default:
      return Side::kUnknown;
  }
}

// Who is accused in the case at hand.
Side SideOf(const CaseFacts& facts) {
  const bool adult = facts.adult_variant || facts.guardian_accused;
  if (adult && facts.child_accused) return Side::kBoth;
  if (adult) return Side::kAdult;
  return facts.child_accused ? Side::kChild : Side::kUnknown;
}

void Add(Words& words, std::string_view sv, std::string_view en) {
  const char* separator = words.sv.empty() ? "" : "; ";
  words.sv += Cat(separator, sv);
  words.en += Cat(separator, en);
}

void AddForm(UnitForm there, UnitForm here, Words& words) {
  if (there == event::v1::UNIT_FORM_UNSPECIFIED || here == event::v1::UNIT_FORM_UNSPECIFIED ||
      there == here) {
    return;
  }
  Add(words, Cat(NameOf(there).sv, " (här ", NameOf(here).sv, ")"),
      Cat(NameOf(there).en, " (here ", NameOf(here).en, ")"));
}

void AddAccused(Side there, Side here, Words& words) {
  if (there == Side::kAdult && here == Side::kChild) {
    Add(words, "vuxen anklagad (här barn)", "adult accused (here a child)");
  } else if (there == Side::kChild && here == Side::kAdult) {
    Add(words, "barn anklagat (här vuxen)", "child accused (here an adult)");
  }
}

}  // namespace

Words DiffersFrom(const event::v1::Yardstick& yardstick, const CaseReading& reading,
                  UnitForm form) {
  Words words;
  AddForm(yardstick.form(), form, words);
  AddAccused(SideOf(yardstick.accused()), SideOf(reading.case_facts()), words);
  if (!yardstick.differs_sv().empty()) Add(words, yardstick.differs_sv(), yardstick.differs_en());
  return words;
}

Phrase NameOf(UnitForm form) {
  switch (form) {
    case event::v1::UNIT_FORM_PRESCHOOL:
      return {"förskola", "preschool"};
    case event::v1::UNIT_FORM_PRESCHOOL_CLASS:
      return {"förskoleklass", "preschool class"};
    case event::v1::UNIT_FORM_COMPULSORY_SCHOOL:
      return {"grundskola", "compulsory school"};
    case event::v1::UNIT_FORM_SPECIAL_COMPULSORY_SCHOOL:
      return {"anpassad grundskola", "special compulsory school"};
    case event::v1::UNIT_FORM_SAMI_SCHOOL:
      return {"sameskola", "Sami school"};
    case event::v1::UNIT_FORM_UPPER_SECONDARY:
      return {"gymnasieskola", "upper secondary school"};
    case event::v1::UNIT_FORM_ADULT_EDUCATION:
      return {"vuxenutbildning", "adult education"};
    case event::v1::UNIT_FORM_AFTER_SCHOOL:
      return {"fritidshem", "after-school centre"};
    case event::v1::UNIT_FORM_OPEN_ACTIVITY:
      return {"öppen verksamhet", "open activity"};
    default:
      return {"annan verksamhet", "another kind of unit"};
  }
}

}  // namespace skyndsamt::law
