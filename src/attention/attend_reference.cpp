#include "attention/attend_reference.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

#include "kernels/softmax_reference.h"

namespace attention_head::reference {

namespace {

// The place of (a, b, c) in [*, size_b, size_c].
size_t at(int64_t a, int64_t size_b, int64_t b, int64_t size_c, int64_t c) {
  return static_cast<size_t>((a * size_b + b) * size_c + c);
}

// A wavelength that fits the original context fewer than low_freq_factor times is stretched, one that fits
// it more than high_freq_factor times is kept (Llama 3.1's model code).
double frequency_of(const RopeOptions& rope, int pair) {
  const double frequency = std::pow(rope.theta, -2.0 * pair / rope.dims);
  const RopeScaling& scaling = rope.scaling;
  switch (scaling.type) {
    case RopeScalingType::kNone:
      return frequency;
    case RopeScalingType::kLinear:
      return frequency / scaling.factor;
    case RopeScalingType::kLlama3: {
      const double wavelength = 2 * std::numbers::pi / frequency;
      const double context = scaling.original_max_position_embeddings;
      if (wavelength > context / scaling.low_freq_factor) return frequency / scaling.factor;
      if (wavelength < context / scaling.high_freq_factor) return frequency;
      const double smooth = (context / wavelength - scaling.low_freq_factor) /
                            (scaling.high_freq_factor - scaling.low_freq_factor);
      return (1 - smooth) * frequency / scaling.factor + smooth * frequency;
    }
  }
  return frequency;
}

bool sees(const AttentionShape& shape, const AttentionOptions& options, int head, int i, int j) {
  const Visibility& rule = options.visibility;
  const int64_t p = i + rule.past_len;
  if (j >= shape.kv_len || j >= rule.kv_length) return false;
  if (rule.is_causal && j > p) return false;
  if (rule.window_left != Visibility::kUnbounded && j < p - rule.window_left) return false;
  if (rule.window_right != Visibility::kUnbounded && j > p + rule.window_right) return false;
  return !options.mask.forbids(head, i, j);
}

}  // namespace

std::vector<double> rotate(const RopeOptions& rope, int64_t first_position, int heads, int tokens,
                           int head_dim, std::vector<double> x) {
  if (!rope.enabled) return x;
  for (int head = 0; head < heads; ++head) {
    for (int token = 0; token < tokens; ++token) {
      for (int pair = 0; pair < rope.dims / 2; ++pair) {
        const double angle = static_cast<double>(first_position + token) * frequency_of(rope, pair);
        const int a = rope.interleaved ? 2 * pair : pair;
        const int b = rope.interleaved ? 2 * pair + 1 : pair + rope.dims / 2;
        const double xa = x[at(head, tokens, token, head_dim, a)];
        const double xb = x[at(head, tokens, token, head_dim, b)];
        x[at(head, tokens, token, head_dim, a)] = xa * std::cos(angle) - xb * std::sin(angle);
        x[at(head, tokens, token, head_dim, b)] = xa * std::sin(angle) + xb * std::cos(angle);
      }
    }
  }
  return x;
}

Attention attend(const AttentionShape& shape, const AttentionOptions& options,
                 const std::vector<double>& unrotated_query, const std::vector<double>& unrotated_key,
                 const std::vector<double>& value) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto query = rotate(options.rope, options.visibility.past_len, shape.num_heads, shape.q_len,
                            shape.head_dim, unrotated_query);
  const auto key = rotate(options.rope, 0, shape.num_kv_heads, shape.kv_len, shape.head_dim, unrotated_key);
  Attention result;
  for (int head = 0; head < shape.num_heads; ++head) {
    const int kv_head = shape.kv_head(head);
    for (int i = 0; i < shape.q_len; ++i) {
      std::vector<double> row;
      for (int j = 0; j < shape.kv_len; ++j) {
        double score = 0;
        for (int d = 0; d < shape.head_dim; ++d) {
          score += query[at(head, shape.q_len, i, shape.head_dim, d)] *
                   key[at(kv_head, shape.kv_len, j, shape.head_dim, d)];
        }
        score *= static_cast<double>(options.scale);
        result.scores.push_back(score);

        const double softcap = options.softcap;
        const double softcapped = softcap > 0 ? softcap * std::tanh(score / softcap) : score;
        result.softcapped.push_back(softcapped);

        double masked = softcapped;
        if (options.alibi_slopes != nullptr) {
          const int64_t distance = std::abs(i + options.visibility.past_len - j);
          masked -= static_cast<double>(options.alibi_slopes[head]) * static_cast<double>(distance);
        }
        if (options.mask.bias != nullptr) {
          masked += static_cast<double>(
              options.mask.bias[options.mask.row(head, i) + j * options.mask.key_stride]);
        }
        row.push_back(sees(shape, options, head, i, j) ? masked : -infinity);
      }
      const double sink = options.sinks == nullptr ? -infinity : static_cast<double>(options.sinks[head]);
      Softmax softmaxed = softmax(row, sink);
      result.masked.insert(result.masked.end(), row.begin(), row.end());
      result.lse.push_back(softmaxed.lse);
      for (int j = 0; j < shape.kv_len; ++j) {
        double& weight = softmaxed.weights[static_cast<size_t>(j)];
        if (!sees(shape, options, head, i, j)) weight = 0;
        result.weights.push_back(weight);
      }
      for (int d = 0; d < shape.v_head_dim; ++d) {
        double sum = 0;
        for (int j = 0; j < shape.kv_len; ++j) {
          if (!sees(shape, options, head, i, j)) continue;
          sum += softmaxed.weights[static_cast<size_t>(j)] *
                 value[at(kv_head, shape.kv_len, j, shape.v_head_dim, d)];
        }
        result.output.push_back(sum);
      }
    }
  }
  return result;
}

}  // namespace attention_head::reference
