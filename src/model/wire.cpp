#include "model/wire.h"

namespace attention_head {

namespace {

// The parts of one layer, or of the model.
struct Parts {
  const ModelTensors& tensors;
  int layer = 0;

  [[nodiscard]] const float* vector(Part part) const {
    const TensorSlot* const slot = tensors.at(part, layer);
    return slot == nullptr ? nullptr : static_cast<const float*>(slot->data);
  }
  [[nodiscard]] WeightMatrix matrix(Part part, int piece = 0) const {
    const TensorSlot* const slot = tensors.at(part, layer);
    return slot == nullptr ? WeightMatrix() : slot->matrix(piece);
  }
  [[nodiscard]] Norm norm(Part weight, Part bias) const { return {vector(weight), vector(bias)}; }
  [[nodiscard]] Norm norm(Part weight) const { return {vector(weight), nullptr}; }
  [[nodiscard]] LinearWeights linear(Part weight, Part bias) const {
    return {matrix(weight), vector(bias)};
  }
  // One of the matrices that a tensor holds side by side.
  [[nodiscard]] LinearWeights linear(Part weight, Part bias, int piece) const {
    const WeightMatrix matrix = this->matrix(weight, piece);
    const float* const biases = vector(bias);
    return {matrix, biases == nullptr ? nullptr : biases + int64_t{piece} * matrix.out};
  }
};

void wire_attention(const ModelConfig& config, const Transformer& transformer, const Parts& parts,
                    TransformerLayer& layer) {
  MultiHeadLayer& attention = layer.attention;
  attention.model_dim = transformer.hidden_size;
  attention.num_heads = static_cast<int>(config.num_heads);
  attention.num_kv_heads = static_cast<int>(config.num_kv_heads);
  attention.head_dim = attention.v_head_dim = static_cast<int>(config.head_dim);
  if (parts.tensors.at(Part::kQueryKeyValue, 0) != nullptr) {
    attention.query = parts.linear(Part::kQueryKeyValue, Part::kQueryKeyValueBias, 0);
    attention.key = parts.linear(Part::kQueryKeyValue, Part::kQueryKeyValueBias, 1);
    attention.value = parts.linear(Part::kQueryKeyValue, Part::kQueryKeyValueBias, 2);
  } else {
    attention.query = parts.linear(Part::kQuery, Part::kQueryBias);
    attention.key = parts.linear(Part::kKey, Part::kKeyBias);
    attention.value = parts.linear(Part::kValue, Part::kValueBias);
  }
  attention.output = parts.linear(Part::kAttentionOutput, Part::kAttentionOutputBias);

  AttentionOptions& options = attention.attention;
  const RopeNumbers& rope = layer.is_windowed ? config.local_rope : config.rope;
  options.scale = static_cast<float>(config.attention_scale * rope.score_factor);
  options.softcap = static_cast<float>(config.attention_softcap);
  options.visibility.is_causal = transformer.is_causal;
  if (layer.is_windowed) {
    const int64_t farthest = static_cast<int64_t>(config.sliding_window) - 1;
    options.visibility.window_left = farthest;
    if (!transformer.is_causal) options.visibility.window_right = farthest;
  }
  options.rope = layer.is_windowed ? transformer.local_rope : transformer.rope;
}

}  // namespace

void wire(const ModelConfig& config, const bool* windowed, const float* rope_factors,
          const ModelTensors& tensors, Transformer& transformer) {
  transformer.vocab_size = static_cast<int>(config.vocab_size);
  transformer.hidden_size = static_cast<int>(config.hidden_size);
  transformer.intermediate_size = static_cast<int>(config.intermediate_size);
  transformer.num_layers = static_cast<int>(config.num_layers);
  transformer.max_positions = static_cast<int>(config.max_positions);
  transformer.position_offset = static_cast<int>(config.position_offset);
  transformer.is_causal = config.is_causal != 0;
  transformer.activation = static_cast<Activation>(config.activation);
  transformer.norm_eps = static_cast<float>(config.norm_eps);
  transformer.embedding_scale = static_cast<float>(config.embedding_scale);
  transformer.final_softcap = static_cast<float>(config.final_softcap);

  const Parts model{tensors};
  const auto rope = [&](const RopeNumbers& numbers, const float* factors) {
    const bool has_numbers = numbers.num_factors > 0;
    return config.rope_options(numbers, has_numbers ? factors : model.vector(Part::kRopeFactors));
  };
  transformer.rope = rope(config.rope, rope_factors);
  transformer.local_rope =
      rope(config.local_rope, rope_factors + static_cast<int64_t>(config.rope.num_factors));
  transformer.token_embedding = tensors.token_embedding()->matrix();
  transformer.position_embedding = model.matrix(Part::kPositionEmbedding);
  transformer.type_embedding = model.matrix(Part::kTypeEmbedding);
  transformer.embedding_norm = model.norm(Part::kEmbeddingNorm, Part::kEmbeddingNormBias);
  transformer.final_norm = model.norm(Part::kFinalNorm, Part::kFinalNormBias);
  if (const TensorSlot* const output = tensors.output(); output != nullptr) {
    transformer.output = output->matrix();
  }

  for (int i = 0; i < transformer.num_layers; ++i) {
    TransformerLayer& layer = transformer.layers[i];
    const Parts parts{tensors, i};
    layer.is_windowed = windowed[i];
    wire_attention(config, transformer, parts, layer);
    layer.attention_norm = parts.norm(Part::kAttentionNorm, Part::kAttentionNormBias);
    layer.query_norm = parts.vector(Part::kQueryNorm);
    layer.key_norm = parts.vector(Part::kKeyNorm);
    layer.attention_output_norm = parts.norm(Part::kAttentionOutputNorm);
    layer.attention_added_norm = parts.norm(Part::kAttentionAddedNorm, Part::kAttentionAddedNormBias);
    layer.feed_forward_norm = parts.norm(Part::kFeedForwardNorm, Part::kFeedForwardNormBias);
    layer.gate = parts.linear(Part::kGate, Part::kGateBias);
    layer.up = parts.linear(Part::kUp, Part::kUpBias);
    layer.down = parts.linear(Part::kDown, Part::kDownBias);
    layer.feed_forward_output_norm = parts.norm(Part::kFeedForwardOutputNorm);
    layer.feed_forward_added_norm =
        parts.norm(Part::kFeedForwardAddedNorm, Part::kFeedForwardAddedNormBias);
  }
}

}  // namespace attention_head
