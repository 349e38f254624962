#include "tests/bench/law.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "eventstore/log/event_log.h"
#include "projections/law/civil_time.h"
#include "projections/law/judge.h"
#include "projections/law/policy.h"
#include "projections/law/shipped_rules.h"
#include "projections/views/views.h"
#include "skyndsamt/log/v1/log.pb.h"
#include "tests/bench/law_cases.h"

namespace skyndsamt::bench {
namespace {

namespace fs = std::filesystem;
using event::v1::Fact;

constexpr char kAuthority[] = "a0000000-0000-4000-8000-000000000001";
constexpr int kVariants = 64;  // of each shape: no evaluation runs on what the one before left warm
constexpr int kCasesAtATime = 128;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// As of the end of 2026, when all has been recorded.
Micros AsOf() { return law::EndOf(absl::CivilDay(2026, 12, 31)); }

// Cases of one shape, ready to be judged.
class Cases {
 public:
  Cases(const Shape& shape, const law::PolicySet& policy) {
    for (uint64_t i = 0; i < kVariants; ++i) facts_.push_back(shape.facts(i));
    entries_.resize(facts_.size());
    for (size_t i = 0; i < facts_.size(); ++i) {
      for (size_t f = 0; f < facts_[i].size(); ++f) {
        entries_[i].push_back({f, AsOf(), &facts_[i][f]});
      }
      law::CaseFile& file = files_.emplace_back();
      file.incident = "incident";
      file.child = kBenchChild;
      file.entries = entries_[i];
      file.unit = kBenchUnit;
      file.terms[0].form = event::v1::UNIT_FORM_COMPULSORY_SCHOOL;
      file.terms[0].provider = event::v1::PROVIDER_TYPE_MUNICIPAL;
      file.policy = &policy;
      file.as_of = file.known_at = AsOf();
    }
  }
  const std::vector<law::CaseFile>& files() const { return files_; }
  size_t facts() const { return facts_.front().size(); }

 private:
  std::vector<std::vector<Fact>> facts_;
  std::vector<std::vector<law::Entry>> entries_;
  std::vector<law::CaseFile> files_;
};

// Evaluations a second; `judge` answers something that depends on all of the verdict.
template <typename Judge>
double Rate(const Cases& cases, double seconds, Judge judge) {
  uint64_t done = 0, seen = 0;
  const double begun = Now();
  double now = begun;
  while (now - begun < seconds) {
    for (const law::CaseFile& file : cases.files()) seen += judge(file);
    done += cases.files().size();
    now = Now();
  }
  if (seen == 0) std::abort();
  return static_cast<double>(done) / (now - begun);
}

log::PreparedEvent Prepared(const std::string& type, uint64_t number, uint32_t index,
                            uint32_t count, const google::protobuf::Message& event) {
  log::PreparedEvent prepared;
  prepared.id =
      EventId{DerivedUuid("bench", type + std::to_string(number) + "/" + std::to_string(index))};
  prepared.type = type;
  log::v1::Body body;
  body.set_index(index);
  body.set_count(count);
  body.set_event(event.SerializeAsString());
  prepared.body = body.SerializeAsString();
  prepared.Prepare();
  return prepared;
}

void Append(log::EventLog& log, log::AppendRequest request) {
  const auto outcome = log.AppendAndWait(std::move(request));
  if (!outcome.ok() || !std::holds_alternative<log::Appended>(*outcome)) std::abort();
}

std::string KindOf(const google::protobuf::Message& message) {
  const auto* kind = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->FindOneofByName("kind"));
  return kind->name();
}

void AppendOrganisation(log::EventLog& log) {
  std::vector<event::v1::AuthorityEvent> events(4);
  events[0].mutable_declared()->set_authority(kAuthority);
  events[0].mutable_declared()->set_provider(event::v1::PROVIDER_TYPE_MUNICIPAL);
  events[1].mutable_unit_declared()->set_unit(kBenchUnit);
  events[1].mutable_unit_declared()->set_form(event::v1::UNIT_FORM_COMPULSORY_SCHOOL);
  *events[2].mutable_routine_published() = BenchRoutine("1", 14);
  *events[3].mutable_closing_days_published() = BenchClosingDays();
  log::AppendRequest request;
  auto& stream = request.streams.emplace_back();
  stream.stream = *StreamId::Parse(kAuthority);
  stream.expected = log::Expected::Any();
  for (uint32_t i = 0; i < events.size(); ++i) {
    stream.events.push_back(Prepared("authority." + KindOf(events[i]), 0, i, 4, events[i]));
  }
  Append(log, std::move(request));
  event::v1::SystemEvent rules;
  *rules.mutable_rule_set_published() = law::ShippedRules();
  log::AppendRequest system;
  system.streams.push_back({StreamId{DerivedUuid("system", "rules")},
                            log::Expected::Any(),
                            {Prepared("system.rule_set_published", 0, 0, 1, rules)}});
  Append(log, std::move(system));
}

uint64_t AppendCases(log::EventLog& log, uint64_t cases) {
  uint64_t records = 0;
  for (uint64_t first = 0; first < cases; first += kCasesAtATime) {
    log::AppendRequest request;
    std::vector<std::vector<Fact>> told;
    uint32_t count = 0;
    for (uint64_t n = first; n < std::min(first + kCasesAtATime, cases); ++n) {
      told.push_back(ShapeOf(n).facts(n));
      count += static_cast<uint32_t>(told.back().size());
    }
    uint32_t index = 0;
    for (size_t i = 0; i < told.size(); ++i) {
      auto& stream = request.streams.emplace_back();
      stream.stream = StreamId{DerivedUuid("case", std::to_string(first + i))};
      stream.expected = log::Expected::None();
      for (const Fact& fact : told[i]) {
        stream.events.push_back(
            Prepared("incident." + KindOf(fact), first + i, index++, count, fact));
      }
    }
    records += count;
    Append(log, std::move(request));
  }
  return records;
}

double PeakMebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The preview from end to end, as the API's stream takes its steps.
void Preview(const views::Views& views, uint64_t cases) {
  views::PreviewQuery query;
  query.authority = kAuthority;
  query.units = {kBenchUnit};
  *query.draft.add_routines() = BenchRoutine("2", 5);
  query.as_of = "2026-12-31";
  auto preview = views.PreviewPolicy(query);
  if (!preview.ok()) std::abort();
  api::v1::PreviewPolicyResponse step;
  uint64_t changed = 0;
  const double memory = PeakMebibytes();
  const double begun = Now();
  double told = begun;
  do {
    if (!(*preview)->Next(64, step).ok()) std::abort();
    changed += static_cast<uint64_t>(step.changes_size());
    if (Now() - told < 1) continue;
    told = Now();
    std::fprintf(stderr, "judged %llu of %llu\n",
                 static_cast<unsigned long long>(step.incidents_done()),
                 static_cast<unsigned long long>(step.incidents_total()));
  } while (!step.has_summary());
  const double took = Now() - begun;
  if (step.summary().cases() != cases) std::abort();
  std::printf("%-34s %9.1f s %9.0f cases/s  %llu change, peak %.0f MiB (before: %.0f)\n",
              "preview of a draft, all cases", took, static_cast<double>(cases) / took,
              static_cast<unsigned long long>(changed), PeakMebibytes(), memory);
}

}  // namespace

void JudgeShapes(double seconds) {
  law::PolicySet policy;
  if (!policy.Publish(1, law::ShippedRules()).ok() ||
      !policy.Publish(2, BenchRoutine("1", 7)).ok() ||
      !policy.Publish(3, BenchClosingDays()).ok()) {
    std::abort();
  }
  std::printf("%-12s %6s %14s %10s %16s %10s\n", "shape", "facts", "whole answer/s", "us",
              "verdict alone/s", "us");
  double whole = 0, alone = 0;
  for (const Shape& shape : Shapes()) {
    const Cases cases(shape, policy);
    const double answers = Rate(cases, seconds, [](const law::CaseFile& file) {
      return static_cast<uint64_t>(law::Judge(file).legs_size());
    });
    const double verdicts = Rate(cases, seconds, [](const law::CaseFile& file) {
      return static_cast<uint64_t>(law::VerdictOf(file).legs.size());
    });
    whole += shape.share / answers;
    alone += shape.share / verdicts;
    std::printf("%-12s %6zu %14.0f %10.1f %16.0f %10.1f\n", shape.name, cases.facts(), answers,
                1e6 / answers, verdicts, 1e6 / verdicts);
  }
  std::printf("%-12s %6s %14.0f %10.1f %16.0f %10.1f\n", "the mix", "", 1 / whole, 1e6 * whole,
              1 / alone, 1e6 * alone);
}

void JudgeMunicipality(const std::string& directory, uint64_t cases) {
  fs::create_directories(directory);
  ManualClock clock(law::EndOf(absl::CivilDay(2026, 12, 30)));
  log::Options options;
  options.directory = directory + "/log";
  options.sync = false;
  auto log = log::EventLog::Open(options, clock);
  if (!log.ok()) std::abort();
  AppendOrganisation(**log);
  double begun = Now();
  const uint64_t records = AppendCases(**log, cases);
  std::printf("%-34s %9.1f s %9llu records\n", "writing the cases", Now() - begun,
              static_cast<unsigned long long>(records));
  begun = Now();
  views::ViewsOptions view_options;
  view_options.runner.directory = directory + "/views";
  auto views = views::Views::Open(view_options, **log, clock);
  if (!views.ok() || !(*views)->runner().CatchUp().ok()) std::abort();
  std::printf("%-34s %9.1f s\n", "building the views", Now() - begun);
  Preview(**views, cases);
}

}  // namespace skyndsamt::bench
