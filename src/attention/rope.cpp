#include "attention/rope.h"

#include <cmath>
#include <cstring>
#include <numbers>

#include "kernels/sine.h"

namespace attention_head {

double rope_frequency(const RopeOptions& rope, int pair) {
  double frequency = std::exp(-2.0 * pair / rope.dims * std::log(rope.theta));
  if (rope.frequency_factors != nullptr) frequency /= rope.frequency_factors[pair];
  const RopeScaling& scaling = rope.scaling;
  if (scaling.type == RopeScalingType::kLinear) return frequency / scaling.factor;
  if (scaling.type == RopeScalingType::kLlama3) {
    const double wavelength = 2 * std::numbers::pi / frequency;
    const double turns = scaling.original_max_position_embeddings / wavelength;
    if (turns < scaling.low_freq_factor) return frequency / scaling.factor;
    if (turns > scaling.high_freq_factor) return frequency;
    const double keep =
        (turns - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor);
    return (1 - keep) * frequency / scaling.factor + keep * frequency;
  }
  return frequency;
}

void rope_table(const RopeOptions& rope, int64_t first_position, int positions, float* table) {
  const int pairs = rope.dims / 2;
  for (int pair = 0; pair < pairs; ++pair) {
    const double frequency = rope_frequency(rope, pair);
    float* cell = table + 2 * pair;
    for (int i = 0; i < positions; ++i, cell += rope.dims) {
      const auto [cosine, sine] = cosine_and_sine(static_cast<double>(first_position + i) * frequency);
      cell[0] = static_cast<float>(cosine);
      cell[1] = static_cast<float>(sine);
    }
  }
}

void rotate(const RopeOptions& rope, const float* table, int heads, int tokens, int head_dim, HeadsIn in,
            HeadsOut out) {
  const int pairs = rope.dims / 2;
  const int first_step = rope.interleaved ? 2 : 1;
  const int partner = rope.interleaved ? 1 : pairs;
  for (int head = 0; head < heads; ++head) {
    for (int token = 0; token < tokens; ++token) {
      const float* x = in.row(head, token);
      float* y = out.row(head, token);
      const float* turn = table + static_cast<int64_t>(token) * rope.dims;
      for (int pair = 0; pair < pairs; ++pair) {
        const int a = pair * first_step;
        const int b = a + partner;
        const float cosine = turn[2 * pair];
        const float sine = turn[2 * pair + 1];
        const float xa = x[a];
        const float xb = x[b];
        y[a] = xa * cosine - xb * sine;
        y[b] = xb * cosine + xa * sine;
      }
      if (x != y) {
        std::memcpy(y + rope.dims, x + rope.dims,
                    sizeof(float) * static_cast<size_t>(head_dim - rope.dims));
      }
    }
  }
}

}  // namespace attention_head
