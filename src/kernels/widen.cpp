#include "kernels/widen.h"

#include <cstring>

#include "kernels/blocks.h"

namespace attention_head {

namespace {

template <typename Type>
void widen_blocks(const uint8_t* blocks, int64_t count, float* out) {
  constexpr int kNumbers = 16 * Type::kVectors;
  BlockNumbers<Type::kVectors> numbers;
  for (int64_t i = 0; i < count; i += kNumbers, blocks += Type::kBytes) {
    Type::read(blocks, numbers);
    for (int v = 0; v < Type::kVectors; ++v, out += 16) {
      f32x4 values[4];
      to_floats(numbers.integers[v], values);
      const f32x4 scale = splat(numbers.scales[v]);
      const f32x4 offset = splat(numbers.offsets[v]);
      for (int quarter = 0; quarter < 4; ++quarter) {
        if constexpr (Type::kHasOffset) {
          store(out + 4 * quarter, multiply_add(values[quarter], scale, offset));
        } else {
          store(out + 4 * quarter, values[quarter] * scale);
        }
      }
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

}  // namespace

void widen_row(NumberType type, const void* numbers, int64_t count, float* out) {
  const auto* const bytes = static_cast<const uint8_t*>(numbers);
  switch (type) {
    case NumberType::kF32:
      std::memcpy(out, bytes, static_cast<size_t>(4 * count));
      return;
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
      return widen_blocks<Q4_K>(bytes, count, out);
    case NumberType::kQ5_K:
      return widen_blocks<Q5_K>(bytes, count, out);
    case NumberType::kQ6_K:
      return widen_blocks<Q6_K>(bytes, count, out);
  }
}

}  // namespace attention_head
