#pragma once

#include "kernels/weight_matrix.h"

namespace attention_head {

// The way to multiply by weights in blocks: MultiplyWeights (kernels/weight_matrix.h). They are widened to
// float32 on the way, 8 rows by some columns at a time for many rows of x, in the registers for one.
void multiply_block_weights(const WeightMatrix& w, const float* x, int64_t x_stride, int rows, int first,
                            int count, bool accumulate, float* out, int64_t out_stride);

}  // namespace attention_head
