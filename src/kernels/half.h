#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/block_numbers.h"
#include "kernels/simd.h"

namespace attention_head {

inline float float_of_bits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

// An IEEE half, at any address, as a float: exactly.
inline float widen_half(const uint8_t* p) {
  const uint32_t half = p[0] | static_cast<uint32_t>(p[1]) << 8;
  const uint32_t sign = (half & 0x8000u) << 16;
  const uint32_t magnitude = half & 0x7fffu;
  if (magnitude >= 0x7c00u) return float_of_bits(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  if (magnitude >= 0x400u) return float_of_bits(sign | ((magnitude << 13) + (112u << 23)));
  const float subnormal = static_cast<float>(magnitude) * 5.9604645e-8f;  // 2^-24
  return sign == 0 ? subnormal : -subnormal;
}

// Four IEEE halves, each in the upper half of a lane: their bits are a float's after its exponent moved by
// 112, subnormal ones too.
inline f32x4 widen_halves(i32x4 halves) {
  const i32x4 sign_bit = bits(load(half_numbers::kSign));
  const i32x4 infinity = bits(load(half_numbers::kInfinity));
  const i32x4 magnitude = shift_right(and_not(halves, sign_bit), 3);
  const f32x4 scaled = from_bits(magnitude) * load(half_numbers::kTwoTo112);
  const i32x4 is_finite = scaled < load(half_numbers::kTwoTo16);
  return from_bits(bits(scaled) | and_not(infinity, is_finite) | (halves & sign_bit));
}
inline f32x4 widen_halves(const uint8_t* p) { return widen_halves(load_halves(p)); }

// Four brain floats: the upper halves of floats.
inline f32x4 widen_brains(const uint8_t* p) { return from_bits(load_halves(p)); }

}  // namespace attention_head
