#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "embed_tokens.weight"},
    {Part::kFinalNorm, "norm.weight"},
    {Part::kOutput, "lm_head.weight"},
    {Part::kAttentionNorm, "input_layernorm.weight"},
    {Part::kQuery, "self_attn.q_proj.weight"},
    {Part::kQueryBias, "self_attn.q_proj.bias"},
    {Part::kKey, "self_attn.k_proj.weight"},
    {Part::kKeyBias, "self_attn.k_proj.bias"},
    {Part::kValue, "self_attn.v_proj.weight"},
    {Part::kValueBias, "self_attn.v_proj.bias"},
    {Part::kQueryNorm, "self_attn.q_norm.weight"},
    {Part::kKeyNorm, "self_attn.k_norm.weight"},
    {Part::kAttentionOutput, "self_attn.o_proj.weight"},
    {Part::kAttentionOutputBias, "self_attn.o_proj.bias"},
    {Part::kAttentionOutputNorm, "post_attention_layernorm.weight"},
    {Part::kFeedForwardNorm, "pre_feedforward_layernorm.weight"},
    {Part::kGate, "mlp.gate_proj.weight"},
    {Part::kUp, "mlp.up_proj.weight"},
    {Part::kDown, "mlp.down_proj.weight"},
    {Part::kFeedForwardOutputNorm, "post_feedforward_layernorm.weight"},
};

}  // namespace

// Gemma 2 and 3 (Gemma Team 2024, 2025): norms before and behind each sublayer.
const Family kGemma{.prefix = "model.", .layer_prefix = "layers.", .names = kNames, .rms_norm = true};

}  // namespace attention_head
