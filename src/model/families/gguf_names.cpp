#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "token_embd.weight"},
    {Part::kPositionEmbedding, "position_embd.weight"},
    {Part::kTypeEmbedding, "token_types.weight"},
    {Part::kEmbeddingNorm, "token_embd_norm.weight"},
    {Part::kEmbeddingNormBias, "token_embd_norm.bias"},
    {Part::kFinalNorm, "output_norm.weight"},
    {Part::kFinalNormBias, "output_norm.bias"},
    {Part::kOutput, "output.weight"},
    {Part::kRopeFactors, "rope_freqs.weight"},
    {Part::kAttentionNorm, "attn_norm.weight"},
    {Part::kAttentionNormBias, "attn_norm.bias"},
    {Part::kQuery, "attn_q.weight"},
    {Part::kQueryBias, "attn_q.bias"},
    {Part::kKey, "attn_k.weight"},
    {Part::kKeyBias, "attn_k.bias"},
    {Part::kValue, "attn_v.weight"},
    {Part::kValueBias, "attn_v.bias"},
    {Part::kQueryKeyValue, "attn_qkv.weight"},
    {Part::kQueryKeyValueBias, "attn_qkv.bias"},
    {Part::kQueryNorm, "attn_q_norm.weight"},
    {Part::kKeyNorm, "attn_k_norm.weight"},
    {Part::kAttentionOutput, "attn_output.weight"},
    {Part::kAttentionOutputBias, "attn_output.bias"},
    {Part::kAttentionOutputNorm, "post_attention_norm.weight"},
    {Part::kAttentionAddedNorm, "attn_output_norm.weight"},
    {Part::kAttentionAddedNormBias, "attn_output_norm.bias"},
    {Part::kFeedForwardNorm, "ffn_norm.weight"},
    {Part::kFeedForwardNormBias, "ffn_norm.bias"},
    {Part::kGate, "ffn_gate.weight"},
    {Part::kGateBias, "ffn_gate.bias"},
    {Part::kUp, "ffn_up.weight"},
    {Part::kUpBias, "ffn_up.bias"},
    {Part::kDown, "ffn_down.weight"},
    {Part::kDownBias, "ffn_down.bias"},
    {Part::kFeedForwardOutputNorm, "post_ffw_norm.weight"},
    {Part::kFeedForwardAddedNorm, "layer_output_norm.weight"},
    {Part::kFeedForwardAddedNormBias, "layer_output_norm.bias"},
};

}  // namespace

const Family kGgufNames{.prefix = "", .layer_prefix = "blk.", .names = kNames};

}  // namespace attention_head
