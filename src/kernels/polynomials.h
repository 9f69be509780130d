#pragma once

#include "kernels/simd.h"

namespace attention_head {

// The numbers of the functions that are evaluated four at once, each four times. They are defined in a file
// of their own, so that they are loaded: V8 makes a vector constant that it can see anew at every use,
// which takes longer than the polynomial. And they are arrays, since only of those does LLVM know that
// nothing writes them.
using Number = float[kLanes];

namespace exponential_numbers {
extern const Number kLeast;  // its power of two, 2^-127, has 0 for its bits
extern const Number kLog2E;
extern const Number
    kRoundToInteger;  // 1.5 · 2^23 + 127: a sum's low bits hold an integer with a float's bias
extern const Number kMinusLn2High;  // exact times an exponent
extern const Number kMinusLn2Low;
extern const Number kPolynomial[6];
}  // namespace exponential_numbers

namespace tangent_numbers {
extern const Number kSmall;  // below this the polynomial
extern const Number kPolynomial[5];
}  // namespace tangent_numbers

namespace error_function_numbers {
extern const Number kSqrtHalf;
extern const Number kPolynomial[8];
}  // namespace error_function_numbers

// p[0] · x^n + … + p[n], by Horner's rule.
template <int kCount>
inline f32x4 horner(const Number (&p)[kCount], f32x4 x) {
  f32x4 sum = load(p[0]);
  for (int i = 1; i < kCount; ++i) sum = multiply_add(sum, x, load(p[i]));
  return sum;
}

}  // namespace attention_head
