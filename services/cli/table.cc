#include "services/cli/table.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace skyndsamt::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr size_t kNarrowest = 12;  // that a column of text becomes: a date and a sign

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Bytes of the first `places` places.
size_t BytesOf(std::string_view text, size_t places) {
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at + 1;
    while (next < text.size() && Continues(text[next])) ++next;
    size_t wide = Width(text.substr(at, next - at));
    if (wide > places) break;
    places -= wide;
    at = next;
  }
  return at;
}

std::string WithoutTail(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string WithoutControls(std::string_view utf8) {
  std::string clean;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    const auto next = static_cast<unsigned char>(i + 1 < utf8.size() ? utf8[i + 1] : 0);
    const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    const bool control = (byte < 0x20 && byte != '\n') || byte == 0x7f || c1;
    clean.push_back(control ? ' ' : utf8[i]);
    i += c1;
  }
  return clean;
}

size_t Width(std::string_view utf8) {
  size_t width = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    if (Continues(utf8[i])) continue;
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const auto next = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[i + 1]) : 0;
    const bool combining = lead == 0xCC || (lead == 0xCD && next < 0xB0);  // U+0300 to U+036F
    if (!combining) ++width;
  }
  return width;
}

std::string Padded(std::string_view utf8, size_t width, bool right) {
  size_t own = Width(utf8);
  std::string spaces(width > own ? width - own : 0, ' ');
  return right ? spaces + std::string(utf8) : std::string(utf8) + spaces;
}

std::vector<std::string> Wrapped(std::string_view stated, size_t width) {
  const std::string clean = WithoutControls(stated);
  const std::string_view utf8 = clean;
  std::vector<std::string> lines(1);
  size_t at = 0;
  while (at < utf8.size()) {
    if (utf8[at] == '\n') {
      lines.emplace_back();
      ++at;
      continue;
    }
    if (utf8[at] == ' ') {
      ++at;
      continue;
    }
    size_t end = std::min(utf8.find_first_of(" \n", at), utf8.size());
    std::string_view word = utf8.substr(at, end - at);
    at = end;
    while (!word.empty()) {
      std::string& line = lines.back();
      size_t used = Width(line) + (line.empty() ? 0 : 1);
      if (used + Width(word) <= width) {
        if (!line.empty()) line += ' ';
        line += word;
        break;
      }
      if (!line.empty()) {
        lines.emplace_back();
        continue;
      }
      size_t bytes = std::max<size_t>(BytesOf(word, width), 1);
      line = word.substr(0, bytes);
      word.remove_prefix(bytes);
      if (!word.empty()) lines.emplace_back();
    }
  }
  return lines;
}

std::string Paragraph(std::string_view first, std::string_view utf8, size_t width) {
  size_t indent = Width(first);
  std::string out;
  std::string start(first);
  for (const std::string& line : Wrapped(utf8, width - std::min(indent, width - 1))) {
    out += WithoutTail(start + line) + "\n";
    start = std::string(indent, ' ');
  }
  return out;
}

Column NumberColumn(std::string title) {
  return {std::move(title), std::numeric_limits<size_t>::max(), true};
}

void Table::Add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::PrintRow(const std::vector<std::string>& cells,
                            const std::vector<size_t>& widths) const {
  std::vector<std::vector<std::string>> wrapped;
  size_t height = 1;
  for (size_t c = 0; c < cells.size(); ++c) {
    wrapped.push_back(Wrapped(cells[c], widths[c]));
    height = std::max(height, wrapped.back().size());
  }
  std::string out;
  for (size_t line = 0; line < height; ++line) {
    std::string text;
    for (size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) text += kGap;
      text +=
          Padded(line < wrapped[c].size() ? wrapped[c][line] : "", widths[c], columns_[c].right);
    }
    out += WithoutTail(std::move(text)) + "\n";
  }
  return out;
}

std::vector<size_t> Table::Widths(size_t most) const {
  std::vector<size_t> widths;
  size_t total = 0;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t width = Width(columns_[c].title);
    for (const auto& row : rows_) {
      for (const std::string& line : Wrapped(row[c], columns_[c].limit)) {
        width = std::max(width, Width(line));
      }
    }
    widths.push_back(width);
    total += width + (c > 0 ? kGap.size() : 0);
  }
  for (; total > most; --total) {
    size_t* widest = nullptr;
    for (size_t c = 0; c < widths.size(); ++c) {
      if (columns_[c].right || widths[c] <= kNarrowest) continue;
      if (widest == nullptr || widths[c] > *widest) widest = &widths[c];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  return widths;
}

std::string Table::Print(bool bold, size_t most) const {
  const std::vector<size_t> widths = Widths(most);
  std::vector<std::string> titles;
  size_t total = 0;
  for (size_t c = 0; c < columns_.size(); ++c) {
    titles.push_back(columns_[c].title);
    total += widths[c] + (c > 0 ? kGap.size() : 0);
  }
  std::string head = PrintRow(titles, widths);
  std::string out = bold ? "\x1b[1m" + head + "\x1b[0m" : head;
  for (size_t i = 0; i < total; ++i) out += "─";
  out += "\n";
  for (const auto& row : rows_) out += PrintRow(row, widths);
  return out;
}

}  // namespace skyndsamt::cli
