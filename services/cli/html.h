// Markup that is made only of escaped text and elements: a string that a person wrote cannot become
// markup, since there is no way to put one in but as text. HTML and the SVG inside it. Values, not
// thread-safe while built.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace skyndsamt::cli {

class Html {
 public:
  Html() = default;

  // Text, escaped. Control characters, which HTML cannot hold, become U+FFFD.
  static Html Text(std::string_view utf8);

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) { return a += b; }
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend class HtmlElement;
  friend Html StyleSheet(std::string_view css);
  std::string markup_;
};

// Names are the program's own, never data; values are escaped.
struct Attribute {
  std::string_view name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

// <name ...>content</name>.
Html Element(std::string_view name, const Attributes& attributes, const Html& content);
Html Element(std::string_view name, const Html& content);
// An element that has no end, as meta.
Html VoidElement(std::string_view name, const Attributes& attributes);
// A style element. The sheet is the program's own and is not escaped.
Html StyleSheet(std::string_view css);

// The whole document, with its doctype.
std::string Document(std::string_view language, const Html& head, const Html& body);

}  // namespace skyndsamt::cli
