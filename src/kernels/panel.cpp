#include "kernels/panel.h"

#include <algorithm>
#include <cstddef>

#include "kernels/simd.h"

namespace attention_head {

void pack_panel(const float* rows, int64_t row_stride, int cols, int inner, float factor, float* panel) {
  if (cols < kPanelColumns) std::fill_n(panel, static_cast<int64_t>(inner) * kPanelColumns, 0.0f);
  const auto stride = static_cast<ptrdiff_t>(row_stride);
  const f32x4 factors = splat(factor);
  int c = 0;
  for (; c + kLanes <= cols; c += kLanes) {
    const float* const block_rows = rows + c * stride;
    int k = 0;
    for (; k + kLanes <= inner; k += kLanes) {
      f32x4 block[kLanes];
      for (int i = 0; i < kLanes; ++i) block[i] = load(block_rows + i * stride + k) * factors;
      transpose(block);
      for (int i = 0; i < kLanes; ++i) store(panel + (k + i) * kPanelColumns + c, block[i]);
    }
    for (; k < inner; ++k) {
      for (int i = 0; i < kLanes; ++i)
        panel[k * kPanelColumns + c + i] = block_rows[i * stride + k] * factor;
    }
  }
  for (; c < cols; ++c) {
    for (int k = 0; k < inner; ++k) panel[k * kPanelColumns + c] = rows[c * stride + k] * factor;
  }
}

void unpack_panel(const float* panel, int inner, int cols, const float* factors, float* rows,
                  int64_t row_stride) {
  const auto stride = static_cast<ptrdiff_t>(row_stride);
  int c = 0;
  for (; c + kLanes <= cols; c += kLanes) {
    const f32x4 factor = load(factors + c);
    float* out = rows + c * stride;
    int k = 0;
    for (; k + kLanes <= inner; k += kLanes) {
      f32x4 block[kLanes];
      for (int i = 0; i < kLanes; ++i) block[i] = load(panel + (k + i) * kPanelColumns + c) * factor;
      transpose(block);
      for (int i = 0; i < kLanes; ++i) store(out + i * stride + k, block[i]);
    }
    for (; k < inner; ++k) {
      for (int i = 0; i < kLanes; ++i)
        out[i * stride + k] = panel[k * kPanelColumns + c + i] * factors[c + i];
    }
  }
  for (; c < cols; ++c) {
    for (int k = 0; k < inner; ++k) rows[c * stride + k] = panel[k * kPanelColumns + c] * factors[c];
  }
}

void pack_transposed(const float* rows, int cols, int inner, float* panels) {
  for (int c = 0; c < cols; c += kPanelColumns) {
    const int64_t first = static_cast<int64_t>(c) * inner;
    pack_panel(rows + first, inner, std::min(kPanelColumns, cols - c), inner, 1.0f, panels + first);
  }
}

void pack_transposed_in_place(float* panels, int cols, int inner, float* spare) {
  for (int c = 0; c < cols; c += kPanelColumns) {
    const int count = std::min(kPanelColumns, cols - c);
    float* panel = panels + static_cast<int64_t>(c) * inner;
    std::copy_n(panel, static_cast<int64_t>(count) * inner, spare);
    pack_transposed(spare, count, inner, panel);
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

}  // namespace attention_head
