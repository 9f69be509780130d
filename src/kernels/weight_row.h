#pragma once

#include "kernels/weight_matrix.h"

namespace attention_head {

// out [in] = row `row` of w, as float32: an embedding.
void copy_weight_row(const WeightMatrix& w, int row, float* out);

}  // namespace attention_head
