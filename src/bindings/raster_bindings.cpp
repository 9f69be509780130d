#include "bindings/calls.h"
#include "raster/paint_call.h"

namespace attention_head {

namespace {

int prepare_paint(uintptr_t call) {
  return code_of(call_at<PaintCall>(call).prepare(request<PaintRequest>()));
}

}  // namespace

EMSCRIPTEN_BINDINGS(raster) {
  emscripten::function("paintRequest", &request_address<PaintRequest>);
  emscripten::function("newPaintCall", &new_call<PaintCall>);
  emscripten::function("preparePaint", &prepare_paint);
}

}  // namespace attention_head
