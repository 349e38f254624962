#include "tests/proto/golden.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "skyndsamt/event/v1/fact.pb.h"
#include "skyndsamt/event/v1/organisation.pb.h"
#include "skyndsamt/event/v1/policy.pb.h"
#include "skyndsamt/event/v1/reminder.pb.h"

namespace skyndsamt::event::v1 {

Golden ReadGolden() {
  Golden golden;
  std::ifstream in(SKYNDSAMT_GOLDEN);
  EXPECT_TRUE(in) << SKYNDSAMT_GOLDEN;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> parts;
    std::istringstream cut(line);
    for (std::string part; std::getline(cut, part, '\t');) parts.push_back(part);
    if (parts.size() == 4 && parts[0] == "event") {
      golden.events.push_back({parts[1], FromHex(parts[2]), parts[3]});
    } else if (parts.size() == 3 && parts[0] == "codes") {
      std::istringstream codes(parts[2]);
      for (std::string code; codes >> code;) {
        const size_t equals = code.find('=');
        golden.codes[parts[1]][code.substr(0, equals)] = std::stoi(code.substr(equals + 1));
      }
    } else {
      ADD_FAILURE() << "no line of a golden file: " << line;
    }
  }
  return golden;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const std::string& type) {
  if (type.starts_with("incident.")) return std::make_unique<Fact>();
  if (type.starts_with("authority.")) return std::make_unique<AuthorityEvent>();
  if (type.starts_with("system.")) return std::make_unique<SystemEvent>();
  if (type.starts_with("timer.")) return std::make_unique<TimerEvent>();
  return nullptr;
}

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace skyndsamt::event::v1
