#include "services/commands/caller.h"

#include "eventstore/base/coding.h"
#include "eventstore/base/sha256.h"

namespace skyndsamt::commands {

RequestKey RequestKeyOf(const std::string& scope, const std::string& request_id) {
  const Bytes32 hash =
      Sha256().Update(scope).Update(std::string_view("\0", 1)).Update(request_id).Finish();
  return RequestKey::FromBytes(View(hash));
}

EventId EventIdOf(const std::string& scope, const std::string& request_id, uint32_t index) {
  std::string place;
  PutU32(place, index);
  const Bytes32 hash = Sha256()
                           .Update(std::string_view("skyndsamt/event/v1\0", 19))
                           .Update(scope)
                           .Update(request_id)
                           .Update(place)
                           .Finish();
  return EventId::FromBytes(View(hash));
}

}  // namespace skyndsamt::commands
