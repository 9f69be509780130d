#pragma once

#include <cstdint>

#include "attention/attend_call.h"
#include "attention/multi_head_layer.h"

namespace attention_head {

// A multi-head layer as it comes over the border. create() takes memory for the weights, which stay;
// set_weights() packs each matrix; then every forward is prepared and run as an AttendCall is, whose parts
// hold the heads' own tensors.
class LayerCall : public Call {
 public:
  enum Weights : int { kQueryWeights, kKeyWeights, kValueWeights, kOutputWeights, kNumWeights };
  enum Part : int {
    kX = AttendCall::kNumParts,  // [tokens, model_dim]
    kHeadScale,                  // [num_heads]
    kLayerOutput,                // [tokens, model_dim]
    kContribution,               // [num_tapped_heads, tokens, model_dim]
    kRopeTable,
    kEnd,
  };

  Status create(const AttendRequest& request, double model_dim);
  Status prepare(const AttendRequest& request, bool has_head_scale, bool has_contribution);
  Status run(bool check_finite) override;

  // Takes one matrix, row-major [in, out] with the given distance between rows, from the given address.
  void set_weights(int which, uintptr_t matrix, double row_stride);
  // Where the bias [out] of these weights is to be written; it takes part in every forward from then on.
  uintptr_t add_bias(int which);

  // Of AttendCall's parts, or of the layer's own.
  [[nodiscard]] uintptr_t address(int part) const override;

 private:
  struct Room {
    float* panels = nullptr;
    float* bias = nullptr;
  };
  [[nodiscard]] LinearWeights& linear_of(int which);
  [[nodiscard]] float* floats(Part part) const { return reinterpret_cast<float*>(address(part)); }

  MultiHeadLayer layer_;
  Room rooms_[kNumWeights];
  Buffer weights_;
  AttendCall attend_;
  Buffer memory_;
  uintptr_t address_[kEnd - kX] = {};
  int tokens_ = 0;
  int64_t past_len_ = 0;
  bool has_head_scale_ = false;
  bool has_contribution_ = false;
};

}  // namespace attention_head
