#include "kernels/polynomials.h"

#define FOUR_TIMES(value) {value, value, value, value}

namespace attention_head {

namespace exponential_numbers {
const Number kLeast = FOUR_TIMES(-88.0f);
const Number kLog2E = FOUR_TIMES(1.44269504f);
const Number kRoundToInteger = FOUR_TIMES(12583039.0f);
const Number kMinusLn2High = FOUR_TIMES(-0.693145752f);
const Number kMinusLn2Low = FOUR_TIMES(-1.42860677e-6f);
// e^r on |r| <= ln(2) / 2, fitted for this file with 1 at 0, so that the error is the same in ulp where the
// result is below 1 and above (1.06 before rounding).
const Number kPolynomial[6] = {FOUR_TIMES(0.008261986f), FOUR_TIMES(0.041898504f), FOUR_TIMES(0.1666818f),
                               FOUR_TIMES(0.49999145f),  FOUR_TIMES(0.99999946f),  FOUR_TIMES(1.0f)};
}  // namespace exponential_numbers

namespace tangent_numbers {
const Number kSmall = FOUR_TIMES(0.625f);
// tanh x = x + x³ · polynomial of x², fitted for this file (relative error 5e-9 before rounding).
const Number kPolynomial[5] = {FOUR_TIMES(-0.005704947f), FOUR_TIMES(0.020639053f),
                               FOUR_TIMES(-0.053739704f), FOUR_TIMES(0.13331442f), FOUR_TIMES(-0.3333328f)};
}  // namespace tangent_numbers

namespace error_function_numbers {
const Number kSqrtHalf = FOUR_TIMES(0.70710678f);
// erfc(a) = t · e^(-a²) · polynomial of t = 1 / (1 + a / 2) for a >= 0, fitted for this file (error 3e-10
// before rounding).
const Number kPolynomial[8] = {FOUR_TIMES(-0.050965104f), FOUR_TIMES(0.33965942f),  FOUR_TIMES(-0.8768563f),
                               FOUR_TIMES(0.9738811f),    FOUR_TIMES(-0.34806997f), FOUR_TIMES(0.43134692f),
                               FOUR_TIMES(0.24583082f),   FOUR_TIMES(0.28517312f)};
}  // namespace error_function_numbers

}  // namespace attention_head
