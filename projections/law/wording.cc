#include "projections/law/wording.h"

#include "projections/law/civil_time.h"
#include "projections/law/duration.h"

namespace skyndsamt::law {
namespace {

using event::v1::Fact;

Words Count(const Range& range, Phrase one, Phrase many) {
  if (range.max == range.min) {
    const Phrase& unit = range.min == 1 ? one : many;
    return {Cat(range.min, " ", unit.sv), Cat(range.min, " ", unit.en)};
  }
  if (!range.max) {
    return {Cat("minst ", range.min, " ", many.sv), Cat("at least ", range.min, " ", many.en)};
  }
  return {Cat("mellan ", range.min, " och ", *range.max, " ", many.sv),
          Cat("between ", range.min, " and ", *range.max, " ", many.en)};
}

// The bounds of an imprecise time; days where the bounds are whole days.
Words Bounds(const Interval& when) {
  const auto text = [](Micros instant) {
    const absl::CivilDay day = DayOf(instant);
    return instant == StartOf(day) || instant == EndOf(day) ? FormatDay(day)
                                                            : FormatInstant(instant);
  };
  if (when.earliest && when.latest) {
    const std::string from = text(*when.earliest);
    const std::string to = text(*when.latest);
    if (from == to) return {from, from};
    return {Cat("mellan ", from, " och ", to), Cat("between ", from, " and ", to)};
  }
  if (when.latest) {
    const std::string to = text(*when.latest);
    return {Cat("okänt när, senast ", to), Cat("not known when, at the latest ", to)};
  }
  if (when.earliest) {
    const std::string from = text(*when.earliest);
    return {Cat("tidigast ", from), Cat("at the earliest ", from)};
  }
  return {"vid okänd tid", "at an unknown time"};
}

}  // namespace

Words InDays(const Range& range) { return Count(range, {"dag", "day"}, {"dagar", "days"}); }

Words InWorkingDays(const Range& range) {
  return Count(range, {"arbetsdag", "working day"}, {"arbetsdagar", "working days"});
}

Words InLimit(std::string_view limit, event::v1::DayCount days) {
  const auto read = ParseDuration(limit);
  if (!read.ok()) return {std::string(limit), std::string(limit)};
  if (!read->timed && read->months == 0 && read->days == 0) return {"samma dag", "the same day"};
  Words words;
  const auto add = [&](int64_t number, Phrase one, Phrase many) {
    if (number == 0) return;
    const Words part = Count({.min = number, .max = number}, one, many);
    words.sv += Cat(words.sv.empty() ? "" : " ", part.sv);
    words.en += Cat(words.en.empty() ? "" : " ", part.en);
  };
  const bool working = days == event::v1::DAY_COUNT_WORKING;
  add(read->months, {"månad", "month"}, {"månader", "months"});
  add(read->days, working ? Phrase{"arbetsdag", "working day"} : Phrase{"dag", "day"},
      working ? Phrase{"arbetsdagar", "working days"} : Phrase{"dagar", "days"});
  add(read->seconds / 3600, {"timme", "hour"}, {"timmar", "hours"});
  add(read->seconds / 60 % 60, {"minut", "minute"}, {"minuter", "minutes"});
  return words;
}

Words SaysOfTime(const Fact& fact) {
  const auto& happened = fact.happened();
  if (happened.form_case() != event::v1::When::kRelative) {
    const std::string stated = AsStated(fact);
    if (stated.empty() || stated == "unknown") return {"vid okänd tid", "at an unknown time"};
    return {stated, stated};
  }
  const auto& relative = happened.relative();
  const auto length = [](const std::string& text) {
    return InLimit(text, event::v1::DAY_COUNT_CALENDAR);
  };
  Words words;
  if (!relative.at_least().empty()) {
    const Words least = length(relative.at_least());
    words = {Cat("minst ", least.sv, " "), Cat("at least ", least.en, " ")};
  }
  if (!relative.at_most().empty()) {
    const Words most = length(relative.at_most());
    const char* joined_sv = words.sv.empty() ? "" : "och ";
    const char* joined_en = words.en.empty() ? "" : "and ";
    words.sv += Cat(joined_sv, "högst ", most.sv, " ");
    words.en += Cat(joined_en, "at most ", most.en, " ");
  }
  const bool after = relative.has_after();
  const std::string& anchor = after ? relative.after() : relative.before();
  words.sv += Cat(after ? "efter" : "före", " uppgift ", anchor);
  words.en += Cat(after ? "after" : "before", " fact ", anchor);
  return words;
}

std::string AsStated(const Fact& fact) {
  const auto& happened = fact.happened();
  if (happened.form_case() == event::v1::When::kEdtf) return happened.edtf();
  if (happened.form_case() != event::v1::When::kRelative) return {};
  const auto& relative = happened.relative();
  const bool after = relative.has_after();
  const std::string least = relative.at_least().empty() ? "PT0S" : relative.at_least();
  return Cat(after ? relative.after() : relative.before(), after ? " + " : " - ", least, "..",
             relative.at_most());
}

Words TimeOf(const DatedFact& fact) {
  const std::string stated = AsStated(fact.fact());
  const Words bounds = Bounds(fact.shown);
  if (stated.empty() || stated == bounds.sv || stated == "unknown") return bounds;
  const auto& when = fact.shown;
  const bool plain = when.earliest && when.latest && !when.approximate() &&
                     DayOf(*when.earliest) == DayOf(*when.latest) &&
                     when.earliest_precision <= Precision::kDay;
  if (plain) return {stated, stated};
  return {Cat("”", stated, "” (", bounds.sv, ")"), Cat("\"", stated, "\" (", bounds.en, ")")};
}

api::v1::Text ToText(const Words& words) {
  api::v1::Text text;
  text.set_sv(words.sv);
  text.set_en(words.en);
  return text;
}

namespace {

// What starts and ends no duty, but may be why one is not asked for, or stand in the trail.
Phrase WhatElseHappened(Fact::KindCase kind) {
  switch (kind) {
    case Fact::kIncidentOpened:
      return {"händelsen lades upp", "the incident was opened"};
    case Fact::kPersonDeclared:
      return {"en person lades till", "a person was declared"};
    case Fact::kInvestigatorAssigned:
      return {"en utredare utsågs", "an investigator was assigned"};
    case Fact::kConflictDeclared:
      return {"jäv anmäldes", "a conflict of interest was declared"};
    case Fact::kStaffInquiryHeld:
      return {"personalen frågade själv ut", "staff made inquiries of their own"};
    case Fact::kFindingRecorded:
      return {"en iakttagelse antecknades", "a finding was noted"};
    case Fact::kClassified:
      return {"händelsen klassificerades", "the incident was classified"};
    case Fact::kTeamContacted:
      return {"likabehandlingsteamet kontaktades", "the equal-treatment team was contacted"};
    case Fact::kTeamConvened:
      return {"likabehandlingsteamet samlades", "the equal-treatment team met"};
    case Fact::kMeasureWithdrawn:
      return {"åtgärden drogs tillbaka", "the measure was withdrawn"};
    case Fact::kDecisionNotToInform:
      return {"det beslutades att inte informera", "it was decided not to inform"};
    case Fact::kPoliceClosed:
      return {"polisen lade ned sin utredning", "the police closed their investigation"};
    case Fact::kOrderReceived:
      return {"tillsynsmyndigheten hörde av sig", "the supervisory authority gave notice"};
    case Fact::kDocumentAdded:
      return {"en handling lades till", "a document was added"};
    case Fact::kIncidentsLinked:
      return {"händelsen kopplades till en annan", "the incident was linked to another"};
    default:
      return {"en uppgift lämnades", "a fact was recorded"};
  }
}

}  // namespace

Phrase WhatHappened(Fact::KindCase kind) {
  switch (kind) {
    case Fact::kStaffLearned:
      return {"personalen fick veta", "staff came to know"};
    case Fact::kRelayed:
      return {"uppgiften fördes vidare", "it was passed on"};
    case Fact::kPrincipalInformed:
      return {"rektorn informerades", "the principal was informed"};
    case Fact::kPrincipalUpdated:
      return {"rektorn hölls informerad", "the principal was kept informed"};
    case Fact::kAuthorityNotified:
      return {"huvudmannen underrättades", "the authority was notified"};
    case Fact::kReportReceived:
      return {"en anmälan togs emot", "a report was received"};
    case Fact::kComplaintReceived:
      return {"ett klagomål togs emot", "a complaint was received"};
    case Fact::kComplaintAnswered:
      return {"klagomålet besvarades", "the complaint was answered"};
    case Fact::kInvestigationOpened:
      return {"utredningen inleddes", "the investigation was opened"};
    case Fact::kInvestigationConcluded:
      return {"utredningen avslutades", "the investigation was concluded"};
    case Fact::kMeasureDecided:
      return {"åtgärden beslutades", "the measure was decided"};
    case Fact::kMeasureCarriedOut:
      return {"åtgärden genomfördes", "the measure was carried out"};
    case Fact::kMeasureFollowedUp:
      return {"åtgärden följdes upp", "the measure was followed up"};
    case Fact::kMeasuresEvaluated:
      return {"åtgärderna utvärderades", "the measures were evaluated"};
    case Fact::kGuardianInformed:
      return {"vårdnadshavaren informerades", "the guardian was informed"};
    case Fact::kGuardianGivenFeedback:
      return {"vårdnadshavaren fick återkoppling", "the guardian was given feedback"};
    case Fact::kAuthorityGivenFeedback:
      return {"huvudmannen fick återkoppling", "the authority was given feedback"};
    case Fact::kDocumentsRequested:
      return {"handlingar begärdes", "documents were requested"};
    case Fact::kDocumentsAnswered:
      return {"begäran om handlingar besvarades", "the request for documents was answered"};
    case Fact::kConcernArisen:
      return {"oro för barnet uppstod", "concern for the child arose"};
    case Fact::kSocialServicesReported:
      return {"orosanmälan gjordes", "the social services were told"};
    case Fact::kSeriousEvent:
      return {"den allvarliga händelsen inträffade", "the serious event happened"};
    case Fact::kWorkEnvironmentReported:
      return {"Arbetsmiljöverket fick anmälan", "the Work Environment Authority was told"};
    case Fact::kPoliceReported:
      return {"polisanmälan gjordes", "the police were told"};
    case Fact::kCaseClosed:
      return {"ärendet avslutades", "the case was closed"};
    case Fact::kCaseReopened:
      return {"ärendet öppnades igen", "the case was reopened"};
    case Fact::kConversationHeld:
      return {"ett samtal hölls", "a conversation was held"};
    default:
      return WhatElseHappened(kind);
  }
}

Phrase DeedOf(event::v1::Leg leg) {
  switch (leg) {
    case event::v1::LEG_REPORT_TO_PRINCIPAL:
      return {"personalen har anmält till rektorn", "staff have told the principal"};
    case event::v1::LEG_NOTIFY_AUTHORITY:
      return {"huvudmannen har underrättats", "the authority has been notified"};
    case event::v1::LEG_START_INVESTIGATION:
      return {"en utredning har inletts", "an investigation has been opened"};
    case event::v1::LEG_COMPLETE_INVESTIGATION:
      return {"utredningen har avslutats", "the investigation has been concluded"};
    case event::v1::LEG_DECIDE_MEASURES:
      return {"någon åtgärd har beslutats", "any measure has been decided"};
    case event::v1::LEG_CARRY_OUT_MEASURES:
      return {"åtgärden har genomförts", "the measure has been carried out"};
    case event::v1::LEG_FOLLOW_UP:
      return {"effekten har följts upp", "the effect has been followed up"};
    case event::v1::LEG_EVALUATE_MEASURES:
      return {"åtgärderna har utvärderats", "the measures have been evaluated"};
    case event::v1::LEG_INFORM_GUARDIAN:
      return {"vårdnadshavaren har informerats", "the guardian has been informed"};
    case event::v1::LEG_FEED_BACK_TO_GUARDIAN:
      return {"vårdnadshavaren har fått återkoppling efter utredningen",
              "the guardian has been given feedback after the investigation"};
    case event::v1::LEG_FEED_BACK_TO_AUTHORITY:
      return {"huvudmannen har fått återkoppling efter utredningen",
              "the authority has been given feedback after the investigation"};
    case event::v1::LEG_SOCIAL_SERVICES_REPORT:
      return {"orosanmälan har gjorts", "the social services have been told"};
    case event::v1::LEG_WORK_ENVIRONMENT_REPORT:
      return {"anmälan till Arbetsmiljöverket har gjorts",
              "the Work Environment Authority has been told"};
    case event::v1::LEG_POLICE_REPORT:
      return {"polisanmälan har gjorts", "the police have been told"};
    case event::v1::LEG_ANSWER_DOCUMENTS_REQUEST:
      return {"begäran om handlingar har besvarats", "the request for documents has been answered"};
    case event::v1::LEG_ANSWER_COMPLAINT:
      return {"klagomålet har besvarats", "the complaint has been answered"};
    default:
      return {"detta har gjorts", "this has been done"};
  }
}

Phrase Reason(Why why) {
  switch (why) {
    case Why::kNothing:
      return {};
    case Why::kWentStraight:
      return {"Krävs inte: uppgiften gick direkt till den som skulle få den, eller förbi.",
              "Not required: it went straight to the one it was meant for, or past them."};
    case Why::kPrincipalAccused:
      return {"Krävs inte: rektorn är anklagad, så kedjan går förbi rektorn till huvudmannen.",
              "Not required: the principal is accused, so the chain goes past them to the "
              "authority."};
    case Why::kReceiverIsAuthority:
      return {
          "Krävs inte: vid enheten tar huvudmannen själv emot personalens anmälningar "
          "(6 kap. 10 § tredje stycket).",
          "Not required: at this unit the authority itself receives reports from staff "
          "(6 kap. 10 § third paragraph)."};
    case Why::kAdultPupil:
      return {"Krävs inte: eleven är myndig, så ingen vårdnadshavare ska informeras.",
              "Not required: the pupil is an adult, so there is no guardian to inform."};
    case Why::kDecisionNotTo:
      return {"Krävs inte: det finns ett antecknat beslut att inte informera.",
              "Not required: a decision not to inform is on record."};
    case Why::kGuardianSuspected:
      return {"Krävs inte och föreslås inte: vårdnadshavaren är misstänkt.",
              "Neither required nor proposed: the guardian is suspected."};
    case Why::kNotSubstantiated:
      return {"Krävs inte: utredningen fann inte att det hade hänt.",
              "Not required: the investigation did not substantiate it."};
    case Why::kFindingUnstated:
      return {"Går inte att avgöra: utredningens slutsats är inte antecknad.",
              "Cannot be told: what the investigation found is not on record."};
    case Why::kWithdrawn:
      return {"Krävs inte: åtgärden drogs tillbaka.", "Not required: the measure was withdrawn."};
    case Why::kNoMeasure:
      return {"Krävs inte: inga åtgärder finns i ärendet.",
              "Not required: the case has no measures."};
    case Why::kChildVariant:
      return {
          "Krävs inte: återkoppling till huvudmannen hör till när en vuxen är anklagad, och "
          "rutinen begär den inte annars.",
          "Not required: feedback to the authority belongs to cases where an adult is "
          "accused, and the routine does not ask for it otherwise."};
    case Why::kOnlyChildHurt:
      return {"Krävs inte: bara barn i förskola eller fritidshem skadades.",
              "Not required: only children in preschool or after-school care were hurt."};
    case Why::kNoPolicyAsks:
      return {"Krävs inte: ingen regel som är inlagd och i kraft begär polisanmälan.",
              "Not required: no policy that is entered and in force asks for a police report."};
    case Why::kFormExcepted:
      return {"Krävs inte: regeln om polisanmälan omfattar inte verksamheter av den här formen.",
              "Not required: the rule on police reports does not reach units of this form."};
    case Why::kNotByMachine:
      return {"Ingen har antecknat att skyldigheten uppstått. Systemet bedömer det aldrig självt.",
              "Nobody has recorded that the duty arose. The system never judges that itself."};
    case Why::kEndedByStatute:
      return {"Krävs inte: ingen lag begärde det längre när tiden skulle ha börjat.",
              "Not required: no statute asked for it any longer when the time would have begun."};
    case Why::kWhichRound:
      return {"Det går inte att säga: det beror på vilka omgångar det finns, och det är ovisst.",
              "This cannot be told: it depends on which rounds there are, and that is uncertain."};
    case Why::kWhichUnit:
      return {
          "Det går inte att säga: det beror på vilka omgångar det finns, och på vem som tog emot "
          "anmälningar vid enheten när de började, och det är ovisst.",
          "This cannot be told: it depends on which rounds there are, and on who received "
          "reports at the unit when they began, and that is uncertain."};
    case Why::kPerhapsNotRequired:
      return {"Det är inte säkert att detta krävs: en uppgift som avgör det är för oviss.",
              "It is not certain that this is required: a fact that settles it is too uncertain."};
  }
  return {};
}

}  // namespace skyndsamt::law
