#include "attention/multi_head_layer.h"

#include <algorithm>

#include "attention/rope.h"
#include "kernels/matmul.h"
#include "kernels/panel.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

void project(const LinearWeights& weights, const float* x, int tokens, int in, int out_dim, float* out) {
  linear(x, in, tokens, in, weights.panels, out_dim, weights.bias, out, out_dim);
}

void rotate_in_place(const MultiHeadLayer& layer, const float* table, int heads, int tokens, float* data) {
  const HeadsOut rows = MultiHeadLayer::heads_of(data, heads, layer.head_dim);
  rotate(layer.attention.rope, table, heads, tokens, layer.head_dim,
         {rows.data, rows.head_stride, rows.token_stride}, rows);
}

}  // namespace

void project_query_key_value(const MultiHeadLayer& layer, const float* x, int tokens, int64_t past_len,
                             float* rope_scratch, float* query, float* key, float* value) {
  const int dim = layer.model_dim;
  project(layer.query, x, tokens, dim, layer.num_heads * layer.head_dim, query);
  project(layer.key, x, tokens, dim, layer.num_kv_heads * layer.head_dim, key);
  project(layer.value, x, tokens, dim, layer.num_kv_heads * layer.v_head_dim, value);
  if (!layer.attention.rope.enabled) return;
  rope_table(layer.attention.rope, past_len, tokens, rope_scratch);
  rotate_in_place(layer, rope_scratch, layer.num_heads, tokens, query);
  rotate_in_place(layer, rope_scratch, layer.num_kv_heads, tokens, key);
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
  project(layer.output, head_output, tokens, layer.num_heads * layer.v_head_dim, layer.model_dim, out);
}

void head_contribution(const MultiHeadLayer& layer, int head, const float* head_output, int tokens,
                       float* out) {
  const int64_t width = static_cast<int64_t>(layer.num_heads) * layer.v_head_dim;
  const int64_t first = static_cast<int64_t>(head) * layer.v_head_dim;
  multiply_panels(head_output + first, width, tokens, layer.v_head_dim,
                  layer.output.panels + first * kPanelColumns, width * kPanelColumns, layer.model_dim,
                  false, out, layer.model_dim);
}

}  // namespace attention_head
