#pragma once

#include <Eigen/Core>

namespace attention_head {

// A matrix [tokens, dim] of floats that lie row after row.
using Rows = Eigen::Map<Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using RowVector = Eigen::Map<const Eigen::Array<float, 1, Eigen::Dynamic>>;

// Each row of x <- (row - mean) / √(variance + eps) · weight + bias (Ba et al. 2016).
inline void layer_norm(Rows& x, const RowVector& weight, const RowVector& bias, float eps) {
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    auto row = x.row(i);
    row -= row.mean();
    const float variance = row.square().mean();
    row = row * (1 / std::sqrt(variance + eps)) * weight + bias;
  }
}

}  // namespace attention_head
