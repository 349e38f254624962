// A small world for the views' tests: a log with an authority, two units, a routine and random
// incidents whose facts the domain has accepted. The same for the same seed.
#pragma once

#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "projections/law/shipped_rules.h"
#include "projections/views/views.h"
#include "services/domain/incident.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/reminder.pb.h"
#include "tests/projections/engine/temp_log.h"
#include "tests/services/domain/given_when_then.h"
#include "tests/services/domain/random_facts.h"

namespace skyndsamt::views {

using domain::Fact;

inline StreamId IncidentId(const std::string& name) { return *StreamId::Parse(domain::Uuid(name)); }

inline const std::string kAuthority = domain::Uuid("AUTHORITY");
inline const std::string kUnit = domain::Uuid("UNIT");
inline const std::string kOtherUnit = domain::Uuid("OTHERUNIT");

// For one test at a time.
class CaseWorld {
 public:
  explicit CaseWorld(uint64_t seed) : random_(seed), log_(OpenLog(directory_ / "log", clock_)) {}

  log::EventLog& log() { return *log_; }
  ManualClock& clock() { return clock_; }
  std::string path(const std::string& name) const { return directory_ / name; }
  std::mt19937_64& random() { return random_; }

  // The log is closed, and opened again from a directory.
  void Reopen(const std::string& name) {
    log_.reset();
    log_ = OpenLog(directory_ / name, clock_);
  }

  std::unique_ptr<Views> OpenViews(const std::string& name = "views") {
    ViewsOptions options;
    options.runner.directory = directory_ / name;
    options.runner.memtable_bytes = 1u << 20;
    options.runner.block_cache_bytes = 1u << 20;
    options.runner.batch_records = 16;
    auto views = Views::Open(options, *log_, clock_);
    EXPECT_TRUE(views.ok()) << views.status();
    return *std::move(views);
  }

  Position DeclareAuthority(event::v1::ProviderType provider) {
    event::v1::AuthorityEvent event;
    event.mutable_declared()->set_authority(kAuthority);
    event.mutable_declared()->set_name("Provkommunen");
    event.mutable_declared()->set_provider(provider);
    return Say("authority.declared", event);
  }

  Position DeclareOrganisation() {
    DeclareAuthority(event::v1::PROVIDER_TYPE_MUNICIPAL);
    for (const std::string& unit : {kUnit, kOtherUnit}) DeclareUnit(unit);
    return PublishRules();
  }

  // `from`: a local date; empty: it has always been so.
  Position DeclareUnit(const std::string& unit,
                       event::v1::Party receiver = event::v1::PARTY_UNSPECIFIED,
                       const std::string& from = "") {
    event::v1::AuthorityEvent event;
    event.mutable_unit_declared()->set_from(from);
    event.mutable_unit_declared()->set_unit(unit);
    event.mutable_unit_declared()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
    event.mutable_unit_declared()->set_report_receiver(receiver);
    return Say("authority.unit_declared", event);
  }

  // Another authority, a private one, has the unit from that day on, and a routine with one limit.
  void HandOver(const std::string& unit, const std::string& from, event::v1::Leg leg,
                const std::string& limit) {
    const std::string to = domain::Uuid("FRISKOLAN");
    event::v1::AuthorityEvent event;
    event.mutable_declared()->set_authority(to);
    event.mutable_declared()->set_name("Friskolan");
    event.mutable_declared()->set_provider(event::v1::PROVIDER_TYPE_PRIVATE);
    Say("authority.declared", event, to);
    auto& routine = *event.mutable_routine_published();
    routine.set_version("friskolan");
    routine.set_from("2020-01-01");
    auto& only = *routine.add_limits();
    only.set_leg(leg);
    only.set_limit(limit);
    Say("authority.routine_published", event, to);
    event.mutable_unit_declared()->set_unit(unit);
    event.mutable_unit_declared()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
    event.mutable_unit_declared()->set_from(from);
    Say("authority.unit_declared", event, to);
  }

  // The shipped rules, by another name where one is given.
  Position PublishRules(const std::string& version = "") {
    event::v1::SystemEvent event;
    *event.mutable_rule_set_published() = law::ShippedRules();
    if (!version.empty()) event.mutable_rule_set_published()->set_version(version);
    return Append(*log_, StreamId{DerivedUuid("system", "rules")},
                  {EventOf("system.rule_set_published", event)});
  }

  // A routine with one limit.
  Position PublishRoutine(const std::string& version, event::v1::Leg leg,
                          const std::string& limit) {
    event::v1::RoutineLimit one;
    one.set_leg(leg);
    one.set_limit(limit);
    one.set_days(event::v1::DAY_COUNT_CALENDAR);
    return PublishRoutine(version, "2020-01-01", {one});
  }

  Position PublishRoutine(const std::string& version, const std::string& from,
                          const std::vector<event::v1::RoutineLimit>& limits) {
    event::v1::AuthorityEvent event;
    auto& routine = *event.mutable_routine_published();
    routine.set_version(version);
    routine.set_from(from);
    for (const auto& limit : limits) *routine.add_limits() = limit;
    return Say("authority.routine_published", event);
  }

  // A reminder, as the timers leave one: views take it and change nothing.
  Position Remind(const std::string& incident) {
    event::v1::TimerEvent event;
    event.mutable_due_now()->set_incident(IncidentId(incident).ToString());
    clock_.Advance(60'000'000);
    return Append(*log_, IncidentId("TIMER" + incident), {EventOf("timer.due_now", event)});
  }

  // Whatever else an authority publishes, as protobuf text.
  Position Publish(const std::string& text) {
    const auto event = domain::Read<event::v1::AuthorityEvent>(text);
    const auto* kind = event::v1::AuthorityEvent::GetReflection()->GetOneofFieldDescriptor(
        event, event::v1::AuthorityEvent::descriptor()->oneof_decl(0));
    return Say("authority." + kind->name(), event);
  }

  // Facts as protobuf text, people as $NAME (given_when_then.h).
  template <typename... Texts>
  Position Record(const std::string& incident, const Texts&... texts) {
    return RecordFacts(IncidentId(incident), domain::Facts(texts...));
  }

  Position RecordFacts(const StreamId& incident, const std::vector<Fact>& facts) {
    clock_.Advance(60'000'000);
    std::vector<log::PreparedEvent> events;
    for (const Fact& fact : facts) {
      events.push_back(EventOf("incident." + std::string(domain::KindName(fact)), fact));
    }
    return Append(*log_, incident, std::move(events));
  }

  // From now on LiveOn changes no policy.
  void KeepPolicy() { keep_policy_ = true; }
  // Random commands about a few incidents, now and then a routine or a declaration.
  void LiveOn(int commands) {
    for (int i = 0; i < commands; ++i) {
      if (random_() % 25 == 0 && !keep_policy_) ChangePolicy();
      if (random_() % 25 == 0) Remind("RANDOMA");
      const int which = static_cast<int>(random_() % kIncidents);
      auto [it, added] = incidents_.try_emplace(which, 1000 * random_() + which);
      Random& one = it->second;
      const std::string& unit = which % 3 == 0 ? kOtherUnit : kUnit;
      domain::RecordFacts command{one.facts.Command(one.state, unit), clock_.Now(),
                                  &domain::TestTimes(), one.facts.Import()};
      auto decided = domain::Decide(one.state, std::move(command));
      if (!std::holds_alternative<std::vector<Fact>>(decided)) continue;
      for (const Fact& fact : std::get<std::vector<Fact>>(decided)) Evolve(one.state, fact);
      RecordFacts(IncidentId("RANDOM" + std::string(1, static_cast<char>('A' + which))),
                  std::get<std::vector<Fact>>(decided));
    }
  }

 private:
  static constexpr int kIncidents = 9;

  struct Random {
    explicit Random(uint64_t seed) : facts(seed, 0.0) { facts.MayMoveTo({kUnit, kOtherUnit}); }
    domain::RandomFacts facts;
    domain::Incident state = domain::Initial();
  };

  Position Say(const std::string& type, const event::v1::AuthorityEvent& event,
               const std::string& authority = kAuthority) {
    clock_.Advance(60'000'000);
    return Append(*log_, *StreamId::Parse(authority), {EventOf(type, event)});
  }

  void ChangePolicy() {
    const std::string version = "v" + std::to_string(++versions_);
    const auto leg = static_cast<event::v1::Leg>(1 + random_() % 16);
    switch (random_() % 6) {
      case 0: {
        const bool on_a_day = random_() % 2 == 0;
        const std::string day = "2026-01-" + std::to_string(10 + random_() % 15);
        DeclareUnit(kUnit,
                    random_() % 2 == 0 ? event::v1::PARTY_AUTHORITY : event::v1::PARTY_UNSPECIFIED,
                    on_a_day ? day : "");
        return;
      }
      case 1:
        PublishRules();
        return;
      case 2: {
        const std::string day = "2026-01-" + std::to_string(11 + random_() % 15);
        Publish("closing_days_published { version: '" + version + "' unit: '" +
                (random_() % 2 == 0 ? "$UNIT" : "") +
                "' from: '2026-01-01' until: '2026-06-30' days { first: '" + day +
                "' reason: 'planering' } }");
        return;
      }
      case 3:
        Publish("yardsticks_published { version: '" + version + "' yardsticks { id: 'own' leg: " +
                event::v1::Leg_Name(leg) + " days: 9 outcome: YARDSTICK_OUTCOME_CRITICISED } }");
        return;
      default:
        PublishRoutine(version, leg, "P" + std::to_string(1 + random_() % 20) + "D");
    }
  }

  TempDirectory directory_;
  ManualClock clock_{domain::TestNow()};
  std::mt19937_64 random_;
  std::unique_ptr<log::EventLog> log_;
  std::map<int, Random> incidents_;
  int versions_ = 0;
  bool keep_policy_ = false;
};

}  // namespace skyndsamt::views
