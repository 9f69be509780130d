#include "bindings/calls.h"
#include "raster/paint_call.h"

namespace attention_head {

namespace {

int prepare_paint(uintptr_t call, const PaintRequest& request) {
  return code_of(call_at<PaintCall>(call).prepare(request));
}

}  // namespace

EMSCRIPTEN_BINDINGS(raster) {
  emscripten::value_object<PaintRequest>("PaintRequest")
      .field("qLen", &PaintRequest::q_len)
      .field("kvLen", &PaintRequest::kv_len)
      .field("width", &PaintRequest::width)
      .field("height", &PaintRequest::height)
      .field("firstRow", &PaintRequest::first_row)
      .field("lastRow", &PaintRequest::last_row)
      .field("logarithmic", &PaintRequest::logarithmic)
      .field("top", &PaintRequest::top)
      .field("ignoreFirstKey", &PaintRequest::ignore_first_key)
      .field("dark", &PaintRequest::dark)
      .field("hasMasked", &PaintRequest::has_masked)
      .field("weightsAddress", &PaintRequest::weights_address)
      .field("maskedAddress", &PaintRequest::masked_address);

  emscripten::function("newPaintCall", &new_call<PaintCall>);
  emscripten::function("preparePaint", &prepare_paint);
}

}  // namespace attention_head
