#include "attention/attend_row.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attention/mask.h"
#include "kernels/matmul.h"
#include "kernels/softmax.h"

namespace attention_head {

void attend_row(const AttentionShape& shape, const AttentionOptions& options, const HeadInputs& inputs,
                int query, float* out, float* weights, float* lse) {
  const KeyRange keys = options.visibility.visible_keys(query, shape.kv_len);
  const auto visible = [&](int key) { return !options.mask.forbids(inputs.head, query, key); };
  const auto masked = [&](int key) {
    float score;
    dot_products(inputs.query_row(query), inputs.key_row(key), 0, 1, shape.head_dim, &score);
    score *= options.scale;
    if (options.softcap > 0) softcap_row(&score, 1, options.softcap);
    mask_row(options, inputs.head, query, shape.kv_len, key, 1, 0, &score);
    return static_cast<double>(score);
  };

  const bool has_sink = options.sinks != nullptr && std::isfinite(options.sinks[inputs.head]);
  double max =
      has_sink ? static_cast<double>(options.sinks[inputs.head]) : -std::numeric_limits<double>::infinity();
  for (int key = keys.first; key < keys.last; ++key) {
    if (visible(key)) max = std::max(max, masked(key));
  }
  double sum = has_sink ? std::exp(static_cast<double>(options.sinks[inputs.head]) - max) : 0.0;
  for (int key = keys.first; key < keys.last; ++key) {
    if (visible(key)) sum += std::exp(masked(key) - max);
  }

  if (out != nullptr) std::fill(out, out + shape.v_head_dim, 0.0f);
  if (weights != nullptr) std::fill(weights, weights + shape.kv_len, 0.0f);
  for (int key = keys.first; key < keys.last; ++key) {
    if (!visible(key)) continue;
    const auto weight = static_cast<float>(std::exp(masked(key) - max) / sum);
    if (weights != nullptr) weights[key] = weight;
    if (out == nullptr) continue;
    const float* value = inputs.value_row(key);
    for (int d = 0; d < shape.v_head_dim; ++d) out[d] += weight * value[d];
  }
  if (lse != nullptr) *lse = static_cast<float>(max + std::log(sum));
}

}  // namespace attention_head
