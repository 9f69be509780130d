#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// Where a tensor of a file is to go: float memory for its elements, and the shape that it must have.
// `is_linear` marks the weights [out, in] of a linear layer, which become the panels of kernels/panel.h as
// soon as they are whole; `data` then has room for panel_floats(in, out).
struct TensorSlot {
  float* data = nullptr;
  int rank = 0;
  int shape[2] = {};
  bool is_linear = false;
  bool filled = false;

  [[nodiscard]] int64_t elements() const { return rank == 1 ? shape[0] : int64_t{shape[0]} * shape[1]; }
};

// Finds the slot of a tensor's name; null for a tensor that isn't needed.
class TensorSlots {
 public:
  virtual ~TensorSlots() = default;
  virtual TensorSlot* find(std::string_view name) = 0;
};

// The data section of a safetensors file, streamed into the slots of a model without a copy of the file.
// First every tensor of the header is expected and added, then check() sees that together they are the
// file, then the bytes come in chunks of any size.
class TensorFile {
 public:
  static constexpr int kMostTensors = 65536;
  static constexpr int kMostDims = 8;

  // Makes room for so many tensors.
  Status expect(double tensors);
  // Offsets are bytes from the start of the data section.
  Status add(TensorSlots& slots, std::string_view name, std::string_view dtype, const double* shape,
             int rank, double begin, double end);
  // No tensor may overlap another, leave a hole or end beyond the data, as the format says.
  Status check(double data_bytes);
  Status append(const uint8_t* bytes, int64_t count);
  // Whether all bytes came.
  Status finish();

 private:
  static constexpr int kNameCapacity = 120;
  enum class Dtype : int { kIgnored, kF32, kF16, kBF16 };
  struct Entry {
    int64_t begin, end;
    TensorSlot* slot;  // null where the tensor isn't needed
    Dtype dtype;
    char name[kNameCapacity];
  };

  [[nodiscard]] Entry* entries() const { return static_cast<Entry*>(entries_.data()); }
  int64_t take(Entry& entry, const uint8_t* bytes, int64_t count);
  Status complete(Entry& entry);

  Buffer entries_;
  int capacity_ = 0;
  int count_ = 0;
  int current_ = 0;
  int64_t position_ = 0;
  int64_t data_bytes_ = 0;
  uint8_t split_[4] = {};  // the bytes so far of an element that two chunks share
  int split_count_ = 0;
};

}  // namespace attention_head
