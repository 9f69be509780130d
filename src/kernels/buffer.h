#pragma once

#include <cstdint>
#include <cstdlib>

namespace attention_head {

// Memory whose size comes from a caller: taken by aligned_alloc and checked, since without exceptions a
// standard container aborts where memory is short. Kept for the next use, grown only when it must be.
class Buffer {
 public:
  // A cache line: vectors that lie across two take twice as long to load.
  static constexpr size_t kAlignment = 64;

  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  // Makes room for `bytes`; what was held before is lost. False where memory is short: the buffer is then
  // empty.
  [[nodiscard]] bool reserve(double bytes) {
    if (bytes <= static_cast<double>(bytes_)) return true;
    std::free(data_);
    data_ = nullptr;
    bytes_ = 0;
    if (bytes > static_cast<double>(kLargest)) return false;
    const size_t whole = (static_cast<size_t>(bytes) + kAlignment - 1) / kAlignment * kAlignment;
    data_ = std::aligned_alloc(kAlignment, whole);
    if (data_ == nullptr) return false;
    bytes_ = whole;
    return true;
  }

  [[nodiscard]] void* data() const { return data_; }

 private:
  static constexpr size_t kLargest = SIZE_MAX / 2 - 65536;
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace attention_head
