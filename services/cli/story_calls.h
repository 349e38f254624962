// In which calls a story is recorded. A call holds at most so many facts and so many bytes; what a
// fact refers to (the anchor of its time, what it corrects) stands before it or, for times, beside
// it in the same call. The cut depends on the file alone, so that request ids, which are named by
// each call's first fact, are the same whenever a file is played. Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <vector>

#include "services/cli/casefile.h"

namespace skyndsamt::cli {

inline constexpr size_t kFactsInOneCall = 100;
inline constexpr size_t kBytesInOneCall = 768u << 10;  // a server takes 1 MiB if not told otherwise

// Facts recorded in one call, by their index in the story, in the order of recording. Never empty.
using Call = std::vector<size_t>;

// For each fact of a story, those that are to be recorded before it, by their index.
using References = std::vector<std::vector<size_t>>;

// The story in the file's order where that can be recorded, or else as AnchorsFirst has it.
std::vector<Call> CallsOf(const Story& story);

// The facts of the story that a fact refers to, without itself: its opening, the anchors of its
// time and of the one it puts in place of another, and what it corrects.
References ReferencesOf(const Story& story);

// Every fact after what it refers to, otherwise in the file's order: a fact waits for what the file
// states later. Facts that wait for one another stand together, every other fact alone.
std::vector<Call> AnchorsFirst(const References& references);

}  // namespace skyndsamt::cli
