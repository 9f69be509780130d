#pragma once

#include <cstdint>

namespace attention_head {

// What was added to the residual stream at a run's last token, part by part, and the factors of the norms
// on the way; a float32 buffer laid out by num_layers and hidden_size.
struct LastToken {
  float* data = nullptr;
  int num_layers = 0;
  int hidden_size = 0;

  static int64_t floats(int num_layers, int hidden_size) {
    return int64_t{2 + num_layers} * hidden_size + num_layers;
  }
  // [hidden]: the embedding; what the last layer left, before the final norm; what a feed-forward added
  [[nodiscard]] float* embedding() const { return data; }
  [[nodiscard]] float* residual() const { return data + hidden_size; }
  [[nodiscard]] float* feed_forward(int layer) const { return data + int64_t{2 + layer} * hidden_size; }
  // By what the norm of an attention's output multiplied it before its weight; 1 without such a norm.
  [[nodiscard]] float& attention_factor(int layer) const {
    return data[int64_t{2 + num_layers} * hidden_size + layer];
  }
};

}  // namespace attention_head
