#include "tests/write_path/told.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/commands/opening.h"

namespace skyndsamt::testing {
namespace {

using api::v1::RecordFactsRequest;
using api::v1::RecordFactsResponse;
using google::protobuf::util::MessageDifferencer;

// The answer without what belongs to the moment it is given at.
RecordFactsResponse Lasting(RecordFactsResponse answer) {
  answer.clear_deduplicated();
  answer.clear_next_actions();
  return answer;
}

// The fact as it must come back when it is opened.
event::v1::Fact Expected(const RecordFactsRequest& request, int i) {
  event::v1::Fact fact = request.facts(i);
  if (request.has_imported()) {
    *fact.mutable_imported() = request.imported();
    if (fact.correction().has_replacement()) {
      *fact.mutable_correction()->mutable_replacement()->mutable_imported() = request.imported();
    }
  }
  return fact;
}

// Every part with its key, the fingerprint's too.
std::string OpenParts(const log::Record& record, vault::KeyStore& keys) {
  for (size_t i = 0; i < record.parts.size(); ++i) {
    const auto key = keys.Find(record.parts[i].key);
    if (!key.ok()) return absl::StrCat("a key is gone: ", key.status().ToString());
    const auto text = vault::Open(record.parts[i], *key, record.event_id, static_cast<uint16_t>(i));
    if (!text.ok()) return absl::StrCat("a part does not open: ", text.status().ToString());
  }
  return {};
}

std::string OpenFacts(WritePath& path, const RecordFactsRequest& request,
                      const RecordFactsResponse& answer) {
  for (int i = 0; i < answer.facts_size(); ++i) {
    log::ReadOptions at;
    at.from = answer.facts(i).position().position();
    at.max_records = 1;
    auto read = path.log().ReadAll(at);
    if (!read.ok()) return read.status().ToString();
    if (read->records.empty()) return "a record that was acknowledged is gone";
    const log::Record& record = read->records.front();
    if (record.stream.ToString() != request.incident() ||
        record.revision != answer.facts(i).revision()) {
      return "a record is not where it was acknowledged";
    }
    if (auto wrong = OpenParts(record, path.keys()); !wrong.empty()) return wrong;
    auto opened = commands::OpenFact(record, path.keys());
    if (!opened.ok()) return opened.status().ToString();
    if (!MessageDifferencer::Equals(opened->fact, Expected(request, i))) {
      return "a fact is not what was acknowledged";
    }
  }
  return {};
}

}  // namespace

void Ledger::Sent(const RecordFactsRequest& request) {
  const std::lock_guard lock(mutex_);
  unchecked_[request.request_id()].request = request;
}

void Ledger::Answered(const std::string& request_id, const RecordFactsResponse& answer) {
  const std::lock_guard lock(mutex_);
  unchecked_[request_id].answer = answer;
}

void Ledger::Refused(const std::string& request_id) {
  const std::lock_guard lock(mutex_);
  unchecked_.erase(request_id);
}

bool Ledger::Record(WritePath& path, const RecordFactsRequest& request) {
  Sent(request);
  auto outcome = path.Record(request);
  if (!outcome.ok()) return false;
  if (const auto* answer = std::get_if<RecordFactsResponse>(&*outcome)) {
    Answered(request.request_id(), *answer);
  } else {
    Refused(request.request_id());
  }
  return true;
}

std::string Ledger::Check(WritePath& path, const std::string& request_id, Told& told) {
  const Position before = path.log().committed();
  auto outcome = path.Record(told.request);
  if (!outcome.ok()) return "asked again: " + outcome.status().ToString();
  const auto* again = std::get_if<RecordFactsResponse>(&*outcome);
  if (again == nullptr) {
    if (told.answer || std::holds_alternative<commands::RequestReused>(*outcome)) {
      return absl::StrCat("asked again, ", request_id, " is refused: ", outcome->index());
    }
    return {};  // it was never recorded, and others have come since
  }
  if (told.answer) {
    if (!again->deduplicated()) return "an acknowledged command is gone";
    if (!MessageDifferencer::Equals(Lasting(*again), Lasting(*told.answer))) {
      return "the first answer is not repeated";
    }
  }
  const Position added = path.log().committed() - before;
  const auto count = static_cast<Position>(again->facts_size());
  if (added != (again->deduplicated() ? 0 : count)) return "a repeated command was recorded again";
  told.answer = *again;
  return OpenFacts(path, told.request, *told.answer);
}

std::string Ledger::CheckNew(WritePath& path) {
  std::map<std::string, Told> told;
  {
    const std::lock_guard lock(mutex_);
    told.swap(unchecked_);
  }
  for (auto& [request_id, one] : told) {
    auto wrong = Check(path, request_id, one);
    if (!wrong.empty()) return wrong;
    if (one.answer) checked_[request_id] = std::move(one);
  }
  return {};
}

std::string Ledger::CheckAll(WritePath& path) {
  {
    const std::lock_guard lock(mutex_);
    unchecked_.merge(checked_);
  }
  return CheckNew(path);
}

size_t Ledger::answered() const {
  const std::lock_guard lock(mutex_);
  size_t count = 0;
  for (const auto* told : {&unchecked_, &checked_}) {
    for (const auto& [id, one] : *told) count += one.answer.has_value();
  }
  return count;
}

}  // namespace skyndsamt::testing
