#pragma once

#include "kernels/simd.h"

namespace attention_head {

// The smallest x whose exponential is a normal float: ln(2^-126).
inline constexpr float kSmallestNormalExponent = -87.33654f;

// e^x for x <= 0, four at once. Within 2 ulp where the result is normal; 0 below that; exactly 1 at 0
// and 0 at -infinity; NaN stays NaN. x = n ln 2 + r, then 2^n times a minimax polynomial of e^r on
// |r| <= ln(2)/2, fitted for this file (relative error 2e-9 before rounding).
inline f32x4 exponential(f32x4 x) {
  const f32x4 round_to_integer = splat(12582912.0f);  // 1.5 * 2^23: the sum's low bits hold n
  const f32x4 shifted = multiply_add(x, splat(1.44269504f), round_to_integer);
  const f32x4 n = shifted - round_to_integer;
  f32x4 r = multiply_add(n, splat(-0.693145752f), x);  // ln 2 in two parts; the first is exact times n
  r = multiply_add(n, splat(-1.42860677e-6f), r);
  f32x4 p = splat(0.001384356f);
  p = multiply_add(p, r, splat(0.008374236f));
  p = multiply_add(p, r, splat(0.04166801f));
  p = multiply_add(p, r, splat(0.1666643f));
  p = multiply_add(p, r, splat(0.49999994f));
  p = multiply_add(p, r, splat(1.0f));
  p = multiply_add(p, r, splat(1.0f));
  const f32x4 scaled = from_bits(bits(p) + shift_left_23(bits(shifted)));
  return from_bits(and_not(bits(scaled), x < splat(kSmallestNormalExponent)));
}

inline float exponential(float x) { return lane(exponential(splat(x)), 0); }

// tanh x, four at once, within 4 ulp. An odd minimax polynomial below 0.625, fitted for this file (relative
// error 5e-9 before rounding), 1 - 2 / (e^2|x| + 1) above; NaN stays NaN.
inline f32x4 hyperbolic_tangent(f32x4 x) {
  const i32x4 sign = bits(x) & splat(INT32_MIN);
  const f32x4 magnitude = from_bits(and_not(bits(x), splat(INT32_MIN)));
  const f32x4 square = x * x;
  f32x4 p = splat(-0.005704947f);
  p = multiply_add(p, square, splat(0.020639053f));
  p = multiply_add(p, square, splat(-0.053739704f));
  p = multiply_add(p, square, splat(0.13331442f));
  p = multiply_add(p, square, splat(-0.3333328f));
  const f32x4 small = multiply_add(x * square, p, x);
  const f32x4 e = exponential(splat(-2.0f) * magnitude);
  const f32x4 large = (splat(1.0f) - e) / (splat(1.0f) + e);
  return select(magnitude < splat(0.625f), small, from_bits(bits(large) | sign));
}

}  // namespace attention_head
