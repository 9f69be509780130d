#include "model/families/family.h"

namespace attention_head {

namespace {

constexpr TensorName kNames[] = {
    {Part::kTokenEmbedding, "embeddings.word_embeddings.weight"},
    {Part::kPositionEmbedding, "embeddings.position_embeddings.weight"},
    {Part::kTypeEmbedding, "embeddings.token_type_embeddings.weight"},
    {Part::kEmbeddingNorm, "embeddings.LayerNorm.weight"},
    {Part::kEmbeddingNormBias, "embeddings.LayerNorm.bias"},
    {Part::kQuery, "attention.self.query.weight"},
    {Part::kQueryBias, "attention.self.query.bias"},
    {Part::kKey, "attention.self.key.weight"},
    {Part::kKeyBias, "attention.self.key.bias"},
    {Part::kValue, "attention.self.value.weight"},
    {Part::kValueBias, "attention.self.value.bias"},
    {Part::kAttentionOutput, "attention.output.dense.weight"},
    {Part::kAttentionOutputBias, "attention.output.dense.bias"},
    {Part::kAttentionAddedNorm, "attention.output.LayerNorm.weight"},
    {Part::kAttentionAddedNormBias, "attention.output.LayerNorm.bias"},
    {Part::kUp, "intermediate.dense.weight"},
    {Part::kUpBias, "intermediate.dense.bias"},
    {Part::kDown, "output.dense.weight"},
    {Part::kDownBias, "output.dense.bias"},
    {Part::kFeedForwardAddedNorm, "output.LayerNorm.weight"},
    {Part::kFeedForwardAddedNormBias, "output.LayerNorm.bias"},
};

}  // namespace

// Devlin et al. 2019.
const Family kBert{.prefix = "bert.", .layer_prefix = "encoder.layer.", .names = kNames};

// Liu et al. 2019: a BERT whose positions start behind the padding's.
const Family kRoberta{.prefix = "roberta.", .layer_prefix = "encoder.layer.", .names = kNames};

}  // namespace attention_head
