#include "tests/projections/statistics/attacked_world.h"

#include <fstream>
#include <regex>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"

namespace skyndsamt::statistics {
namespace {

using cli::CaseFile;
using domain::Read;
using event::v1::Fact;

constexpr char kNotFound[] =
    "id: 'again' correction { of: 'found' replacement {"
    " investigation_concluded { finding: FINDING_NOT_SUBSTANTIATED } } }";
constexpr char kStruck[] = "id: 'strike' correction { of: 'found' withdrawn: true }";
constexpr char kReopened[] = "id: 'reopen' case_reopened {}";

}  // namespace

const std::vector<CaseFile>& Published() {
  static const auto files = [] {
    std::vector<CaseFile> all;
    std::set<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(SKYNDSAMT_PUBLISHED_CASES)) {
      const std::string name = entry.path().filename();
      if (name.ends_with(".json") && name != "casefile.schema.json") paths.insert(entry.path());
    }
    for (const auto& path : paths) {
      std::stringstream text;
      text << std::ifstream(path).rdbuf();
      auto read = cli::ReadCaseFile(text.str());
      if (auto* file = std::get_if<CaseFile>(&read)) all.push_back(std::move(*file));
    }
    return all;
  }();
  return files;
}

Attacked::Attacked(const std::string& salt, uint64_t order) : salt_(salt), order_(order) {
  DeclareUnits();
  world_.PublishRoutine("r1", event::v1::LEG_NOTIFY_AUTHORITY, "P7D");
  for (size_t period = 0; period < kCases.size(); ++period) {
    PlayPublished(kCases[period]);
    PlayTown(period);
    PlayBorough(period);
    PlayCity(period);
    if (period == 0) PlayRelated();
    Record(period);
    world_.EndPeriod();
    statistics_ = world_.Open("statistics", {.k = kK});
    EXPECT_TRUE(statistics_->CatchUp().ok());
    released_.push_back(AllFigures(*statistics_));
    statistics_.reset();
    inside_.push_back(ReadInside());
  }
  statistics_ = world_.Open("statistics", {.k = kK});
}

void Attacked::DeclareUnits() {
  units_ = {kUnit, kSchool, kOtherUnit, Uuid("VILLAGE")};
  std::vector<std::string> schools = {"VILLAGE", "TOWN", "BOROUGH",  "CITY",
                                      "EAST",    "WEST", "STRANGERS"};
  schools.insert(schools.end(), kRelated.begin(), kRelated.end());
  for (const std::string& name : schools) {
    world_.Publish("unit_declared { unit: '$" + name + "' form: UNIT_FORM_COMPULSORY_SCHOOL }");
  }
}

void Attacked::PlayPublished(const std::vector<int>& by_unit) {
  for (size_t unit = 0; unit < by_unit.size(); ++unit) {
    for (int i = 0; i < by_unit[unit]; ++i) {
      const CaseFile& file = Published()[stories_() % Published().size()];
      const cli::Story& story = file.stories[stories_() % file.stories.size()];
      const std::string name = absl::StrCat(salt_, "copy", made_++);
      const Copy copy{name, units_[unit], name};
      Act& act = acts_.emplace_back(Act{name, {}});
      for (const cli::StoryFact& told : story.facts) act.facts.push_back(Renamed(told.fact, copy));
      copies_[name] = copy;
    }
  }
}

void Attacked::PlayTown(size_t period) {
  const auto name = [](int i) { return absl::StrCat("town", i); };
  if (period == 0) {
    for (int i = 0; i < 20; ++i) ReportAndClose("TOWN", name(i), i < 10).overdue = i < 6;
  } else if (period == 1) {
    for (int i = 20; i < 32; ++i) Report("TOWN", name(i));
    for (int i = 0; i < 4; ++i) Again(name(i), kNotFound);
    for (int i = 10; i < 16; ++i) Again(name(i), kReopened);
  } else if (period == 3) {
    Again(name(4), kNotFound);
  }
}

void Attacked::PlayBorough(size_t period) {
  const std::string accused =
      absl::StrCat("accused { person: '", Uuid(salt_ + "boss"), "' kind: ACCUSED_KIND_STAFF }");
  for (int i = 0; i < 16 && period == 0; ++i) {
    const bool related = i >= 10;
    ReportAndClose("BOROUGH", absl::StrCat("borough", i), i < 5 || related, related ? "boss" : "",
                   related ? accused : "");
  }
  for (int i = 10; i < 16 && period == 1; ++i) Again(absl::StrCat("borough", i), kNotFound);
}

void Attacked::PlayCity(size_t period) {
  for (int i = 0; i < 6 && period == 1; ++i) {
    Report("EAST", absl::StrCat("east", i));
    Report("WEST", absl::StrCat("west", i));
  }
  for (int i = 0; i < 8; ++i) {
    const std::string name = absl::StrCat("city", i);
    if (period == 0) ReportAndClose("CITY", name, i < 4).overdue = true;
    if (period == 1 && i < 6) Again(name, kReopened);
    if (period == 2 && i < 6) Again(name, kStruck);
  }
}

void Attacked::PlayRelated() {
  for (int i = 0; i < 5; ++i) Report("STRANGERS", absl::StrCat("stranger", i));
  const auto link = [&](const std::string& other) {
    return Read<Fact>(absl::StrCat("id: 'link' incidents_linked { other: '",
                                   IncidentId(salt_ + other).ToString(), "' }"));
  };
  const auto child = [&](const std::string& name) { return Uuid(salt_ + "the child " + name); };
  for (int i = 0; i < 5; ++i) {
    const auto name = [i](const std::string& what) { return absl::StrCat(what, i); };
    const bool first = i == 0, pair = i < 2;
    Report("BY_CHILD", name("sibling"), pair ? "siblings" : "", "", pair ? child("twice") : "");
    Report("BY_ACCUSED", name("accuser"), pair ? "accusers" : "",
           pair ? absl::StrCat("accused { person: '", child("accused"), "' }") : "");
    Act& linked = Report("BY_LINK", name("linked"), pair ? "linked" : "");
    if (first) linked.facts.push_back(link("linked1"));
    Act& chained = Report("CHAIN", name("chained"), "chain");
    if (i < 4) chained.facts.push_back(link(absl::StrCat("chained", i + 1)));
    if (i == 4) continue;  // five cases, four incidents
    Report("BY_INCIDENT", name("together"), "",
           first ? absl::StrCat("children { person: '", child("also there"), "' }") : "");
  }
}

Attacked::Act& Attacked::Report(const std::string& unit, const std::string& name,
                                const std::string& family, const std::string& more,
                                const std::string& child) {
  const std::string own = salt_ + name;
  copies_[own] = {own, Uuid(unit), salt_ + (family.empty() ? name : family)};
  return acts_.emplace_back(Act{
      own, domain::Facts(
               absl::StrCat("id: 'open' happened { edtf: '2026-01-05' } incident_opened { unit: '",
                            Uuid(unit), "' children { person: '",
                            child.empty() ? Uuid("CHILD " + own) : child, "' } ", more, " }"),
               std::string("id: 'report' happened { edtf: '2026-01-07' } to: PARTY_OWN_STAFF"
                           " channel: CHANNEL_ORAL report_received {}"))});
}

Attacked::Act& Attacked::ReportAndClose(const std::string& unit, const std::string& name,
                                        bool substantiated, const std::string& family,
                                        const std::string& more) {
  Act& act = Report(unit, name, family, more);
  act.facts.push_back(Read<Fact>(
      absl::StrCat("id: 'found' investigation_concluded { finding: ",
                   substantiated ? "FINDING_SUBSTANTIATED" : "FINDING_NOT_SUBSTANTIATED", " }")));
  act.facts.push_back(Read<Fact>("id: 'close' case_closed { outcome: CLOSE_OUTCOME_DEALT_WITH }"));
  return act;
}

Attacked::Act& Attacked::Again(const std::string& name, const std::string& fact) {
  return acts_.emplace_back(Act{salt_ + name, {Read<Fact>(fact)}});
}

void Attacked::Record(size_t period) {
  std::shuffle(acts_.begin(), acts_.end(), order_);
  for (const Act& act : acts_) {
    Copy& copy = copies_.at(act.copy);
    world_.clock().Advance(static_cast<Micros>(order_() % 24) * 3'600'000'000);
    world_.RecordFacts(IncidentId(act.copy), act.facts);
    auto& took = copy.took[period];
    for (const Fact& fact : act.facts) {
      if (fact.has_case_reopened()) took.insert(v1::STEP_REOPENED);
    }
    if (act.overdue) {
      world_.TellOverdue(act.copy, event::v1::LEG_REPORT_TO_PRINCIPAL, "2026-01-08");
      took.insert(v1::STEP_OVERDUE);
    }
    copy.facts.insert(copy.facts.end(), act.facts.begin(), act.facts.end());
  }
  acts_.clear();
}

// The fact with people of the copy's own; texts are kept, in clear, as no real log has them.
Fact Attacked::Renamed(const Fact& fact, const Copy& copy) const {
  static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  std::string text, renamed;
  google::protobuf::TextFormat::PrintToString(fact, &text);
  auto from = text.cbegin();
  for (std::sregex_iterator it(text.begin(), text.end(), uuid), end; it != end; ++it) {
    renamed.append(from, text.cbegin() + it->position());
    renamed += Uuid(copy.name + it->str());
    from = text.cbegin() + it->position() + it->length();
  }
  renamed.append(from, text.cend());
  Fact named;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(renamed, &named));
  if (named.has_incident_opened()) named.mutable_incident_opened()->set_unit(copy.unit);
  return named;
}

Attacked::Truths Attacked::ReadInside() const {
  std::map<std::string, const Copy*> copy_of;
  for (const auto& [name, copy] : copies_) copy_of[IncidentId(name).ToString()] = &copy;
  Truths inside;
  std::string prefix = "r";
  prefix += static_cast<char>(StatisticsView::kName.size());
  prefix += std::string(StatisticsView::kName) + std::string("\0\0\0\1c", 5);
  for (const auto& [key, value] : Dump(world_.path("statistics"))) {
    if (!key.starts_with(prefix)) continue;
    view::v1::StatisticsIncident row;
    EXPECT_TRUE(row.ParseFromString(value));
    const auto id = StreamId::FromBytes(key.substr(prefix.size())).ToString();
    for (const auto& step : row.steps()) {
      if (!step.figure().empty()) {
        inside[StreamId::FromBytes(step.figure()).ToString()].push_back({copy_of.at(id), step});
      }
    }
  }
  return inside;
}

Attacked& World() {
  static auto& world = *new Attacked("", 1);
  return world;
}

}  // namespace skyndsamt::statistics
