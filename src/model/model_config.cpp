#include "model/model_config.h"

#include <cmath>

#include "kernels/activation.h"

namespace attention_head {

namespace {

// A whole number of a config, and what it may be.
struct Whole {
  const char* name;
  double value;
  double least;
  double most;
};

template <typename... Parts>
Status config_error(Parts... parts) {
  return Status::failure(ErrorCode::kFileFormat, "The config: ", parts...);
}

}  // namespace

Status ModelConfig::check() const {
  constexpr double kLargest = 1 << 24;
  constexpr double kMostScaling = static_cast<double>(RopeScalingType::kLlama3);
  const Whole wholes[] = {
      {"family", family, 0, static_cast<double>(FamilyId::kNumFamilies) - 1},
      {"file_format", file_format, 0, 1},
      {"vocab_size", vocab_size, 1, kLargest},
      {"hidden_size", hidden_size, 1, 65536},
      {"the number of layers", num_layers, 1, kMostLayers},
      {"the number of heads", num_heads, 1, 4096},
      {"the number of key-value heads", num_kv_heads, 1, 4096},
      {"head_dim", head_dim, 1, 4096},
      {"intermediate_size", intermediate_size, 1, 1 << 20},
      {"the number of positions", max_positions, 1, kLargest},
      {"type_vocab_size", type_vocab_size, 0, kLargest},
      {"the position offset", position_offset, 0, 65536},
      {"the activation", activation, 0, static_cast<double>(Activation::kNumActivations) - 1},
      {"sliding_window", sliding_window, 0, kLargest},
      {"the rotary dimensions", rope_dims, 0, head_dim},
      {"the rotary scaling", rope.scaling, 0, kMostScaling},
      {"the windowed layers' rotary scaling", local_rope.scaling, 0, kMostScaling},
  };
  for (const Whole& whole : wholes) {
    if (whole.value >= whole.least && whole.value <= whole.most && whole.value == std::floor(whole.value)) {
      continue;
    }
    return config_error(whole.name, " must be a whole number from ", whole.least, " to ", whole.most,
                        ", got ", whole.value, ".");
  }
  if (std::fmod(num_heads, num_kv_heads) != 0) {
    return config_error("the number of heads (", num_heads,
                        ") must be a multiple of the number of key-value heads (", num_kv_heads, ").");
  }
  if (std::fmod(rope_dims, 2) != 0) {
    return config_error("the rotary dimensions must be even, got ", rope_dims, ".");
  }
  for (const RopeNumbers* const kind : {&rope, &local_rope}) {
    const double count = kind->num_factors;
    if (count == 0 || (count == rope_dims / 2 && rope_factors_tensor == 0)) continue;
    return config_error("the number of rotary factors must be ", rope_dims / 2,
                        ", or 0 where a tensor holds them, got ", count, ".");
  }
  const Whole positives[] = {
      {"norm_eps", norm_eps, 0, 1},
      {"the attention's scale", attention_scale, 0, 1e6},
      {"the embedding's scale", embedding_scale, 0, 1e6},
      {"rope_theta", rope.theta, 0, 1e18},
      {"the windowed layers' rope_theta", local_rope.theta, 0, 1e18},
      {"the rotary factor", rope.factor, 0, 1e6},
      {"the windowed layers' rotary factor", local_rope.factor, 0, 1e6},
      {"the rotary factor of scores", rope.score_factor, 0, 1e6},
      {"the windowed layers' rotary factor of scores", local_rope.score_factor, 0, 1e6},
      {"the rotary scaling's original positions", rope.original_max, 0, 1e9},
      {"the windowed layers' original positions", local_rope.original_max, 0, 1e9}};
  for (const Whole& positive : positives) {
    if (positive.value > positive.least && positive.value <= positive.most) continue;
    return config_error(positive.name, " must be above 0 and at most ", positive.most, ", got ",
                        positive.value, ".");
  }
  const Whole caps[] = {{"attention_softcap", attention_softcap, 0, 1e6},
                        {"final_softcap", final_softcap, 0, 1e6},
                        {"the norm's offset", norm_weight_offset, 0, 1}};
  for (const Whole& cap : caps) {
    if (cap.value >= cap.least && cap.value <= cap.most) continue;
    return config_error(cap.name, " must be from 0 to ", cap.most, ", got ", cap.value, ".");
  }
  return {};
}

RopeOptions ModelConfig::rope_options(const RopeNumbers& kind, const float* factors) const {
  RopeOptions options;
  options.enabled = rope_dims > 0;
  options.theta = kind.theta;
  options.dims = static_cast<int>(rope_dims);
  options.scaling = {static_cast<RopeScalingType>(kind.scaling), kind.factor, kind.low_freq_factor,
                     kind.high_freq_factor, kind.original_max};
  options.frequency_factors = factors;
  return options;
}

}  // namespace attention_head
