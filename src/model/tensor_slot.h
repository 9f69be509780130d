#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/status.h"
#include "kernels/weight_matrix.h"
#include "model/part.h"

namespace attention_head {

// Where a tensor of a file goes, the shape that it must have, and what is done to it once it is whole. A
// vector becomes floats; a matrix [out, in] becomes one weight matrix or several side by side.
struct TensorSlot {
  Part part = Part::kTokenEmbedding;
  int layer = 0;
  bool is_matrix = false;
  int out = 0;  // a vector's length
  int in = 1;
  int pieces = 1;             // matrices of out / pieces rows each: GPT-2's query, key and value
  bool transposed = false;    // the file has [in, out]
  int interleaved_heads = 0;  // rows of so many heads are brought from interleaved to half-split order
  float offset = 0;           // added to a vector
  NumberType type = NumberType::kF32;  // as it is kept
  void* data = nullptr;
  bool filled = false;

  [[nodiscard]] int64_t elements() const { return int64_t{out} * in; }
  [[nodiscard]] int rank() const { return is_matrix ? 2 : 1; }
  // The length of an axis as the file has it.
  [[nodiscard]] int length(int axis) const { return (axis == 0) != transposed ? out : in; }
  // The bytes that it takes when it is whole.
  [[nodiscard]] double bytes() const;
  // One of its matrices.
  [[nodiscard]] WeightMatrix matrix(int piece = 0) const;
  // Its floats hold the file's elements; brings them into the order in which they are kept.
  Status complete() const;

 private:
  [[nodiscard]] int piece_out() const { return out / pieces; }
  [[nodiscard]] int64_t piece_bytes() const;
  Status pack_matrix() const;
  Status split_heads() const;
};

// Finds the slot of a tensor's name; null for a tensor that isn't needed.
class TensorSlots {
 public:
  virtual ~TensorSlots() = default;
  virtual TensorSlot* find(std::string_view name) = 0;
};

}  // namespace attention_head
