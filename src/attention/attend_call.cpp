#include "attention/attend_call.h"

#include <algorithm>

#include "attention/attend.h"
#include "attention/validate.h"
#include "kernels/parts.h"

namespace attention_head {

namespace {

constexpr double kLargestSize = 2147483647;

// A size that must fit 32 bits.
Status narrow(const char* name, double value, int& out) {
  if (!(value >= 0 && value <= kLargestSize)) {
    return invalid_argument(name, " must be between 0 and 2147483647, got ", value, ".");
  }
  out = static_cast<int>(value);
  return {};
}

}  // namespace

Status read_request(const AttendRequest& request, AttentionShape& shape, AttentionOptions& options) {
  struct Size {
    const char* name;
    double value;
    int& out;
  };
  const Size sizes[] = {{"numHeads", request.num_heads, shape.num_heads},
                        {"numKvHeads", request.num_kv_heads, shape.num_kv_heads},
                        {"qLen", request.q_len, shape.q_len},
                        {"kvLen", request.kv_len, shape.kv_len},
                        {"headDim", request.head_dim, shape.head_dim},
                        {"vHeadDim", request.v_head_dim, shape.v_head_dim},
                        {"kvLength", request.kv_length, options.visibility.kv_length},
                        {"rope.dims", request.rope_dims, options.rope.dims}};
  for (const Size& size : sizes) {
    if (Status status = narrow(size.name, size.value, size.out); !status.ok()) return status;
  }
  options.scale = static_cast<float>(request.scale);
  options.softcap = static_cast<float>(request.softcap);
  options.visibility.is_causal = request.is_causal != 0;
  options.visibility.past_len = static_cast<int64_t>(request.past_len);
  options.visibility.window_left = static_cast<int64_t>(request.window_left);
  options.visibility.window_right = static_cast<int64_t>(request.window_right);
  options.rope.enabled = request.has_rope != 0;
  options.rope.interleaved = request.rope_interleaved != 0;
  options.rope.theta = request.rope_theta;
  options.rope.scaling = {static_cast<RopeScalingType>(static_cast<int>(request.rope_scaling)),
                          request.rope_factor, request.rope_low_freq_factor, request.rope_high_freq_factor,
                          request.rope_original_max};
  const bool masked = request.has_boolean_mask != 0 || request.has_float_mask != 0;
  options.mask = {};
  if (masked) {
    const auto keys = static_cast<int64_t>(request.mask_keys);
    const auto queries = static_cast<int64_t>(request.mask_queries);
    options.mask.key_stride = keys == 1 ? 0 : 1;
    options.mask.query_stride = queries == 1 ? 0 : keys;
    options.mask.head_stride = request.mask_heads == 1 ? 0 : queries * keys;
  }
  options.alibi_slopes = nullptr;
  options.sinks = nullptr;
  return validate(shape, options);
}

Status AttendCall::lay_out(const AttendRequest& request) {
  const double mask_cells = request.mask_heads * request.mask_queries * request.mask_keys;
  const double map = request.tapped_heads * request.q_len * request.kv_len;
  // The taps decide how much working memory is needed, before their addresses are known.
  float placeholder = 0;
  const int taps = static_cast<int>(request.taps);
  taps_ = {};
  if (taps & 1) taps_.scores = &placeholder;
  if (taps & 2) taps_.softcapped = &placeholder;
  if (taps & 4) taps_.masked = &placeholder;
  if (taps & 8) taps_.weights = &placeholder;
  const double key_floats = request.num_kv_heads * request.kv_len * request.head_dim;
  const double query_floats = request.num_heads * request.q_len * request.head_dim;
  // Beyond 2^53 floats the scratch size itself would overflow; such a call can't be held anyway.
  const bool absurd = key_floats + query_floats > 1e12;

  double bytes[kNumParts] = {};
  bytes[kQuery] = request.query_address != 0 ? 0 : 4 * query_floats;
  bytes[kKey] = request.key_address != 0 ? 0 : 4 * key_floats;
  bytes[kValue] =
      request.value_address != 0 ? 0 : 4 * request.num_kv_heads * request.kv_len * request.v_head_dim;
  if (request.has_boolean_mask != 0) bytes[kMask] = mask_cells;
  if (request.has_float_mask != 0) bytes[kMask] = 4 * mask_cells;
  bytes[kAlibiSlopes] = request.has_alibi_slopes != 0 ? 4 * request.num_heads : 0;
  bytes[kSinks] = request.has_sinks != 0 ? 4 * request.num_heads : 0;
  bytes[kTapRows] = 4 * request.num_heads;
  bytes[kOutput] = 4 * request.num_heads * request.q_len * request.v_head_dim;
  for (int tap = 0; tap < 4; ++tap) bytes[kScores + tap] = taps & (1 << tap) ? 4 * map : 0;
  bytes[kLse] = taps & 16 ? 4 * request.tapped_heads * request.q_len : 0;
  bytes[kScratch] = 4.0 * (absurd ? key_floats + query_floats
                                  : static_cast<double>(attend_scratch_floats(shape_, options_, taps_)));

  if (Status status = lay_out_parts("This call", bytes, memory_, address_); !status.ok()) return status;
  if (request.query_address != 0) address_[kQuery] = static_cast<uintptr_t>(request.query_address);
  if (request.key_address != 0) address_[kKey] = static_cast<uintptr_t>(request.key_address);
  if (request.value_address != 0) address_[kValue] = static_cast<uintptr_t>(request.value_address);
  return {};
}

void AttendCall::set_taps(const AttendRequest& request) {
  const int taps = static_cast<int>(request.taps);
  const auto pointer = [&](Part part) { return taps & (1 << (part - kScores)) ? floats(part) : nullptr; };
  taps_ = {reinterpret_cast<int*>(address_[kTapRows]),
           pointer(kScores),
           pointer(kSoftcapped),
           pointer(kMasked),
           pointer(kWeights),
           pointer(kLse)};
  if (request.has_boolean_mask != 0) options_.mask.allowed = reinterpret_cast<uint8_t*>(address_[kMask]);
  if (request.has_float_mask != 0) options_.mask.bias = floats(kMask);
  if (request.has_alibi_slopes != 0) options_.alibi_slopes = floats(kAlibiSlopes);
  if (request.has_sinks != 0) options_.sinks = floats(kSinks);
}

Status AttendCall::prepare(const AttendRequest& request) {
  token_major_ = request.token_major != 0;
  Status status = read_request(request, shape_, options_);
  if (status.ok()) status = lay_out(request);
  if (status.ok()) set_taps(request);
  return status;
}

HeadsOut AttendCall::heads_of(Part part, int heads, int tokens, int dim) const {
  if (token_major_) return {floats(part), dim, static_cast<int64_t>(heads) * dim};
  return {floats(part), static_cast<int64_t>(tokens) * dim, dim};
}

Status AttendCall::run(bool check) {
  const auto size = [](int a, int b, int c) { return static_cast<int64_t>(a) * b * c; };
  Status status = validate(shape_, options_);
  const AttentionShape& s = shape_;
  if (status.ok() && check) {
    status = check_finite("query", floats(kQuery), size(s.num_heads, s.q_len, s.head_dim));
    if (status.ok()) {
      status = check_finite("key", floats(kKey), size(s.num_kv_heads, s.kv_len, s.head_dim));
    }
    if (status.ok()) {
      status = check_finite("value", floats(kValue), size(s.num_kv_heads, s.kv_len, s.v_head_dim));
    }
  }
  if (!status.ok()) return status;
  const auto input = [&](Part part, int heads, int tokens, int dim) -> HeadsIn {
    const HeadsOut view = heads_of(part, heads, tokens, dim);
    return {view.data, view.head_stride, view.token_stride};
  };
  attend(s, options_, input(kQuery, s.num_heads, s.q_len, s.head_dim),
         input(kKey, s.num_kv_heads, s.kv_len, s.head_dim),
         input(kValue, s.num_kv_heads, s.kv_len, s.v_head_dim),
         heads_of(kOutput, s.num_heads, s.q_len, s.v_head_dim), taps_, floats(kScratch));
  return {};
}

}  // namespace attention_head
