// How many bytes all calls under way may hold together. Whatever waits, for a worker, for the disk,
// for a position, for a slow reader, belongs to a call, and every call takes its share at the door
// and gives it back when it is gone: so every queue behind the door is bounded in bytes by this.
// (The answer to a unary call is gRPC's from when it is given, one for each call that its
// connection may have open.)
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace skyndsamt::api {

// Thread-safe; outlives its shares.
class ByteBudget {
 public:
  // What a call has taken, given back when it goes. One thread at a time.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->used_ -= bytes_;
    }
    // False: there was no room.
    explicit operator bool() const { return budget_ != nullptr; }

   private:
    friend class ByteBudget;
    Share(ByteBudget* budget, size_t bytes) : budget_(budget), bytes_(bytes) {}

    ByteBudget* budget_ = nullptr;
    size_t bytes_ = 0;
  };

  explicit ByteBudget(size_t bytes) : bytes_(bytes) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  [[nodiscard]] Share Take(size_t bytes) {
    if (used_.fetch_add(bytes) + bytes <= bytes_) return Share(this, bytes);
    used_ -= bytes;
    return Share();
  }
  size_t used() const { return used_; }

 private:
  const size_t bytes_;
  std::atomic<size_t> used_ = 0;
};

}  // namespace skyndsamt::api
