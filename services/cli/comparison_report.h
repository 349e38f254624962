// What changed between two answers, for people: duty by duty, and below each what caused it. Pure.
#pragma once

#include <string>

#include "services/cli/report.h"
#include "skyndsamt/api/v1/comparison.pb.h"

namespace skyndsamt::cli {

std::string ComparisonReport(const api::v1::CompareTimelinessResponse& answer,
                             const ReportStyle& style);

}  // namespace skyndsamt::cli
