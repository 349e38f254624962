// The two languages of what people are shown. Values, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::cli {

enum class Language { kEnglish, kSwedish };

// Words of the program in both.
struct Bilingual {
  std::string_view sv;
  std::string_view en;
  std::string In(Language language) const {
    return std::string(language == Language::kSwedish ? sv : en);
  }
};

inline const std::string& In(const api::v1::Text& text, Language language) {
  return language == Language::kSwedish ? text.sv() : text.en();
}

}  // namespace skyndsamt::cli
