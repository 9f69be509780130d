#pragma once

#include <cstdint>
#include <vector>

#include "kernels/number_type.h"

namespace attention_head::reference {

// The numbers that blocks of a type store, one after another, as ggml's C code says it: the twin of
// kernels/widen.h.
std::vector<float> widen(NumberType type, const uint8_t* blocks, int64_t count);

}  // namespace attention_head::reference
