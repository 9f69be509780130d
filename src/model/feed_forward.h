#pragma once

#include "model/transformer.h"

namespace attention_head {

// The floats of working memory that feed_forward needs.
int64_t feed_forward_floats(const Transformer& model, int tokens);

// out [tokens, hidden] = down(f(up(x))), or gated: down(f(gate(x)) · up(x)) (Shazeer 2020), for x [tokens,
// hidden]. Some tokens at a time, so that what is inside stays in the caches and small.
void feed_forward(const Transformer& model, const TransformerLayer& layer, const float* x, int tokens,
                  float* scratch, float* out);

}  // namespace attention_head
