// A real event log and a real key store in a directory of their own, with the commands above them:
// what the scenarios of this folder start from. It can be closed and opened again, as a restart
// does. Not thread-safe.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "eventstore/base/clock.h"
#include "eventstore/log/event_log.h"
#include "eventstore/vault/vault.h"
#include "google/protobuf/text_format.h"
#include "services/commands/authority_commands.h"
#include "services/commands/incident_commands.h"
#include "services/commands/opening.h"
#include "services/commands/rule_set_commands.h"

namespace skyndsamt::commands {

inline std::string Uuid(const std::string& name) { return FormatUuid(DerivedUuid("test", name)); }

inline constexpr Micros kNoon = 1769857200'000'000;  // 2026-01-31T12:00+01:00

// Units known from the start, as a view would know them.
class KnownUnits : public views::UnitDirectory {
 public:
  void Add(const std::string& unit, const std::vector<std::string>& places = {},
           event::v1::Party receiver = event::v1::PARTY_UNSPECIFIED) {
    views::Unit known;
    known.authority = Uuid("authority");
    known.declared.set_unit(unit);
    known.declared.set_report_receiver(receiver);
    for (const auto& place : places) known.declared.add_places(place);
    units_[unit].clear();
    Add(std::move(known));
  }
  // One more declaration.
  void Add(views::Unit known) {
    auto& declarations = units_[known.declared.unit()];
    known.position = declarations.size();
    declarations.push_back(std::make_shared<views::Unit>(std::move(known)));
  }
  std::shared_ptr<const views::Unit> FindUnit(std::string_view unit) const override {
    return views::InForceOn(DeclarationsOf(unit), absl::CivilDay(2026, 1, 31));
  }
  views::Declarations DeclarationsOf(std::string_view unit) const override {
    const auto found = units_.find(std::string(unit));
    return found == units_.end() ? views::Declarations() : found->second;
  }
  std::vector<std::string> UnitsOf(std::string_view) const override { return {}; }
  std::shared_ptr<const views::AuthorityState> FindAuthority(std::string_view) const override {
    return nullptr;
  }

 private:
  absl::flat_hash_map<std::string, views::Declarations> units_;
};

class House : public testing::Test {
 protected:
  House() {
    char path[] = "/tmp/skyndsamt_commands_XXXXXX";
    directory_ = ::mkdtemp(path);
    directory_of_units_.Add(Uuid("unit"), {"yard", "hall"});
    Open();
  }
  ~House() override {
    Close();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    log::Options options;
    options.directory = directory_ + "/log";
    options.reserve_bytes = 0;
    auto log = log::EventLog::Open(options, clock_);
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
    vault::KeyStoreOptions keys;
    keys.directory = directory_ + "/keys";
    keys.pool_size = 256;
    auto store = vault::KeyStore::Open(keys);
    ASSERT_TRUE(store.ok()) << store.status();
    keys_ = *std::move(store);
    units_ = std::make_unique<Units>(directory_of_units_, clock_);
    commands_ =
        std::make_unique<IncidentCommands>(*log_, *keys_, *units_, clock_, incident_options_);
    authorities_ = std::make_unique<AuthorityCommands>(*log_, *keys_, *units_, clock_);
    rule_sets_ = std::make_unique<RuleSetCommands>(*log_, *keys_, clock_);
  }
  void Close() {
    rule_sets_.reset();
    authorities_.reset();
    commands_.reset();
    units_.reset();
    log_.reset();
    keys_.reset();
  }
  void Restart() {
    Close();
    Open();
  }

  RecordOutcome Record(const api::v1::RecordFactsRequest& request) {
    return Record(caller_, request);
  }
  RecordOutcome Record(const CallerScope& caller, const api::v1::RecordFactsRequest& request) {
    std::promise<absl::StatusOr<RecordOutcome>> promise;
    auto future = promise.get_future();
    commands_->RecordFacts(caller, request, [&](auto outcome) { promise.set_value(outcome); });
    auto outcome = future.get();
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : RecordOutcome(RequestReused());
  }
  ReportOutcome Report(const api::v1::ReceiveReportRequest& request) {
    std::promise<absl::StatusOr<ReportOutcome>> promise;
    auto future = promise.get_future();
    commands_->ReceiveReport(caller_, request, [&](auto outcome) { promise.set_value(outcome); });
    auto outcome = future.get();
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : ReportOutcome(RequestReused());
  }
  // The response, of what must succeed.
  api::v1::RecordFactsResponse MustRecord(const api::v1::RecordFactsRequest& request) {
    const auto outcome = Record(request);
    const auto* response = std::get_if<api::v1::RecordFactsResponse>(&outcome);
    if (const auto* rejection = std::get_if<domain::Rejection>(&outcome)) {
      ADD_FAILURE() << "refused: " << api::v1::Reason_Name(rejection->reason) << " at "
                    << rejection->field;
    }
    EXPECT_NE(response, nullptr) << "outcome " << outcome.index();
    return response == nullptr ? api::v1::RecordFactsResponse() : *response;
  }
  void ExpectRefused(const RecordOutcome& outcome, api::v1::Reason reason,
                     const std::string& field) {
    const auto* rejection = std::get_if<domain::Rejection>(&outcome);
    ASSERT_NE(rejection, nullptr) << "outcome " << outcome.index();
    EXPECT_EQ(api::v1::Reason_Name(rejection->reason), api::v1::Reason_Name(reason));
    EXPECT_EQ(rejection->field, field);
  }

  std::vector<log::Record> Stream(const std::string& incident) {
    log::ReadOptions options;
    options.from = 0;
    options.max_records = 100'000;
    options.max_bytes = 1u << 30;
    auto read = log_->ReadStream(*StreamId::Parse(incident), options);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? read->records : std::vector<log::Record>();
  }
  OpenedFact Opened(const log::Record& record) {
    auto opened = OpenFact(record, *keys_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *opened : OpenedFact();
  }

  // Every byte of every file of the house.
  std::string AllBytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  }

  std::string directory_;
  ManualClock clock_{kNoon};
  KnownUnits directory_of_units_;
  IncidentCommandsOptions incident_options_;
  CallerScope caller_{"https://issuer.test", "caseworker-1", "caseworker", Uuid("unit"),
                      Uuid("authority")};
  std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<Units> units_;
  std::unique_ptr<IncidentCommands> commands_;
  std::unique_ptr<AuthorityCommands> authorities_;
  std::unique_ptr<RuleSetCommands> rule_sets_;
};

// A request by name: request id, incident, and facts as protobuf text, $NAME standing for a UUID.
inline event::v1::Fact FactOf(const std::string& text) {
  std::string named;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    const bool name = text[i] == '$';
    while (name && end < text.size() && (std::islower(text[end]) || text[end] == '_')) ++end;
    named += name ? Uuid(text.substr(i + 1, end - i - 1)) : text.substr(i, 1);
    i = end;
  }
  event::v1::Fact fact;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(named, &fact)) << text;
  return fact;
}

inline api::v1::RecordFactsRequest Request(const std::string& id, const std::string& incident,
                                           const std::vector<std::string>& facts) {
  api::v1::RecordFactsRequest request;
  request.set_request_id(Uuid("request " + id));
  request.set_incident(Uuid(incident));
  for (const std::string& fact : facts) *request.add_facts() = FactOf(fact);
  return request;
}

inline const char kOpened[] =
    "id: 'opened' happened { edtf: '2026-01-12' } incident_opened { unit: '$unit' place: 'yard' "
    "children { person: '$nils' } accused { person: '$olle' kind: ACCUSED_KIND_CHILD } "
    "description: 'Sparkade honom bakom cykelstället' }";
inline const char kLearned[] = "id: 'k' happened { edtf: '2026-01-12' } staff_learned {}";

}  // namespace skyndsamt::commands
