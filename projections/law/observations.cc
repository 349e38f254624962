#include "projections/law/observations.h"

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
  }
}

}  // namespace

void Observe(const CaseReading& reading, api::v1::Timeliness& to) {
  ObserveConversations(reading, to);
  ObserveContradictions(reading, to);
}

}  // namespace skyndsamt::law
