#pragma once

#include "attention/options.h"

namespace attention_head {

// Why a query looks at a key: scale · q · k split by dimension, parts [head_dim], and summed over the two
// dimensions of each rotary frequency, frequencies [rope.dims / 2] (null without rotary positions). query,
// key [head_dim] are rotated, in half-split order.
void score_parts(const AttentionOptions& options, const float* query, const float* key, int head_dim,
                 double* parts, double* frequencies);

}  // namespace attention_head
