#include "bindings/calls.h"

#include <cstdlib>

#include "kernels/buffer.h"

namespace attention_head {

namespace {

Status last_status;

// Memory for a tensor that stays: its address, or 0 where memory is short. `release` gives it back.
uintptr_t allocate(double bytes) {
  if (bytes > 4294967295.0 - kLineBytes) return 0;
  return reinterpret_cast<uintptr_t>(allocate_lines(static_cast<size_t>(bytes)));
}
void release(uintptr_t address) { std::free(reinterpret_cast<void*>(address)); }

void delete_call(uintptr_t call) { delete &call_at<Call>(call); }
int run_call(uintptr_t call, bool check_finite) { return code_of(call_at<Call>(call).run(check_finite)); }
uintptr_t part_address(uintptr_t call, int part) { return call_at<Call>(call).address(part); }
uintptr_t last_message() { return reinterpret_cast<uintptr_t>(last_status.c_str()); }

}  // namespace

int code_of(const Status& status) {
  last_status = status;
  return static_cast<int>(status.code());
}

EMSCRIPTEN_BINDINGS(calls) {
  emscripten::function("allocate", &allocate);
  emscripten::function("release", &release);
  emscripten::function("deleteCall", &delete_call);
  emscripten::function("runCall", &run_call);
  emscripten::function("partAddress", &part_address);
  emscripten::function("lastMessage", &last_message);
}

}  // namespace attention_head
