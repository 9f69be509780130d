#include "kernels/weight_matrix.h"

#include <algorithm>

#include "kernels/matmul.h"
#include "kernels/panel.h"

namespace attention_head {

void multiply_panel_weights(const WeightMatrix& w, const float* x, int64_t x_stride, int rows, int first,
                            int count, bool accumulate, float* out, int64_t out_stride) {
  const float* const panels = static_cast<const float*>(w.data) + int64_t{first} * kPanelColumns;
  multiply_panels(x, x_stride, rows, count, panels, int64_t{w.in} * kPanelColumns, w.out, accumulate, out,
                  out_stride);
}

void linear(const LinearWeights& weights, const float* x, int64_t x_stride, int rows, float* y,
            int64_t y_stride) {
  const WeightMatrix& matrix = weights.matrix;
  if (weights.bias != nullptr) {
    for (int r = 0; r < rows; ++r) std::copy_n(weights.bias, matrix.out, y + r * y_stride);
  }
  matrix.multiply(matrix, x, x_stride, rows, 0, matrix.in, weights.bias != nullptr, y, y_stride);
}

}  // namespace attention_head
