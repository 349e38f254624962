// The trail says of every kind of fact what it is, in both languages.
#include "projections/views/fact_words.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace skyndsamt::views {
namespace {

using event::v1::Fact;

TEST(FactWords, EveryKindHasWordsOfItsOwn) {
  std::map<std::string, std::string> kind_of;
  const auto* kinds = Fact::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kinds->field_count(); ++i) {
    const auto* kind = kinds->field(i);
    if (kind->number() == Fact::kCorrection) continue;  // told with what it corrects
    Fact fact;
    fact.GetReflection()->MutableMessage(&fact, kind);
    const api::v1::Text text = WhatChanged(fact);
    EXPECT_NE(text.sv(), WhatChanged(Fact()).sv()) << kind->name();
    EXPECT_NE(text.en(), WhatChanged(Fact()).en()) << kind->name();
    const auto [other, added] = kind_of.emplace(text.sv(), kind->name());
    EXPECT_TRUE(added) << kind->name() << " is told like " << other->second;
  }
}

}  // namespace
}  // namespace skyndsamt::views
