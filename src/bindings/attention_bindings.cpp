#include "attention/attend_call.h"
#include "attention/layer_call.h"
#include "bindings/calls.h"

namespace attention_head {

namespace {

int prepare_attend(uintptr_t call) {
  return code_of(call_at<AttendCall>(call).prepare(request<AttendRequest>()));
}
int create_layer(uintptr_t call, double model_dim) {
  return code_of(call_at<LayerCall>(call).create(request<AttendRequest>(), model_dim));
}
void set_layer_weights(uintptr_t call, int which, uintptr_t matrix, double row_stride) {
  call_at<LayerCall>(call).set_weights(which, matrix, row_stride);
}
uintptr_t add_layer_bias(uintptr_t call, int which) { return call_at<LayerCall>(call).add_bias(which); }
int prepare_forward(uintptr_t call, bool has_head_scale, bool has_contribution) {
  return code_of(
      call_at<LayerCall>(call).prepare(request<AttendRequest>(), has_head_scale, has_contribution));
}

}  // namespace

EMSCRIPTEN_BINDINGS(attention) {
  emscripten::function("attendRequest", &request_address<AttendRequest>);
  emscripten::function("newAttendCall", &new_call<AttendCall>);
  emscripten::function("prepareAttend", &prepare_attend);

  emscripten::function("newLayerCall", &new_call<LayerCall>);
  emscripten::function("createLayer", &create_layer);
  emscripten::function("setLayerWeights", &set_layer_weights);
  emscripten::function("addLayerBias", &add_layer_bias);
  emscripten::function("prepareForward", &prepare_forward);
}

}  // namespace attention_head
