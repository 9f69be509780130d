#include "bindings/calls.h"
#include "raster/large_map_call.h"

namespace attention_head {

namespace {

int open_large_map(uintptr_t call, float alibi_slope, float sink) {
  return code_of(call_at<LargeMapCall>(call).open(request<AttendRequest>(), alibi_slope, sink));
}
int look_at(uintptr_t call, int first_query, int queries, int height, int first_key, int keys, int width) {
  return code_of(
      call_at<LargeMapCall>(call).look_at({{first_query, queries, height}, {first_key, keys, width}}));
}

}  // namespace

EMSCRIPTEN_BINDINGS(large_map) {
  emscripten::function("newLargeMapCall", &new_call<LargeMapCall>);
  emscripten::function("openLargeMap", &open_large_map);
  emscripten::function("lookAt", &look_at);
}

}  // namespace attention_head
