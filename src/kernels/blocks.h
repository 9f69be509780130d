#pragma once

#include <cstdint>

#include "kernels/half.h"
#include "kernels/number_type.h"
#include "kernels/simd.h"

// The blocks of ggml's quantised types. A number is scale · integer, or scale · integer + offset where
// kHasOffset. Integers come as vectors of 16.

namespace attention_head {

inline i8x16 low_nibbles(i8x16 a) { return a & load_bytes(nibble_numbers::kMask); }
inline i8x16 high_nibbles(i8x16 a) { return shift_right(a, 4); }

// The low and the high nibbles of bytes, times 8.
inline i8x16 low_nibbles_by_8(i8x16 a) {
  return shift_pairs_left(a, 3) & load_bytes(nibble_numbers::kMaskBy8);
}
inline i8x16 high_nibbles_by_8(i8x16 a) {
  return shift_pairs_right(a, 1) & load_bytes(nibble_numbers::kMaskBy8);
}

// 16 bytes below 128 as floats 2 + byte / 64: a byte is the upper part of a mantissa as it stands, which is
// cheaper than to convert it.
inline void to_mantissas(i8x16 bytes, f32x4 (&out)[4]) {
  const i8x16 exponent = load_bytes(nibble_numbers::kExponent);
  const i8x16 zero = load_bytes(nibble_numbers::kZero);
  const i8x16 low = interleave_low_bytes(bytes, exponent);
  const i8x16 high = interleave_high_bytes(bytes, exponent);
  out[0] = interleave_low_pairs(zero, low);
  out[1] = interleave_high_pairs(zero, low);
  out[2] = interleave_low_pairs(zero, high);
  out[3] = interleave_high_pairs(zero, high);
}

// Blocks of 32 numbers: a half that is their scale, where kHasOffset one that is their offset, then the
// integers, which each type reads.

// int8 [32]
struct Q8_0 {
  static constexpr int kBytes = 34;
  static constexpr bool kHasOffset = false;
  static void read_integers(const uint8_t* block, i8x16 (&out)[2]) {
    out[0] = load_bytes(block + 2);
    out[1] = load_bytes(block + 18);
  }
};

// nibbles [16]: number i in the low one of byte i, number i + 16 in the high one; minus 8
struct Q4_0 {
  static constexpr int kBytes = 18;
  static constexpr bool kHasOffset = false;
  static constexpr int kMinus = 8;
  static const uint8_t* nibbles(const uint8_t* block) { return block + 2; }
  static void read_integers(const uint8_t* block, i8x16 (&out)[2]) {
    const i8x16 both = load_bytes(nibbles(block));
    out[0] = low_nibbles(both) - splat_byte(kMinus);
    out[1] = high_nibbles(both) - splat_byte(kMinus);
  }
};

// nibbles [16]
struct Q4_1 {
  static constexpr int kBytes = 20;
  static constexpr bool kHasOffset = true;
  static constexpr int kMinus = 0;
  static const uint8_t* nibbles(const uint8_t* block) { return block + 4; }
  static void read_integers(const uint8_t* block, i8x16 (&out)[2]) {
    const i8x16 both = load_bytes(nibbles(block));
    out[0] = low_nibbles(both);
    out[1] = high_nibbles(both);
  }
};

// The fifth bits of 32 numbers, a bit each, on nibbles.
inline void read_five_bits(const uint8_t* fifths, const uint8_t* nibbles, i8x16 (&out)[2]) {
  static constexpr uint8_t kBitOfByte[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const i8x16 bit = load_bytes(kBitOfByte);
  const i8x16 both = load_bytes(nibbles);
  out[0] = low_nibbles(both) | (has_bits(spread_two_bytes(fifths), bit) & splat_byte(16));
  out[1] = high_nibbles(both) | (has_bits(spread_two_bytes(fifths + 2), bit) & splat_byte(16));
}

// fifth bits [4], nibbles [16]; minus 16
struct Q5_0 {
  static constexpr int kBytes = 22;
  static constexpr bool kHasOffset = false;
  static void read_integers(const uint8_t* block, i8x16 (&out)[2]) {
    read_five_bits(block + 2, block + 6, out);
    for (i8x16& integers : out) integers = integers - splat_byte(16);
  }
};

// fifth bits [4], nibbles [16]
struct Q5_1 {
  static constexpr int kBytes = 24;
  static constexpr bool kHasOffset = true;
  static void read_integers(const uint8_t* block, i8x16 (&out)[2]) {
    read_five_bits(block + 4, block + 8, out);
  }
};

// Blocks of 256 numbers, the K types: every vector of 16 has a scale and an offset of its own.
struct KNumbers {
  i8x16 integers[16];
  float scales[16];
  float offsets[16];
};

// The scales and offsets of the 8 groups of 32 in a K block: half scale, half offset, then 8 times 6 + 6
// bits packed in 12 bytes that multiply them.
inline void read_group_scales(const uint8_t* block, KNumbers& out) {
  const float scale = widen_half(block);
  const float offset = widen_half(block + 2);
  const uint8_t* const packed = block + 4;
  for (int group = 0; group < 8; ++group) {
    int factor = packed[group] & 63;
    int offset_factor = packed[group + 4] & 63;
    if (group >= 4) {
      factor = (packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4;
      offset_factor = packed[group + 4] >> 4 | (packed[group] >> 6) << 4;
    }
    for (int i = 2 * group; i < 2 * group + 2; ++i) {
      out.scales[i] = scale * static_cast<float>(factor);
      out.offsets[i] = -(offset * static_cast<float>(offset_factor));
    }
  }
}

// group scales, nibbles [128]: of each 32 bytes the low ones are a group, the high ones the next
struct Q4_K {
  static constexpr int kBytes = 144;
  static constexpr bool kHasOffset = true;
  static void read(const uint8_t* block, KNumbers& out) {
    read_group_scales(block, out);
    const uint8_t* nibbles = block + 16;
    for (int i = 0; i < 16; i += 4, nibbles += 32) {
      for (int half = 0; half < 2; ++half) {
        const i8x16 both = load_bytes(nibbles + 16 * half);
        out.integers[i + half] = low_nibbles(both);
        out.integers[i + 2 + half] = high_nibbles(both);
      }
    }
  }
};

// group scales, fifth bits [32]: bit g of byte i is of number i in group g; nibbles [128]
struct Q5_K {
  static constexpr int kBytes = 176;
  static constexpr bool kHasOffset = true;
  static void read(const uint8_t* block, KNumbers& out) {
    read_group_scales(block, out);
    const uint8_t* nibbles = block + 48;
    for (int i = 0; i < 16; i += 4, nibbles += 32) {
      for (int half = 0; half < 2; ++half) {
        const i8x16 both = load_bytes(nibbles + 16 * half);
        const i8x16 fifths = load_bytes(block + 16 + 16 * half);
        const auto fifth = [&](int group) {
          return has_bits(fifths, splat_byte(1 << group)) & splat_byte(16);
        };
        out.integers[i + half] = low_nibbles(both) | fifth(i / 2);
        out.integers[i + 2 + half] = high_nibbles(both) | fifth(i / 2 + 1);
      }
    }
  }
};

// nibbles [128], upper two bits [64], int8 scales [16] of 16 numbers each, half scale of all; minus 32
struct Q6_K {
  static constexpr int kBytes = 210;
  static constexpr bool kHasOffset = false;
  static void read(const uint8_t* block, KNumbers& out) {
    const float scale = widen_half(block + 208);
    for (int i = 0; i < 16; ++i) {
      out.scales[i] = scale * static_cast<float>(static_cast<int8_t>(block[192 + i]));
    }
    for (int i = 0; i < 16; i += 8) {  // 128 numbers: 32 of each quarter side by side
      for (int half = 0; half < 2; ++half) {
        const i8x16 first = load_bytes(block + 8 * i + 16 * half);
        const i8x16 second = load_bytes(block + 8 * i + 32 + 16 * half);
        const i8x16 upper = load_bytes(block + 128 + 4 * i + 16 * half);
        const i8x16 nibbles[4] = {low_nibbles(first), low_nibbles(second), high_nibbles(first),
                                  high_nibbles(second)};
        for (int quarter = 0; quarter < 4; ++quarter) {
          const i8x16 two = shift_right(upper, static_cast<uint32_t>(2 * quarter)) & splat_byte(3);
          out.integers[i + 2 * quarter + half] = (nibbles[quarter] | shift_left(two, 4)) - splat_byte(32);
        }
      }
    }
  }
};

}  // namespace attention_head
