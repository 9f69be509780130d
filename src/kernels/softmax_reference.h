#pragma once

#include <vector>

namespace attention_head::reference {

// One row's softmax and the logarithm of its denominator, in double precision. Cells of -infinity get
// weight 0; a row with nothing else gets zeros. `sink` is a logit that stands only in the denominator,
// -infinity for none.
struct Softmax {
  std::vector<double> weights;
  double lse;
};
Softmax softmax(const std::vector<double>& logits, double sink);

}  // namespace attention_head::reference
