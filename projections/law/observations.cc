#include "projections/law/observations.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_join.h"
#include "projections/law/civil_time.h"
#include "projections/law/conflicts.h"
#include "projections/law/wording.h"

namespace skyndsamt::law {
namespace {

std::optional<Moment> FirstConversation(const CaseReading& reading,
                                        event::v1::ConversationWith with) {
  return EarliestOf(reading.Those([&](const event::v1::Fact& fact) {
    return fact.has_conversation_held() && fact.conversation_held().with() == with;
  }));
}

void ObserveConversations(const CaseReading& reading, api::v1::Timeliness& to) {
  const auto adult = FirstConversation(reading, event::v1::CONVERSATION_WITH_ACCUSED_ADULT);
  if (!adult || !adult->certain) return;
  const auto child = FirstConversation(reading, event::v1::CONVERSATION_WITH_CHILD);
  if (!child) {
    *to.add_observations() =
        ToText({Cat("Den anklagade vuxne har hörts (uppgift ", adult->fact->stated->id,
                    "), men inget samtal med barnet är antecknat."),
                Cat("The accused adult has been heard (fact ", adult->fact->stated->id,
                    "), but no conversation with the child is on record.")});
  } else if (child->certain && CertainlyBefore(*adult, *child)) {
    *to.add_observations() =
        ToText({Cat("Barnet hördes efter den anklagade vuxne (uppgift ", child->fact->stated->id,
                    " efter uppgift ", adult->fact->stated->id, ")."),
                Cat("The child was heard after the accused adult (fact ", child->fact->stated->id,
                    " after fact ", adult->fact->stated->id, ").")});
  }
}

void ObserveConflict(const CaseReading& reading, api::v1::Timeliness& to) {
  const auto stayed = WhoStayedInConflict(reading);
  if (!stayed) return;
  *to.add_observations() = ToText(
      {Cat("Den som utreder har anmält jäv (uppgift ", stayed->declared->id,
           ") och ingen annan har utsetts därefter (utsedd i uppgift ", stayed->assigned->id, ")."),
       Cat("The investigator has declared a conflict of interest (fact ", stayed->declared->id,
           "), and nobody has been assigned instead (assigned in fact ", stayed->assigned->id,
           ").")});
}

// What one of the contradicting facts says of its time; alone, with when it was entered.
api::v1::ContradictingEntry Contradicting(const DatedFact& fact, bool alone) {
  const Phrase what = WhatHappened(fact.fact().kind_case());
  const Words when = SaysOfTime(fact.fact());
  Words text{Cat("Uppgift ", fact.stated->id, ": ", what.sv, " ", when.sv),
             Cat("Fact ", fact.stated->id, ": ", what.en, " ", when.en)};
  if (alone) {
    const std::string entered = FormatInstant(fact.stated->recorded);
    text.sv += Cat(", men skrevs in ", entered);
    text.en += Cat(", yet was entered ", entered);
  }
  api::v1::ContradictingEntry entry;
  entry.set_fact(std::string(fact.stated->id));
  entry.set_position(fact.stated->position);
  *entry.mutable_text() = ToText({text.sv + ".", text.en + "."});
  return entry;
}

void ObserveContradictions(const CaseReading& reading, api::v1::Timeliness& to) {
  for (const auto& facts : reading.contradictions()) {
    auto& contradiction = *to.add_contradictions();
    std::string ids;
    for (const DatedFact* fact : facts) {
      contradiction.add_facts(std::string(fact->stated->id));
      ids += Cat(ids.empty() ? "" : ", ", fact->stated->id);
    }
    *contradiction.mutable_text() =
        ToText(facts.size() == 1
                   ? Words{Cat("Uppgift ", ids, " sägs ha hänt efter att den skrevs in."),
                           Cat("Fact ", ids, " is said to have happened after it was entered.")}
                   : Words{Cat("Tiderna i uppgifterna ", ids, " kan inte alla stämma."),
                           Cat("The times of facts ", ids, " cannot all be true.")});
    for (const DatedFact* fact : facts) {
      *contradiction.add_entries() = Contradicting(*fact, facts.size() == 1);
    }
  }
}

// "uppgift a, uppgift b": the facts listed with a remark, each once.
Words Listed(std::span<const api::v1::LateEntry> late, api::v1::Remark remark) {
  std::vector<std::string> ids;
  for (const api::v1::LateEntry& entry : late) {
    if (entry.remark() != remark) continue;
    if (std::ranges::find(ids, entry.fact()) == ids.end()) ids.push_back(entry.fact());
  }
  const std::string list = absl::StrJoin(ids, ", ");
  return {list, list};
}

}  // namespace

void Observe(const CaseReading& reading, api::v1::Timeliness& to) {
  ObserveConversations(reading, to);
  ObserveConflict(reading, to);
  ObserveContradictions(reading, to);
}

void ObserveLateEntries(std::span<const api::v1::LateEntry> late, api::v1::Timeliness& to) {
  for (const api::v1::LateEntry& entry : late) *to.add_late_entries() = entry;
  const Words documented = Listed(late, api::v1::REMARK_DOCUMENTED_LATE);
  if (!documented.sv.empty()) {
    *to.add_observations() = ToText({Cat("Sent dokumenterat: ", documented.sv, "."),
                                     Cat("Documented late: ", documented.en, ".")});
  }
  const Words inspected = Listed(late, api::v1::REMARK_ENTERED_AFTER_INSPECTION);
  if (!inspected.sv.empty()) {
    *to.add_observations() =
        ToText({Cat("Inskrivet först efter att en tillsynsmyndighet hade hört av sig, om tiden "
                    "före: ",
                    inspected.sv, "."),
                Cat("Entered only after a supervisory authority had given notice, about the time "
                    "before: ",
                    inspected.en, ".")});
  }
}

}  // namespace skyndsamt::law
