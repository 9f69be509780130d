#pragma once

#include <cstdint>

#include "attention/options.h"
#include "kernels/weight_matrix.h"

namespace attention_head {

// A multi-head attention layer (Vaswani et al. 2017): the heads of softmax(Q Kᵀ) V, concatenated and
// multiplied by W_O. `attention` holds what every call shares (scale, softcap, causal, window, ALiBi,
// sinks, RoPE); its past_len and mask are set call by call.
struct MultiHeadLayer {
  int model_dim = 0;
  int num_heads = 0;
  int num_kv_heads = 0;
  int head_dim = 0;
  int v_head_dim = 0;
  LinearWeights query;   // [model_dim, num_heads · head_dim]
  LinearWeights key;     // [model_dim, num_kv_heads · head_dim]
  LinearWeights value;   // [model_dim, num_kv_heads · v_head_dim]
  LinearWeights output;  // [num_heads · v_head_dim, model_dim]
  AttentionOptions attention;

  [[nodiscard]] AttentionShape shape(int q_len, int kv_len) const {
    return {num_heads, num_kv_heads, q_len, kv_len, head_dim, v_head_dim};
  }
  // The heads of a tensor that holds all of a token's heads side by side, [tokens, heads · dim].
  static HeadsOut heads_of(float* data, int heads, int dim) {
    return {data, dim, static_cast<int64_t>(heads) * dim};
  }
};

// query [tokens, num_heads · head_dim] of x [tokens, model_dim], not rotated yet.
void project_query(const MultiHeadLayer& layer, const float* x, int tokens, float* query);

// key [tokens, num_kv_heads · head_dim], not rotated yet, and value [tokens, num_kv_heads · v_head_dim] of
// x.
void project_key_value(const MultiHeadLayer& layer, const float* x, int tokens, float* key, float* value);

// Rows [tokens, heads · head_dim] rotated in place by the rows of `table` (rope_table), one a token.
void rotate_heads(const MultiHeadLayer& layer, const float* table, int heads, int tokens, float* rows);

// head_output [tokens, num_heads · v_head_dim]: head h times factors[h]; a factor of 0 gives zeros whatever
// the head holds.
void scale_heads(const MultiHeadLayer& layer, const float* factors, int tokens, float* head_output);

// out [tokens, model_dim] = head_output · W_O + b_O.
void project_output(const MultiHeadLayer& layer, const float* head_output, int tokens, float* out);

// out [tokens, model_dim] = what one head adds to the layer's output: its head_output [tokens, v_head_dim]
// of the given stride times its slice of W_O. Over all heads these and b_O sum to the layer's output
// (Elhage et al. 2021).
void head_contribution(const MultiHeadLayer& layer, int head, const float* head_output, int64_t stride,
                       int tokens, float* out);

}  // namespace attention_head
