#pragma once

// kernels/simd.h elsewhere: the compiler's own vectors, so that the native tests run the very algorithms
// that ship.

#include <cstdint>
#include <cstring>

namespace attention_head {

inline constexpr int kLanes = 4;

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
  for (int quarter = 0; quarter < 4; ++quarter) {
    f32x4 four = splat(0.0f);
    for (int i = 0; i < kLanes; ++i) four.v[i] = static_cast<float>(a.v[4 * quarter + i]);
    out[quarter] = four;
  }
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

}  // namespace attention_head
