#include "projections/views/fact_words.h"

#include <string>
#include <string_view>
#include <vector>

#include "projections/law/wording.h"

namespace skyndsamt::views {
namespace {

using event::v1::Fact;
using law::Phrase;

Phrase PartyWord(event::v1::Party party) {
  switch (party) {
    case event::v1::PARTY_CHILD:
      return {"barnet", "the child"};
    case event::v1::PARTY_GUARDIAN:
      return {"vårdnadshavare", "a guardian"};
    case event::v1::PARTY_STAFF:
      return {"personal", "staff"};
    case event::v1::PARTY_OWN_STAFF:
      return {"avdelningens personal", "the child's own staff"};
    case event::v1::PARTY_PRINCIPAL:
      return {"rektorn", "the principal"};
    case event::v1::PARTY_AUTHORITY:
      return {"huvudmannen", "the authority"};
    case event::v1::PARTY_CHIEF:
      return {"skolchefen", "the chief education officer"};
    case event::v1::PARTY_INVESTIGATOR:
      return {"utredaren", "the investigator"};
    case event::v1::PARTY_TEAM:
      return {"likabehandlingsteamet", "the equal-treatment team"};
    case event::v1::PARTY_SCHOOL_HEALTH:
      return {"elevhälsan", "school health"};
    case event::v1::PARTY_SUPERVISORY_AUTHORITY:
      return {"tillsynsmyndigheten", "the supervisory authority"};
    case event::v1::PARTY_POLICE:
      return {"polisen", "the police"};
    case event::v1::PARTY_OTHER:
      return {"någon annan", "someone else"};
    default:
      return {};
  }
}

Phrase ChannelWord(event::v1::Channel channel) {
  switch (channel) {
    case event::v1::CHANNEL_ORAL:
      return {"muntligen", "in person"};
    case event::v1::CHANNEL_TELEPHONE:
      return {"per telefon", "by telephone"};
    case event::v1::CHANNEL_LETTER:
      return {"per brev", "by letter"};
    case event::v1::CHANNEL_E_MAIL:
      return {"per e-post", "by e-mail"};
    case event::v1::CHANNEL_FORM:
      return {"på blankett", "on a form"};
    case event::v1::CHANNEL_E_SERVICE:
      return {"via e-tjänst", "through the e-service"};
    case event::v1::CHANNEL_OBSERVED:
      return {"genom egen iakttagelse", "by own observation"};
    case event::v1::CHANNEL_OTHER:
      return {"på annat sätt", "in another way"};
    default:
      return {};
  }
}

Phrase FindingWord(event::v1::Finding finding) {
  switch (finding) {
    case event::v1::FINDING_SUBSTANTIATED:
      return {"bekräftat", "substantiated"};
    case event::v1::FINDING_PARTLY:
      return {"delvis bekräftat", "partly substantiated"};
    case event::v1::FINDING_NOT_SUBSTANTIATED:
      return {"inte bekräftat", "not substantiated"};
    default:
      return {};
  }
}

Phrase EffectWord(event::v1::Effect effect) {
  switch (effect) {
    case event::v1::EFFECT_SHOWN:
      return {"effekt visad", "effect shown"};
    case event::v1::EFFECT_PARTLY:
      return {"delvis effekt", "partly effective"};
    case event::v1::EFFECT_NONE:
      return {"ingen effekt", "no effect"};
    case event::v1::EFFECT_NOT_ASSESSED:
      return {"effekten inte bedömd", "effect not assessed"};
    default:
      return {};
  }
}

Phrase LevelWord(event::v1::MeasureLevel level) {
  switch (level) {
    case event::v1::MEASURE_LEVEL_INDIVIDUAL:
      return {"individnivå", "individual level"};
    case event::v1::MEASURE_LEVEL_GROUP:
      return {"gruppnivå", "group level"};
    case event::v1::MEASURE_LEVEL_ORGANISATION:
      return {"organisationsnivå", "organisation level"};
    default:
      return {};
  }
}

Phrase ConversationWord(event::v1::ConversationWith with) {
  switch (with) {
    case event::v1::CONVERSATION_WITH_CHILD:
      return {"med barnet", "with the child"};
    case event::v1::CONVERSATION_WITH_OTHER_CHILD:
      return {"med ett annat barn", "with another child"};
    case event::v1::CONVERSATION_WITH_ACCUSED_ADULT:
      return {"med den anklagade vuxna", "with the accused adult"};
    case event::v1::CONVERSATION_WITH_GROUP:
      return {"med en grupp", "with a group"};
    case event::v1::CONVERSATION_WITH_GUARDIAN:
      return {"med barnets vårdnadshavare", "with the child's guardian"};
    case event::v1::CONVERSATION_WITH_OTHER_CHILDS_GUARDIAN:
      return {"med ett annat barns vårdnadshavare", "with another child's guardian"};
    case event::v1::CONVERSATION_WITH_WITNESS:
      return {"med ett vittne", "with a witness"};
    default:
      return {};
  }
}

// A line in both languages: a clause, then details in brackets.
class Line {
 public:
  explicit Line(Phrase clause) : sv_(clause.sv), en_(clause.en) {}

  void Detail(Phrase word, std::string_view before_sv = "", std::string_view before_en = "") {
    if (word.sv.empty()) return;
    Open();
    sv_.append(before_sv).append(word.sv);
    en_.append(before_en).append(word.en);
  }
  // An id, the same in both languages.
  void Id(std::string_view sv, std::string_view en, std::string_view id) {
    if (id.empty()) return;
    Open();
    sv_.append(sv).append(id);
    en_.append(en).append(id);
  }

  api::v1::Text Finish() {
    api::v1::Text text;
    if (open_) {
      sv_.push_back(')');
      en_.push_back(')');
    }
    text.set_sv(Capital(std::move(sv_)));
    text.set_en(Capital(std::move(en_)));
    return text;
  }

 private:
  void Open() {
    sv_.append(open_ ? ", " : " (");
    en_.append(open_ ? ", " : " (");
    open_ = true;
  }
  static std::string Capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] -= 'a' - 'A';
    if (text.starts_with("å")) text.replace(0, 2, "Å");
    if (text.starts_with("ä")) text.replace(0, 2, "Ä");
    if (text.starts_with("ö")) text.replace(0, 2, "Ö");
    return text;
  }

  std::string sv_;
  std::string en_;
  bool open_ = false;
};

void AddOwnDetails(const Fact& fact, Line& line) {
  switch (fact.kind_case()) {
    case Fact::kConversationHeld:
      line.Detail(ConversationWord(fact.conversation_held().with()));
      break;
    case Fact::kInvestigationConcluded:
      line.Detail(FindingWord(fact.investigation_concluded().finding()));
      break;
    case Fact::kMeasureDecided:
      line.Detail(LevelWord(fact.measure_decided().level()));
      line.Id("åtgärd ", "measure ", fact.measure_decided().measure());
      break;
    case Fact::kMeasureCarriedOut:
      line.Id("åtgärd ", "measure ", fact.measure_carried_out().measure());
      break;
    case Fact::kMeasureWithdrawn:
      line.Id("åtgärd ", "measure ", fact.measure_withdrawn().measure());
      break;
    case Fact::kMeasureFollowedUp:
      line.Detail(EffectWord(fact.measure_followed_up().effect()));
      line.Id("åtgärd ", "measure ", fact.measure_followed_up().measure());
      break;
    default:
      break;
  }
}

api::v1::Text CorrectionText(const Fact& fact) {
  const event::v1::Correction& correction = fact.correction();
  const std::string& of = correction.of();
  api::v1::Text text;
  if (!correction.has_replacement()) {
    text.set_sv("Rättelse: " + of + " gäller inte");
    text.set_en("Correction: " + of + " does not stand");
    return text;
  }
  const api::v1::Text instead = WhatChanged(correction.replacement());
  text.set_sv("Rättelse: i stället för " + of + " gäller: " + instead.sv());
  text.set_en("Correction: in place of " + of + " stands: " + instead.en());
  const std::string when = law::AsStated(correction.replacement());
  if (!when.empty()) {
    text.set_sv(text.sv() + ", " + when);
    text.set_en(text.en() + ", " + when);
  }
  return text;
}

}  // namespace

api::v1::Text WhatChanged(const Fact& fact) {
  if (fact.has_correction()) return CorrectionText(fact);
  Line line(law::WhatHappened(fact.kind_case()));
  line.Detail(PartyWord(fact.by()), "av ", "by ");
  line.Detail(PartyWord(fact.to()), "till ", "to ");
  line.Detail(ChannelWord(fact.channel()));
  AddOwnDetails(fact, line);
  return line.Finish();
}

}  // namespace skyndsamt::views
