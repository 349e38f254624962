#include "services/cli/timeline.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "projections/law/civil_time.h"
#include "services/cli/table.h"

namespace skyndsamt::cli {
namespace {

using law::DayOf;
using law::FormatDay;
using law::StartOf;

constexpr double kLabels = 310;  // where the axis begins
constexpr double kWidth = 1000;  // the whole drawing
constexpr double kRight = 165;   // room for a verdict's words
constexpr double kRow = 24;
constexpr double kTop = 46;  // the axis and the words at as_of
constexpr size_t kLongestLabel = 46;
constexpr int64_t kDay = 86'400'000'000;

std::string Number(double value) {
  std::string text = std::to_string(std::round(value * 10) / 10);
  text.erase(text.find('.') + 2);
  return text;
}

std::string Shortened(const std::string& label) {
  if (Width(label) <= kLongestLabel) return label;
  return Wrapped(label, kLongestLabel - 2).front() + " …";
}

Html Words(double x, double y, const std::string& text, const std::string& anchor = "start") {
  return Element("text", {{"x", Number(x)}, {"y", Number(y)}, {"text-anchor", anchor}},
                 Html::Text(text));
}

Html Line(double x1, double y1, double x2, double y2, const std::string& kind) {
  return Element("line",
                 {{"x1", Number(x1)},
                  {"y1", Number(y1)},
                  {"x2", Number(x2)},
                  {"y2", Number(y2)},
                  {"class", kind}},
                 {});
}

Html Shape(const std::string& path, const std::string& kind) {
  return Element("path", {{"d", path}, {"class", kind}}, {});
}

std::string MoveTo(double x, double y) { return "M" + Number(x) + " " + Number(y); }
std::string LineTo(double x, double y) { return " L" + Number(x) + " " + Number(y); }

Html Diamond(double x, double y) {
  return Shape(MoveTo(x, y - 6) + LineTo(x + 6, y) + LineTo(x, y + 6) + LineTo(x - 6, y) + " Z",
               "recorded");
}

// A post with a flag: due.
Html Flag(double x, double y) {
  return Line(x, y - 10, x, y + 10, "due") +
         Shape(MoveTo(x, y - 10) + LineTo(x + 9, y - 6) + LineTo(x, y - 2) + " Z", "due-flag");
}

// An arrow that says: further this way, nobody knows how far.
Html Open(double x, double y, bool left) {
  const double tip = left ? x - 8 : x + 8;
  return Shape(MoveTo(tip, y) + LineTo(x, y - 5) + LineTo(x, y + 5) + " Z", "open");
}

// From instants to places.
class Axis {
 public:
  explicit Axis(const TimelineData& data) : from_(data.as_of), to_(data.as_of) {
    const auto reach = [this](const std::optional<int64_t>& at) {
      if (!at) return;
      from_ = std::min(from_, *at);
      to_ = std::max(to_, *at);
    };
    for (const TimelineFact& fact : data.facts) {
      reach(fact.earliest);
      reach(fact.latest);
      reach(fact.recorded);
    }
    for (const TimelineDuty& duty : data.duties) {
      reach(duty.due_first);
      reach(duty.due_last);
      reach(duty.start_earliest);
      reach(duty.end_latest);
    }
    from_ = StartOf(DayOf(from_));
    to_ = StartOf(DayOf(to_) + 1);
    const int64_t margin = std::max<int64_t>((to_ - from_) / 40, kDay / 4);
    from_ -= margin;
    to_ += margin;
  }

  double At(int64_t instant) const {
    const double share = static_cast<double>(instant - from_) / static_cast<double>(to_ - from_);
    return kLabels + share * (kWidth - kLabels - kRight);
  }
  double left() const { return kLabels; }
  double right() const { return kWidth - kRight; }

  // Days that are marked, at most a dozen or so, each with its words.
  std::vector<std::pair<int64_t, std::string>> Marks() const {
    const auto days = (to_ - from_) / kDay;
    std::vector<std::pair<int64_t, std::string>> marks;
    const absl::CivilDay first = DayOf(from_);
    const absl::CivilDay last = DayOf(to_);
    if (days <= 75) {
      const int64_t step = days <= 8 ? 1 : days <= 16 ? 2 : days <= 40 ? 7 : 14;
      for (absl::CivilDay day = first + 1; day <= last; day += step) {
        marks.emplace_back(StartOf(day), FormatDay(day));
      }
      return marks;
    }
    const int64_t months = days / 30;
    const int64_t step = months <= 10    ? 1
                         : months <= 30  ? 3
                         : months <= 120 ? 12
                         : months <= 400 ? 60
                                         : 240;
    for (absl::CivilMonth month(first); month <= absl::CivilMonth(last); ++month) {
      const int64_t number = month.year() * 12 + month.month() - 1;
      if (number % step != 0) continue;
      const std::string day = FormatDay(absl::CivilDay(month));
      marks.emplace_back(StartOf(absl::CivilDay(month)),
                         step >= 12 ? day.substr(0, 4) : day.substr(0, 7));
    }
    return marks;
  }

 private:
  int64_t from_;
  int64_t to_;
};

// Draws the rows one below the other.
class Drawing {
 public:
  Drawing(const TimelineData& data, std::string id, Language language)
      : data_(data), axis_(data), id_(std::move(id)), language_(language) {}

  Html Draw() {
    Html rows;
    rows += Heading(Bilingual{"Uppgifter", "Facts"}.In(language_));
    for (const TimelineFact& fact : data_.facts) rows += FactRow(fact);
    rows += Heading(Bilingual{"Skyldigheter", "Duties"}.In(language_));
    for (const TimelineDuty& duty : data_.duties) rows += DutyRow(duty);
    const double bottom = y_ + 4;
    const Html legend = Legend(bottom + 24);
    const double height = bottom + 44;
    return Element("svg",
                   {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"viewBox", "0 0 " + Number(kWidth) + " " + Number(height)},
                    {"role", "img"},
                    {"aria-labelledby", id_ + "-title " + id_ + "-desc"}},
                   Described() + Pattern() + Scale(bottom) + rows + legend);
  }

 private:
  bool sv() const { return language_ == Language::kSwedish; }

  Html Described() const {
    const std::string as_of = FormatDay(DayOf(data_.as_of));
    const std::string title = sv() ? "Tidslinje till " + as_of : "Timeline up to " + as_of;
    std::string text =
        sv() ? std::to_string(data_.facts.size()) +
                   " uppgifter med när de hände och skrevs in, och " +
                   std::to_string(data_.duties.size()) +
                   " skyldigheter med när de började, slutade och skulle vara klara. Allt som "
                   "visas står också i tabellerna på sidan."
             : std::to_string(data_.facts.size()) +
                   " facts with when they happened and were recorded, and " +
                   std::to_string(data_.duties.size()) +
                   " duties with when they began, ended and were due. Everything shown is also in "
                   "the tables of this page.";
    return Element("title", {{"id", id_ + "-title"}}, Html::Text(title)) +
           Element("desc", {{"id", id_ + "-desc"}}, Html::Text(text));
  }

  // Hatching for what is not exactly known.
  Html Pattern() const {
    return Element(
        "defs", Element("pattern",
                        {{"id", id_ + "-hatch"},
                         {"width", "6"},
                         {"height", "6"},
                         {"patternUnits", "userSpaceOnUse"},
                         {"patternTransform", "rotate(45)"}},
                        Element("rect", {{"width", "6"}, {"height", "6"}, {"class", "paper"}}, {}) +
                            Line(0, 0, 0, 6, "hatch")));
  }

  Html Scale(double bottom) const {
    Html scale;
    double last = -1000;
    for (const auto& [instant, words] : axis_.Marks()) {
      const double x = axis_.At(instant);
      if (x < axis_.left() || x > axis_.right()) continue;
      scale += Line(x, kTop - 8, x, bottom, "grid");
      if (x - last < 72 || x > axis_.right() - 20) continue;
      scale += Words(x, kTop - 14, words, "middle");
      last = x;
    }
    const double now = axis_.At(data_.as_of);
    scale += Line(now, kTop - 8, now, bottom, "as-of");
    scale +=
        Words(std::min(now, kWidth - 80), 14,
              (sv() ? "frågan gäller " : "asked as of ") + FormatDay(DayOf(data_.as_of)), "middle");
    return scale;
  }

  Html Heading(const std::string& words) {
    const Html heading = Element("text", {{"x", "0"}, {"y", Number(y_ + 16)}, {"class", "heading"}},
                                 Html::Text(words));
    y_ += kRow;
    return heading;
  }

  Html Hatched(double x1, double x2, double y, double height) const {
    return Element("rect",
                   {{"x", Number(x1)},
                    {"y", Number(y - height / 2)},
                    {"width", Number(std::max(2.0, x2 - x1))},
                    {"height", Number(height)},
                    {"fill", "url(#" + id_ + "-hatch)"},
                    {"class", "range"}},
                   {});
  }

  Html FactRow(const TimelineFact& fact) {
    const double y = y_ + kRow / 2;
    y_ += kRow;
    Html row = Words(0, y + 4, Shortened(fact.label));
    const bool whole_day =
        fact.earliest && fact.latest && DayOf(*fact.earliest) == DayOf(*fact.latest);
    const double from = fact.earliest ? axis_.At(*fact.earliest) : axis_.left();
    const double to = fact.latest ? axis_.At(*fact.latest) : axis_.right();
    if (fact.recorded) {
      const double recorded = axis_.At(*fact.recorded);
      if (recorded - to > 8) row += Line(to, y, recorded, y, "lag");
    }
    if (whole_day) {
      row += Element(
          "circle",
          {{"cx", Number((from + to) / 2)}, {"cy", Number(y)}, {"r", "5"}, {"class", "happened"}},
          {});
    } else {
      row += Hatched(from, to, y, 10);
      if (!fact.earliest) row += Open(from, y, true);
      if (!fact.latest) row += Open(to, y, false);
    }
    if (fact.recorded) row += Diamond(axis_.At(*fact.recorded), y);
    return row;
  }

  Html DutyRow(const TimelineDuty& duty) {
    const double y = y_ + kRow / 2;
    y_ += kRow;
    Html row = Words(0, y + 4, Shortened(duty.label));
    const auto at = [this](const std::optional<int64_t>& instant, double otherwise) {
      return instant ? axis_.At(*instant) : otherwise;
    };
    const double begun = at(duty.started ? duty.start_earliest : duty.end_earliest, axis_.left());
    const double sure_from = at(duty.started ? duty.start_latest : duty.end_earliest, axis_.left());
    const double running = axis_.At(data_.as_of);
    const double sure_to = duty.ended ? at(duty.end_earliest, begun) : running;
    const double done = duty.ended ? at(duty.end_latest, axis_.right()) : running;
    const double last = std::max({begun, sure_from, sure_to, done});
    row += Hatched(begun, std::max(begun, std::max(sure_from, done)), y, 10);
    if (sure_to > sure_from) {
      row += Element("rect",
                     {{"x", Number(sure_from)},
                      {"y", Number(y - 5)},
                      {"width", Number(std::max(2.0, sure_to - sure_from))},
                      {"height", "10"},
                      {"class", "duty"}},
                     {});
    }
    if (!duty.ended) row += Open(running, y, false);
    double words = last + (duty.ended ? 8 : 16);
    row += Due(duty, y);
    for (const auto& due : {duty.due_first, duty.due_last}) {
      if (due) words = std::max(words, axis_.At(*due) + 14);
    }
    if (!duty.verdict.empty()) row += Words(words, y + 4, duty.verdict);
    return row;
  }

  // A flag, or one at either end of the time in which it was due.
  Html Due(const TimelineDuty& duty, double y) const {
    Html due;
    if (duty.due_first) due += Flag(axis_.At(*duty.due_first), y);
    if (duty.due_first == duty.due_last) return due;
    if (duty.due_last) due += Flag(axis_.At(*duty.due_last), y);
    if (duty.due_first && duty.due_last) {
      due += Line(axis_.At(*duty.due_first), y - 10, axis_.At(*duty.due_last), y - 10, "due");
    }
    return due;
  }

  Html Legend(double y) const {
    Html legend = Line(0, y - 22, kWidth, y - 22, "grid");
    double x = 6;
    const auto entry = [&](const Html& symbol, const Bilingual& words) {
      legend += symbol;
      legend += Words(x + 16, y + 4, words.In(language_));
      x += 30 + 6.6 * static_cast<double>(Width(words.In(language_)));
    };
    entry(Element("circle",
                  {{"cx", Number(x)}, {"cy", Number(y)}, {"r", "5"}, {"class", "happened"}}, {}),
          {"hände", "happened"});
    entry(Hatched(x - 6, x + 10, y, 10), {"någon gång här", "some time here"});
    entry(Diamond(x, y), {"skrevs in", "recorded"});
    entry(Element("rect",
                  {{"x", Number(x - 6)},
                   {"y", Number(y - 5)},
                   {"width", "16"},
                   {"height", "10"},
                   {"class", "duty"}},
                  {}),
          {"skyldighetens tid", "the duty's time"});
    entry(Open(x, y, false), {"pågår, eller okänt hur långt", "running, or not known how far"});
    entry(Flag(x, y), {"senast, enligt rutin eller plan", "due, by routine or plan"});
    return legend;
  }

  const TimelineData& data_;
  Axis axis_;
  std::string id_;
  Language language_;
  double y_ = kTop;
};

}  // namespace

Html TimelineSvg(const TimelineData& data, const std::string& id, Language language) {
  return Drawing(data, id, language).Draw();
}

}  // namespace skyndsamt::cli
