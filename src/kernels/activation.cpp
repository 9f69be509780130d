#include "kernels/activation.h"

#include <cstring>

#include "kernels/exponential.h"

namespace attention_head {

namespace {

f32x4 magnitude_of(f32x4 x) { return from_bits(and_not(bits(x), splat(INT32_MIN))); }

// Φ(x), where Φ(-|x|) = erfc(a) / 2 for a = |x| / √2.
f32x4 normal_distribution(f32x4 x) {
  const f32x4 a = magnitude_of(x) * load(error_function_numbers::kSqrtHalf);
  const f32x4 t = splat(1.0f) / multiply_add(a, splat(0.5f), splat(1.0f));
  const f32x4 erfc = horner(error_function_numbers::kPolynomial, t) * t * exponential(splat(0.0f) - a * a);
  const f32x4 tail = splat(0.5f) * erfc;
  return select(x < splat(0.0f), tail, splat(1.0f) - tail);
}

f32x4 gelu(f32x4 x) { return x * normal_distribution(x); }

f32x4 gelu_tanh(f32x4 x) {
  const f32x4 cubic = multiply_add(splat(0.044715f) * x * x, x, x);
  const f32x4 half = splat(0.5f) * x;
  return multiply_add(half, hyperbolic_tangent(splat(0.79788456f) * cubic), half);
}

f32x4 relu(f32x4 x) { return select(x < splat(0.0f), splat(0.0f), x); }

// e^-|x|, which can't overflow.
f32x4 falling_exponential(f32x4 x) { return exponential(splat(0.0f) - magnitude_of(x)); }

f32x4 silu(f32x4 x) {
  const f32x4 e = falling_exponential(x);
  return x * select(x < splat(0.0f), e, splat(1.0f)) / (splat(1.0f) + e);
}

f32x4 sigmoid(f32x4 x) {
  const f32x4 e = falling_exponential(x);
  return select(x < splat(0.0f), e, splat(1.0f)) / (splat(1.0f) + e);
}

f32x4 quick_gelu(f32x4 x) { return x * sigmoid(splat(1.702f) * x); }

// x within [-bound, bound].
f32x4 clamp(f32x4 x, float bound) { return max(min(x, splat(bound)), splat(-bound)); }

f32x4 gelu_10(f32x4 x) { return clamp(gelu(x), 10.0f); }

f32x4 relu_squared(f32x4 x) { return relu(x) * relu(x); }

f32x4 relu_6(f32x4 x) { return clamp(relu(x), 6.0f); }

f32x4 leaky_relu(f32x4 x) { return select(x < splat(0.0f), splat(0.01f) * x, x); }

f32x4 hard_swish(f32x4 x) { return x * relu_6(x + splat(3.0f)) / splat(6.0f); }

// tanh(log(1 + e)) = (e² + 2e) / (e² + 2e + 2), of which both are divided by e² above 0.
f32x4 mish(f32x4 x) {
  const f32x4 e = falling_exponential(x);
  const f32x4 twice = e + e;
  const f32x4 below = multiply_add(e, e, twice);
  const f32x4 above = splat(1.0f) + twice;
  const i32x4 is_below = x < splat(0.0f);
  const f32x4 rest = select(is_below, splat(2.0f), twice * e);
  const f32x4 sum = select(is_below, below, above);
  return x * sum / (sum + rest);
}

f32x4 laplace(f32x4 x) { return normal_distribution((x - splat(0.707107f)) / splat(0.282095f)); }

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
    case Activation::kQuickGelu:
      return apply(quick_gelu, values, count);
    case Activation::kGelu10:
      return apply(gelu_10, values, count);
    case Activation::kRelu2:
      return apply(relu_squared, values, count);
    case Activation::kRelu6:
      return apply(relu_6, values, count);
    case Activation::kLeakyRelu:
      return apply(leaky_relu, values, count);
    case Activation::kHardSwish:
      return apply(hard_swish, values, count);
    case Activation::kMish:
      return apply(mish, values, count);
    case Activation::kTanh:
      return apply(hyperbolic_tangent, values, count);
    case Activation::kSigmoid:
      return apply(sigmoid, values, count);
    case Activation::kLaplace:
      return apply(laplace, values, count);
    case Activation::kLinear:
    case Activation::kNumActivations:
      return;
  }
}

void multiply_elements(float* values, const float* factors, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(values + i, load(values + i) * load(factors + i));
  for (; i < count; ++i) values[i] *= factors[i];
}

}  // namespace attention_head
