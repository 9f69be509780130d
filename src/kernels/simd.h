#pragma once

// Four floats at once: the only file that knows which instructions there are. On WebAssembly they are
// SIMD128, with relaxed SIMD's fused multiply-add where the build has it; elsewhere the compiler's own
// vectors, so that the native tests run the very algorithms that ship.

#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace attention_head {

inline constexpr int kLanes = 4;

#if defined(__wasm_simd128__)

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

#else

struct f32x4 {
  float v __attribute__((vector_size(16)));
};
struct i32x4 {
  int32_t v __attribute__((vector_size(16)));
};
struct i8x16 {
  int8_t v __attribute__((vector_size(16)));
};

inline f32x4 load(const float* p) {
  f32x4 a;
  std::memcpy(&a.v, p, sizeof(a.v));
  return a;
}
inline void store(float* p, f32x4 a) { std::memcpy(p, &a.v, sizeof(a.v)); }
inline f32x4 splat(float a) {
  f32x4 all;
  for (int i = 0; i < kLanes; ++i) all.v[i] = a;
  return all;
}
inline f32x4 load_splat(const float* p) { return splat(*p); }
inline i32x4 splat(int32_t a) {
  i32x4 all;
  for (int i = 0; i < kLanes; ++i) all.v[i] = a;
  return all;
}
inline f32x4 operator+(f32x4 a, f32x4 b) { return {a.v + b.v}; }
inline f32x4 operator-(f32x4 a, f32x4 b) { return {a.v - b.v}; }
inline f32x4 operator*(f32x4 a, f32x4 b) { return {a.v * b.v}; }
inline f32x4 operator/(f32x4 a, f32x4 b) { return {a.v / b.v}; }
inline i32x4 operator+(i32x4 a, i32x4 b) { return {a.v + b.v}; }
inline i32x4 operator<(f32x4 a, f32x4 b) { return {a.v < b.v}; }
inline i32x4 operator==(f32x4 a, f32x4 b) { return {a.v == b.v}; }
inline i32x4 is_nan(f32x4 a) { return {a.v != a.v}; }
inline void store(int32_t* p, i32x4 a) { std::memcpy(p, &a.v, sizeof(a.v)); }
inline i32x4 operator&(i32x4 a, i32x4 b) { return {a.v & b.v}; }
inline i32x4 operator|(i32x4 a, i32x4 b) { return {a.v | b.v}; }
inline i32x4 and_not(i32x4 a, i32x4 b) { return {a.v & ~b.v}; }
inline i32x4 shift_left_23(i32x4 a) {
  i32x4 shifted;
  for (int i = 0; i < kLanes; ++i) {
    shifted.v[i] = static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) << 23);
  }
  return shifted;
}
inline i32x4 bits(f32x4 a) {
  i32x4 b;
  std::memcpy(&b.v, &a.v, sizeof(a.v));
  return b;
}
inline f32x4 from_bits(i32x4 a) {
  f32x4 b;
  std::memcpy(&b.v, &a.v, sizeof(a.v));
  return b;
}
inline f32x4 min(f32x4 a, f32x4 b) {
  f32x4 smaller;
  for (int i = 0; i < kLanes; ++i) smaller.v[i] = b.v[i] < a.v[i] ? b.v[i] : a.v[i];
  return smaller;
}
inline bool any_zero(i32x4 a) { return a.v[0] == 0 || a.v[1] == 0 || a.v[2] == 0 || a.v[3] == 0; }
inline f32x4 max(f32x4 a, f32x4 b) {
  f32x4 larger;
  for (int i = 0; i < kLanes; ++i) larger.v[i] = a.v[i] < b.v[i] ? b.v[i] : a.v[i];
  return larger;
}
inline float lane(f32x4 a, int i) { return a.v[i]; }
inline f32x4 interleave_low(f32x4 a, f32x4 b) { return {__builtin_shufflevector(a.v, b.v, 0, 4, 1, 5)}; }
inline f32x4 interleave_high(f32x4 a, f32x4 b) { return {__builtin_shufflevector(a.v, b.v, 2, 6, 3, 7)}; }
inline f32x4 low_halves(f32x4 a, f32x4 b) { return {__builtin_shufflevector(a.v, b.v, 0, 1, 4, 5)}; }
inline f32x4 high_halves(f32x4 a, f32x4 b) { return {__builtin_shufflevector(a.v, b.v, 2, 3, 6, 7)}; }
inline f32x4 multiply_add(f32x4 a, f32x4 b, f32x4 c) { return {a.v * b.v + c.v}; }
template <typename Function>
i8x16 every_byte(Function function) {
  i8x16 all;
  for (int i = 0; i < 16; ++i) all.v[i] = static_cast<int8_t>(function(i));
  return all;
}
inline i8x16 load_bytes(const void* p) {
  i8x16 a;
  std::memcpy(&a.v, p, sizeof(a.v));
  return a;
}
inline i8x16 splat_byte(int a) {
  return every_byte([&](int) { return a; });
}
inline i8x16 operator&(i8x16 a, i8x16 b) { return {a.v & b.v}; }
inline i8x16 operator|(i8x16 a, i8x16 b) { return {a.v | b.v}; }
inline i8x16 operator-(i8x16 a, i8x16 b) { return {a.v - b.v}; }
inline i8x16 shift_left(i8x16 a, uint32_t count) {
  return every_byte([&](int i) { return static_cast<uint8_t>(a.v[i]) << count; });
}
inline i8x16 shift_right(i8x16 a, uint32_t count) {
  return every_byte([&](int i) { return static_cast<uint8_t>(a.v[i]) >> count; });
}
inline i8x16 has_bits(i8x16 a, i8x16 mask) {
  return every_byte([&](int i) { return (a.v[i] & mask.v[i]) != 0 ? -1 : 0; });
}
inline i8x16 spread_two_bytes(const uint8_t* p) {
  return every_byte([&](int i) { return p[i / 8]; });
}
inline void to_floats(i8x16 a, f32x4 (&out)[4]) {
  for (int i = 0; i < 16; ++i) out[i / 4].v[i % 4] = static_cast<float>(a.v[i]);
}
template <int kFirst, int kBytes>
i8x16 interleave(i8x16 a, i8x16 b) {
  return every_byte([&](int i) {
    const int place = kFirst + i / (2 * kBytes) * kBytes + i % kBytes;
    return i / kBytes % 2 == 0 ? a.v[place] : b.v[place];
  });
}
inline f32x4 as_floats(i8x16 a) {
  f32x4 floats;
  std::memcpy(&floats.v, &a.v, sizeof a.v);
  return floats;
}
inline i8x16 interleave_low_bytes(i8x16 a, i8x16 b) { return interleave<0, 1>(a, b); }
inline i8x16 interleave_high_bytes(i8x16 a, i8x16 b) { return interleave<8, 1>(a, b); }
inline f32x4 interleave_low_pairs(i8x16 a, i8x16 b) { return as_floats(interleave<0, 2>(a, b)); }
inline f32x4 interleave_high_pairs(i8x16 a, i8x16 b) { return as_floats(interleave<8, 2>(a, b)); }
template <typename Function>
i8x16 every_pair(i8x16 a, Function function) {
  uint16_t pairs[8];
  std::memcpy(pairs, &a.v, sizeof pairs);
  for (uint16_t& pair : pairs) pair = static_cast<uint16_t>(function(pair));
  return load_bytes(pairs);
}
inline i8x16 shift_pairs_left(i8x16 a, uint32_t count) {
  return every_pair(a, [&](uint32_t pair) { return pair << count; });
}
inline i8x16 shift_pairs_right(i8x16 a, uint32_t count) {
  return every_pair(a, [&](uint32_t pair) { return pair >> count; });
}
inline i32x4 load_halves(const void* p) {
  uint16_t halves[kLanes];
  std::memcpy(halves, p, sizeof halves);
  i32x4 all;
  for (int i = 0; i < kLanes; ++i) all.v[i] = static_cast<int32_t>(static_cast<uint32_t>(halves[i]) << 16);
  return all;
}
inline i32x4 gather_halves(const uint8_t* const (&p)[4]) {
  uint8_t halves[2 * kLanes];
  for (int i = 0; i < kLanes; ++i) std::memcpy(halves + 2 * i, p[i], 2);
  return load_halves(halves);
}
inline i32x4 gather_pairs(const uint8_t* const (&p)[4]) {
  i32x4 pairs;
  for (int i = 0; i < kLanes; ++i) {
    int32_t pair;
    std::memcpy(&pair, p[i], 4);
    pairs.v[i] = pair;
  }
  return pairs;
}
inline i32x4 shift_left_16(i32x4 a) {
  i32x4 shifted;
  for (int i = 0; i < kLanes; ++i) {
    shifted.v[i] = static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) << 16);
  }
  return shifted;
}
template <int kLane>
f32x4 splat_lane(f32x4 a) {
  return splat(a.v[kLane]);
}
inline i32x4 shift_right(i32x4 a, uint32_t count) {
  i32x4 shifted;
  for (int i = 0; i < kLanes; ++i) {
    shifted.v[i] = static_cast<int32_t>(static_cast<uint32_t>(a.v[i]) >> count);
  }
  return shifted;
}

#endif

// a where the mask is set, b elsewhere.
inline i32x4 select(i32x4 mask, i32x4 a, i32x4 b) { return (a & mask) | and_not(b, mask); }
inline f32x4 select(i32x4 mask, f32x4 a, f32x4 b) { return from_bits(select(mask, bits(a), bits(b))); }

// The transpose of four vectors.
inline void transpose(f32x4 (&rows)[kLanes]) {
  const f32x4 low01 = interleave_low(rows[0], rows[1]);
  const f32x4 low23 = interleave_low(rows[2], rows[3]);
  const f32x4 high01 = interleave_high(rows[0], rows[1]);
  const f32x4 high23 = interleave_high(rows[2], rows[3]);
  rows[0] = low_halves(low01, low23);
  rows[1] = high_halves(low01, low23);
  rows[2] = low_halves(high01, high23);
  rows[3] = high_halves(high01, high23);
}

// The nearest whole number, for numbers from 0 to 255.
inline i32x4 round_to_byte(f32x4 a) { return bits(a + splat(8388608.0f)) & splat(255); }

inline float sum_of_lanes(f32x4 a) { return (lane(a, 0) + lane(a, 2)) + (lane(a, 1) + lane(a, 3)); }

inline float max_of_lanes(f32x4 a) {
  float largest = lane(a, 0);
  for (int i = 1; i < kLanes; ++i) largest = largest < lane(a, i) ? lane(a, i) : largest;
  return largest;
}

}  // namespace attention_head
