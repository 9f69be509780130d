#pragma once

#include "kernels/polynomials.h"

// The constants of widening, loaded for the reason that kernels/polynomials.h gives.

namespace attention_head {

using Bytes = uint8_t[16];

namespace half_numbers {
extern const Number kSign;
extern const Number kInfinity;
extern const Number kTwoTo16;  // what a half's infinity becomes
extern const Number kTwoTo112;
}  // namespace half_numbers

namespace nibble_numbers {
extern const Bytes kMask;
extern const Bytes kMaskBy8;   // of nibbles times 8
extern const Bytes kExponent;  // upper byte of a float from 2 to 4
extern const Bytes kZero;
}  // namespace nibble_numbers

}  // namespace attention_head
