#include "kernels/activation.h"

#include <cstring>

#include "kernels/exponential.h"

namespace attention_head {

namespace {

// x · Φ(x), where Φ(-|x|) = erfc(a) / 2 for a = |x| / √2, and erfc(a) = e^(-a²) times a polynomial in
// t = 1 / (1 + a / 2), fitted for this file (error 3e-10 before rounding).
f32x4 gelu(f32x4 x) {
  const f32x4 magnitude = from_bits(and_not(bits(x), splat(INT32_MIN)));
  const f32x4 a = magnitude * splat(0.70710678f);
  const f32x4 t = splat(1.0f) / multiply_add(a, splat(0.5f), splat(1.0f));
  f32x4 p = splat(-0.050965104f);
  p = multiply_add(p, t, splat(0.33965942f));
  p = multiply_add(p, t, splat(-0.8768563f));
  p = multiply_add(p, t, splat(0.9738811f));
  p = multiply_add(p, t, splat(-0.34806997f));
  p = multiply_add(p, t, splat(0.43134692f));
  p = multiply_add(p, t, splat(0.24583082f));
  p = multiply_add(p, t, splat(0.28517312f));
  const f32x4 tail = splat(0.5f) * p * t * exponential(splat(0.0f) - a * a);
  const f32x4 positive = splat(1.0f) - tail;
  return x * select(x < splat(0.0f), tail, positive);
}

f32x4 gelu_tanh(f32x4 x) {
  const f32x4 cubic = multiply_add(splat(0.044715f) * x * x, x, x);
  const f32x4 half = splat(0.5f) * x;
  return multiply_add(half, hyperbolic_tangent(splat(0.79788456f) * cubic), half);
}

f32x4 relu(f32x4 x) { return select(x < splat(0.0f), splat(0.0f), x); }

template <typename Function>
void apply(Function function, float* values, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(values + i, function(load(values + i)));
  if (i == count) return;
  float rest[kLanes] = {};
  const auto bytes = sizeof(float) * static_cast<size_t>(count - i);
  std::memcpy(rest, values + i, bytes);
  store(rest, function(load(rest)));
  std::memcpy(values + i, rest, bytes);
}

}  // namespace

void activate(Activation activation, float* values, int64_t count) {
  switch (activation) {
    case Activation::kGelu:
      return apply(gelu, values, count);
    case Activation::kGeluTanh:
      return apply(gelu_tanh, values, count);
    case Activation::kRelu:
      return apply(relu, values, count);
  }
}

}  // namespace attention_head
