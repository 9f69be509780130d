#include "model/tensor_slot.h"

#include <algorithm>
#include <cstring>

#include "kernels/block_matrix.h"
#include "kernels/buffer.h"
#include "kernels/panel.h"

namespace attention_head {

namespace {

Status no_room(double bytes) { return out_of_memory("Packing the weights", bytes); }

}  // namespace

int64_t TensorSlot::piece_bytes() const {
  if (type != NumberType::kF32) return row_bytes(type, in) * piece_out();
  return 4 * (is_matrix ? panel_floats(in, piece_out()) : elements());
}

double TensorSlot::bytes() const { return static_cast<double>(piece_bytes()) * pieces; }

WeightMatrix TensorSlot::matrix(int piece) const {
  const auto* const first = static_cast<const uint8_t*>(data) + piece * piece_bytes();
  WeightMatrix matrix{piece_out(), in, first, type};
  if (type != NumberType::kF32) matrix.multiply = &multiply_block_weights;
  return matrix;
}

Status TensorSlot::complete() const {
  if (!is_matrix) {
    auto* const values = static_cast<float*>(data);
    for (int64_t i = 0; i < elements(); ++i) values[i] += offset;
  }
  if (interleaved_heads > 0) {
    if (Status status = split_heads(); !status.ok()) return status;
  }
  return is_matrix && type == NumberType::kF32 ? pack_matrix() : Status();
}

// Rows 2i and 2i + 1 of a head of n rows become rows i and i + n / 2.
Status TensorSlot::split_heads() const {
  const auto row = static_cast<size_t>(row_bytes(type, in));
  const int rows = out / interleaved_heads;
  const size_t head_bytes = row * static_cast<size_t>(rows);
  Buffer spare;
  if (!spare.reserve(static_cast<double>(head_bytes))) return no_room(static_cast<double>(head_bytes));
  const auto* const from = static_cast<const uint8_t*>(spare.data());
  auto* head = static_cast<uint8_t*>(data);
  for (int h = 0; h < interleaved_heads; ++h, head += head_bytes) {
    std::memcpy(spare.data(), head, head_bytes);
    for (int i = 0; i < rows; ++i) {
      const int target = i / 2 + (i % 2) * (rows / 2);
      std::memcpy(head + static_cast<size_t>(target) * row, from + static_cast<size_t>(i) * row, row);
    }
  }
  return {};
}

Status TensorSlot::pack_matrix() const {
  auto* const panels = static_cast<float*>(data);
  const bool in_place = pieces == 1 && !transposed;
  const double spare_bytes = 4.0 * in * (in_place ? kPanelColumns : out);
  Buffer spare_memory;
  if (!spare_memory.reserve(spare_bytes)) return no_room(spare_bytes);
  auto* const spare = static_cast<float*>(spare_memory.data());
  if (in_place) {
    pack_transposed_in_place(panels, out, in, spare);
    return {};
  }
  std::copy_n(panels, elements(), spare);
  for (int piece = 0; piece < pieces; ++piece) {
    float* const target = panels + piece * panel_floats(in, piece_out());
    const int first = piece * piece_out();
    if (transposed) {
      pack(spare + first, out, in, piece_out(), target);
    } else {
      pack_transposed(spare + int64_t{first} * in, piece_out(), in, target);
    }
  }
  return {};
}

}  // namespace attention_head
