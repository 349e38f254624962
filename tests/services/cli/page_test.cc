// The page: what is said on it, and that nothing a person wrote becomes markup. Its structure is
// looked at by page_test.py, what a browser makes of it by page_in_browser.py.
#include "services/cli/page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/html.h"
#include "services/cli/timeline.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAttack[] = "</title><script>alert('x')</script><img src=x onerror=\"y\">&amp;";

PageCase Attacked() {
  PageCase one;
  one.title = kAttack;
  one.names.incident = kAttack;
  auto& answer = one.timeliness;
  answer.set_incident(kAttack);
  answer.set_child(kAttack);
  answer.set_as_of("2012-07-01T23:59:59.999999+02:00");
  answer.set_known_at(kAttack);
  answer.set_policy(kAttack);
  answer.add_observations()->set_sv(kAttack);
  auto& contradiction = *answer.add_contradictions();
  contradiction.mutable_text()->set_sv(kAttack);
  contradiction.add_entries()->mutable_text()->set_sv(kAttack);
  auto& leg = *answer.add_legs();
  leg.set_leg(event::v1::LEG_NOTIFY_AUTHORITY);
  leg.set_state(api::v1::LEG_STATE_FULFILLED);
  leg.set_measure(kAttack);
  leg.set_guardian(kAttack);
  leg.mutable_started()->set_fact(kAttack);
  leg.mutable_started()->set_earliest(kAttack);
  leg.mutable_started()->set_position(3);
  leg.mutable_routine()->set_due(kAttack);
  leg.mutable_reasons()->mutable_text()->set_sv(kAttack);
  leg.mutable_reasons()->mutable_stands_on()->set_citation(kAttack);
  auto& entry = one.trail.emplace_back();
  entry.mutable_position()->set_position(3);
  entry.mutable_fact()->set_id(kAttack);
  entry.mutable_fact()->mutable_principal_informed();
  entry.mutable_what()->set_sv(kAttack);
  entry.set_role(kAttack);
  entry.set_recorded("2012-06-18T10:00:00+02:00");
  return one;
}

TEST(Page, NothingAPersonWroteBecomesMarkup) {
  const std::string page = TimelinessPage({Attacked()}, Language::kSwedish);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("onerror=\"")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
  EXPECT_THAT(page, HasSubstr("&amp;amp;")) << "what looks escaped is escaped once more";
}

TEST(Html, EscapesTextAndValuesAndReplacesControls) {
  EXPECT_EQ(Html::Text("a<b>&\"'\x01\x7f\n").markup(),
            "a&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD\xEF\xBF\xBD\n");
  EXPECT_EQ(Element("p", {{"id", "a\"b"}}, Html::Text("å")).markup(), "<p id=\"a&quot;b\">å</p>");
}

// A flag at either end, and a line between them.
TEST(Timeline, WhatIsDueBetweenTwoDaysHasAFlagAtEither) {
  TimelineData data;
  TimelineDuty duty;
  duty.due_first = 8;
  const auto count = [&](const std::string& what) {
    data.duties = {duty};
    const std::string svg = TimelineSvg(data, "t", Language::kEnglish).markup();
    int found = 0;
    for (size_t at = svg.find(what); at != svg.npos; at = svg.find(what, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("class=\"due-flag\""), 2) << "one is the legend's";
  EXPECT_EQ(count("class=\"due\""), 2);
  duty.due_last = 12;
  EXPECT_EQ(count("class=\"due-flag\""), 3);
  EXPECT_EQ(count("class=\"due\""), 4);
}

TEST(Timeline, ShowsHappenedRecordedAndDueOnOneAxis) {
  constexpr int64_t kDay = 86'400'000'000;
  TimelineData data;
  data.as_of = 20 * kDay;
  data.facts.push_back({"one day", kDay, 2 * kDay - 3 * kDay / 24, 6 * kDay});
  data.facts.push_back({"some time", 4 * kDay, 9 * kDay, std::nullopt});
  data.facts.push_back({"open", std::nullopt, 9 * kDay, std::nullopt});
  TimelineDuty duty;
  duty.label = "duty";
  duty.started = duty.ended = true;
  duty.start_earliest = duty.start_latest = kDay;
  duty.end_earliest = duty.end_latest = 9 * kDay;
  duty.due_first = duty.due_last = 8 * kDay;
  duty.verdict = "senare";
  data.duties.push_back(duty);
  const std::string svg = TimelineSvg(data, "t", Language::kSwedish).markup();
  const auto count = [&svg](const std::string& what) {
    int found = 0;
    for (size_t at = svg.find(what); at != svg.npos; at = svg.find(what, at + 1)) ++found;
    return found;
  };
  // One of each in the legend.
  EXPECT_EQ(count("class=\"happened\""), 2);
  EXPECT_EQ(count("class=\"recorded\""), 2);
  EXPECT_EQ(count("class=\"due-flag\""), 2);
  EXPECT_EQ(count("class=\"duty\""), 2);
  EXPECT_EQ(count("class=\"range\""), 4) << "two imprecise facts, the duty's own, the legend's";
  EXPECT_EQ(count("class=\"open\""), 2) << "the fact that is open towards the past, the legend";
  EXPECT_EQ(count("class=\"lag\""), 1);
  EXPECT_THAT(svg, HasSubstr(">senare<"));
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
}

TEST(Timeline, FitsAnyLengthOfTimeWithADozenMarks) {
  constexpr int64_t kDay = 86'400'000'000;
  for (const int64_t days : {1, 10, 40, 75, 100, 400, 4'000, 40'000}) {
    TimelineData data;
    data.as_of = days * kDay;
    data.facts.push_back({"f", 0, 0, std::nullopt});
    const std::string svg = TimelineSvg(data, "t", Language::kEnglish).markup();
    int marks = 0;
    for (size_t at = svg.find("text-anchor=\"middle\""); at != svg.npos;
         at = svg.find("text-anchor=\"middle\"", at + 1)) {
      ++marks;
    }
    EXPECT_GE(marks, 2) << days;
    EXPECT_LE(marks, 16) << days;
  }
}

class PageOfServer : public WithServer {};

// Played, then asked about as it was known before the file was brought in: nothing of it shows.
TEST_F(PageOfServer, ShowsWhatWasKnownThen) {
  const Ran played = Cli({"play", "--json", Case("malmo-2012")});
  ASSERT_EQ(played.code, 0) << played.err;
  const Ran listed = Cli({"case", "--json"});
  const auto one = listed.Lines().at(0);
  const std::string now = directory_ / "now.html", then = directory_ / "then.html";
  const std::vector<std::string> ask = {"timeliness", one["incident"], one["child"], "--html"};
  auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = ask;
    all.insert(all.end(), more.begin(), more.end());
    return Cli(all);
  };
  ASSERT_EQ(with({now}).code, 0);
  ASSERT_EQ(with({then, "--known-at", "2020-01-01"}).code, 0);
  EXPECT_THAT(Slurp(now), HasSubstr("-post-"));
  EXPECT_THAT(Slurp(then), Not(HasSubstr("-post-")));
  EXPECT_THAT(Slurp(now), HasSubstr("brought in later"));
  EXPECT_EQ(with({directory_ / "no" + "/such/page.html"}).code, 1);
}

TEST_F(PageOfServer, DiffSaysWhatChangedAndWhy) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const auto one = Cli({"case", "--json"}).Lines().at(0);
  const std::vector<std::string> diff = {
      "diff",       one["incident"],     one["child"], "--before",
      "2012-06-20", "--before-known-at", "2100-01-01", "--after",
      "2012-07-01", "--after-known-at",  "2100-01-01"};
  const Ran told = Cli(diff);
  ASSERT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("Social services report"));
  EXPECT_THAT(told.out, HasSubstr("State: from pending to fulfilled."));
  EXPECT_THAT(told.out, HasSubstr("because: Time passed"));
  std::vector<std::string> json = diff;
  json.push_back("--json");
  const auto answer = Cli(json).Lines().at(0);
  bool reported = false;
  for (const auto& leg : answer["legs"]) {
    if (leg["leg"] != "social_services_report") continue;
    reported = true;
    EXPECT_EQ(leg["changes"][0]["field"], "STATE");
  }
  EXPECT_TRUE(reported);
  EXPECT_EQ(answer["causes"][0]["kind"], "TIME");
  EXPECT_EQ(Cli({"diff", one["incident"]}).code, 2) << "--before is needed";
}

TEST_F(PageOfServer, ReasonsAreShownAsATree) {
  ASSERT_EQ(Cli({"play", Case("malmo-2012")}).code, 0);
  const auto one = Cli({"case", "--json"}).Lines().at(0);
  const Ran told = Cli({"timeliness", one["incident"], one["child"], "--reasons", "--lang", "sv",
                        "--as-of", "2012-07-01"});
  ASSERT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("  Slutsats   "));
  EXPECT_THAT(told.out, HasSubstr("    Uppgift    Tiden räknas från"));
  EXPECT_THAT(told.out, HasSubstr("; regler "));
  const auto json =
      Cli({"timeliness", one["incident"], one["child"], "--json", "--as-of", "2012-07-01"})
          .Lines()
          .at(0);
  for (const auto& leg : json["legs"]) {
    EXPECT_EQ(leg["reasons"]["kind"], "CONCLUSION");
    EXPECT_TRUE(leg["reasons"]["grounds"].is_array());
  }
}

}  // namespace
}  // namespace skyndsamt::cli
