#include "kernels/widen_reference.h"

#include <cmath>
#include <cstring>

namespace attention_head::reference {

namespace {

float half_at(const uint8_t* p) {
  const int bits = p[0] | p[1] << 8;
  const int exponent = bits >> 10 & 31;
  const int mantissa = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) return static_cast<float>(mantissa == 0 ? sign * INFINITY : NAN);
  const double value =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return static_cast<float>(sign * value);
}

float brain_at(const uint8_t* p) {
  const uint32_t bits = static_cast<uint32_t>(p[0]) << 16 | static_cast<uint32_t>(p[1]) << 24;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

int nibble(const uint8_t* nibbles, int i, int half) {
  return i < half ? nibbles[i] & 15 : nibbles[i - half] >> 4;
}

int bit(const uint8_t* bits, int i) { return bits[i / 8] >> (i % 8) & 1; }

// The 6 bits that multiply the scale (or the offset) of group g in a K block.
void group_factors(const uint8_t* packed, int g, int& scale, int& offset) {
  if (g < 4) {
    scale = packed[g] & 63;
    offset = packed[g + 4] & 63;
  } else {
    scale = (packed[g + 4] & 15) | (packed[g - 4] >> 6) << 4;
    offset = packed[g + 4] >> 4 | (packed[g] >> 6) << 4;
  }
}

// Number i of a K block of nibbles, of which `fifths` may hold a fifth bit.
float k_number(const uint8_t* block, const uint8_t* nibbles, const uint8_t* fifths, int i) {
  const int g = i / 32;
  int scale = 0;
  int offset = 0;
  group_factors(block + 4, g, scale, offset);
  int number = nibble(nibbles + 32 * (g / 2), i % 64, 32);
  if (fifths != nullptr) number += 16 * (fifths[i % 32] >> g & 1);
  const float product = half_at(block) * static_cast<float>(scale) * static_cast<float>(number);
  return product - half_at(block + 2) * static_cast<float>(offset);
}

float q6_number(const uint8_t* block, int i) {
  const int part = i / 128;
  const int quarter = i % 128 / 32;
  const int place = i % 32;
  const uint8_t* const nibbles = block + 64 * part + 32 * (quarter % 2);
  const int low = quarter < 2 ? nibbles[place] & 15 : nibbles[place] >> 4;
  const int high = block[128 + 32 * part + place] >> (2 * quarter) & 3;
  const auto scale = static_cast<int8_t>(block[192 + i / 16]);
  return half_at(block + 208) * static_cast<float>(scale) * static_cast<float>((low | high << 4) - 32);
}

float number_of(NumberType type, const uint8_t* block, int i) {
  const auto scaled = [&](int number) { return half_at(block) * static_cast<float>(number); };
  switch (type) {
    case NumberType::kF32: {
      float value;
      std::memcpy(&value, block, 4);
      return value;
    }
    case NumberType::kF64: {
      double value;
      std::memcpy(&value, block, 8);
      return static_cast<float>(value);
    }
    case NumberType::kF16:
      return half_at(block);
    case NumberType::kBF16:
      return brain_at(block);
    case NumberType::kQ8_0:
      return scaled(static_cast<int8_t>(block[2 + i]));
    case NumberType::kQ4_0:
      return scaled(nibble(block + 2, i, 16) - 8);
    case NumberType::kQ4_1:
      return scaled(nibble(block + 4, i, 16)) + half_at(block + 2);
    case NumberType::kQ5_0:
      return scaled((nibble(block + 6, i, 16) | bit(block + 2, i) << 4) - 16);
    case NumberType::kQ5_1:
      return scaled(nibble(block + 8, i, 16) | bit(block + 4, i) << 4) + half_at(block + 2);
    case NumberType::kQ4_K:
      return k_number(block, block + 16, nullptr, i);
    case NumberType::kQ5_K:
      return k_number(block, block + 48, block + 16, i);
    case NumberType::kQ6_K:
      return q6_number(block, i);
  }
  return NAN;
}

}  // namespace

std::vector<float> widen(NumberType type, const uint8_t* blocks, int64_t count) {
  const NumberTypeInfo& info = info_of(type);
  std::vector<float> numbers;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t block = i / info.block_numbers;
    numbers.push_back(
        number_of(type, blocks + block * info.block_bytes, static_cast<int>(i % info.block_numbers)));
  }
  return numbers;
}

}  // namespace attention_head::reference
