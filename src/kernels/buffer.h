#pragma once

#include <cstdint>
#include <cstdlib>

namespace attention_head {

// Bytes and floats of a cache line: vectors that lie across two take twice as long to load.
inline constexpr size_t kLineBytes = 64;
inline constexpr int kLineFloats = 16;

constexpr size_t whole_lines(size_t bytes) { return (bytes + kLineBytes - 1) / kLineBytes * kLineBytes; }

// The most that one piece of memory may take.
inline constexpr size_t kLargestBytes = SIZE_MAX / 2 - 65536;

// Memory from a cache line on, to be given to std::free; null where it is short.
inline void* allocate_lines(size_t bytes) { return std::aligned_alloc(kLineBytes, whole_lines(bytes)); }

// Memory whose size comes from a caller: taken by aligned_alloc and checked, since without exceptions a
// standard container aborts where memory is short. Kept for the next use, grown only when it must be.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  // Makes room for `bytes`; what was held before is lost. False where memory is short: the buffer is then
  // empty.
  [[nodiscard]] bool reserve(double bytes) {
    if (bytes <= static_cast<double>(bytes_)) return true;
    release();
    if (bytes > static_cast<double>(kLargestBytes)) return false;
    data_ = allocate_lines(static_cast<size_t>(bytes));
    if (data_ == nullptr) return false;
    bytes_ = whole_lines(static_cast<size_t>(bytes));
    return true;
  }

  void release() {
    std::free(data_);
    data_ = nullptr;
    bytes_ = 0;
  }

  [[nodiscard]] void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace attention_head
