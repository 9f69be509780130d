#include "kernels/widen.h"

#include <cstring>

#include "kernels/blocks.h"

namespace attention_head {

namespace {

// out [16] = scale · integers + offset
template <bool kHasOffset>
void widen_integers(i8x16 integers, float scale, float offset, float* out) {
  f32x4 values[4];
  to_floats(integers, values);
  for (const f32x4 value : values) {
    const f32x4 scales = splat(scale);
    store(out, kHasOffset ? multiply_add(value, scales, splat(offset)) : value * scales);
    out += kLanes;
  }
}

template <typename Type>
void widen_blocks(const uint8_t* blocks, int64_t count, float* out) {
  for (int64_t i = 0; i < count; i += 32, blocks += Type::kBytes) {
    i8x16 integers[2];
    Type::read_integers(blocks, integers);
    const float scale = widen_half(blocks);
    const float offset = Type::kHasOffset ? widen_half(blocks + 2) : 0;
    for (int v = 0; v < 2; ++v, out += 16) {
      widen_integers<Type::kHasOffset>(integers[v], scale, offset, out);
    }
  }
}

template <typename Type>
void widen_k_blocks(const uint8_t* blocks, int64_t count, float* out) {
  KNumbers numbers;
  for (int64_t i = 0; i < count; i += 256, blocks += Type::kBytes) {
    Type::read(blocks, numbers);
    for (int v = 0; v < 16; ++v, out += 16) {
      widen_integers<Type::kHasOffset>(numbers.integers[v], numbers.scales[v], numbers.offsets[v], out);
    }
  }
}

// Four at a time, and the rest through a copy.
template <typename Function>
void widen_two_bytes(const uint8_t* numbers, int64_t count, float* out, Function function) {
  for (; count >= kLanes; count -= kLanes, numbers += 2 * kLanes, out += kLanes) {
    store(out, function(numbers));
  }
  if (count == 0) return;
  uint8_t rest[2 * kLanes] = {};
  float widened[kLanes];
  std::memcpy(rest, numbers, static_cast<size_t>(2 * count));
  store(widened, function(rest));
  std::memcpy(out, widened, static_cast<size_t>(4 * count));
}

void widen_doubles(const uint8_t* numbers, int64_t count, float* out) {
  for (int64_t i = 0; i < count; ++i, numbers += sizeof(double)) {
    double number;
    std::memcpy(&number, numbers, sizeof number);
    out[i] = static_cast<float>(number);
  }
}

}  // namespace

void widen_row(NumberType type, const void* numbers, int64_t count, float* out) {
  const auto* const bytes = static_cast<const uint8_t*>(numbers);
  switch (type) {
    case NumberType::kF32:
      std::memcpy(out, bytes, static_cast<size_t>(4 * count));
      return;
    case NumberType::kF64:
      return widen_doubles(bytes, count, out);
    case NumberType::kF16:
      return widen_two_bytes(bytes, count, out, [](const uint8_t* p) { return widen_halves(p); });
    case NumberType::kBF16:
      return widen_two_bytes(bytes, count, out, [](const uint8_t* p) { return widen_brains(p); });
    case NumberType::kQ8_0:
      return widen_blocks<Q8_0>(bytes, count, out);
    case NumberType::kQ4_0:
      return widen_blocks<Q4_0>(bytes, count, out);
    case NumberType::kQ4_1:
      return widen_blocks<Q4_1>(bytes, count, out);
    case NumberType::kQ5_0:
      return widen_blocks<Q5_0>(bytes, count, out);
    case NumberType::kQ5_1:
      return widen_blocks<Q5_1>(bytes, count, out);
    case NumberType::kQ4_K:
      return widen_k_blocks<Q4_K>(bytes, count, out);
    case NumberType::kQ5_K:
      return widen_k_blocks<Q5_K>(bytes, count, out);
    case NumberType::kQ6_K:
      return widen_k_blocks<Q6_K>(bytes, count, out);
  }
}

}  // namespace attention_head
