// What the fields and codes of facts are called, in plain Swedish (klarspråk) and in English: one
// table, read by the fields' own names, so that a field or code added to a proto file needs a line
// here and nothing else; a test refuses one without words. Pure, thread-safe.
#pragma once

#include <string_view>

#include "google/protobuf/descriptor.h"
#include "projections/law/wording.h"

namespace skyndsamt::views {

// A code's words: "med barnet", "with the child". Empty for "unspecified" and for a code that this
// version does not know.
law::Phrase WordsOfCode(const google::protobuf::EnumValueDescriptor& code);

// What stands before a field's value: "åtgärd ", "measure ". Empty where the value says it alone.
// `field` is the message's name and the field's: "MeasureDecided.measure".
law::Phrase WordsBefore(std::string_view field);

}  // namespace skyndsamt::views
