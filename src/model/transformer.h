#pragma once

#include "attention/multi_head_layer.h"
#include "kernels/activation.h"

namespace attention_head {

// A layer norm (Ba et al. 2016), or where there is no bias the norm by the root mean square alone (Zhang &
// Sennrich 2019). Without a weight there is none.
struct Norm {
  const float* weight = nullptr;  // [dim]
  const float* bias = nullptr;    // [dim]
};

// One layer of a transformer: x <- x + attention(x), x <- x + feed_forward(x), with norms before a
// sublayer, on what it adds, or after it was added.
struct TransformerLayer {
  Norm attention_norm;
  MultiHeadLayer attention;
  const float* query_norm = nullptr;  // [head_dim]
  const float* key_norm = nullptr;    // [head_dim]
  Norm attention_output_norm;
  Norm attention_added_norm;
  Norm feed_forward_norm;
  LinearWeights gate;  // of no data where the feed-forward isn't gated (Shazeer 2020)
  LinearWeights up;
  LinearWeights down;
  Norm feed_forward_output_norm;
  Norm feed_forward_added_norm;
  bool is_windowed = false;
};

// The parameters of a transformer (Vaswani et al. 2017), encoder or decoder, whatever its family.
struct Transformer {
  static constexpr int kMostLayers = 256;

  int vocab_size = 0;
  int hidden_size = 0;
  int intermediate_size = 0;
  int num_layers = 0;
  int max_positions = 0;
  int position_offset = 0;  // RoBERTa counts positions from behind the padding's
  bool is_causal = false;
  Activation activation = Activation::kGelu;
  float norm_eps = 0;
  float embedding_scale = 1;
  float final_softcap = 0;
  RopeOptions rope;                 // of a layer without the sliding window
  RopeOptions local_rope;           // of one with it
  WeightMatrix token_embedding;     // [vocab, hidden]
  WeightMatrix position_embedding;  // [positions, hidden], or of no data
  WeightMatrix type_embedding;      // [types, hidden], or of no data
  Norm embedding_norm;
  TransformerLayer layers[kMostLayers];
  Norm final_norm;
  WeightMatrix output;  // [vocab, hidden]; of no data where there is no language head

  // The token that takes the position of its own number, however often it stands in a text, and that the
  // others don't count (RoBERTa); -1 where there is none.
  [[nodiscard]] int padding_id() const { return position_offset - 1; }
  // Whether there are logits.
  [[nodiscard]] bool predicts() const { return output.data != nullptr; }
  // The attention of every layer has one shape.
  [[nodiscard]] AttentionShape shape(int q_len, int kv_len) const {
    return layers[0].attention.shape(q_len, kv_len);
  }
};

}  // namespace attention_head
