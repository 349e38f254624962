#include "projections/law/duty_words.h"

namespace skyndsamt::law {
namespace {

Phrase Bearer(event::v1::Party bearer) {
  switch (bearer) {
    case event::v1::PARTY_STAFF:
    case event::v1::PARTY_OWN_STAFF:
      return {"personalen", "staff"};
    case event::v1::PARTY_PRINCIPAL:
      return {"rektorn", "the principal"};
    case event::v1::PARTY_AUTHORITY:
      return {"huvudmannen", "the authority"};
    case event::v1::PARTY_CHIEF:
      return {"skolchefen", "the chief education officer"};
    case event::v1::PARTY_UNSPECIFIED:
      return {"", ""};
    default:
      return {"någon annan", "someone else"};
  }
}

Phrase Told(event::v1::Receiver receiver) {
  switch (receiver) {
    case event::v1::RECEIVER_PRINCIPAL:
      return {"rektorn", "the principal"};
    case event::v1::RECEIVER_AUTHORITY:
      return {"huvudmannen", "the authority"};
    case event::v1::RECEIVER_GUARDIAN:
      return {"vårdnadshavaren", "the guardian"};
    case event::v1::RECEIVER_SOCIAL_WELFARE_COMMITTEE:
      return {"socialnämnden", "the social welfare committee"};
    case event::v1::RECEIVER_WORK_ENVIRONMENT_AUTHORITY:
      return {"Arbetsmiljöverket", "the Work Environment Authority"};
    case event::v1::RECEIVER_POLICE:
      return {"polisen", "the police"};
    case event::v1::RECEIVER_REQUESTER:
      return {"den som begärt handlingen", "the one who asked for the document"};
    case event::v1::RECEIVER_COMPLAINANT:
      return {"den som klagat", "the one who complained"};
    default:
      return {"", ""};
  }
}

}  // namespace

Words WhoIsBound(const event::v1::Statute& statute) {
  const Phrase bearer = Bearer(statute.bearer());
  const Phrase told = Told(statute.receiver());
  if (bearer.sv.empty()) return {};
  if (told.sv.empty()) {
    return {Cat("Den binder ", bearer.sv, "."), Cat("It binds ", bearer.en, ".")};
  }
  return {Cat("Den binder ", bearer.sv, ", som ska vända sig till ", told.sv, "."),
          Cat("It binds ", bearer.en, ", who must turn to ", told.en, ".")};
}

Words BoundAndTold(const event::v1::Statute& statute) {
  const Phrase bearer = Bearer(statute.bearer());
  const Phrase told = Told(statute.receiver());
  const std::string_view arrow = bearer.sv.empty() || told.sv.empty() ? "" : " → ";
  return {Cat(bearer.sv, arrow, told.sv), Cat(bearer.en, arrow, told.en)};
}

}  // namespace skyndsamt::law
