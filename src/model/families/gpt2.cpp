#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "wte.weight"},
    {Part::kPositionEmbedding, "wpe.weight"},
    {Part::kFinalNorm, "ln_f.weight"},
    {Part::kFinalNormBias, "ln_f.bias"},
    {Part::kOutput, "lm_head.weight"},
    {Part::kAttentionNorm, "ln_1.weight"},
    {Part::kAttentionNormBias, "ln_1.bias"},
    {Part::kQueryKeyValue, "attn.c_attn.weight"},
    {Part::kQueryKeyValueBias, "attn.c_attn.bias"},
    {Part::kAttentionOutput, "attn.c_proj.weight"},
    {Part::kAttentionOutputBias, "attn.c_proj.bias"},
    {Part::kFeedForwardNorm, "ln_2.weight"},
    {Part::kFeedForwardNormBias, "ln_2.bias"},
    {Part::kUp, "mlp.c_fc.weight"},
    {Part::kUpBias, "mlp.c_fc.bias"},
    {Part::kDown, "mlp.c_proj.weight"},
    {Part::kDownBias, "mlp.c_proj.bias"},
};

}  // namespace

// Radford et al. 2019.
const Family kGpt2{.prefix = "transformer.", .layer_prefix = "h.", .names = kNames, .transposed = true};

}  // namespace attention_head
