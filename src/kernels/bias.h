#pragma once

#include <cstddef>
#include <cstdint>

namespace attention_head {

// What is added to a row [count] of scores before softmax.

// row[c] <- -infinity where allowed[c · stride] is 0
void forbid_row(const uint8_t* allowed, ptrdiff_t stride, int count, float* row);

// row[c] <- row[c] + bias[c · stride]; -infinity where the bias is that, whatever the score is, which may
// be NaN.
void add_bias_row(const float* bias, ptrdiff_t stride, int count, float* row);

// row[c] <- row[c] - slope · (first + step · c)
void subtract_distances_row(float slope, int64_t first, int step, int count, float* row);

}  // namespace attention_head
