#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/exponential.h"
#include "kernels/panel.h"
#include "kernels/softmax.h"

namespace attention_head {

// The running softmax of up to 8 queries side by side (Milakov & Gimelshein 2018): of each, the largest
// masked score so far and the sum of exponentials below it.
class RunningSoftmax {
 public:
  // A sink is a first score that has no value. `common` is left out of every score of the query.
  void start(int column, float sink, float common) {
    max_[column] = sink - common;
    sum_[column] = sink == -kInfinity ? 0.0f : 1.0f;
    common_[column] = common;
  }

  // scores <- e^(scores - max), scores [count, columns] with one column or a panel's 8. `shrink` receives
  // the factors by which all that was summed before shrinks; false where all are 1.
  bool take(float* scores, int count, int columns, float* shrink) {
    float reference[kPanelColumns];
    float new_max[kPanelColumns];
    std::copy_n(max_, columns, new_max);
    if (columns == 1) {
      new_max[0] = std::max(max_[0], max_of_row(scores, count));
    } else {
      max_of_columns(scores, count, new_max);
    }
    bool shrinks = false;
    for (int c = 0; c < columns; ++c) {
      const float old_max = max_[c];
      max_[c] = new_max[c];
      reference[c] = this->reference(c);
      shrink[c] = old_max == new_max[c] ? 1.0f : exponential(old_max - reference[c]);
      shrinks = shrinks || shrink[c] != 1.0f;
      sum_[c] *= shrink[c];
    }
    if (columns == 1) {
      sum_[0] += exponentials_of_row(scores, count, reference[0]);
    } else {
      exponentials_of_columns(scores, count, reference, sum_);
    }
    return shrinks;
  }

  [[nodiscard]] bool is_nan(int column) const { return std::isnan(sum_[column]); }
  [[nodiscard]] float common(int column) const { return common_[column]; }
  // What is taken from a score before its exponential: the largest, or 0 where there is none.
  [[nodiscard]] float reference(int column) const {
    return max_[column] == -kInfinity ? 0.0f : max_[column];
  }
  // What an exponential is to be multiplied by to be a weight; 0 for a query that sees nothing.
  [[nodiscard]] float share(int column) const { return sum_[column] == 0.0f ? 0.0f : 1.0f / sum_[column]; }
  [[nodiscard]] float log_sum(int column) const {
    if (sum_[column] == 0.0f) return -kInfinity;
    return static_cast<float>(static_cast<double>(max_[column]) +
                              std::log(static_cast<double>(sum_[column])) +
                              static_cast<double>(common_[column]));
  }

 private:
  static constexpr float kInfinity = std::numeric_limits<float>::infinity();

  float max_[kPanelColumns] = {};
  float sum_[kPanelColumns] = {};
  float common_[kPanelColumns] = {};
};

}  // namespace attention_head
