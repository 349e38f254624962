// event_v1.golden: bytes of every event ever released, with every field of theirs and every code.
// Lines are appended, never changed.
//
//   event <tab> record type <tab> bytes in hex <tab> the message as text
//   codes <tab> enum <tab> NAME=number ...
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace skyndsamt::event::v1 {

struct GoldenEvent {
  std::string type;   // a record's type, such as incident.classified
  std::string bytes;  // a Body's event
  std::string text;   // the same in protobuf's text format
};

struct Golden {
  std::vector<GoldenEvent> events;
  std::map<std::string, std::map<std::string, int>> codes;  // by enum and name
};

// A line that is none fails the test.
Golden ReadGolden();

// An empty message of a record type: the type is a stream's kind and the name of the field that is
// set. Null if there is no such kind.
std::unique_ptr<google::protobuf::Message> NewMessage(const std::string& type);

std::string FromHex(const std::string& hex);

}  // namespace skyndsamt::event::v1
