#include "services/api/reasons.h"

#include <algorithm>
#include <iterator>

namespace skyndsamt::api {
namespace {

using grpc::StatusCode;

constexpr ReasonWords kTable[] = {
    {v1::REASON_UNSPECIFIED, StatusCode::INTERNAL, "Något gick fel i tjänsten. Försök igen.",
     "Something went wrong in the service. Try again."},

    {v1::REASON_FIELD_INVALID, StatusCode::INVALID_ARGUMENT,
     "Ett fält saknas eller har ett värde som inte kan användas.",
     "A field is missing or has a value that cannot be used."},
    {v1::REASON_TIME_MALFORMED, StatusCode::INVALID_ARGUMENT,
     "Tiden kan inte läsas. Skriv den enligt EDTF, till exempel 2026-03-01 eller 2026-03.",
     "The time cannot be read. Write it as EDTF, for example 2026-03-01 or 2026-03."},
    {v1::REASON_INTERVAL_ENDS_BEFORE_BEGIN, StatusCode::INVALID_ARGUMENT,
     "Tidsperioden slutar innan den börjar.", "The interval ends before it begins."},
    {v1::REASON_TIME_IN_FUTURE, StatusCode::INVALID_ARGUMENT,
     "Tiden ligger säkert i framtiden. Det som inte har hänt kan inte registreras.",
     "The time is certainly in the future. What has not happened cannot be recorded."},
    {v1::REASON_CODE_UNKNOWN, StatusCode::INVALID_ARGUMENT, "Koden finns inte i någon lista.",
     "The code is in no list."},
    {v1::REASON_TEXT_NOT_UTF8, StatusCode::INVALID_ARGUMENT, "Texten är inte giltig UTF-8.",
     "The text is not valid UTF-8."},
    {v1::REASON_REFERENCE_UNKNOWN, StatusCode::INVALID_ARGUMENT,
     "Händelsen innehåller inte det som det hänvisas till.",
     "The incident does not contain what is referred to."},
    {v1::REASON_MESSAGE_MALFORMED, StatusCode::INVALID_ARGUMENT,
     "Meddelandet är avkortat eller av ett annat slag.",
     "The message is truncated or of another kind."},
    {v1::REASON_TEXT_TOO_LONG, StatusCode::INVALID_ARGUMENT,
     "Texten är för lång: högst 32 KiB. Lägg det längre i ett dokument.",
     "The text is too long: at most 32 KiB. Put what is longer into a document."},
    {v1::REASON_REVISION_REQUIRED, StatusCode::INVALID_ARGUMENT,
     "Steget ändrar ärendets rättsliga läge. Ange vilken revision av händelsen du har läst.",
     "The step changes the case's legal state. Name the revision of the incident you have read."},

    {v1::REASON_INCIDENT_UNKNOWN, StatusCode::NOT_FOUND,
     "Händelsen finns inte, eller så får du inte se den.",
     "There is no such incident, or you may not see it."},
    {v1::REASON_CASE_UNKNOWN, StatusCode::NOT_FOUND,
     "Ärendet finns inte, eller så får du inte se det.",
     "There is no such case, or you may not see it."},
    {v1::REASON_UNIT_UNKNOWN, StatusCode::NOT_FOUND,
     "Enheten finns inte, eller så får du inte se den.",
     "There is no such unit, or you may not see it."},
    {v1::REASON_AUTHORITY_UNKNOWN, StatusCode::NOT_FOUND,
     "Huvudmannen finns inte, eller så får du inte se den.",
     "There is no such authority, or you may not see it."},
    {v1::REASON_VERSION_UNKNOWN, StatusCode::NOT_FOUND,
     "Ingen version med denna beteckning har publicerats.",
     "No version of this name has been published."},
    {v1::REASON_CHECKPOINT_UNKNOWN, StatusCode::NOT_FOUND,
     "Det finns ännu ingen signerad kontrollpunkt av loggen.",
     "There is no signed checkpoint of the log yet."},

    {v1::REASON_FACT_ID_TAKEN, StatusCode::ALREADY_EXISTS,
     "Händelsen har redan en uppgift med detta id.",
     "The incident already has a fact with this id."},
    {v1::REASON_INCIDENT_EXISTS, StatusCode::ALREADY_EXISTS, "Händelsen finns redan.",
     "The incident already exists."},
    {v1::REASON_REQUEST_ID_REUSED, StatusCode::ALREADY_EXISTS,
     "Samma begärans-id har redan använts för något annat.",
     "The same request id has already been used for something else."},
    {v1::REASON_VERSION_EXISTS, StatusCode::ALREADY_EXISTS,
     "Det finns redan en version med denna beteckning.",
     "There is already a version with this name."},

    {v1::REASON_CASE_CLOSED, StatusCode::FAILED_PRECONDITION,
     "Ärendet är avslutat och tar inte emot detta steg. Återuppta det först.",
     "The case is closed and does not take this step. Reopen it first."},
    {v1::REASON_CASE_NOT_CLOSED, StatusCode::FAILED_PRECONDITION, "Ärendet är inte avslutat.",
     "The case is not closed."},
    {v1::REASON_CONFLICT_OF_INTEREST, StatusCode::FAILED_PRECONDITION,
     "Personen är jävig och får varken utreda eller besluta.",
     "The person has a conflict of interest and may neither investigate nor decide."},
    {v1::REASON_REPLICA, StatusCode::FAILED_PRECONDITION,
     "Detta är en kopia som bara kan läsas. Registrera hos huvudservern.",
     "This is a copy that can only be read. Record at the primary server."},

    {v1::REASON_REVISION_CONFLICT, StatusCode::ABORTED,
     "Händelsen har ändrats sedan du läste den. Läs det nya och försök igen.",
     "The incident has changed since you read it. Read what is new and try again."},

    {v1::REASON_IDENTITY_MISSING, StatusCode::UNAUTHENTICATED, "Anropet saknar identitet.",
     "The call carries no identity."},
    {v1::REASON_IDENTITY_INVALID, StatusCode::UNAUTHENTICATED,
     "Identiteten kunde inte styrkas. Logga in igen.",
     "The identity could not be verified. Sign in again."},
    {v1::REASON_ROLE_NOT_ALLOWED, StatusCode::PERMISSION_DENIED, "Din roll får inte göra detta.",
     "Your role may not do this."},
    {v1::REASON_UNIT_NOT_ALLOWED, StatusCode::PERMISSION_DENIED,
     "Din behörighet gäller inte denna enhet eller huvudman, eller enheten är en annan huvudmans.",
     "Your access does not cover this unit or authority, or the unit is another authority's."},

    {v1::REASON_MESSAGE_TOO_LARGE, StatusCode::RESOURCE_EXHAUSTED, "Meddelandet är för stort.",
     "The message is too large."},
    {v1::REASON_QUEUE_FULL, StatusCode::RESOURCE_EXHAUSTED,
     "Tjänsten har för mycket att göra. Försök igen om en stund.",
     "The service has too much to do. Try again in a moment."},
    {v1::REASON_DISK_RESERVE, StatusCode::RESOURCE_EXHAUSTED,
     "Det finns för lite ledigt utrymme för att registrera. Läsning fungerar.",
     "There is too little free space to record. Reading works."},
    {v1::REASON_RATE_LIMITED, StatusCode::RESOURCE_EXHAUSTED,
     "För många anrop på kort tid. Försök igen om en stund.",
     "Too many calls in a short time. Try again in a moment."},

    {v1::REASON_LOG_UNAVAILABLE, StatusCode::UNAVAILABLE,
     "Det är okänt om uppgiften registrerades. Försök igen med samma begärans-id.",
     "It is not known whether this was recorded. Try again with the same request id."},
    {v1::REASON_VIEW_BEHIND, StatusCode::UNAVAILABLE,
     "Läget som efterfrågades hann inte nås i tid. Försök igen.",
     "The position asked for was not reached in time. Try again."},
};

struct DetailWords {
  std::string_view detail;
  std::string_view sv;
  std::string_view en;
};

constexpr DetailWords kDetails[] = {
    {"instant",
     "Tidpunkten kan inte läsas. Skriv en dag, till exempel 2026-03-01 (dagens slut), eller en "
     "tidpunkt med zon, till exempel 2026-03-01T12:00:00Z.",
     "The instant cannot be read. Write a day, for example 2026-03-01 (the end of that day), or an "
     "instant with its zone, for example 2026-03-01T12:00:00Z."},
    {"date", "Datumet kan inte läsas. Skriv en dag som åååå-mm-dd, till exempel 2026-03-01.",
     "The date cannot be read. Write a day as yyyy-mm-dd, for example 2026-03-01."},
    {"day_of_year",
     "Dagen på året kan inte läsas. Skriv den som --mm-dd, till exempel --08-15 för den 15 "
     "augusti.",
     "The day of the year cannot be read. Write it as --mm-dd, for example --08-15 for 15 August."},
    {"duration",
     "Tidslängden kan inte läsas. Skriv den enligt ISO 8601, till exempel P7D (sju dagar), P1M (en "
     "månad) eller PT24H (24 timmar).",
     "The duration cannot be read. Write it as ISO 8601 says, for example P7D (seven days), P1M "
     "(one month) or PT24H (24 hours)."},
    {"several_children",
     "Händelsen har flera barn, och varje barn är ett eget ärende. Ange barnets id; ListCases med "
     "händelsens id räknar upp dem.",
     "The incident has several children, and each is a case of its own. Name the child's id; "
     "ListCases with the incident's id lists them."},
    {"so_few_records", "Ingen kontrollpunkt av så få poster har signerats; den första är av fler.",
     "No checkpoint of so few records was signed; the first is of more."},
    {"directory_not_empty",
     "Katalogen är inte tom, och det som finns där skrivs inte över. Ange en ny eller tom katalog.",
     "The directory is not empty, and what stands there is not written over. Name a new or an "
     "empty one."},
};

constexpr std::string_view kPrefix = "REASON_";

}  // namespace

const ReasonWords& WordsOf(v1::Reason reason) {
  for (const ReasonWords& row : kTable) {
    if (row.reason == reason) return row;
  }
  return kTable[0];
}

ReasonWords WordsOf(v1::Reason reason, std::string_view detail) {
  ReasonWords words = WordsOf(reason);
  const auto found = std::ranges::find(kDetails, detail, &DetailWords::detail);
  if (found == std::end(kDetails)) return words;
  words.sv = found->sv;
  words.en = found->en;
  return words;
}

std::string_view WireName(v1::Reason reason) {
  std::string_view name = v1::Reason_Name(reason);
  if (name.substr(0, kPrefix.size()) == kPrefix) name.remove_prefix(kPrefix.size());
  return name;
}

}  // namespace skyndsamt::api
