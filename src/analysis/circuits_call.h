#pragma once

#include <cstdint>

#include "analysis/circuits.h"
#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// The circuits of a model's heads, as they come over the border, a layer at a time: each function leaves
// its doubles in result(). The matrices of a layer's heads and [hidden, hidden] ones are Eigen's own.
class CircuitsCall {
 public:
  // Wider models would take more memory than Eigen may take without asking.
  static constexpr int kMostHidden = 4096;

  Status prepare(const Transformer& model);
  // [heads, 2 · head_dim + 1]: of each head of a layer the singular values of QK and of OV, and the copying
  // score; 0 for an encoder, which has no output matrix.
  Status heads(int layer);
  // [heads, heads]: the composition of each head of a later layer with each of an earlier one.
  Status composition(Composition kind, int earlier_layer, int later_layer);
  [[nodiscard]] uintptr_t result() const { return reinterpret_cast<uintptr_t>(result_.data()); }

 private:
  Status take_memory(double results);
  [[nodiscard]] double* results() const { return static_cast<double*>(result_.data()); }

  const Transformer* model_ = nullptr;
  Eigen::MatrixXf embedding_product_;
  Buffer result_;
};

}  // namespace attention_head
