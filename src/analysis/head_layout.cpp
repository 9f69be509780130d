#include "analysis/head_layout.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace attention_head {

double head_distance(const float* a, const float* b, int tokens) {
  double sum = 0;
  for (int i = 0; i < tokens * tokens; ++i) {
    const double p = a[i];
    const double q = b[i];
    const double mean = (p + q) / 2;
    if (p > 0) sum += p * std::log(p / mean) / 2;
    if (q > 0) sum += q * std::log(q / mean) / 2;
  }
  return sum / tokens;
}

void head_layout(const double* distances, int heads, double* places) {
  const Eigen::Map<const Eigen::MatrixXd> given(distances, heads, heads);
  // Twice centred squares are the inner products of places around their mean.
  Eigen::MatrixXd products = given.array().square();
  products.rowwise() -= products.colwise().mean().eval();
  products.colwise() -= products.rowwise().mean().eval();
  products *= -0.5;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(products);
  for (int axis = 0; axis < 2; ++axis) {
    const int which = heads - 1 - axis;
    const double value = which < 0 ? 0 : std::max(0.0, solver.eigenvalues()[which]);
    Eigen::VectorXd along = Eigen::VectorXd::Zero(heads);
    if (which >= 0) along = solver.eigenvectors().col(which) * std::sqrt(value);
    Eigen::Index farthest = 0;
    along.cwiseAbs().maxCoeff(&farthest);
    if (along[farthest] < 0) along = -along;
    for (int head = 0; head < heads; ++head) places[2 * head + axis] = along[head];
  }
}

}  // namespace attention_head
