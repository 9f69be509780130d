#pragma once

#include <cstddef>
#include <cstdint>

namespace attention_head {

// Matrices are multiplied in tiles of 4 rows by 8 columns; the right-hand side is read in panels of 8
// columns, [ceil(cols / 8)][inner][8], the last one filled with zeros, so that a tile reads it in order.
inline constexpr int kTileRows = 4;
inline constexpr int kPanelColumns = 8;

constexpr int64_t round_up(int64_t count, int64_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

// The floats that the panels of a matrix [inner, cols] take.
constexpr int64_t panel_floats(int64_t inner, int64_t cols) {
  return inner * round_up(cols, kPanelColumns);
}

// panels <- rowsᵀ for rows [cols, inner] of the given stride: keys, or weights as PyTorch stores them
// ([out, in]).
void pack_transposed(const float* rows, int64_t row_stride, int cols, int inner, float* panels);

// The same where rows [cols, inner] already lie, contiguous, at the start of the panels' own memory.
// `spare` holds 8 * inner floats.
void pack_transposed_in_place(float* panels, int cols, int inner, float* spare);

// panels <- matrix [inner, cols] of the given row stride: weights as the papers write them ([in, out]).
void pack(const float* matrix, int64_t row_stride, int inner, int cols, float* panels);

// out [rows, cols] = a [rows, inner] · B (+ out where `accumulate`), B as panels that start panel_stride
// floats apart: 8 * inner, or more where only some of the panels' rows are multiplied.
void multiply_panels(const float* a, int64_t a_stride, int rows, int inner, const float* panels,
                     int64_t panel_stride, int cols, bool accumulate, float* out, int64_t out_stride);

// out [rows, cols] = a [rows, inner] · b [inner, cols] (+ out where `accumulate`), b row-major with a
// stride of at least cols.
void multiply(const float* a, int64_t a_stride, int rows, int inner, const float* b, int64_t b_stride,
              int cols, bool accumulate, float* out, int64_t out_stride);

// out[j] = a · rows[j], rows [count, inner] of the given stride: one query against unpacked keys.
void dot_products(const float* a, const float* rows, int64_t row_stride, int count, int inner, float* out);

// out [rows, cols] = x [rows, inner] · B + bias [cols] (none where null): a linear layer.
void linear(const float* x, int64_t x_stride, int rows, int inner, const float* panels, int cols,
            const float* bias, float* out, int64_t out_stride);

}  // namespace attention_head
