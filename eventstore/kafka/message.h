// A record of a topic, on its way out or in. Value types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skyndsamt::kafka {

// How the values of a topic are written: protobuf's bytes, or its JSON mapping.
enum class ValueFormat { kProtobuf, kJson };

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

// Outgoing. Without a value it is a tombstone.
struct Message {
  std::string topic{};
  int32_t partition = 0;
  std::string key{};
  std::optional<std::string> value{};
  std::vector<Header> headers{};
  // What the broker is to keep as its time, in milliseconds; 0: when it was sent.
  int64_t timestamp = 0;
};

// Incoming: a message and where it stood.
struct ReadMessage : Message {
  int64_t offset = 0;

  // The first header of that name; nullptr if there is none.
  const std::string* Find(std::string_view name) const {
    for (const Header& header : headers) {
      if (header.name == name) return &header.value;
    }
    return nullptr;
  }
};

}  // namespace skyndsamt::kafka
