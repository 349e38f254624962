// The flat form of facts in a case file, read into the API's messages by reflection: the keys of a
// fact are the common fields (id, happened, by, to, ...) and the fields of its kind's own message,
// so a field added to a proto file can be played at once. One reader per file; not thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "nlohmann/json.hpp"
#include "services/cli/problem.h"
#include "skyndsamt/event/v1/fact.pb.h"

namespace skyndsamt::cli {

// What a file's names stand for.
struct Names {
  // The person id of an alias; empty where the file knows no such person.
  std::function<std::string(std::string_view)> person;
  // The incident id of an incident's name, "i2" or "file/i2"; empty where there is none.
  std::function<std::string(std::string_view)> incident;
  // The unit id of a unit's name or id; empty where there is none.
  std::function<std::string(std::string_view)> unit;
};

// The file's own part of a fact: where it belongs. Both empty: it holds for all.
struct Placement {
  std::string incident;               // the incident's name in the file
  std::vector<std::string> children;  // aliases
};

class FactReader {
 public:
  explicit FactReader(const Names& names) : names_(names) {}

  // Nothing that is read from now on may have happened after this instant, when the file is told.
  void EndAt(Micros told) { told_ = told; }

  // Reads one fact of the list. False: see problem().
  bool Read(const nlohmann::json& value, const std::string& path, event::v1::Fact* fact,
            Placement* placement);

  // Parts that files hold outside their facts, too. Each checks its value and says what is wrong.
  bool ReadWhen(const nlohmann::json& value, const std::string& path, event::v1::When* when);
  bool ReadField(const nlohmann::json& value, const std::string& path,
                 google::protobuf::Message* message,
                 const google::protobuf::FieldDescriptor* field);
  // Every key of an object must be a field of the message or in `besides`.
  bool ReadObject(const nlohmann::json& value, const std::string& path,
                  google::protobuf::Message* message, const std::set<std::string_view>& besides);
  bool ReadText(const nlohmann::json& value, const std::string& path, std::string* text);
  bool Expect(bool right, const std::string& path, std::string_view en, std::string_view sv);

  const std::optional<Problem>& problem() const { return problem_; }

 private:
  bool ReadKind(const nlohmann::json& value, const std::string& path, event::v1::Fact* fact);
  bool ReadReplacement(const nlohmann::json& value, const std::string& path, event::v1::Fact* fact);
  bool ReadChildren(const nlohmann::json& value, const std::string& path,
                    std::vector<std::string>* children);
  bool ReadValue(const nlohmann::json& value, const std::string& path,
                 google::protobuf::Message* message,
                 const google::protobuf::FieldDescriptor* field);
  bool ReadMessage(const nlohmann::json& value, const std::string& path,
                   google::protobuf::Message* message);
  bool ReadNumber(const nlohmann::json& value, const std::string& path,
                  google::protobuf::Message* message,
                  const google::protobuf::FieldDescriptor* field);
  bool ReadString(const nlohmann::json& value, const std::string& path,
                  google::protobuf::Message* message,
                  const google::protobuf::FieldDescriptor* field);
  bool Translate(const std::string& path, const google::protobuf::FieldDescriptor* field,
                 std::string* text);

  const Names& names_;
  std::optional<Micros> told_;
  std::optional<Problem> problem_;
};

}  // namespace skyndsamt::cli
