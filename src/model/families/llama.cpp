#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "embed_tokens.weight"},
    {Part::kFinalNorm, "norm.weight"},
    {Part::kOutput, "lm_head.weight"},
    {Part::kRopeFactors, "rope_freqs.weight"},
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
    {Part::kFeedForwardNorm, "post_attention_layernorm.weight"},
    {Part::kGate, "mlp.gate_proj.weight"},
    {Part::kGateBias, "mlp.gate_proj.bias"},
    {Part::kUp, "mlp.up_proj.weight"},
    {Part::kUpBias, "mlp.up_proj.bias"},
    {Part::kDown, "mlp.down_proj.weight"},
    {Part::kDownBias, "mlp.down_proj.bias"},
};

}  // namespace

// Touvron et al. 2023, and Mistral (Jiang et al. 2023).
const Family kLlama{.prefix = "model.",
                    .layer_prefix = "layers.",
                    .names = kNames,
                    .rms_norm = true,
                    .interleaved_heads = true};

// Qwen2 has biases on queries, keys and values; Qwen3 normalises queries and keys instead.
const Family kQwen{.prefix = "model.", .layer_prefix = "layers.", .names = kNames, .rms_norm = true};

}  // namespace attention_head
