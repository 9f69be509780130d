#pragma once

#include <cstdint>
#include <string>

#include "attention/options.h"
#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// One attention call as it comes over the border: sizes and options, and which tensors are to be there.
// Sizes are doubles, as JavaScript has them, so that none overflows before it is checked.
struct AttendRequest {
  double num_heads, num_kv_heads, q_len, kv_len, head_dim, v_head_dim;
  float scale, softcap;
  bool is_causal;
  double past_len, window_left, window_right;  // windows: -1 for no bound
  double kv_length;
  bool has_boolean_mask, has_float_mask;
  double mask_heads, mask_queries, mask_keys;  // the mask's own sizes: 1 or the full one
  bool has_alibi_slopes, has_sinks;
  bool has_rope, rope_interleaved;
  double rope_theta, rope_dims;
  int rope_scaling;
  double rope_factor, rope_low_freq_factor, rope_high_freq_factor, rope_original_max;
  int taps;             // bits in the order of AttendCall::Part, from kScores on
  double tapped_heads;  // how many heads the taps hold
  double query_address, key_address, value_address;  // resident tensors, or 0
};

// The memory of attention calls, kept from one to the next: prepare() checks the sizes and lays the tensors
// out, the caller writes the inputs to their addresses, run() computes, the caller reads the results.
// Nothing is allocated by run().
class AttendCall {
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

  // Both return an ErrorCode; message() says more.
  int prepare(const AttendRequest& request);
  int run(bool check_finite);

  [[nodiscard]] std::string message() const { return std::string(status_.message()); }
  // Where a part lies, in bytes; 0 where it isn't in the call.
  [[nodiscard]] uintptr_t address(int part) const { return address_[part]; }

 private:
  Status set_options(const AttendRequest& request);
  Status lay_out(const AttendRequest& request);
  void set_taps(const AttendRequest& request);
  [[nodiscard]] float* floats(Part part) const { return reinterpret_cast<float*>(address_[part]); }

  AttentionShape shape_;
  AttentionOptions options_;
  Taps taps_;
  Buffer memory_;
  uintptr_t address_[kNumParts] = {};
  Status status_;
};

}  // namespace attention_head
