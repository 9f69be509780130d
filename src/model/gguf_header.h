#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// The header of a GGUF file of version 2 or 3 (ggml's docs/gguf.md): everything before the tensors' data.
// It is walked where it lies and every count, length and offset is checked; what comes out is where things
// are. Positions are bytes from the start of the file.
class GgufHeader {
 public:
  static constexpr double kLargest = 100'000'000;  // bytes of a header

  // The types of metadata, by the format's own numbers.
  enum ValueType : int {
    kUint8,
    kInt8,
    kUint16,
    kInt16,
    kUint32,
    kInt32,
    kFloat32,
    kBool,
    kString,
    kArray,
    kUint64,
    kInt64,
    kFloat64,
    kNumValueTypes,
  };
  // One piece of metadata. An array's value is its elements; a string's is its bytes, and one of many is a
  // length of 8 bytes and its bytes.
  struct Value {
    double key, key_length;
    double type;
    double is_array;
    double count;  // of elements; of bytes where it is a single string
    double value;
  };
  struct Tensor {
    double name, name_length;
    double type;  // ggml's own number
    double rank;
    double shape[4];    // row-major: the reverse of the file's order
    double begin, end;  // bytes from the start of the data
  };

  // Memory where so many bytes of the file are to be written; what lay there before is lost.
  Status make_room(double bytes);
  // Reads the first `count` bytes. `needs_more` says that the header goes on behind them.
  Status parse(double count);
  [[nodiscard]] bool needs_more() const { return needs_more_; }

  [[nodiscard]] uintptr_t bytes() const { return reinterpret_cast<uintptr_t>(bytes_.data()); }
  [[nodiscard]] const Value* values() const { return static_cast<const Value*>(values_.data()); }
  [[nodiscard]] const Tensor* tensors() const { return static_cast<const Tensor*>(tensors_.data()); }
  [[nodiscard]] int num_values() const { return num_values_; }
  [[nodiscard]] int num_tensors() const { return num_tensors_; }
  [[nodiscard]] double alignment() const { return alignment_; }
  // Where the tensors' data begin.
  [[nodiscard]] double data_begin() const { return data_begin_; }

 private:
  Buffer bytes_;
  Buffer values_;
  Buffer tensors_;
  bool needs_more_ = false;
  int num_values_ = 0;
  int num_tensors_ = 0;
  double alignment_ = 32;
  double data_begin_ = 0;
};

}  // namespace attention_head
