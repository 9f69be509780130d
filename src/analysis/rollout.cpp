#include "analysis/rollout.h"

#include <Eigen/Core>

namespace attention_head {

using Map = Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;
using ConstMap = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

void add_to_rollout(const float* mean_weights, int tokens, float* scratch, float* rollout) {
  const ConstMap weights(mean_weights, tokens, tokens);
  Map before(scratch, tokens, tokens);
  Map after(rollout, tokens, tokens);
  before = after;
  for (int i = 0; i < tokens; ++i) {
    const float total = weights.row(i).sum() + 1;
    after.row(i).noalias() = weights.row(i) * before;
    after.row(i) = (after.row(i) + before.row(i)) / total;
  }
}

}  // namespace attention_head
