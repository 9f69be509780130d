#include "kernels/matmul_reference.h"

#include <cstddef>

namespace attention_head::reference {

std::vector<double> matmul(const std::vector<double>& a, const std::vector<double>& b, int rows, int inner,
                           int cols) {
  const auto at = [](int row, int width, int column) {
    return static_cast<size_t>(row) * static_cast<size_t>(width) + static_cast<size_t>(column);
  };
  std::vector<double> c(at(rows, cols, 0));
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < cols; ++j) {
      for (int k = 0; k < inner; ++k) c[at(i, cols, j)] += a[at(i, inner, k)] * b[at(k, cols, j)];
    }
  }
  return c;
}

}  // namespace attention_head::reference
