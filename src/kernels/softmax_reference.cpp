#include "kernels/softmax_reference.h"

#include <cmath>
#include <limits>

namespace attention_head::reference {

Softmax softmax(const std::vector<double>& logits, double sink) {
  double max = sink;
  for (const double logit : logits) {
    if (std::isnan(logit)) max = logit;
    if (logit > max) max = logit;
  }
  Softmax result{std::vector<double>(logits.size(), 0.0), max};
  if (max == -std::numeric_limits<double>::infinity()) return result;

  double sum = std::exp(sink - max);
  for (const double logit : logits) sum += std::exp(logit - max);
  for (size_t j = 0; j < logits.size(); ++j) result.weights[j] = std::exp(logits[j] - max) / sum;
  result.lse = max + std::log(sum);
  return result;
}

}  // namespace attention_head::reference
