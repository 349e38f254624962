// Finds, by the field options alone, what is sealed in an event, in the one order that sealing and
// opening share: a message's own fields by number, depth first, a repeated field's elements in
// turn. Built once per message type, then read only: thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace skyndsamt::commands {

// A sealed field that is set. Its elements (one, or those of a repeated field) are texts, or
// numbers of an enum in decimal.
struct SealedValue {
  std::string path;                              // e.g. "correction.replacement.note"
  google::protobuf::Message* message = nullptr;  // that holds the field
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string person;                               // whose key seals it; empty: a free text
  const google::protobuf::Message* fact = nullptr;  // the innermost Fact around it

  int size() const;
  // The i-th element as text; empty if nothing was said (such are not sealed).
  std::string Text(int i) const;
  void Clear() const;
};

// Calls `visit` for every sealed field that is set, in order.
void ForEachSealed(google::protobuf::Message& message,
                   const std::function<void(const SealedValue&)>& visit);

// Puts a text back where `path` says; elements of a repeated field are added in turn. False if the
// message has no such sealed field, or the text is no value of it.
bool PutSealed(google::protobuf::Message& message, std::string_view path, const std::string& text);

}  // namespace skyndsamt::commands
