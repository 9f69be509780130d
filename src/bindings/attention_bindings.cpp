#include "attention/attend_call.h"
#include "attention/layer_call.h"
#include "bindings/calls.h"

namespace attention_head {

namespace {

int prepare_attend(uintptr_t call, const AttendRequest& request) {
  return code_of(call_at<AttendCall>(call).prepare(request));
}
int create_layer(uintptr_t call, const AttendRequest& request, double model_dim) {
  return code_of(call_at<LayerCall>(call).create(request, model_dim));
}
void set_layer_weights(uintptr_t call, int which, uintptr_t matrix, double row_stride) {
  call_at<LayerCall>(call).set_weights(which, matrix, row_stride);
}
uintptr_t add_layer_bias(uintptr_t call, int which) { return call_at<LayerCall>(call).add_bias(which); }
int prepare_forward(uintptr_t call, const AttendRequest& request, bool has_head_scale,
                    bool has_contribution) {
  return code_of(call_at<LayerCall>(call).prepare(request, has_head_scale, has_contribution));
}

}  // namespace

EMSCRIPTEN_BINDINGS(attention) {
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
      .field("valueAddress", &AttendRequest::value_address)
      .field("tokenMajor", &AttendRequest::token_major);

  emscripten::function("newAttendCall", &new_call<AttendCall>);
  emscripten::function("prepareAttend", &prepare_attend);

  emscripten::function("newLayerCall", &new_call<LayerCall>);
  emscripten::function("createLayer", &create_layer);
  emscripten::function("setLayerWeights", &set_layer_weights);
  emscripten::function("addLayerBias", &add_layer_bias);
  emscripten::function("prepareForward", &prepare_forward);
}

}  // namespace attention_head
