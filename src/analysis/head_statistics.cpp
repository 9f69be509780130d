#include "analysis/head_statistics.h"

#include <cmath>
#include <cstdlib>

namespace attention_head {

HeadStatistics head_statistics(const float* weights, int tokens, const uint8_t* is_punctuation) {
  HeadStatistics sums;
  for (int i = 0; i < tokens; ++i) {
    const float* const row = weights + int64_t{i} * tokens;
    for (int j = 0; j < tokens; ++j) {
      const double weight = row[j];
      if (weight > 0) sums.entropy -= weight * std::log(weight);
      sums.distance += weight * std::abs(i - j);
      if (is_punctuation[j] != 0) sums.punctuation += weight;
    }
    sums.first_token += row[0];
    sums.diagonal += row[i];
  }
  return {sums.entropy / tokens, sums.distance / tokens, sums.first_token / tokens, sums.diagonal / tokens,
          sums.punctuation / tokens};
}

}  // namespace attention_head
