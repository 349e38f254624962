#include "projections/law/verdict_words.h"

namespace skyndsamt::law {

using namespace api::v1;    // NOLINT: the tables below are these namespaces' codes
using namespace event::v1;  // NOLINT

Phrase LegName(Leg leg) {
  switch (leg) {
    case LEG_REPORT_TO_PRINCIPAL:
      return {"anmälan till rektor", "Report to principal"};
    case LEG_NOTIFY_AUTHORITY:
      return {"anmälan till huvudman", "Notify authority"};
    case LEG_START_INVESTIGATION:
      return {"utredning inleds", "Start investigation"};
    case LEG_COMPLETE_INVESTIGATION:
      return {"utredning avslutas", "Complete investigation"};
    case LEG_DECIDE_MEASURES:
      return {"åtgärder beslutas", "Decide measures"};
    case LEG_CARRY_OUT_MEASURES:
      return {"åtgärder genomförs", "Carry out measures"};
    case LEG_FOLLOW_UP:
      return {"uppföljning", "Follow up"};
    case LEG_EVALUATE_MEASURES:
      return {"utvärdering", "Evaluate measures"};
    case LEG_INFORM_GUARDIAN:
      return {"vårdnadshavare informeras", "Inform guardian"};
    case LEG_FEED_BACK_TO_GUARDIAN:
      return {"återkoppling till vårdnadshavare", "Feedback to guardian"};
    case LEG_FEED_BACK_TO_AUTHORITY:
      return {"återkoppling till huvudman", "Feedback to authority"};
    case LEG_SOCIAL_SERVICES_REPORT:
      return {"orosanmälan", "Social services report"};
    case LEG_WORK_ENVIRONMENT_REPORT:
      return {"anmälan till Arbetsmiljöverket", "Work environment report"};
    case LEG_POLICE_REPORT:
      return {"polisanmälan", "Police report"};
    case LEG_ANSWER_DOCUMENTS_REQUEST:
      return {"handlingar lämnas ut", "Answer documents request"};
    case LEG_ANSWER_COMPLAINT:
      return {"klagomål besvaras", "Answer complaint"};
    default:
      return {};
  }
}

Words LegNamed(Leg leg, int round, std::string_view measure, std::string_view request) {
  Words name = InFull(LegName(leg));
  if (round > 1) {
    name.sv += Cat(", omgång ", round);
    name.en += Cat(", round ", round);
  }
  for (const std::string_view id : {measure, request}) {
    if (id.empty()) continue;
    name.sv += Cat(", ", id);
    name.en += Cat(", ", id);
  }
  return name;
}

Phrase StartOf(Leg leg) {
  switch (leg) {
    case LEG_REPORT_TO_PRINCIPAL:
      return {"personalen fick veta", "staff came to know"};
    case LEG_NOTIFY_AUTHORITY:
      return {"rektorn fick veta", "the principal came to know"};
    case LEG_START_INVESTIGATION:
      return {"huvudmannen fick veta", "the authority came to know"};
    case LEG_COMPLETE_INVESTIGATION:
      return {"utredningen inleddes", "the investigation was opened"};
    case LEG_DECIDE_MEASURES:
    case LEG_FEED_BACK_TO_GUARDIAN:
    case LEG_FEED_BACK_TO_AUTHORITY:
      return {"utredningen avslutades", "the investigation was concluded"};
    case LEG_CARRY_OUT_MEASURES:
      return {"åtgärden beslutades", "the measure was decided"};
    case LEG_FOLLOW_UP:
      return {"åtgärden genomfördes", "the measure was carried out"};
    case LEG_EVALUATE_MEASURES:
      return {"åtgärden följdes upp", "the measure was followed up"};
    case LEG_INFORM_GUARDIAN:
      return {"någon först fick veta", "anyone first came to know"};
    case LEG_SOCIAL_SERVICES_REPORT:
      return {"oro för barnet uppstod", "concern for the child arose"};
    case LEG_WORK_ENVIRONMENT_REPORT:
      return {"den allvarliga händelsen inträffade", "the serious event happened"};
    case LEG_ANSWER_DOCUMENTS_REQUEST:
      return {"handlingarna begärdes", "the documents were requested"};
    case LEG_ANSWER_COMPLAINT:
      return {"klagomålet togs emot", "the complaint was received"};
    default:
      return {"tiden började", "the time began"};
  }
}

Phrase StateSentence(LegState state) {
  switch (state) {
    case LEG_STATE_FULFILLED:
      return {"Detta är gjort.", "This has been done."};
    case LEG_STATE_PENDING:
      return {"Detta återstår att göra.", "This remains to be done."};
    case LEG_STATE_UNDETERMINED:
      return {"Om detta är gjort går inte att säga av det som är antecknat.",
              "Whether this has been done cannot be told from what is on record."};
    case LEG_STATE_NOT_REQUIRED:
      return {"Krävs inte.", "Not required."};
    default:
      return {"Tiden har inte börjat räknas: ingen uppgift startar den.",
              "The time has not begun: no fact starts it."};
  }
}

Phrase RoutineSentence(RoutineVerdict verdict) {
  switch (verdict) {
    case ROUTINE_VERDICT_WITHIN:
      return {"Det gjordes inom den tiden.", "It was done within that time."};
    case ROUTINE_VERDICT_LATE:
      return {"Det blev senare än så.", "It became later than that."};
    case ROUTINE_VERDICT_RUNNING:
      return {"Den tiden har inte gått ut.", "That time has not run out."};
    case ROUTINE_VERDICT_UNDETERMINED:
      return {"Uppgifterna är inte så exakta att det går att säga om det var inom den tiden.",
              "The facts are not exact enough to tell whether it was within that time."};
    default:
      return {"Det finns ingen tid i en egen rutin att jämföra med.",
              "There is no time in a routine of its own to compare with."};
  }
}

Phrase PracticeSentence(PracticePosition position) {
  switch (position) {
    case PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return {"Tiden är högst så lång som en som har godtagits.",
              "The time is no longer than one that was accepted."};
    case PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return {"Tiden är minst så lång som en som har kritiserats.",
              "The time is at least as long as one that was criticised."};
    case PRACTICE_POSITION_BETWEEN:
      return {"Tiden ligger mellan det som har godtagits och det som har kritiserats.",
              "The time lies between what was accepted and what was criticised."};
    case PRACTICE_POSITION_RUNNING:
      return {"Tiden går, och har inte nått något som har kritiserats.",
              "The time is running, and has not reached anything that was criticised."};
    case PRACTICE_POSITION_UNDETERMINED:
      return {"Uppgifterna är inte så exakta att tiden kan jämföras.",
              "The facts are not exact enough to compare the time."};
    default:
      return {"Det finns inget publicerat riktmärke i dagar för detta.",
              "There is no published yardstick in days for this."};
  }
}

Phrase StateWord(LegState state) {
  switch (state) {
    case LEG_STATE_FULFILLED:
      return {"fullgjord", "fulfilled"};
    case LEG_STATE_PENDING:
      return {"återstår", "pending"};
    case LEG_STATE_NOT_REQUIRED:
      return {"krävs inte", "not required"};
    case LEG_STATE_NOT_STARTED:
      return {"ej påbörjad", "not started"};
    default:
      return {"oklart", "unclear"};
  }
}

Phrase RoutineWord(RoutineVerdict verdict) {
  switch (verdict) {
    case ROUTINE_VERDICT_WITHIN:
      return {"inom rutinens tid", "within the routine's time"};
    case ROUTINE_VERDICT_LATE:
      return {"senare än rutinens tid", "later than the routine's time"};
    case ROUTINE_VERDICT_RUNNING:
      return {"rutinens tid löper", "the routine's time is running"};
    case ROUTINE_VERDICT_UNDETERMINED:
      return {"oklart mot rutinen", "unclear against the routine"};
    case ROUTINE_VERDICT_NO_LIMIT:
      return {"rutinen sätter ingen tid", "the routine sets no time"};
    default:
      return {"inget att jämföra med rutinen", "nothing to compare with the routine"};
  }
}

Phrase PracticeWord(PracticePosition position) {
  switch (position) {
    case PRACTICE_POSITION_RUNNING:
      return {"löper utan att ha nått något kritiserat",
              "running without having reached anything criticised"};
    case PRACTICE_POSITION_AT_OR_BELOW_ACCEPTED:
      return {"högst så lång som en godtagen", "no longer than one accepted"};
    case PRACTICE_POSITION_BETWEEN:
      return {"mellan godtagen och kritiserad", "between accepted and criticised"};
    case PRACTICE_POSITION_AT_OR_ABOVE_CRITICISED:
      return {"minst så lång som en kritiserad", "at least as long as one criticised"};
    case PRACTICE_POSITION_UNDETERMINED:
      return {"oklart mot publicerade beslut", "unclear against published decisions"};
    case PRACTICE_POSITION_NO_YARDSTICK:
      return {"inget riktmärke", "no yardstick"};
    default:
      return {"inget att jämföra med publicerade beslut",
              "nothing to compare with published decisions"};
  }
}

Phrase RemarkWord(Remark remark) {
  switch (remark) {
    case REMARK_DONE_BEFORE_IT_BEGAN:
      return {"gjort innan tiden började", "done before it began"};
    case REMARK_SUBSTITUTE_START:
      return {"räknas från en annan uppgift", "counted from a stand-in"};
    case REMARK_UNDER_WAY_FROM_EARLIER_ROUND:
      return {"pågick redan", "under way from an earlier round"};
    case REMARK_DOCUMENTED_LATE:
      return {"sent dokumenterad", "documented late"};
    case REMARK_START_UNKNOWN:
      return {"okänd start", "start unknown"};
    case REMARK_INFERRED_END:
      return {"avgränsad av en senare uppgift", "bounded by a later fact"};
    case REMARK_RECIPIENT_HAD_IT_DIRECTLY:
      return {"gick direkt till mottagaren", "the recipient had it directly"};
    case REMARK_PRINCIPAL_ACCUSED:
      return {"rektorn är anklagad", "the principal is accused"};
    case REMARK_WAITING_STOPS_NO_CLOCK:
      return {"väntan stoppar ingen tid", "waiting stops no clock"};
    case REMARK_CONTRADICTED:
      return {"uppgifterna säger emot varandra", "the facts contradict each other"};
    case REMARK_STRADDLES_VERSIONS:
      return {"flera versioner av rutinen", "several versions of the routine"};
    case REMARK_START_DOCUMENTED_LATE:
      return {"starten inskriven efter att tiden gått ut", "start entered after the deadline"};
    case REMARK_CORRECTED_AFTER_DEADLINE:
      return {"rättad efter att tiden gått ut", "corrected after the deadline"};
    case REMARK_ENTERED_AFTER_INSPECTION:
      return {"inskriven efter aviserad tillsyn", "entered after an inspection was announced"};
    default:
      return {};
  }
}

}  // namespace skyndsamt::law
