// How fast the law is: verdicts a second in this process, for cases of several shapes; and a whole
// municipality judged again under a draft policy, by the preview that the API offers.
#pragma once

#include <cstdint>
#include <string>

namespace skyndsamt::bench {

// Prints one line a shape: the whole answer with its explanation, and the verdict alone.
void JudgeShapes(double seconds);

// Writes a log of so many cases in `directory`, builds the views, and previews a draft over them
// all, with progress on stderr.
void JudgeMunicipality(const std::string& directory, uint64_t cases);

}  // namespace skyndsamt::bench
