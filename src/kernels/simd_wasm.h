#pragma once

// kernels/simd.h on WebAssembly: SIMD128, with relaxed SIMD's fused multiply-add where the build has it.

#include <wasm_simd128.h>

#include <cstdint>

namespace attention_head {

inline constexpr int kLanes = 4;

struct f32x4 {
  v128_t v;
};
struct i32x4 {
  v128_t v;
};
struct i8x16 {
  v128_t v;
};

inline f32x4 load(const float* p) { return {wasm_v128_load(p)}; }
inline void store(float* p, f32x4 a) { wasm_v128_store(p, a.v); }
inline f32x4 splat(float a) { return {wasm_f32x4_splat(a)}; }
inline f32x4 load_splat(const float* p) { return {wasm_v128_load32_splat(p)}; }
inline i32x4 splat(int32_t a) { return {wasm_i32x4_splat(a)}; }
inline f32x4 operator+(f32x4 a, f32x4 b) { return {wasm_f32x4_add(a.v, b.v)}; }
inline f32x4 operator-(f32x4 a, f32x4 b) { return {wasm_f32x4_sub(a.v, b.v)}; }
inline f32x4 operator*(f32x4 a, f32x4 b) { return {wasm_f32x4_mul(a.v, b.v)}; }
inline f32x4 operator/(f32x4 a, f32x4 b) { return {wasm_f32x4_div(a.v, b.v)}; }
inline i32x4 operator+(i32x4 a, i32x4 b) { return {wasm_i32x4_add(a.v, b.v)}; }
inline i32x4 operator<(f32x4 a, f32x4 b) { return {wasm_f32x4_lt(a.v, b.v)}; }
inline i32x4 operator==(f32x4 a, f32x4 b) { return {wasm_f32x4_eq(a.v, b.v)}; }
inline i32x4 is_nan(f32x4 a) { return {wasm_f32x4_ne(a.v, a.v)}; }
inline i32x4 operator&(i32x4 a, i32x4 b) { return {wasm_v128_and(a.v, b.v)}; }
inline i32x4 operator|(i32x4 a, i32x4 b) { return {wasm_v128_or(a.v, b.v)}; }
inline i32x4 and_not(i32x4 a, i32x4 b) { return {wasm_v128_andnot(a.v, b.v)}; }
inline i32x4 shift_left_23(i32x4 a) { return {wasm_i32x4_shl(a.v, 23)}; }
inline void store(int32_t* p, i32x4 a) { wasm_v128_store(p, a.v); }
inline i32x4 bits(f32x4 a) { return {a.v}; }
inline f32x4 from_bits(i32x4 a) { return {a.v}; }
// max(a, b) is a unless a < b: a NaN in b is passed over; min(a, b) is a unless b < a.
inline f32x4 max(f32x4 a, f32x4 b) { return {wasm_f32x4_pmax(a.v, b.v)}; }
inline f32x4 min(f32x4 a, f32x4 b) { return {wasm_f32x4_pmin(a.v, b.v)}; }
inline bool any_zero(i32x4 a) { return !wasm_i32x4_all_true(a.v); }
inline float lane(f32x4 a, int i) {
  float values[4];
  wasm_v128_store(values, a.v);
  return values[i];
}

// [a0 b0 a1 b1] and [a2 b2 a3 b3]; [a0 a1 b0 b1] and [a2 a3 b2 b3].
inline f32x4 interleave_low(f32x4 a, f32x4 b) { return {wasm_i32x4_shuffle(a.v, b.v, 0, 4, 1, 5)}; }
inline f32x4 interleave_high(f32x4 a, f32x4 b) { return {wasm_i32x4_shuffle(a.v, b.v, 2, 6, 3, 7)}; }
inline f32x4 low_halves(f32x4 a, f32x4 b) { return {wasm_i64x2_shuffle(a.v, b.v, 0, 2)}; }
inline f32x4 high_halves(f32x4 a, f32x4 b) { return {wasm_i64x2_shuffle(a.v, b.v, 1, 3)}; }

inline i8x16 load_bytes(const void* p) { return {wasm_v128_load(p)}; }
inline i8x16 splat_byte(int a) { return {wasm_i8x16_splat(static_cast<int8_t>(a))}; }
inline i8x16 operator&(i8x16 a, i8x16 b) { return {wasm_v128_and(a.v, b.v)}; }
inline i8x16 operator|(i8x16 a, i8x16 b) { return {wasm_v128_or(a.v, b.v)}; }
inline i8x16 operator-(i8x16 a, i8x16 b) { return {wasm_i8x16_sub(a.v, b.v)}; }
inline i8x16 shift_left(i8x16 a, uint32_t count) { return {wasm_i8x16_shl(a.v, count)}; }
inline i8x16 shift_right(i8x16 a, uint32_t count) { return {wasm_u8x16_shr(a.v, count)}; }
// -1 in bytes that have any of the bits, else 0.
inline i8x16 has_bits(i8x16 a, i8x16 mask) {
  return {wasm_i8x16_ne(wasm_v128_and(a.v, mask.v), wasm_i8x16_splat(0))};
}
// Byte i is byte i / 8 of the two at p.
inline i8x16 spread_two_bytes(const uint8_t* p) {
  const v128_t low = wasm_i8x16_splat(static_cast<int8_t>(p[0]));
  const v128_t high = wasm_i8x16_splat(static_cast<int8_t>(p[1]));
  return {wasm_i64x2_shuffle(low, high, 0, 2)};
}
// The 16 signed bytes as floats.
inline void to_floats(i8x16 a, f32x4 (&out)[4]) {
  const v128_t low = wasm_i16x8_extend_low_i8x16(a.v);
  const v128_t high = wasm_i16x8_extend_high_i8x16(a.v);
  out[0] = {wasm_f32x4_convert_i32x4(wasm_i32x4_extend_low_i16x8(low))};
  out[1] = {wasm_f32x4_convert_i32x4(wasm_i32x4_extend_high_i16x8(low))};
  out[2] = {wasm_f32x4_convert_i32x4(wasm_i32x4_extend_low_i16x8(high))};
  out[3] = {wasm_f32x4_convert_i32x4(wasm_i32x4_extend_high_i16x8(high))};
}
// [a0 b0 a1 b1 …] of bytes and of pairs of bytes, from the lower or the upper half of each.
inline i8x16 interleave_low_bytes(i8x16 a, i8x16 b) {
  return {wasm_i8x16_shuffle(a.v, b.v, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)};
}
inline i8x16 interleave_high_bytes(i8x16 a, i8x16 b) {
  return {wasm_i8x16_shuffle(a.v, b.v, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)};
}
inline f32x4 interleave_low_pairs(i8x16 a, i8x16 b) {
  return {wasm_i16x8_shuffle(a.v, b.v, 0, 8, 1, 9, 2, 10, 3, 11)};
}
inline f32x4 interleave_high_pairs(i8x16 a, i8x16 b) {
  return {wasm_i16x8_shuffle(a.v, b.v, 4, 12, 5, 13, 6, 14, 7, 15)};
}
// Pairs of bytes as numbers of 16 bits, shifted.
inline i8x16 shift_pairs_left(i8x16 a, uint32_t count) { return {wasm_i16x8_shl(a.v, count)}; }
inline i8x16 shift_pairs_right(i8x16 a, uint32_t count) { return {wasm_u16x8_shr(a.v, count)}; }
// Four halves of 16 bits, each in the upper half of a lane.
inline i32x4 load_halves(const void* p) { return {wasm_i32x4_shl(wasm_u32x4_load16x4(p), 16)}; }
// Four halves, or pairs of halves, from four places: a half in the upper half of a lane, a pair in a lane.
inline i32x4 gather_halves(const uint8_t* const (&p)[4]) {
  v128_t halves = wasm_i32x4_splat(0);
  halves = wasm_v128_load16_lane(p[0], halves, 1);
  halves = wasm_v128_load16_lane(p[1], halves, 3);
  halves = wasm_v128_load16_lane(p[2], halves, 5);
  halves = wasm_v128_load16_lane(p[3], halves, 7);
  return {halves};
}
inline i32x4 gather_pairs(const uint8_t* const (&p)[4]) {
  v128_t pairs = wasm_v128_load32_zero(p[0]);
  pairs = wasm_v128_load32_lane(p[1], pairs, 1);
  pairs = wasm_v128_load32_lane(p[2], pairs, 2);
  pairs = wasm_v128_load32_lane(p[3], pairs, 3);
  return {pairs};
}
inline i32x4 shift_left_16(i32x4 a) { return {wasm_i32x4_shl(a.v, 16)}; }
inline i32x4 shift_right(i32x4 a, uint32_t count) { return {wasm_u32x4_shr(a.v, count)}; }
template <int kLane>
f32x4 splat_lane(f32x4 a) {
  return {wasm_i32x4_shuffle(a.v, a.v, kLane, kLane, kLane, kLane)};
}

// a * b + c: one rounding in the relaxed build, two in the simd build.
inline f32x4 multiply_add(f32x4 a, f32x4 b, f32x4 c) {
#if defined(__wasm_relaxed_simd__)
  return {wasm_f32x4_relaxed_madd(a.v, b.v, c.v)};
#else
  return {wasm_f32x4_add(wasm_f32x4_mul(a.v, b.v), c.v)};
#endif
}

}  // namespace attention_head
