#pragma once

#include <cstdint>

#include "kernels/number_type.h"

namespace attention_head {

// out [count] = the numbers that `blocks` store, whole blocks of them, as float32: what ggml calls
// dequantize_row.
void widen_row(NumberType type, const void* blocks, int64_t count, float* out);

}  // namespace attention_head
