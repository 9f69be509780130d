#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "embeddings.word_embeddings.weight"},
    {Part::kPositionEmbedding, "embeddings.position_embeddings.weight"},
    {Part::kEmbeddingNorm, "embeddings.LayerNorm.weight"},
    {Part::kEmbeddingNormBias, "embeddings.LayerNorm.bias"},
    {Part::kQuery, "attention.q_lin.weight"},
    {Part::kQueryBias, "attention.q_lin.bias"},
    {Part::kKey, "attention.k_lin.weight"},
    {Part::kKeyBias, "attention.k_lin.bias"},
    {Part::kValue, "attention.v_lin.weight"},
    {Part::kValueBias, "attention.v_lin.bias"},
    {Part::kAttentionOutput, "attention.out_lin.weight"},
    {Part::kAttentionOutputBias, "attention.out_lin.bias"},
    {Part::kAttentionAddedNorm, "sa_layer_norm.weight"},
    {Part::kAttentionAddedNormBias, "sa_layer_norm.bias"},
    {Part::kUp, "ffn.lin1.weight"},
    {Part::kUpBias, "ffn.lin1.bias"},
    {Part::kDown, "ffn.lin2.weight"},
    {Part::kDownBias, "ffn.lin2.bias"},
    {Part::kFeedForwardAddedNorm, "output_layer_norm.weight"},
    {Part::kFeedForwardAddedNormBias, "output_layer_norm.bias"},
};

}  // namespace

// Sanh et al. 2019.
const Family kDistilbert{.prefix = "distilbert.", .layer_prefix = "transformer.layer.", .names = kNames};

}  // namespace attention_head
