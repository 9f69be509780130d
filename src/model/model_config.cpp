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
      {"the activation", activation, 0, static_cast<double>(Activation::kSilu)},
      {"sliding_window", sliding_window, 0, kLargest},
      {"the rotary dimensions", rope_dims, 0, head_dim},
      {"the rotary scaling", rope_scaling, 0, static_cast<double>(RopeScalingType::kLlama3)},
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
  if (num_rope_factors != 0 && (num_rope_factors != rope_dims / 2 || rope_factors_tensor != 0)) {
    return config_error("the number of rotary factors must be ", rope_dims / 2,
                        ", or 0 where a tensor holds them, got ", num_rope_factors, ".");
  }
  const Whole positives[] = {
      {"norm_eps", norm_eps, 0, 1},
      {"the attention's scale", attention_scale, 0, 1e6},
      {"the embedding's scale", embedding_scale, 0, 1e6},
      {"rope_theta", rope_dims > 0 ? rope_theta : 1, 0, 1e18},
      {"the rotary factor", rope_scaling > 0 ? rope_factor : 1, 0, 1e6},
      {"the rotary scaling's original positions", rope_scaling > 1 ? rope_original_max : 1, 0, 1e9}};
  for (const Whole& positive : positives) {
    if (positive.value > positive.least && positive.value <= positive.most) continue;
    return config_error(positive.name, " must be above 0 and at most ", positive.most, ", got ",
                        positive.value, ".");
  }
  const Whole caps[] = {{"attention_softcap", attention_softcap, 0, 1e6},
                        {"final_softcap", final_softcap, 0, 1e6},
                        {"the local rope_theta", local_rope_theta, 0, 1e18},
                        {"the norm's offset", norm_weight_offset, 0, 1}};
  for (const Whole& cap : caps) {
    if (cap.value >= cap.least && cap.value <= cap.most) continue;
    return config_error(cap.name, " must be from 0 to ", cap.most, ", got ", cap.value, ".");
  }
  return {};
}

RopeOptions ModelConfig::rope(bool is_windowed) const {
  RopeOptions rope;
  rope.enabled = rope_dims > 0;
  rope.theta = rope_theta;
  rope.dims = static_cast<int>(rope_dims);
  if (is_windowed && local_rope_theta > 0) {
    rope.theta = local_rope_theta;
    return rope;
  }
  rope.scaling = {static_cast<RopeScalingType>(rope_scaling), rope_factor, rope_low_freq_factor,
                  rope_high_freq_factor, rope_original_max};
  return rope;
}

}  // namespace attention_head
