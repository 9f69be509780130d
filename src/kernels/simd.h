#pragma once

// Four floats at once: the only files that know which instructions there are.

#if defined(__wasm_simd128__)
#include "kernels/simd_wasm.h"
#else
#include "kernels/simd_native.h"
#endif

namespace attention_head {

// a where the mask is set, b elsewhere.
inline i32x4 select(i32x4 mask, i32x4 a, i32x4 b) { return (a & mask) | and_not(b, mask); }
inline f32x4 select(i32x4 mask, f32x4 a, f32x4 b) { return from_bits(select(mask, bits(a), bits(b))); }

// The transpose of four vectors.
inline void transpose(f32x4 (&rows)[kLanes]) {
  const f32x4 low01 = interleave_low(rows[0], rows[1]);
  const f32x4 low23 = interleave_low(rows[2], rows[3]);
  const f32x4 high01 = interleave_high(rows[0], rows[1]);
  const f32x4 high23 = interleave_high(rows[2], rows[3]);
  rows[0] = low_halves(low01, low23);
  rows[1] = high_halves(low01, low23);
  rows[2] = low_halves(high01, high23);
  rows[3] = high_halves(high01, high23);
}

// The nearest whole number, for numbers from 0 to 255.
inline i32x4 round_to_byte(f32x4 a) { return bits(a + splat(8388608.0f)) & splat(255); }

inline float sum_of_lanes(f32x4 a) { return (lane(a, 0) + lane(a, 2)) + (lane(a, 1) + lane(a, 3)); }

inline float max_of_lanes(f32x4 a) {
  float largest = lane(a, 0);
  for (int i = 1; i < kLanes; ++i) largest = largest < lane(a, i) ? lane(a, i) : largest;
  return largest;
}

}  // namespace attention_head
