// Case files of one unit played one after the other, or in one call: what a later one leaves out
// stays as it is, what it says otherwise is refused with nothing recorded.
#include "services/cli/casefile.h"
#include "tests/services/cli/cli_fixture.h"

namespace skyndsamt::cli {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

using Organisation = api::v1::OrganisationService;

class SameUnit : public WithServer {
 protected:
  // A file of this name that says this of the unit S and the authority K, besides their names. It
  // states the limit that the authority has set for its preschools, which the case has passed.
  std::string File(const std::string& name, const std::string& unit,
                   const std::string& authority = "", const std::string& incident = "") const {
    return directory_.Write(
        name + ".json",
        absl::StrCat(R"({"id": ")", name, R"(", "authority": {"name": "K")", authority,
                     R"(}, "unit": {"name": "S")", unit, R"(}, "routine": [
      {"leg": "notify_authority", "from": "2020-01-01", "limit": "P1D", "forms": ["preschool"]}],
      "incidents": [{"id": "i1", "children": ["b"])",
                     incident, R"(}], "facts": [
      {"id": "p", "fact": "principal_informed", "happened": "2021-03-01"},
      {"id": "a", "fact": "authority_notified", "happened": "2021-03-08"}],
      "as_of": "2021-04-01"})"));
  }

  // The answer about a file's case, without when it was known.
  json AnswerOf(const std::string& path) const {
    const Ran ran = Cli({"play", "--json", path});
    EXPECT_EQ(ran.code, 0) << ran.err;
    if (ran.code != 0) return {};
    json answer = ran.Lines().at(0);
    for (const char* moving : {"known_at", "reflects"}) answer.erase(moving);
    return answer;
  }

  // What the authority's routine says of its being notified.
  static json RoutineIn(const json& answer) {
    for (const json& leg : answer.at("legs")) {
      if (leg.at("leg") == "notify_authority") return leg.at("routine");
    }
    return {};
  }

  // Refused at this path of this file, with nothing recorded.
  void ExpectRefused(std::vector<std::string> files, const std::string& at) const {
    files.insert(files.begin(), "play");
    const uint64_t before = Records();
    const Ran ran = Cli(std::move(files));
    EXPECT_EQ(ran.code, 1) << at;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(at + ": "), HasSubstr("is not what has been declared"),
                               HasSubstr("är inte vad som har angetts förut")));
    EXPECT_EQ(Records(), before);
  }

  // Declares an authority or the unit, as somebody who acts for no one authority.
  template <typename Request, typename Response>
  void Declare(grpc::Status (Organisation::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
               Request request) const {
    const auto stub = Organisation::NewStub(
        grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
    const std::string token = Cli({"token"}).out;
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token.substr(0, token.find('\n')));
    request.set_request_id(FormatUuid(RandomUuid()));
    Response response;
    const auto status = (stub.get()->*method)(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  void DeclareUnit(const std::string& authority, const std::string& from) const {
    api::v1::DeclareUnitRequest request;
    request.set_authority(authority);
    request.mutable_unit()->set_unit(UnitId("K", "S"));
    request.mutable_unit()->set_name("S");
    request.mutable_unit()->set_from(from);
    request.mutable_unit()->set_form(event::v1::UNIT_FORM_PRESCHOOL);
    Declare(&Organisation::Stub::DeclareUnit, request);
  }

  // From this day on, or for always, the unit is another authority's.
  void HandOver(const std::string& from) const {
    const std::string next = "b0000000-0000-4000-8000-00000000000b";
    api::v1::DeclareAuthorityRequest request;
    request.mutable_authority()->set_authority(next);
    request.mutable_authority()->set_name("N");
    Declare(&Organisation::Stub::DeclareAuthority, request);
    DeclareUnit(next, from);
  }

  // Refused since the unit is another's, with nothing recorded.
  void ExpectOfAnother(const std::string& file, const std::string& at) const {
    const uint64_t before = Records();
    const Ran ran = Cli({"play", file});
    EXPECT_EQ(ran.code, 1) << at;
    EXPECT_THAT(ran.err, AllOf(HasSubstr(at + ": says something new of a unit that another"),
                               HasSubstr("anger något nytt om en enhet som en annan huvudman")));
    EXPECT_THAT(Cli({"play", file, "--json"}).err, HasSubstr("UNIT_NOT_ALLOWED"));
    EXPECT_EQ(Records(), before);
  }

  const std::string whole_ = R"(, "form": "preschool", "principal": "r",
      "changes": [{"from": "2021-06-01", "principal": "ny"}])";
};

TEST_F(SameUnit, WhatTheNextFileLeavesOutChangesNoAnswer) {
  const std::string first = File("a", whole_, R"(, "provider": "municipal")");
  const json before = AnswerOf(first);
  EXPECT_EQ(RoutineIn(before).at("verdict"), "LATE");
  const uint64_t records = Records();
  const std::string next = File("b", "");
  const json answer = AnswerOf(next);
  EXPECT_EQ(Records(), records + 3) << "the incident and its facts alone";
  EXPECT_EQ(RoutineIn(answer), RoutineIn(before)) << "the unit's form holds for the next file, too";
  EXPECT_EQ(AnswerOf(first), before);
  EXPECT_EQ(AnswerOf(next), answer);
  EXPECT_EQ(Records(), records + 3);
}

TEST_F(SameUnit, WhatTheNextFileSaysOtherwiseIsRefused) {
  const std::string first = File("a", whole_, R"(, "provider": "municipal")");
  const json before = AnswerOf(first);
  ExpectRefused({File("b", R"(, "form": "compulsory_school")")}, "b.json: $.unit.form");
  ExpectRefused({File("c", R"(, "changes": [{"from": "2021-06-01", "principal": "r"}])")},
                "c.json: $.unit.changes[0].principal");
  ExpectRefused({File("d", "", R"(, "provider": "private")")}, "d.json: $.authority.provider");
  // Not even of the files that could be played.
  ExpectRefused({File("e", ""), File("f", R"(, "form": "compulsory_school")")},
                "f.json: $.unit.form");
  EXPECT_EQ(AnswerOf(first), before);
}

TEST_F(SameUnit, AFurtherPlaceIsAddedAndTheFirstFilePlayedAgainRecordsNothing) {
  const std::string first =
      File("a", whole_ + R"(, "places": ["hall"])", "", R"(, "place": "hall")");
  const json before = AnswerOf(first);
  const uint64_t records = Records();
  const std::string next = File("b", R"(, "places": ["gym"])", "", R"(, "place": "gym")");
  AnswerOf(next);
  // The unit as it became, with the further place, and the file's three facts.
  EXPECT_EQ(Records(), records + 4);
  EXPECT_EQ(AnswerOf(first), before);
  AnswerOf(next);
  EXPECT_EQ(Records(), records + 4);
  // The change stands: who says otherwise is refused still.
  ExpectRefused({File("c", R"(, "changes": [{"from": "2021-06-01", "principal": "r"}])")},
                "c.json: $.unit.changes[0].principal");
}

TEST_F(SameUnit, FilesOfOneCallAreHeardTogetherInWhicheverOrder) {
  const std::string whole = File("a", whole_), less = File("b", ""),
                    other = File("c", R"(, "form": "compulsory_school")");
  ExpectRefused({whole, other}, "c.json: $.unit.form");
  ExpectRefused({other, whole}, "a.json: $.unit.form");
  EXPECT_THAT(RunHere({"demo", whole, other}).err, HasSubstr("c.json: $.unit.form: "));
  const auto expect_late = [](const Ran& ran) {
    EXPECT_EQ(ran.code, 0) << ran.err;
    ASSERT_EQ(ran.Lines().size(), 2u);
    for (const json& answer : ran.Lines()) EXPECT_EQ(RoutineIn(answer).at("verdict"), "LATE");
  };
  expect_late(Cli({"play", "--json", less, whole}));
  expect_late(RunHere({"demo", "--json", less, whole}));
  expect_late(RunHere({"demo", "--json", whole, less}));
  const uint64_t records = Records();
  expect_late(Cli({"play", "--json", whole, less}));
  EXPECT_EQ(Records(), records);
}

// What a file says of a unit for always would take it from who has it at another time.
TEST_F(SameUnit, AUnitThatIsHandedOverStaysSo) {
  const std::string first = File("a", R"(, "form": "preschool")");
  const json before = AnswerOf(first);
  HandOver("2026-01-01");
  const uint64_t records = Records();
  EXPECT_EQ(RoutineIn(AnswerOf(first)), RoutineIn(before));
  EXPECT_EQ(Records(), records);
  ExpectOfAnother(File("b", R"(, "places": ["gym"])"), "b.json: $.unit");
  AnswerOf(File("c", ""));
  EXPECT_EQ(Records(), records + 3) << "the incident and its facts alone";
  // A day of its own time is its own to tell of, one of the other's is not.
  AnswerOf(File("d", R"(, "changes": [{"from": "2025-01-01", "places": ["gym"]}])"));
  EXPECT_EQ(Records(), records + 7);
  ExpectOfAnother(File("e", R"(, "changes": [{"from": "2026-06-01", "places": ["hall"]}])"),
                  "e.json: $.unit.changes[0]");
}

// The one that had it has nothing left to say of it.
TEST_F(SameUnit, AUnitThatIsHandedOverForAlwaysIsNotTakenBack) {
  const std::string first = File("a", R"(, "form": "preschool")");
  AnswerOf(first);
  HandOver("");
  ExpectOfAnother(first, "a.json: $.unit");
  ExpectOfAnother(File("b", R"(, "places": ["gym"])"), "b.json: $.unit");
  ExpectOfAnother(File("c", R"(, "from": "2030-01-01")"), "c.json: $.unit");
}

// The first file's declarations are not taken for those that are made now.
TEST_F(SameUnit, WhatSomebodyTookBackIsDeclaredAgain) {
  const std::string file =
      File("a", R"(, "form": "preschool", "changes": [{"from": "2021-06-01", "places": ["hall"]}])",
           R"(, "provider": "municipal")");
  AnswerOf(file);
  for (int again = 0; again < 3; ++again) {
    DeclareUnit(AuthorityId("K"), "");
    api::v1::DeclareAuthorityRequest request;
    request.mutable_authority()->set_authority(AuthorityId("K"));
    request.mutable_authority()->set_name("K");
    Declare(&Organisation::Stub::DeclareAuthority, request);
    const uint64_t records = Records();
    AnswerOf(file);
    EXPECT_EQ(Records(), records + 2) << "what the unit became, and the authority";
    AnswerOf(file);
    EXPECT_EQ(Records(), records + 2);
  }
}

}  // namespace
}  // namespace skyndsamt::cli
