// What the killed program says of its commands on a pipe, and how it is heard: frames of
//   char kind | u32 length | bytes
//   's'  a command is about to be sent: the request
//   'a'  it was answered: its request id (36 bytes) and the response
//   'r'  it was refused: its request id
// A frame that the death cut short was never said.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "eventstore/base/coding.h"
#include "tests/write_path/told.h"

namespace skyndsamt::testing {

inline constexpr size_t kRequestIdBytes = 36;

// Thread-safe.
class Speaker {
 public:
  explicit Speaker(int file) : file_(file) {}

  // False if nobody hears any more.
  bool Say(char kind, std::string_view bytes) {
    std::string frame(1, kind);
    PutU32(frame, static_cast<uint32_t>(bytes.size()));
    frame.append(bytes);
    const std::lock_guard lock(mutex_);
    for (std::string_view left = frame; !left.empty();) {
      const ssize_t n = ::write(file_, left.data(), left.size());
      if (n <= 0) return false;
      left.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

 private:
  const int file_;
  std::mutex mutex_;
};

// Enters all that was said in the ledger; the number of answers.
inline size_t Hear(std::string_view said, Ledger& ledger) {
  size_t answers = 0;
  while (true) {
    ByteReader reader(said);
    const auto kind = static_cast<char>(reader.U8());
    const std::string bytes(reader.Take(reader.U32()));
    if (!reader.ok()) return answers;
    said.remove_prefix(1 + 4 + bytes.size());
    if (kind == 's') {
      api::v1::RecordFactsRequest request;
      request.ParseFromString(bytes);
      ledger.Sent(request);
    } else if (kind == 'a') {
      api::v1::RecordFactsResponse answer;
      answer.ParseFromString(bytes.substr(kRequestIdBytes));
      ledger.Answered(bytes.substr(0, kRequestIdBytes), answer);
      ++answers;
    } else {
      ledger.Refused(bytes);
    }
  }
}

}  // namespace skyndsamt::testing
