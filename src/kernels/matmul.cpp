#include "kernels/matmul.h"

#include <algorithm>

#include "kernels/simd.h"

namespace attention_head {

namespace {

// The rows of `a` that stay in the second-level cache while all panels pass by.
constexpr int kRowBlock = 64;
constexpr int kInnerBlock = 64;

// One tile: out [kRows, 8] = a [kRows, inner] · b [inner, 8] (+ out). Where fewer than 8 columns are asked
// for, the rest are computed and dropped, so b must be readable over all 8.
template <int kRows>
void multiply_tile(const float* a, int64_t a_stride, int inner, const float* b, int64_t b_stride, int cols,
                   bool accumulate, float* out, int64_t out_stride) {
  f32x4 left[kRows];
  f32x4 right[kRows];
  for (int r = 0; r < kRows; ++r) left[r] = right[r] = splat(0.0f);
  for (int k = 0; k < inner; ++k) {
    const f32x4 b_left = load(b);
    const f32x4 b_right = load(b + kLanes);
    b += b_stride;
    for (int r = 0; r < kRows; ++r) {
      const f32x4 value = load_splat(a + r * a_stride + k);
      left[r] = multiply_add(value, b_left, left[r]);
      right[r] = multiply_add(value, b_right, right[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    float* row = out + r * out_stride;
    if (cols == kPanelColumns) {
      if (accumulate) {
        left[r] = left[r] + load(row);
        right[r] = right[r] + load(row + kLanes);
      }
      store(row, left[r]);
      store(row + kLanes, right[r]);
    } else {
      float values[kPanelColumns];
      store(values, left[r]);
      store(values + kLanes, right[r]);
      for (int c = 0; c < cols; ++c) row[c] = accumulate ? row[c] + values[c] : values[c];
    }
  }
}

// All rows of one strip of 8 columns. The inner dimension goes by in blocks that are summed apart: what a
// strip reads stays in the first-level cache, and rounding errors grow with a block, not with the whole.
void multiply_strip(const float* a, int64_t a_stride, int rows, int inner, const float* b, int64_t b_stride,
                    int cols, bool accumulate, float* out, int64_t out_stride) {
  int k = 0;
  do {
    const int depth = std::min(kInnerBlock, inner - k);
    const bool adds = accumulate || k > 0;
    int r = 0;
    for (; r + kTileRows <= rows; r += kTileRows) {
      multiply_tile<kTileRows>(a + r * a_stride + k, a_stride, depth, b + k * b_stride, b_stride, cols,
                               adds, out + r * out_stride, out_stride);
    }
    for (; r < rows; ++r) {
      multiply_tile<1>(a + r * a_stride + k, a_stride, depth, b + k * b_stride, b_stride, cols, adds,
                       out + r * out_stride, out_stride);
    }
    k += kInnerBlock;
  } while (k < inner);
}

// One panel: transposes rows [cols, inner] into [inner, 8], zeros beyond cols.
void pack_panel(const float* rows, int64_t row_stride, int cols, int inner, float* panel) {
  if (cols < kPanelColumns) std::fill_n(panel, static_cast<int64_t>(inner) * kPanelColumns, 0.0f);
  for (int c = 0; c < cols; ++c) {
    const float* row = rows + c * row_stride;
    for (int k = 0; k < inner; ++k) panel[k * kPanelColumns + c] = row[k];
  }
}

}  // namespace

void pack_transposed(const float* rows, int64_t row_stride, int cols, int inner, float* panels) {
  for (int c = 0; c < cols; c += kPanelColumns) {
    pack_panel(rows + c * row_stride, row_stride, std::min(kPanelColumns, cols - c), inner,
               panels + static_cast<int64_t>(c) * inner);
  }
}

void pack_transposed_in_place(float* panels, int cols, int inner, float* spare) {
  for (int c = 0; c < cols; c += kPanelColumns) {
    const int count = std::min(kPanelColumns, cols - c);
    float* panel = panels + static_cast<int64_t>(c) * inner;
    std::copy_n(panel, static_cast<int64_t>(count) * inner, spare);
    pack_panel(spare, inner, count, inner, panel);
  }
}

void pack(const float* matrix, int64_t row_stride, int inner, int cols, float* panels) {
  for (int c = 0; c < cols; c += kPanelColumns) {
    const int count = std::min(kPanelColumns, cols - c);
    for (int k = 0; k < inner; ++k) {
      const float* row = matrix + k * row_stride + c;
      for (int column = 0; column < kPanelColumns; ++column) {
        *panels++ = column < count ? row[column] : 0.0f;
      }
    }
  }
}

void multiply_panels(const float* a, int64_t a_stride, int rows, int inner, const float* panels,
                     int64_t panel_stride, int cols, bool accumulate, float* out, int64_t out_stride) {
  for (int first = 0; first < rows; first += kRowBlock) {
    const int count = std::min(kRowBlock, rows - first);
    for (int c = 0; c < cols; c += kPanelColumns) {
      multiply_strip(a + first * a_stride, a_stride, count, inner,
                     panels + c / kPanelColumns * panel_stride, kPanelColumns,
                     std::min(kPanelColumns, cols - c), accumulate, out + first * out_stride + c,
                     out_stride);
    }
  }
}

void multiply(const float* a, int64_t a_stride, int rows, int inner, const float* b, int64_t b_stride,
              int cols, bool accumulate, float* out, int64_t out_stride) {
  int c = 0;
  for (; c + kPanelColumns <= cols; c += kPanelColumns) {
    multiply_strip(a, a_stride, rows, inner, b + c, b_stride, kPanelColumns, accumulate, out + c,
                   out_stride);
  }
  for (; c < cols; ++c) {
    for (int r = 0; r < rows; ++r) {
      float sum = accumulate ? out[r * out_stride + c] : 0.0f;
      for (int k = 0; k < inner; ++k) sum += a[r * a_stride + k] * b[k * b_stride + c];
      out[r * out_stride + c] = sum;
    }
  }
}

void dot_products(const float* a, const float* rows, int64_t row_stride, int count, int inner, float* out) {
  for (int j = 0; j < count; ++j) {
    const float* row = rows + j * row_stride;
    f32x4 sums[2] = {splat(0.0f), splat(0.0f)};
    int k = 0;
    for (; k + 2 * kLanes <= inner; k += 2 * kLanes) {
      sums[0] = multiply_add(load(a + k), load(row + k), sums[0]);
      sums[1] = multiply_add(load(a + k + kLanes), load(row + k + kLanes), sums[1]);
    }
    float sum = sum_of_lanes(sums[0] + sums[1]);
    for (; k < inner; ++k) sum += a[k] * row[k];
    out[j] = sum;
  }
}

void linear(const float* x, int64_t x_stride, int rows, int inner, const float* panels, int cols,
            const float* bias, float* out, int64_t out_stride) {
  if (bias != nullptr) {
    for (int r = 0; r < rows; ++r) std::copy_n(bias, cols, out + r * out_stride);
  }
  const int64_t panel_stride = static_cast<int64_t>(inner) * kPanelColumns;
  multiply_panels(x, x_stride, rows, inner, panels, panel_stride, cols, bias != nullptr, out, out_stride);
}

}  // namespace attention_head
