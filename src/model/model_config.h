#pragma once

#include "attention/options.h"
#include "kernels/status.h"

namespace attention_head {

// The families of models, each a file of model/families.
enum class FamilyId : int {
  kBert,
  kRoberta,
  kDistilbert,
  kGpt2,
  kLlama,
  kQwen2,
  kQwen3,
  kGemma2,
  kGemma3,
  kNumFamilies
};

// Whose names a file's tensors have.
enum class FileFormat : int { kHuggingFace, kGguf };

// Rotary positions of a kind of layer.
struct RopeNumbers {
  double theta;
  double scaling, factor, low_freq_factor, high_freq_factor, original_max;  // RopeScaling
  double num_factors;   // half the rotary dimensions where numbers divide the frequencies, else 0
  double score_factor;  // what scores are multiplied by, as YaRN does
};

// A model's config as it comes over the border: numbers in the order of web/lib/model/model_config.ts,
// doubles as JavaScript has them, so that none overflows before it is checked. Yes and no are 1 and 0.
struct ModelConfig {
  double family;  // FamilyId
  double file_format;
  double vocab_size, hidden_size, num_layers, num_heads, num_kv_heads, head_dim, intermediate_size;
  double max_positions;
  double type_vocab_size;  // 0 where tokens have no types
  double position_offset;  // the row of the position embeddings that the first token takes
  double norm_eps;
  double activation;       // Activation
  double tied_embeddings;  // whether the token embeddings also predict, where a file has no other output
  double needs_output;     // whether a file without an output isn't whole
  double qkv_bias, attention_output_bias, feed_forward_bias, query_key_norm;  // which tensors there are
  double attention_scale;
  double attention_softcap, final_softcap;  // 0 for none
  double embedding_scale;
  double norm_weight_offset;     // added to every norm's weights as they are stored
  double sliding_window;         // how many keys a query of a windowed layer sees, itself included, to each
                                 // side that it looks at; 0 for none
  double is_causal;              // whether queries see only earlier keys
  double rope_dims;              // 0: no rotary positions
  double rope_factors_tensor;    // whether a tensor divides the frequencies
  RopeNumbers rope, local_rope;  // of a layer without the sliding window, and of one with it

  static constexpr int kMostLayers = 256;

  // The error that names the first number that can't be.
  [[nodiscard]] Status check() const;
  // Rotary positions of one kind of layer, whose frequencies are divided by factors [rope_dims / 2], or
  // null.
  [[nodiscard]] RopeOptions rope_options(const RopeNumbers& kind, const float* factors) const;
};

}  // namespace attention_head
