#include "model/feed_forward.h"

#include <algorithm>

namespace attention_head {

namespace {

constexpr int kTokensAtATime = 128;

}  // namespace

int64_t feed_forward_floats(const Transformer& model, int tokens) {
  return int64_t{2} * std::min(tokens, kTokensAtATime) * model.intermediate_size;
}

void feed_forward(const Transformer& model, const TransformerLayer& layer, const float* x, int tokens,
                  float* scratch, float* out) {
  const int dim = model.hidden_size;
  const int inside = model.intermediate_size;
  const bool is_gated = layer.gate.matrix.data != nullptr;
  for (int first = 0; first < tokens; first += kTokensAtATime) {
    const int count = std::min(kTokensAtATime, tokens - first);
    const int64_t size = int64_t{count} * inside;
    float* const activated = scratch;
    float* const up = scratch + (is_gated ? size : 0);
    const float* const rows = x + int64_t{first} * dim;
    linear(layer.up, rows, dim, count, up, inside);
    if (is_gated) linear(layer.gate, rows, dim, count, activated, inside);
    activate(model.activation, activated, size);
    if (is_gated) multiply_elements(activated, up, size);
    linear(layer.down, activated, inside, count, out + int64_t{first} * dim, dim);
  }
}

}  // namespace attention_head
