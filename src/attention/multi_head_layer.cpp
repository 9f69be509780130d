#include "attention/multi_head_layer.h"

#include <algorithm>

#include "attention/rope.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

void rotate_in_place(const MultiHeadLayer& layer, const float* table, int heads, int tokens, float* data) {
  const HeadsOut rows = MultiHeadLayer::heads_of(data, heads, layer.head_dim);
  rotate(layer.attention.rope, table, heads, tokens, layer.head_dim,
         {rows.data, rows.head_stride, rows.token_stride}, rows);
}

}  // namespace

void project_query_key_value(const MultiHeadLayer& layer, const float* x, int tokens, float* query,
                             float* key, float* value) {
  const int dim = layer.model_dim;
  linear(layer.query, x, dim, tokens, query, layer.num_heads * layer.head_dim);
  linear(layer.key, x, dim, tokens, key, layer.num_kv_heads * layer.head_dim);
  linear(layer.value, x, dim, tokens, value, layer.num_kv_heads * layer.v_head_dim);
}

void rotate_query_key(const MultiHeadLayer& layer, const float* table, int tokens, float* query,
                      float* key) {
  rotate_in_place(layer, table, layer.num_heads, tokens, query);
  rotate_in_place(layer, table, layer.num_kv_heads, tokens, key);
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
