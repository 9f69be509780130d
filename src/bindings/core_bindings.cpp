#include <emscripten/bind.h>

#include <cstdlib>

#include "attention/attend_call.h"

namespace attention_head {

namespace {

// Memory for a tensor that stays: its address, or 0 where memory is short. `free` gives it back.
uintptr_t allocate(double bytes) {
  if (bytes > 4294967295.0) return 0;
  return reinterpret_cast<uintptr_t>(std::malloc(static_cast<size_t>(bytes)));
}
void release(uintptr_t address) { std::free(reinterpret_cast<void*>(address)); }

}  // namespace

EMSCRIPTEN_BINDINGS(attention_head_core) {
  emscripten::function("allocate", &allocate);
  emscripten::function("release", &release);

  emscripten::value_object<AttendRequest>("AttendRequest")
      .field("numHeads", &AttendRequest::num_heads)
      .field("numKvHeads", &AttendRequest::num_kv_heads)
      .field("qLen", &AttendRequest::q_len)
      .field("kvLen", &AttendRequest::kv_len)
      .field("headDim", &AttendRequest::head_dim)
      .field("vHeadDim", &AttendRequest::v_head_dim)
      .field("scale", &AttendRequest::scale)
      .field("softcap", &AttendRequest::softcap)
      .field("isCausal", &AttendRequest::is_causal)
      .field("pastLen", &AttendRequest::past_len)
      .field("windowLeft", &AttendRequest::window_left)
      .field("windowRight", &AttendRequest::window_right)
      .field("kvLength", &AttendRequest::kv_length)
      .field("hasBooleanMask", &AttendRequest::has_boolean_mask)
      .field("hasFloatMask", &AttendRequest::has_float_mask)
      .field("maskHeads", &AttendRequest::mask_heads)
      .field("maskQueries", &AttendRequest::mask_queries)
      .field("maskKeys", &AttendRequest::mask_keys)
      .field("hasAlibiSlopes", &AttendRequest::has_alibi_slopes)
      .field("hasSinks", &AttendRequest::has_sinks)
      .field("hasRope", &AttendRequest::has_rope)
      .field("ropeInterleaved", &AttendRequest::rope_interleaved)
      .field("ropeTheta", &AttendRequest::rope_theta)
      .field("ropeDims", &AttendRequest::rope_dims)
      .field("ropeScaling", &AttendRequest::rope_scaling)
      .field("ropeFactor", &AttendRequest::rope_factor)
      .field("ropeLowFreqFactor", &AttendRequest::rope_low_freq_factor)
      .field("ropeHighFreqFactor", &AttendRequest::rope_high_freq_factor)
      .field("ropeOriginalMax", &AttendRequest::rope_original_max)
      .field("taps", &AttendRequest::taps)
      .field("tappedHeads", &AttendRequest::tapped_heads)
      .field("queryAddress", &AttendRequest::query_address)
      .field("keyAddress", &AttendRequest::key_address)
      .field("valueAddress", &AttendRequest::value_address);

  emscripten::class_<AttendCall>("AttendCall")
      .constructor<>()
      .function("prepare", &AttendCall::prepare)
      .function("run", &AttendCall::run)
      .function("message", &AttendCall::message)
      .function("address", &AttendCall::address);
}

}  // namespace attention_head
