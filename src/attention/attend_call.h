#pragma once

#include <cstdint>

#include "attention/options.h"
#include "kernels/buffer.h"
#include "kernels/call.h"
#include "kernels/status.h"

namespace attention_head {

// One attention call as it comes over the border: sizes and options, and which tensors are to be there, in
// the order of web/lib/request.ts. Doubles, as JavaScript has them, so that none overflows before it is
// checked; yes and no are 1 and 0.
struct AttendRequest {
  double num_heads, num_kv_heads, q_len, kv_len, head_dim, v_head_dim;
  double scale, softcap;
  double is_causal;
  double past_len, window_left, window_right;  // windows: -1 for no bound
  double kv_length;
  double has_boolean_mask, has_float_mask;
  double mask_heads, mask_queries, mask_keys;  // the mask's own sizes: 1 or the full one
  double has_alibi_slopes, has_sinks;
  double has_rope, rope_interleaved;
  double rope_theta, rope_dims;
  double rope_scaling;  // RopeScalingType
  double rope_factor, rope_low_freq_factor, rope_high_freq_factor, rope_original_max;
  double taps;          // bits in the order of AttendCall::Part, from kScores on
  double tapped_heads;  // how many heads the taps hold
  double query_address, key_address, value_address;  // resident tensors, or 0
  double token_major;  // tensors are [tokens, heads · dim], as a layer makes them, not [heads, tokens, dim]
};
static_assert(sizeof(AttendRequest) == 35 * sizeof(double));

// The sizes and options of a request, checked but for the tensors.
Status read_request(const AttendRequest& request, AttentionShape& shape, AttentionOptions& options);

// One attention call; its memory is kept from one to the next.
class AttendCall : public Call {
 public:
  enum Part : int {
    kQuery,
    kKey,
    kValue,
    kMask,
    kAlibiSlopes,
    kSinks,
    kTapRows,  // int32 [num_heads]: the head's row in the taps, or -1
    kOutput,
    kScores,
    kSoftcapped,
    kMasked,
    kWeights,
    kLse,
    kScratch,
    kNumParts,
  };

  Status prepare(const AttendRequest& request);
  Status run(bool check_finite) override;
  [[nodiscard]] uintptr_t address(int part) const override { return address_[part]; }
  [[nodiscard]] float* floats(int part) const { return reinterpret_cast<float*>(address_[part]); }

 private:
  Status lay_out(const AttendRequest& request);
  void set_taps(const AttendRequest& request);
  // A tensor of this call whose heads hold `tokens` rows of `dim`.
  [[nodiscard]] HeadsOut heads_of(Part part, int heads, int tokens, int dim) const;

  AttentionShape shape_;
  AttentionOptions options_;
  Taps taps_;
  bool token_major_ = false;
  Buffer memory_;
  uintptr_t address_[kNumParts] = {};
};

}  // namespace attention_head
