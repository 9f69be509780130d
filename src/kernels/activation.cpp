#include "kernels/activation.h"

#include <cstring>

#include "kernels/exponential.h"

namespace attention_head {

namespace {

// x · Φ(x), where Φ(-|x|) = erfc(a) / 2 for a = |x| / √2.
f32x4 gelu(f32x4 x) {
  const f32x4 magnitude = from_bits(and_not(bits(x), splat(INT32_MIN)));
  const f32x4 a = magnitude * load(error_function_numbers::kSqrtHalf);
  const f32x4 t = splat(1.0f) / multiply_add(a, splat(0.5f), splat(1.0f));
  const f32x4 erfc = horner(error_function_numbers::kPolynomial, t) * t * exponential(splat(0.0f) - a * a);
  const f32x4 tail = splat(0.5f) * erfc;
  return x * select(x < splat(0.0f), tail, splat(1.0f) - tail);
}

f32x4 gelu_tanh(f32x4 x) {
  const f32x4 cubic = multiply_add(splat(0.044715f) * x * x, x, x);
  const f32x4 half = splat(0.5f) * x;
  return multiply_add(half, hyperbolic_tangent(splat(0.79788456f) * cubic), half);
}

f32x4 relu(f32x4 x) { return select(x < splat(0.0f), splat(0.0f), x); }

// By e^-|x|, which can't overflow.
f32x4 silu(f32x4 x) {
  const f32x4 magnitude = from_bits(and_not(bits(x), splat(INT32_MIN)));
  const f32x4 e = exponential(splat(0.0f) - magnitude);
  return x * select(x < splat(0.0f), e, splat(1.0f)) / (splat(1.0f) + e);
}

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
    case Activation::kSilu:
      return apply(silu, values, count);
  }
}

void multiply_elements(float* values, const float* factors, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(values + i, load(values + i) * load(factors + i));
  for (; i < count; ++i) values[i] *= factors[i];
}

}  // namespace attention_head
