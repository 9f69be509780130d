#include "analysis/detect_head.h"

#include <cmath>

namespace attention_head {

double detect_head(Pattern pattern, const float* weights, const int32_t* ids, int tokens,
                   const DetectHeadOptions& options) {
  double all = 0;
  double on_pattern = 0;
  double difference = 0;
  for (int i = 0; i < tokens; ++i) {
    for (int j = 0; j <= i; ++j) {
      if ((options.exclude_bos && j == 0) || (options.exclude_current_token && j == i)) continue;
      const double weight = weights[int64_t{i} * tokens + j];
      const double named = names_cell(pattern, ids, nullptr, i, j, true) ? 1 : 0;
      all += weight;
      on_pattern += weight * named;
      difference += std::abs(weight - named);
    }
  }
  if (options.similarity == Similarity::kAbs) return 1 - difference / tokens;
  return all > 0 ? on_pattern / all : 0;
}

}  // namespace attention_head
