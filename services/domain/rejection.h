// A business refusal: a value, never an exception. Carries no free text and no personal data;
// the API gives each reason its gRPC code and its Swedish and English words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "skyndsamt/api/v1/errors.pb.h"

namespace skyndsamt::domain {

struct Rejection {
  api::v1::Reason reason = api::v1::REASON_UNSPECIFIED;
  std::string field;  // path in the request, e.g. "facts[0].happened.edtf"; may be empty
  // What else is wrong, where everything was looked for. None of them has others.
  std::vector<Rejection> others{};
  // What it is about where the reason's own words would mislead, as errors.proto lists it.
  std::string_view detail{};

  bool operator==(const Rejection&) const = default;
};

}  // namespace skyndsamt::domain
