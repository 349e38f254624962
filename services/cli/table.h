// Tables and running text for people, in UTF-8: columns as wide as what they hold up to a limit,
// longer cells wrapped, numbers to the right. Pure functions and values; not thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace skyndsamt::cli {

// Places on screen: one for each code point that is not a combining mark.
size_t Width(std::string_view utf8);
// What people wrote may hold control characters, and a terminal would obey them: each but a newline
// as a space. Wrapped, Paragraph and Table do it to all they are given.
std::string WithoutControls(std::string_view utf8);
// Padded with spaces to `width` places.
std::string Padded(std::string_view utf8, size_t width, bool right = false);
// Lines of at most `width` places, broken at spaces and newlines; a longer word is cut.
std::vector<std::string> Wrapped(std::string_view utf8, size_t width);
// A paragraph whose first line begins with `first` and whose others with as many spaces.
std::string Paragraph(std::string_view first, std::string_view utf8, size_t width);

struct Column {
  std::string title;
  size_t limit = 100;  // places
  bool right = false;
};
// To the right and as wide as its widest cell: half a number would be another number.
Column NumberColumn(std::string title);

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell per column.
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // With a line of titles and a rule below it. `bold` marks the titles with ANSI codes. Where the
  // whole is wider than `most` places, columns of text give way, the widest first.
  std::string Print(bool bold = false, size_t most = kAnyWidth) const;

 private:
  static constexpr size_t kAnyWidth = static_cast<size_t>(-1);

  std::vector<size_t> Widths(size_t most) const;
  std::string PrintRow(const std::vector<std::string>& cells,
                       const std::vector<size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace skyndsamt::cli
