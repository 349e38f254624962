#include "projections/law/shipped_rules.h"

#include <optional>

namespace skyndsamt::law {
namespace {

using namespace event::v1;  // NOLINT: the tables below are this namespace's codes

constexpr char kVersion[] = "2026-11-1";

constexpr char kChain[] = "Skollagen (2010:800) 6 kap. 10 § första stycket";
constexpr char kChainFrom[] = "2011-07-01";
constexpr char kChapter14a[] = "Skollagen (1985:1100) 14 a kap.";
constexpr char kAct2006[] =
    "Lagen (2006:67) om förbud mot diskriminering och annan kränkande "
    "behandling av barn och elever";
constexpr char kHarassment[] = "Diskrimineringslagen (2008:567) 2 kap. 7 §";

struct StatuteRow {
  Leg leg;
  const char* from;
  const char* until;
  const char* citation;
  const char* time_word;
  const char* sv;
  const char* en;
};

// One row for each statute of each duty, in the order of the table of duties.
constexpr StatuteRow kStatutes[] = {
    {LEG_REPORT_TO_PRINCIPAL, kChainFrom, "", kChain, "",
     "Personalen ska anmäla till rektorn. Lagen anger ingen tid för det; praxis säger ”omgående” "
     "och ”direkt”.",
     "Staff must report to the principal. The act gives no time for it; practice says \"at once\" "
     "and \"directly\"."},
    {LEG_REPORT_TO_PRINCIPAL, "2009-01-01", "2011-06-30", kChapter14a, "",
     "Att äldre lag hade samma anmälningskedja är obekräftat.",
     "That the older act had the same chain of reporting is not confirmed."},
    {LEG_NOTIFY_AUTHORITY, kChainFrom, "", kChain, "",
     "Rektorn ska anmäla till huvudmannen. Lagen anger ingen tid för det; tillsynen säger ”i nära "
     "anslutning till”.",
     "The principal must notify the authority. The act gives no time for it; the supervisory "
     "agency says \"in close connection with\"."},
    {LEG_NOTIFY_AUTHORITY, "2009-01-01", "2011-06-30", kChapter14a, "",
     "Att äldre lag hade samma anmälningskedja är obekräftat.",
     "That the older act had the same chain of reporting is not confirmed."},
    {LEG_START_INVESTIGATION, kChainFrom, "", kChain, "skyndsamt",
     "Huvudmannen ska skyndsamt utreda. Ordet gäller bara utredningen, och ingen lag säger hur "
     "många dagar det är. Barn- och elevombudets vägledning säger ”omedelbart”.",
     "The authority must investigate promptly. The word binds the investigation alone, and no act "
     "says how many days that is. The child and pupil representative's guidance says "
     "\"immediately\"."},
    {LEG_START_INVESTIGATION, "2009-01-01", "", kHarassment, "",
     "Vid trakasserier kommer utredningsskyldigheten härifrån. Ordet ”skyndsamt” saknas, men "
     "skyndsamheten har ändå prövats.",
     "For harassment the duty to investigate comes from here. The word \"promptly\" is missing, "
     "yet promptness has been tested."},
    {LEG_START_INVESTIGATION, "2009-01-01", "2011-06-30", kChapter14a, "",
     "Äldre lag. Vilket tidsord den hade är obekräftat.",
     "Older act. Which time word it carried is not confirmed."},
    {LEG_START_INVESTIGATION, "", "2008-12-31", kAct2006, "",
     "Äldre lag. Vilket tidsord den hade är obekräftat.",
     "Older act. Which time word it carried is not confirmed."},
    {LEG_COMPLETE_INVESTIGATION, kChainFrom, "", kChain, "skyndsamt",
     "Huvudmannen ska skyndsamt utreda. Ingen lag säger hur många dagar det är.",
     "The authority must investigate promptly. No act says how many days that is."},
    {LEG_COMPLETE_INVESTIGATION, "2009-01-01", "", kHarassment, "",
     "Vid trakasserier kommer utredningsskyldigheten härifrån. Ordet ”skyndsamt” saknas, men "
     "skyndsamheten har ändå prövats.",
     "For harassment the duty to investigate comes from here. The word \"promptly\" is missing, "
     "yet promptness has been tested."},
    {LEG_COMPLETE_INVESTIGATION, "2009-01-01", "2011-06-30", kChapter14a, "",
     "Äldre lag. Vilket tidsord den hade är obekräftat.",
     "Older act. Which time word it carried is not confirmed."},
    {LEG_COMPLETE_INVESTIGATION, "", "2008-12-31", kAct2006, "",
     "Äldre lag. Vilket tidsord den hade är obekräftat.",
     "Older act. Which time word it carried is not confirmed."},
    {LEG_DECIDE_MEASURES, kChainFrom, "", kChain, "",
     "De åtgärder ”som skäligen kan krävas”. Lagen anger ingen tid.",
     "The measures \"that can reasonably be required\". The act gives no time."},
    {LEG_FOLLOW_UP, kChainFrom, "", "Skollagen (2010:800) 4 kap.", "",
     "Det systematiska kvalitetsarbetet. Lagen anger ingen tid.",
     "The systematic quality work. The act gives no time."},
    {LEG_SOCIAL_SERVICES_REPORT, "2025-07-01", "", "Socialtjänstlagen (2025:400)", "genast",
     "Orosanmälan till socialnämnden. Dagen för ikraftträdande, 1 juli 2025, är obekräftad.",
     "Report of concern to the social welfare committee. The day of entry into force, 1 July "
     "2025, is not confirmed."},
    {LEG_SOCIAL_SERVICES_REPORT, "2002-01-01", "2025-06-30",
     "Socialtjänstlagen (2001:453) 14 kap. 1 §", "genast", "Orosanmälan till socialnämnden.",
     "Report of concern to the social welfare committee."},
    {LEG_WORK_ENVIRONMENT_REPORT, "", "", "Arbetsmiljölagen (1977:1160) 3 kap. 3 a §",
     "utan dröjsmål",
     "Anmälan till Arbetsmiljöverket. Från vilken dag skyldigheten står i denna paragraf är "
     "obekräftat.",
     "Report to the Work Environment Authority. From which day the duty stands in this section is "
     "not confirmed."},
    {LEG_POLICE_REPORT, "", "", "Prop. 2024/25:160 Skolor mot brott", "",
     "Rektorn anmäler misstänkt brott av en elev om inte övervägande skäl talar mot det; "
     "skolformerna och fritidshem, inte förskola. Dagen för ikraftträdande är obekräftad.",
     "The principal reports a suspected crime by a pupil unless overriding reasons speak against "
     "it; school forms and after-school centres, not preschool. The day of entry into force is "
     "not confirmed."},
    {LEG_ANSWER_DOCUMENTS_REQUEST, "", "", "Tryckfrihetsförordningen 2 kap. 15–16 §§",
     "genast, skyndsamt",
     "Gäller offentliga huvudmän; för enskilda gäller den egna rutinen. Obekräftad uppgift.",
     "Holds for public providers; private ones follow their own routine. Not confirmed."},
    {LEG_ANSWER_COMPLAINT, kChainFrom, "", "Skollagen (2010:800) 4 kap.", "skyndsamt",
     "Klagomål mot utbildningen. Obekräftad uppgift.",
     "Complaints about the education. Not confirmed."},
};

struct YardstickRow {
  const char* id;
  Leg leg;
  YardstickOutcome outcome;
  std::optional<int> days;
  std::optional<int> working_days;
  const char* conduct_sv;
  const char* conduct_en;
  const char* source;
  const char* date;
  const char* differs_sv;
  const char* differs_en;
};

constexpr YardstickOutcome kRoutine = YARDSTICK_OUTCOME_UNSPECIFIED;  // another authority's own
constexpr char kOtherSv[] = "en annan huvudmans egen rutin, inget avgörande";
constexpr char kOtherEn[] = "another authority's own routine, no decision";

const YardstickRow kYardsticks[] = {
    {"tyreso-2014",
     LEG_REPORT_TO_PRINCIPAL,
     YARDSTICK_OUTCOME_CRITICISED,
     {},
     {},
     "rektorn fick veta ”först senare”",
     "the principal was told \"only later\"",
     "Tyresö 2014",
     "2014",
     "ord, inget antal dagar",
     "words, no number of days"},
    {"halmstad-24h",
     LEG_REPORT_TO_PRINCIPAL,
     kRoutine,
     {},
     {},
     "inom 24 timmar",
     "within 24 hours",
     "Halmstads kommuns rutin",
     "",
     kOtherSv,
     kOtherEn},
    {"malmo-preschools",
     LEG_REPORT_TO_PRINCIPAL,
     kRoutine,
     {},
     {},
     "samma dag eller dagen efter",
     "the same day or the day after",
     "Malmö stads rutin för förskolor",
     "",
     kOtherSv,
     kOtherEn},
    {"sandsbro-principal",
     LEG_REPORT_TO_PRINCIPAL,
     kRoutine,
     {},
     {},
     "”omgående”",
     "\"without delay\" (omgående)",
     "Sandsbro förskola, Växjö kommun, plan 2021-10-27",
     "2021-10-27",
     kOtherSv,
     kOtherEn},
    {"degerfors-2016",
     LEG_NOTIFY_AUTHORITY,
     YARDSTICK_OUTCOME_CRITICISED,
     {},
     {},
     "en rutin att skolorna anmäler till huvudmannen en gång i månaden",
     "a routine by which schools report to the authority once a month",
     "Degerfors 2016",
     "2016",
     "gällde en rutin, inte ett ärende; inget antal dagar",
     "was about a routine, not a case; no number of days"},
    {"halmstad-week",
     LEG_NOTIFY_AUTHORITY,
     kRoutine,
     {},
     {},
     "inom en vecka",
     "within one week",
     "Halmstads kommuns rutin",
     "",
     kOtherSv,
     kOtherEn},
    {"haninge-2022",
     LEG_START_INVESTIGATION,
     YARDSTICK_OUTCOME_CRITICISED,
     {},
     {},
     "huvudmannen fick veta i december, utredningen kom till efter februari",
     "the authority was told in December, the inquiry came about after February",
     "Haninge 2022",
     "2022",
     "bara månader är kända: ett intervall, inget antal dagar",
     "only months are known: an interval, no number of days"},
    {"filipstad",
     LEG_FOLLOW_UP,
     YARDSTICK_OUTCOME_CRITICISED,
     {},
     {},
     "ingen uppföljning, eller ingen visad effekt",
     "no follow-up, or no effect shown",
     "DO ANM 2010/1421 (Filipstad); hovrätten 2015-05-26",
     "2015-05-26",
     "ord, inget antal dagar; gymnasieskola",
     "words, no number of days; upper secondary school"},
    {"nyhemsskolan",
     LEG_FOLLOW_UP,
     kRoutine,
     {},
     {},
     "ungefär en månad efter att ärendet avslutats",
     "about one month after the case was closed",
     "Nyhemsskolan, Finspångs kommun",
     "",
     kOtherSv,
     kOtherEn},
    {"sandsbro-evaluation",
     LEG_EVALUATE_MEASURES,
     kRoutine,
     {},
     {},
     "rektorn ansvarar för uppföljning och utvärdering av de beslutade åtgärderna",
     "the principal sees to the follow-up and evaluation of the measures decided",
     "Sandsbro förskola, Växjö kommun, plan 2021-10-27",
     "2021-10-27",
     kOtherSv,
     kOtherEn},
    {"sandsbro-guardian",
     LEG_INFORM_GUARDIAN,
     kRoutine,
     {},
     {},
     "vårdnadshavarna informeras om den uppkomna situationen",
     "the guardians are told of the situation that has arisen",
     "Sandsbro förskola, Växjö kommun, plan 2021-10-27",
     "2021-10-27",
     kOtherSv,
     kOtherEn},
    {"sandsbro-guardian-feedback",
     LEG_FEED_BACK_TO_GUARDIAN,
     kRoutine,
     {},
     {},
     "återkoppling till berörda vårdnadshavare",
     "feedback to the guardians concerned",
     "Sandsbro förskola, Växjö kommun, plan 2021-10-27",
     "2021-10-27",
     kOtherSv,
     kOtherEn},
    {"sandsbro-authority-feedback",
     LEG_FEED_BACK_TO_AUTHORITY,
     kRoutine,
     {},
     {},
     "återkoppling till huvudmannen när en vuxen har kränkt ett barn",
     "feedback to the authority when an adult has degraded a child",
     "Sandsbro förskola, Växjö kommun, plan 2021-10-27",
     "2021-10-27",
     kOtherSv,
     kOtherEn},
    {"malmo-2013-child-1", LEG_SOCIAL_SERVICES_REPORT, YARDSTICK_OUTCOME_CRITICISED, 9, 6,
     "9 dagar (6 arbetsdagar) från kännedom till kontakt: oaktsamt men ringa",
     "9 days (6 working days) from knowledge to contact: careless though minor",
     "Malmö tingsrätt 2013-07-01", "2013-07-01",
     "personal anklagad; frikännande: oaktsamt men ringa",
     "adult accused; acquitted: careless though minor"},
    {"malmo-2013-child-2", LEG_SOCIAL_SERVICES_REPORT, YARDSTICK_OUTCOME_ACCEPTED, 1, 1,
     "1 dag från kännedom till kontakt", "1 day from knowledge to contact",
     "Malmö tingsrätt 2013-07-01", "2013-07-01", "personal anklagad", "adult accused"},
    {"rh-2007-20", LEG_WORK_ENVIRONMENT_REPORT, YARDSTICK_OUTCOME_ACCEPTED, 10, 7,
     "10 dagar (7 arbetsdagar) från händelsen till anmälan",
     "10 days (7 working days) from the event to the report", "RH 2007:20", "2007",
     "inte en skola utan ett vårdboende, vuxen skadad; i ljuset av de åtgärder som vidtogs under "
     "tiden",
     "not a school but a care home, an adult attacked; in view of the measures taken meanwhile"},
};

}  // namespace

RuleSetPublished ShippedRules() {
  RuleSetPublished rules;
  rules.set_version(kVersion);
  for (const StatuteRow& row : kStatutes) {
    Statute& statute = *rules.add_statutes();
    statute.set_leg(row.leg);
    statute.set_from(row.from);
    statute.set_until(row.until);
    statute.set_citation(row.citation);
    statute.set_time_word(row.time_word);
    statute.set_note_sv(row.sv);
    statute.set_note_en(row.en);
  }
  for (const YardstickRow& row : kYardsticks) {
    Yardstick& yardstick = *rules.add_yardsticks();
    yardstick.set_id(row.id);
    yardstick.set_leg(row.leg);
    yardstick.set_outcome(row.outcome);
    if (row.days) yardstick.set_days(*row.days);
    if (row.working_days) yardstick.set_working_days(*row.working_days);
    yardstick.set_conduct_sv(row.conduct_sv);
    yardstick.set_conduct_en(row.conduct_en);
    yardstick.set_source(row.source);
    yardstick.set_date(row.date);
    yardstick.set_differs_sv(row.differs_sv);
    yardstick.set_differs_en(row.differs_en);
  }
  return rules;
}

}  // namespace skyndsamt::law
