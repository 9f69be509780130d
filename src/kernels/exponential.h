#pragma once

#include "kernels/polynomials.h"
#include "kernels/simd.h"

namespace attention_head {

// e^x for x <= 0, four at once. Within 2 ulp where the result is normal; 0 or subnormal below that; exactly
// 1 at 0 and 0 at -infinity; NaN stays NaN. x = n ln 2 + r, then 2^n times a minimax polynomial of e^r.
inline f32x4 exponential(f32x4 x) {
  using namespace exponential_numbers;
  x = max(x, load(kLeast));
  const f32x4 round_to_integer = load(kRoundToInteger);
  const f32x4 biased = multiply_add(x, load(kLog2E), round_to_integer);
  const f32x4 n = biased - round_to_integer;
  f32x4 r = multiply_add(n, load(kMinusLn2High), x);
  r = multiply_add(n, load(kMinusLn2Low), r);
  return horner(kPolynomial, r) * from_bits(shift_left_23(bits(biased)));
}

inline float exponential(float x) { return lane(exponential(splat(x)), 0); }

// tanh x, four at once, within 4 ulp: an odd minimax polynomial near 0, 1 - 2 / (e^2|x| + 1) beyond; NaN
// stays NaN.
inline f32x4 hyperbolic_tangent(f32x4 x) {
  const i32x4 sign = bits(x) & splat(INT32_MIN);
  const f32x4 magnitude = from_bits(and_not(bits(x), splat(INT32_MIN)));
  const f32x4 square = x * x;
  const f32x4 small = multiply_add(x * square, horner(tangent_numbers::kPolynomial, square), x);
  const f32x4 e = exponential(splat(-2.0f) * magnitude);
  const f32x4 large = (splat(1.0f) - e) / (splat(1.0f) + e);
  return select(magnitude < load(tangent_numbers::kSmall), small, from_bits(bits(large) | sign));
}

}  // namespace attention_head
