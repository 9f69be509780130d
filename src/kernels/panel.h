#pragma once

#include <cstdint>

namespace attention_head {

// A panel is 8 columns of a matrix side by side, [inner, 8], filled up with zeros where there are fewer. A
// matrix [inner, cols] is its panels one after another, [ceil(cols / 8)][inner][8], so that a tile of a
// product reads it in order.
inline constexpr int kPanelColumns = 8;

// The factors of columns that are unpacked as they are.
inline constexpr float kAsTheyAre[kPanelColumns] = {1, 1, 1, 1, 1, 1, 1, 1};

constexpr int64_t round_up(int64_t count, int64_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

// The floats that the panels of a matrix [inner, cols] take.
constexpr int64_t panel_floats(int64_t inner, int64_t cols) {
  return inner * round_up(cols, kPanelColumns);
}

// panel [inner, 8] <- factor · rowsᵀ for at most 8 rows [cols, inner] of the given stride.
void pack_panel(const float* rows, int64_t row_stride, int cols, int inner, float factor, float* panel);

// rows [cols, inner] <- (panel [inner, 8] · diag(factors [8]))ᵀ
void unpack_panel(const float* panel, int inner, int cols, const float* factors, float* rows,
                  int64_t row_stride);

// panels <- rowsᵀ for contiguous rows [cols, inner]: weights as PyTorch stores them ([out, in]).
void pack_transposed(const float* rows, int cols, int inner, float* panels);

// The same where the rows lie at the start of the panels' own memory. `spare` holds 8 * inner floats.
void pack_transposed_in_place(float* panels, int cols, int inner, float* spare);

// panels <- matrix [inner, cols] of the given row stride: weights as the papers write them ([in, out]).
void pack(const float* matrix, int64_t row_stride, int inner, int cols, float* panels);

}  // namespace attention_head
