#include "services/cli/html.h"

namespace skyndsamt::cli {
namespace {

void AppendEscaped(std::string_view utf8, std::string& out) {
  for (const char c : utf8) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
      case '\t':
        out += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += "\xEF\xBF\xBD";
        } else {
          out += c;
        }
    }
  }
}

}  // namespace

Html Html::Text(std::string_view utf8) {
  Html html;
  AppendEscaped(utf8, html.markup_);
  return html;
}

class HtmlElement {
 public:
  static Html Make(std::string_view name, const Attributes& attributes, const Html* content) {
    Html html;
    std::string& out = html.markup_;
    out.append("<").append(name);
    for (const Attribute& attribute : attributes) {
      out.append(" ").append(attribute.name).append("=\"");
      AppendEscaped(attribute.value, out);
      out += '"';
    }
    out += '>';
    if (content != nullptr) out.append(content->markup_).append("</").append(name).append(">");
    return html;
  }
};

Html Element(std::string_view name, const Attributes& attributes, const Html& content) {
  return HtmlElement::Make(name, attributes, &content);
}

Html Element(std::string_view name, const Html& content) { return Element(name, {}, content); }

Html VoidElement(std::string_view name, const Attributes& attributes) {
  return HtmlElement::Make(name, attributes, nullptr);
}

Html StyleSheet(std::string_view css) {
  Html html;
  html.markup_.append("<style>").append(css).append("</style>");
  return html;
}

std::string Document(std::string_view language, const Html& head, const Html& body) {
  return "<!DOCTYPE html>\n" +
         Element("html", {{"lang", std::string(language)}},
                 Element("head", head) + Element("body", body))
             .markup() +
         "\n";
}

}  // namespace skyndsamt::cli
