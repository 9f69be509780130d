#pragma once

namespace attention_head {

// What a tensor is in a transformer. Norms stand where their names say: before a sublayer, on what the
// sublayer adds, or after it was added.
enum class Part : int {
  // Of the whole model.
  kTokenEmbedding,     // [vocab, hidden]
  kPositionEmbedding,  // [positions, hidden]
  kTypeEmbedding,      // [types, hidden]
  kEmbeddingNorm,
  kEmbeddingNormBias,
  kFinalNorm,
  kFinalNormBias,
  kOutput,       // [vocab, hidden]
  kRopeFactors,  // [rope_dims / 2]
  kNumModelParts,

  // Of a layer.
  kAttentionNorm = kNumModelParts,
  kAttentionNormBias,
  kQuery,  // [num_heads · head_dim, hidden]
  kQueryBias,
  kKey,  // [num_kv_heads · head_dim, hidden]
  kKeyBias,
  kValue,
  kValueBias,
  kQueryKeyValue,  // the three in one
  kQueryKeyValueBias,
  kQueryNorm,  // [head_dim]
  kKeyNorm,
  kAttentionOutput,  // [hidden, num_heads · head_dim]
  kAttentionOutputBias,
  kAttentionOutputNorm,
  kAttentionAddedNorm,
  kAttentionAddedNormBias,
  kFeedForwardNorm,
  kFeedForwardNormBias,
  kGate,  // [intermediate, hidden]
  kGateBias,
  kUp,
  kUpBias,
  kDown,  // [hidden, intermediate]
  kDownBias,
  kFeedForwardOutputNorm,
  kFeedForwardAddedNorm,
  kFeedForwardAddedNormBias,
  kNumParts,
};

}  // namespace attention_head
