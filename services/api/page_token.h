// Page tokens (AIP-158): opaque to the caller, bound to the question that began the pages, so that
// a token given back with another question is refused instead of answering nonsense. They hold ids
// and times only and need no key: a page is checked against the caller's rights like any other.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace skyndsamt::api {

// What a page of long entries holds at most: below the 4 MiB that clients take by default.
inline constexpr size_t kPageBytes = 3u << 20;

// `question` is everything of the request that decides which rows there are; `next` is where the
// next page starts. Empty for an empty `next`: the end.
std::string MakePageToken(std::string_view question, std::string_view next);

// Where to go on; nullopt if the token is not one of ours for this question. An empty token is the
// beginning: an empty string.
std::optional<std::string> ReadPageToken(std::string_view question, std::string_view token);

// The number of rows to answer: `asked`, or `standard` for 0, at most `most`; nullopt if negative.
std::optional<size_t> PageSize(int asked, size_t standard, size_t most);

}  // namespace skyndsamt::api
