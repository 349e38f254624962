// What a client knows of its commands, and whether the write path keeps to it: what was answered is
// there, once, at the places that the answer names, and its sealed texts open; what was not
// answered can be asked again by its request id and is then there once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "skyndsamt/api/v1/incident_service.pb.h"
#include "tests/write_path/write_path.h"

namespace skyndsamt::testing {

struct Told {
  api::v1::RecordFactsRequest request;
  std::optional<api::v1::RecordFactsResponse> answer;  // absent: it never came
};

// By request id. Refused commands are not kept. Thread-safe.
class Ledger {
 public:
  void Sent(const api::v1::RecordFactsRequest& request);
  void Answered(const std::string& request_id, const api::v1::RecordFactsResponse& answer);
  void Refused(const std::string& request_id);
  // Carries a command out, keeping book; false if the log or the key store failed.
  bool Record(WritePath& path, const api::v1::RecordFactsRequest& request);

  // Checks everything that was not checked before, or all there is. What is wrong, or empty.
  std::string CheckNew(WritePath& path);
  std::string CheckAll(WritePath& path);

  size_t answered() const;

 private:
  std::string Check(WritePath& path, const std::string& request_id, Told& told);

  mutable std::mutex mutex_;
  std::map<std::string, Told> unchecked_;
  std::map<std::string, Told> checked_;
};

}  // namespace skyndsamt::testing
