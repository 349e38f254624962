// What every field of every event must look like, by reflection over the field options
// (options.proto) and in one place: UTF-8, codes that their list has, the forms of ids, times that
// can be read and can be true, lengths, and the fields without which a fact says nothing.
//
//   reference   fact, measure, request, complaint, document, version, source: 1-64 of
//   [A-Za-z0-9._-];
//               person, unit, authority, incident: a UUID in lower case; sha256: 32 bytes
//   time        EDTF at most 64 bytes; not in the future where it says what has happened;
//               durations ISO 8601; dates of policy yyyy-mm-dd, days of the year --mm-dd
//   code        a number its enum has; a code of a local list: 1-64 bytes, no control characters
//   text        at most 32 KiB
// A field that this version does not know is refused: nobody could say whether it must be sealed.
// A field that is not given is never wrong unless it is required (a required text of blanks alone
// is not given); a repeated one has at most 1,000 elements, none of them empty. What depends on the
// incident is the decider's matter.
//
// Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/base/ids.h"
#include "google/protobuf/message.h"
#include "services/domain/rejection.h"
#include "services/domain/time_check.h"

namespace skyndsamt::domain {

inline constexpr size_t kMaxTextBytes = 32 * 1024;
inline constexpr size_t kMaxCodeBytes = 64;
inline constexpr size_t kMaxIdBytes = 64;
inline constexpr size_t kMaxTimeBytes = 64;
inline constexpr int kMaxElements = 1000;

// The first fault found, a oneof after the fields outside it, with the field's path under `path`
// ("facts[0]"); nullopt where every field is right. `message` is part of a Fact, AuthorityEvent or
// SystemEvent.
std::optional<Rejection> CheckFields(const google::protobuf::Message& message,
                                     const TimeCheck& times, Micros now, const std::string& path);

// The same, at most so many of all faults.
std::vector<Rejection> FieldFaults(const google::protobuf::Message& message, const TimeCheck& times,
                                   Micros now, const std::string& path, size_t most);

// What is wrong with a stated time, as a refusal reason; REASON_UNSPECIFIED for kNone.
api::v1::Reason ReasonOf(TimeFault fault);

bool IsClientId(std::string_view text);   // 1-64 of [A-Za-z0-9._-]
bool IsUuid(std::string_view text);       // 36 characters, lower case
bool IsLocalDate(std::string_view text);  // yyyy-mm-dd, a date that exists
bool IsMonthDay(std::string_view text);   // --mm-dd, a day that some year has

}  // namespace skyndsamt::domain
