#include "services/cli/strict_json.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;

constexpr size_t kMaxDepth = 32;

// Builds the value while watching what a plain parser lets through.
class StrictBuilder : public nlohmann::json_sax<json> {
 public:
  explicit StrictBuilder(std::string_view text) : text_(text) {}

  bool null() override {
    return Fail(PathOfNext(), "null is not a value here; leave the field out",
                "null är inget värde här; utelämna fältet");
  }
  bool boolean(bool value) override { return Add(value); }
  bool number_integer(number_integer_t value) override { return Add(value); }
  bool number_unsigned(number_unsigned_t value) override { return Add(value); }
  bool number_float(number_float_t value, const string_t&) override { return Add(value); }
  bool string(string_t& value) override { return Add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(json::object()); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(json::array()); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    Level& top = levels_.back();
    top.key = name;
    if (!top.value->contains(name)) return true;
    return Fail(PathOfNext(), "the key is given twice", "nyckeln anges två gånger");
  }

  bool parse_error(size_t byte, const std::string&, const json::exception&) override {
    std::string_view before = text_.substr(0, std::min(byte == 0 ? 0 : byte - 1, text_.size()));
    size_t line = 1 + std::count(before.begin(), before.end(), '\n');
    size_t newline = before.rfind('\n');
    size_t column = before.size() - (newline == before.npos ? 0 : newline + 1) + 1;
    return Fail(levels_.empty() ? "$" : PathOfNext(),
                absl::StrCat("not JSON in UTF-8 at line ", line, ", column ", column),
                absl::StrCat("inte JSON i UTF-8 på rad ", line, ", kolumn ", column));
  }

  json root;
  std::optional<Problem> problem;

 private:
  struct Level {
    json* value;
    std::string key;
  };

  bool Fail(std::string path, std::string en, std::string sv) {
    if (!problem) problem = Problem{std::move(path), std::move(en), std::move(sv)};
    return false;
  }

  // The path of the value that comes next.
  std::string PathOfNext() const {
    std::string path = "$";
    for (const Level& level : levels_) {
      if (level.value->is_array()) {
        bool last = &level == &levels_.back();
        path = At(path, level.value->size() - (last ? 0 : 1));
      } else if (!level.key.empty()) {
        path = Under(path, level.key);
      }
    }
    return path;
  }

  json* Place(json&& added) {
    if (levels_.empty()) {
      root = std::move(added);
      return &root;
    }
    Level& top = levels_.back();
    if (top.value->is_array()) {
      top.value->push_back(std::move(added));
      return &top.value->back();
    }
    return &(*top.value)[top.key].operator=(std::move(added));
  }

  bool Add(json added) {
    Place(std::move(added));
    return true;
  }

  bool Open(json&& container) {
    if (levels_.size() >= kMaxDepth) {
      return Fail(PathOfNext(), "nested too deep", "för många nivåer");
    }
    levels_.push_back({Place(std::move(container)), {}});
    return true;
  }

  bool Close() {
    levels_.pop_back();
    return true;
  }

  std::string_view text_;
  std::vector<Level> levels_;
};

}  // namespace

std::variant<json, Problem> ReadStrictJson(std::string_view text) {
  StrictBuilder builder(text);
  bool read = json::sax_parse(text.begin(), text.end(), &builder);
  if (builder.problem) return *std::move(builder.problem);
  if (!read) return Problem{"$", "not JSON in UTF-8", "inte JSON i UTF-8"};
  return std::move(builder.root);
}

}  // namespace skyndsamt::cli
