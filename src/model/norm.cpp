#include "model/norm.h"

#include <Eigen/Core>
#include <cmath>

namespace attention_head {

namespace {

using Rows = Eigen::Map<Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using RowVector = Eigen::Map<const Eigen::Array<float, 1, Eigen::Dynamic>>;

}  // namespace

float norm_factor(const Norm& norm, float eps, int dim, const float* x) {
  return norm.weight == nullptr ? 1 : 1 / std::sqrt(RowVector(x, dim).square().mean() + eps);
}

void normalise(const Norm& norm, float eps, int rows, int dim, float* x) {
  if (norm.weight == nullptr) return;
  const RowVector weight(norm.weight, dim);
  Rows matrix(x, rows, dim);
  for (int i = 0; i < rows; ++i) {
    auto row = matrix.row(i);
    if (norm.bias != nullptr) row -= row.mean();
    const float factor = 1 / std::sqrt(row.square().mean() + eps);
    if (norm.bias == nullptr) {
      row = row * factor * weight;
    } else {
      row = row * factor * weight + RowVector(norm.bias, dim);
    }
  }
}

}  // namespace attention_head
