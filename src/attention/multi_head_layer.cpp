#include "attention/multi_head_layer.h"

#include <algorithm>

#include "attention/rope.h"
#include "kernels/softmax.h"

namespace attention_head {

void project_query(const MultiHeadLayer& layer, const float* x, int tokens, float* query) {
  linear(layer.query, x, layer.model_dim, tokens, query, layer.num_heads * layer.head_dim);
}

void project_key_value(const MultiHeadLayer& layer, const float* x, int tokens, float* key, float* value) {
  linear(layer.key, x, layer.model_dim, tokens, key, layer.num_kv_heads * layer.head_dim);
  linear(layer.value, x, layer.model_dim, tokens, value, layer.num_kv_heads * layer.v_head_dim);
}

void rotate_heads(const MultiHeadLayer& layer, const float* table, int heads, int tokens, float* rows) {
  const HeadsOut out = MultiHeadLayer::heads_of(rows, heads, layer.head_dim);
  rotate(layer.attention.rope, table, heads, tokens, layer.head_dim,
         {out.data, out.head_stride, out.token_stride}, out);
}

void scale_heads(const MultiHeadLayer& layer, const float* factors, int tokens, float* head_output) {
  for (int token = 0; token < tokens; ++token) {
    for (int head = 0; head < layer.num_heads; ++head, head_output += layer.v_head_dim) {
      if (factors[head] == 0.0f) {
        std::fill(head_output, head_output + layer.v_head_dim, 0.0f);
      } else {
        scale_row(head_output, layer.v_head_dim, factors[head]);
      }
    }
  }
}

void project_output(const MultiHeadLayer& layer, const float* head_output, int tokens, float* out) {
  linear(layer.output, head_output, layer.num_heads * layer.v_head_dim, tokens, out, layer.model_dim);
}

void head_contribution(const MultiHeadLayer& layer, int head, const float* head_output, int64_t stride,
                       int tokens, float* out) {
  const WeightMatrix& matrix = layer.output.matrix;
  matrix.multiply(matrix, head_output, stride, tokens, head * layer.v_head_dim, layer.v_head_dim, false,
                  out, layer.model_dim);
}

}  // namespace attention_head
