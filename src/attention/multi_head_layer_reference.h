#pragma once

#include <vector>

#include "attention/options.h"

namespace attention_head::reference {

// A multi-head layer's weights, row-major [in, out], and biases, in double precision.
struct LayerMatrices {
  std::vector<double> query, key, value, output;
  std::vector<double> query_bias, key_bias, value_bias, output_bias;
};

// What a layer makes of x [tokens, model_dim]: its output, and what each head adds to it
// [num_heads, tokens, model_dim].
struct LayerResult {
  std::vector<double> output;
  std::vector<double> contributions;
};

// A multi-head layer as the definition says it: the twin of attention/multi_head_layer.h. factors
// [num_heads] multiply the heads' outputs.
LayerResult multi_head_layer(const AttentionShape& shape, const AttentionOptions& options, int model_dim,
                             const LayerMatrices& matrices, const std::vector<double>& factors,
                             const std::vector<double>& x);

}  // namespace attention_head::reference
