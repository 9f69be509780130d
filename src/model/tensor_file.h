#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/buffer.h"
#include "kernels/status.h"
#include "model/tensor_slot.h"

namespace attention_head {

// The data section of a file of tensors (safetensors or GGUF), streamed into the slots of a model without a
// copy of the file. First every tensor of the header is added, then check() sees that together
// they are the file, then the slots are given memory, then the bytes come in chunks of any size.
class TensorFile {
 public:
  static constexpr int kMostTensors = 65536;
  static constexpr int kMostDims = 8;

  // Begins a file of so many tensors, which lie on multiples of `alignment` bytes. Matrices keep the type
  // that the file has, or become float32 where `widens`.
  Status begin(double tensors, double alignment, bool widens);
  // Offsets are bytes from the start of the data section, the shape is row-major.
  Status add(TensorSlots& slots, std::string_view name, std::string_view dtype, const double* shape,
             int rank, double begin, double end);
  // No tensor may overlap another, leave a hole or end beyond the data, as the formats say.
  Status check(double data_bytes);
  Status append(const uint8_t* bytes, int64_t count);
  // Whether all bytes came.
  Status finish();

 private:
  static constexpr int kNameCapacity = 120;
  struct Entry {
    int64_t begin, end;
    TensorSlot* slot;  // null where the tensor isn't needed
    NumberType type;
    char name[kNameCapacity];
  };

  [[nodiscard]] Entry* entries() const { return static_cast<Entry*>(entries_.data()); }
  [[nodiscard]] int64_t aligned(int64_t position) const;
  Status fit(const Entry& entry, std::string_view dtype, const double* shape, int rank) const;
  int64_t take(const Entry& entry, const uint8_t* bytes, int64_t count) const;

  Buffer entries_;
  int64_t alignment_ = 1;
  bool widens_ = true;
  int capacity_ = 0;
  int count_ = 0;
  int current_ = 0;
  int64_t position_ = 0;
  int64_t data_bytes_ = 0;
  uint8_t split_[8] = {};  // the bytes so far of a number that two chunks share
  int split_count_ = 0;
};

}  // namespace attention_head
