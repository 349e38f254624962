// Answers as JSON for programs, by reflection: the names are the proto files' own; codes of facts
// (event.v1) in lower case, codes of answers (api.v1) in upper case, both without prefix; 64-bit
// numbers as strings, other numbers always there, texts only where there is one; lists always,
// instants in RFC 3339, bytes in base64. Pure functions, thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"
#include "skyndsamt/api/v1/event_service.pb.h"
#include "skyndsamt/api/v1/timeliness.pb.h"

namespace skyndsamt::cli {

nlohmann::ordered_json AnswerJson(const google::protobuf::Message& message);

// An event with its message decoded: "event" is what the type names.
nlohmann::ordered_json EventJson(const api::v1::Event& event);

// How a case is called where it was played from a file: names in the place of ids.
struct CaseNames {
  std::string file;
  std::string incident;
  std::map<std::string, std::string> aliases;  // person id -> alias

  const std::string& Of(const std::string& person) const;
};

nlohmann::ordered_json TimelinessJson(const api::v1::Timeliness& answer, const CaseNames& names);

// The message that a record's type names, parsed; null for an unknown type or bytes that are none.
std::unique_ptr<google::protobuf::Message> DecodeEvent(const std::string& type,
                                                       const std::string& bytes);

}  // namespace skyndsamt::cli
