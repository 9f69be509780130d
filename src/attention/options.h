#pragma once

#include <cstdint>

#include "attention/visibility.h"

namespace attention_head {

// The sizes of one attention call. Query head h reads key-value head h / (num_heads / num_kv_heads).
struct AttentionShape {
  int num_heads = 0;
  int num_kv_heads = 0;
  int q_len = 0;
  int kv_len = 0;
  int head_dim = 0;
  int v_head_dim = 0;

  [[nodiscard]] int kv_head(int head) const {
    return static_cast<int>(int64_t{head} * num_kv_heads / num_heads);
  }
};

// Frequency scaling of rotary positions, as Hugging Face configs say it.
enum class RopeScalingType : int {
  kNone = 0,
  kLinear = 1,  // every frequency divided by `factor`
  kLlama3 = 2,  // low frequencies divided by `factor`, high ones kept, a ramp between (Llama 3.1)
};

struct RopeScaling {
  RopeScalingType type = RopeScalingType::kNone;
  double factor = 1;
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  double original_max_position_embeddings = 8192;
};

// Rotary positions (Su et al. 2021).
struct RopeOptions {
  bool enabled = false;
  bool interleaved = false;  // pairs (2i, 2i + 1); otherwise (i, i + dims / 2), as in Llama
  double theta = 10000;
  int dims = 0;  // the first so many of head_dim are rotated; even
  RopeScaling scaling;
  const float* frequency_factors = nullptr;  // [dims / 2] that divide the frequencies, as a GGUF gives them
};

// What is the same for every head of a call. The order of the stages is fixed: scale, softcap, mask and
// bias, softmax, values.
struct AttentionOptions {
  float scale = 1;    // scores = scale · q kᵀ
  float softcap = 0;  // softcapped = softcap · tanh(scores / softcap) where softcap > 0
  Visibility visibility;
  AttentionMask mask;
  const float* alibi_slopes = nullptr;  // [num_heads]: −slope · |p − j| is added (Press et al. 2021)
  const float* sinks = nullptr;         // [num_heads]: a logit that stands only in softmax's denominator
  RopeOptions rope;
};

// Heads of a tensor [heads, tokens, dim] in any order of the first two: element (h, i, d) lies at
// data[h * head_stride + i * token_stride + d].
template <typename Float>
struct HeadsView {
  Float* data = nullptr;
  int64_t head_stride = 0;
  int64_t token_stride = 0;

  [[nodiscard]] Float* row(int64_t head, int64_t token) const {
    return data + head * head_stride + token * token_stride;
  }
};
using HeadsIn = HeadsView<const float>;
using HeadsOut = HeadsView<float>;

// Where the steps of the chosen heads are to be written; null where a step isn't wanted.
// Maps are [num_tapped_heads, q_len, kv_len], lse is [num_tapped_heads, q_len].
struct Taps {
  const int* heads = nullptr;   // [num_heads] of which each is the row of the tap, or -1
  float* scores = nullptr;      // scaled q·k, at every cell, forbidden ones too
  float* softcapped = nullptr;  // scores where there is no softcap
  float* masked = nullptr;      // plus bias; -infinity where forbidden
  float* weights = nullptr;     // 0 where forbidden
  float* lse = nullptr;         // log of the sum of exponentials over visible keys and the sink

  [[nodiscard]] int row_of(int head) const { return heads == nullptr ? head : heads[head]; }
  [[nodiscard]] bool any_before_softmax() const {
    return scores != nullptr || softcapped != nullptr || masked != nullptr;
  }
  [[nodiscard]] bool any_map() const { return any_before_softmax() || weights != nullptr; }
};

}  // namespace attention_head
