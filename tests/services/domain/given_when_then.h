// Given what has been recorded, when a command comes, then these facts or this refusal: scenarios
// of a decider. Facts are written as protobuf text, people as $NAME (a fixed UUID per name):
//
//   Given(Opened()).When("id: 'f1' happened { edtf: '2026-01-12' } staff_learned {}").Recorded();
//   Given(Opened()).When("id: 'f1' children: '$NILS' staff_learned {}")
//       .Refused(REASON_CASE_UNKNOWN, "facts[0].children[0]");
//
// For tests; not thread-safe.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "eventstore/base/ids.h"
#include "google/protobuf/text_format.h"
#include "services/domain/decider.h"
#include "tests/services/domain/stated_times.h"

namespace skyndsamt::domain {

using namespace api::v1;  // NOLINT: reasons, by their names

// The UUID of a person, unit or incident that the tests call by name.
inline std::string Uuid(const std::string& name) { return FormatUuid(DerivedUuid("test", name)); }

// Reads protobuf text, with every $NAME replaced by its UUID.
template <typename Message>
Message Read(const std::string& text) {
  std::string named;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    while (end < text.size() && (absl::ascii_isupper(text[end]) || text[end] == '_')) ++end;
    bool name = text[i] == '$';
    named += name ? Uuid(text.substr(i + 1, end - i - 1)) : text.substr(i, 1);
    i = name ? end : i + 1;
  }
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(named, &message)) << text;
  return message;
}

template <typename... Texts>
std::vector<Fact> Facts(const Texts&... texts) {
  return {Read<Fact>(texts)...};
}

// Noon of the day on which the tests' commands come: 2026-01-31.
inline Micros TestNow() { return MicrosOf(2026, 1, 31) + 43'200'000'000; }

inline const TimeCheck& TestTimes() {
  static const StatedTimes times;
  return times;
}

// What a decider answered, waiting to be judged.
template <Decider D>
class Answer {
 public:
  using Events = std::vector<typename D::Event>;

  Answer(typename D::State state, std::variant<Events, Rejection> decision)
      : state_(std::move(state)), decision_(std::move(decision)) {}

  // Accepted: the state that follows.
  typename D::State Recorded() const {
    typename D::State after = state_;
    if (const auto* refusal = std::get_if<Rejection>(&decision_)) {
      ADD_FAILURE() << Reason_Name(refusal->reason) << " at " << refusal->field;
      return after;
    }
    for (const auto& event : events()) D::Evolve(after, event);
    return after;
  }

  void Refused(Reason reason, const std::string& field) const {
    const auto* refusal = std::get_if<Rejection>(&decision_);
    ASSERT_NE(refusal, nullptr) << "recorded, but should be " << Reason_Name(reason);
    EXPECT_EQ(Reason_Name(refusal->reason), Reason_Name(reason)) << refusal->field;
    EXPECT_EQ(refusal->field, field);
  }

  const Events& events() const { return std::get<Events>(decision_); }

 private:
  typename D::State state_;
  std::variant<Events, Rejection> decision_;
};

template <Decider D>
class Scenario {
 public:
  explicit Scenario(typename D::State state) : state_(std::move(state)) {}

  Answer<D> When(typename D::Command command) const {
    return {state_, D::Decide(state_, std::move(command))};
  }

  // Facts of one command, as protobuf text.
  template <typename... Texts>
  Answer<D> When(const std::string& first,
                 const Texts&... more) const requires std::same_as<D, IncidentDecider> {
    return When(RecordFacts{Facts(first, more...), TestNow(), &TestTimes(), {}});
  }

 private:
  typename D::State state_;
};

inline Scenario<IncidentDecider> Given(Incident state) {
  return Scenario<IncidentDecider>(std::move(state));
}
inline Scenario<AuthorityDecider> Given(Authority state) {
  return Scenario<AuthorityDecider>(std::move(state));
}
inline Scenario<RuleSetDecider> Given(RuleSets state) {
  return Scenario<RuleSetDecider>(std::move(state));
}

inline Incident Folded(const std::vector<Fact>& facts, Incident state = Initial()) {
  for (const Fact& fact : facts) Evolve(state, fact);
  return state;
}

// An incident of two children, ADA and BO, accused by nobody's name.
inline Incident Opened() {
  return Folded(
      Facts("id: 'open' happened { edtf: '2026-01-12' } incident_opened { unit: '$UNIT'"
            " children { person: '$ADA' } children { person: '$BO' }"
            " accused { kind: ACCUSED_KIND_CHILD } }"));
}

// The same, closed for both children.
inline Incident Closed() { return Folded(Facts("id: 'close' case_closed {}"), Opened()); }

}  // namespace skyndsamt::domain
