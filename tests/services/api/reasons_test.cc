// Every reason has its code and its words in two languages, and every refusal its details.
#include "services/api/reasons.h"

#include <gmock/gmock.h>

#include <set>

#include "eventstore/base/shortage.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/api/errors.h"
#include "tests/services/server/running_server.h"

namespace skyndsamt::api {
namespace {

using skyndsamt::testing::CallError;
using skyndsamt::testing::ErrorOf;
using ::testing::HasSubstr;

TEST(Reasons, EveryOneHasACodeAndWordsOfItsOwn) {
  const auto* reasons = v1::Reason_descriptor();
  std::set<std::string_view> sv, en;
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::Reason>(reasons->value(i)->number());
    const ReasonWords& words = WordsOf(reason);
    EXPECT_EQ(words.reason, reason) << reasons->value(i)->name();
    EXPECT_FALSE(words.sv.empty() || words.en.empty()) << reasons->value(i)->name();
    EXPECT_NE(words.code, grpc::StatusCode::OK);
    EXPECT_TRUE(sv.insert(words.sv).second) << words.sv;
    EXPECT_TRUE(en.insert(words.en).second) << words.en;
  }
}

TEST(Reasons, CodesAreThoseThatTheProtoGroupsThemUnder) {
  const auto expected = [](int number) {
    if (number < 20) return grpc::StatusCode::INVALID_ARGUMENT;
    if (number < 30) return grpc::StatusCode::NOT_FOUND;
    if (number < 40) return grpc::StatusCode::ALREADY_EXISTS;
    if (number < 50) return grpc::StatusCode::FAILED_PRECONDITION;
    if (number < 60) return grpc::StatusCode::ABORTED;
    if (number < 62) return grpc::StatusCode::UNAUTHENTICATED;
    if (number < 70) return grpc::StatusCode::PERMISSION_DENIED;
    if (number < 80) return grpc::StatusCode::RESOURCE_EXHAUSTED;
    return grpc::StatusCode::UNAVAILABLE;
  };
  const auto* reasons = v1::Reason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const int number = reasons->value(i)->number();
    if (number == 0) continue;
    EXPECT_EQ(WordsOf(static_cast<v1::Reason>(number)).code, expected(number)) << number;
  }
}

TEST(Errors, CarryReasonFieldAndWords) {
  const CallError error =
      ErrorOf(Refuse(v1::REASON_TIME_MALFORMED, "facts[0].happened.edtf", {{"k", "v"}}));
  EXPECT_EQ(error.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error.reason, "TIME_MALFORMED");
  EXPECT_EQ(error.domain, "skyndsamt");
  EXPECT_EQ(error.field, "facts[0].happened.edtf");
  EXPECT_EQ(error.sv, WordsOf(v1::REASON_TIME_MALFORMED).sv);
  EXPECT_EQ(error.en, WordsOf(v1::REASON_TIME_MALFORMED).en);
}

TEST(Errors, ADetailHasWordsOfItsOwn) {
  const CallError error =
      ErrorOf(Refuse(v1::REASON_TIME_MALFORMED, "as_of", {{"detail", "instant"}}));
  EXPECT_EQ(error.reason, "TIME_MALFORMED");
  const auto says = [&](const char* words) { return (error.en + error.sv).find(words); };
  EXPECT_NE(says("the end of that day"), std::string::npos) << error.en;
  EXPECT_NE(says("dagens slut"), std::string::npos) << error.sv;
  EXPECT_EQ(says("EDTF"), std::string::npos) << "it is refused where an instant is asked for";
}

// The form that the field takes, of every field that is at fault.
TEST(Errors, AMalformedTimeIsToldTheFormThatItsFieldTakes) {
  domain::Rejection rejection{v1::REASON_TIME_MALFORMED, "routine.from", {}, "date"};
  rejection.others = {
      {v1::REASON_TIME_MALFORMED, "routine.limits[0].limit", {}, "duration"},
      {v1::REASON_TIME_MALFORMED, "routine.year_parts[0].first_day", {}, "day_of_year"},
      {v1::REASON_TIME_MALFORMED, "x"}};
  const grpc::Status status = Refuse(rejection);
  const CallError error = ErrorOf(status);
  EXPECT_EQ(error.reason, "TIME_MALFORMED");
  EXPECT_THAT(error.en, HasSubstr("yyyy-mm-dd"));
  EXPECT_THAT(error.sv, HasSubstr("åååå-mm-dd"));
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  for (const auto& detail : details.details()) {
    detail.UnpackTo(&info);
    detail.UnpackTo(&bad);
  }
  EXPECT_EQ(info.metadata().at("detail"), "date");
  ASSERT_EQ(bad.field_violations_size(), 4);
  for (const auto& [i, form] : {std::pair(0, "yyyy-mm-dd"), std::pair(1, "ISO 8601"),
                                std::pair(2, "--mm-dd"), std::pair(3, "EDTF")}) {
    EXPECT_THAT(bad.field_violations(i).description(), HasSubstr(form));
  }
}

TEST(Errors, ConflictHoldsTheOldestMissedFactsThatFitInMetadata) {
  v1::RevisionConflict conflict;
  conflict.set_current_revision(200);
  for (int i = 0; i < 100; ++i) {
    auto* fact = conflict.add_missed();
    fact->set_id("f" + std::to_string(i));
    fact->mutable_note()->assign(200, 'x');
  }
  const grpc::Status status = RefuseConflict(conflict);
  EXPECT_LT(status.error_details().size(), 6000u);
  const CallError error = ErrorOf(status);
  EXPECT_EQ(error.code, grpc::StatusCode::ABORTED);
  EXPECT_EQ(error.conflict.current_revision(), 200u);
  ASSERT_GT(error.conflict.missed_size(), 5);
  EXPECT_EQ(error.conflict.missed(0).id(), "f0");
}

TEST(Errors, InfrastructureSaysNothingOfItsInside) {
  const absl::Status inside = absl::InternalError("/var/lib/skyndsamt/log/000012.sst is bad");
  const grpc::Status status = Refuse(inside);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_details().find("sst"), std::string::npos);
  EXPECT_EQ(ErrorOf(Refuse(absl::UnavailableError("poisoned"))).reason, "LOG_UNAVAILABLE");
  EXPECT_EQ(ErrorOf(Refuse(Exhausted(Shortage::kSpace, "the queue"))).reason, "DISK_RESERVE");
  EXPECT_EQ(ErrorOf(Refuse(Exhausted(Shortage::kQueue, "the disk"))).reason, "QUEUE_FULL");
}

}  // namespace
}  // namespace skyndsamt::api
