#include "kernels/block_matrix.h"

#include <algorithm>

#include "kernels/blocks.h"
#include "kernels/matmul.h"
#include "kernels/panel.h"
#include "kernels/widen.h"

namespace attention_head {

namespace {

// The columns of w that are widened together: whole blocks of every type.
constexpr int kColumns = 256;
// The columns whose sums of 16 a row of products takes at once.
constexpr int kSummedColumns = 4096;

const uint8_t* row_of(const WeightMatrix& w, int64_t row, int column) {
  return static_cast<const uint8_t*>(w.data) + row * row_bytes(w.type, w.in) + row_bytes(w.type, column);
}

// Many rows of x: w goes by in panels of 8 of its rows, each widened once.
void multiply_widened(const WeightMatrix& w, const float* x, int64_t x_stride, int rows, int first,
                      int count, bool accumulate, float* out, int64_t out_stride) {
  alignas(16) float widened[kPanelColumns * kColumns];
  alignas(16) float panel[kColumns * kPanelColumns];
  const int last = first + count;
  for (int r = 0; r < w.out; r += kPanelColumns) {
    const int cols = std::min(kPanelColumns, w.out - r);
    for (int start = first / kColumns * kColumns; start < last; start += kColumns) {
      const int width = std::min(kColumns, w.in - start);
      for (int c = 0; c < cols; ++c) {
        widen_row(w.type, row_of(w, r + c, start), width, widened + c * kColumns);
      }
      pack_panel(widened, kColumns, cols, width, 1.0f, panel);
      const int begin = std::max(start, first);
      const int end = std::min(start + width, last);
      multiply_panel(x + begin - first, x_stride, rows, end - begin,
                     panel + (begin - start) * kPanelColumns, cols, accumulate || begin > first, out + r,
                     out_stride);
    }
  }
}

float sum_of(const f32x4 (&sums)[4]) { return sum_of_lanes((sums[0] + sums[1]) + (sums[2] + sums[3])); }

// x [16] · values, in four parts
f32x4 dot_values(const f32x4 (&values)[4], const float* x) {
  f32x4 products = values[0] * load(x);
  products = multiply_add(values[1], load(x + 4), products);
  products = multiply_add(values[2], load(x + 8), products);
  return multiply_add(values[3], load(x + 12), products);
}

f32x4 dot_integers(i8x16 integers, const float* x) {
  f32x4 values[4];
  to_floats(integers, values);
  return dot_values(values, x);
}

// How a block of 32 meets x, and what its scale and offset become: its integers as they are, …
template <typename Type>
struct BlockDot {
  static constexpr bool kHasOffset = Type::kHasOffset;
  static f32x4 dot(const uint8_t* block, const float* x) {
    i8x16 integers[2];
    Type::read_integers(block, integers);
    return dot_integers(integers[0], x) + dot_integers(integers[1], x + 16);
  }
  static void adapt(f32x4&, f32x4&) {}
};

// … or nibbles as mantissas 2 + nibble / 8, so that scale · (nibble - minus) + offset is 8 · scale ·
// mantissa
// + offset - (16 + minus) · scale.
template <typename Type>
struct NibbleDot {
  static constexpr bool kHasOffset = true;
  static f32x4 dot(const uint8_t* block, const float* x) {
    const i8x16 nibbles = load_bytes(Type::nibbles(block));
    f32x4 values[4];
    to_mantissas(low_nibbles_by_8(nibbles), values);
    const f32x4 low = dot_values(values, x);
    to_mantissas(high_nibbles_by_8(nibbles), values);
    return low + dot_values(values, x + 16);
  }
  static void adapt(f32x4& scale, f32x4& offset) {
    offset = multiply_add(scale, splat(-16.0f - Type::kMinus), offset);
    scale = scale * splat(8.0f);
  }
};

// The scales and offsets of four blocks.
template <typename Type, typename Dot>
void read_scales(const uint8_t* const (&blocks)[4], f32x4& scales, f32x4& offsets) {
  if constexpr (Type::kHasOffset) {
    const i32x4 pairs = gather_pairs(blocks);
    scales = widen_halves(shift_left_16(pairs));
    offsets = widen_halves(pairs & splat(-65536));
  } else {
    scales = widen_halves(gather_halves(blocks));
    offsets = splat(0.0f);
  }
  Dot::adapt(scales, offsets);
}

// total + x [32 · count] · up to four blocks, whose scales are widened together; sums [4] of x are 0 from
// `count` on.
template <typename Type, typename Dot>
f32x4 add_blocks(f32x4 total, const uint8_t* first, const float* x, const float* sums, int count) {
  const uint8_t* blocks[4];
  for (int i = 0; i < 4; ++i) blocks[i] = first + std::min(i, count - 1) * Type::kBytes;
  f32x4 scales;
  f32x4 offsets;
  read_scales<Type, Dot>(blocks, scales, offsets);
  total = multiply_add(Dot::dot(blocks[0], x), splat_lane<0>(scales), total);
  if (count > 1) total = multiply_add(Dot::dot(blocks[1], x + 32), splat_lane<1>(scales), total);
  if (count > 2) total = multiply_add(Dot::dot(blocks[2], x + 64), splat_lane<2>(scales), total);
  if (count > 3) total = multiply_add(Dot::dot(blocks[3], x + 96), splat_lane<3>(scales), total);
  return Dot::kHasOffset ? multiply_add(offsets, load(sums), total) : total;
}

// x [count] · one row of blocks of 32; sums [count / 32] of x, and zeros up to a multiple of four.
template <typename Type, typename Dot = BlockDot<Type>>
float dot_row(const uint8_t* blocks, const float* x, const float* sums, int count) {
  f32x4 total = splat(0.0f);
  for (; count >= 128; count -= 128, blocks += 4 * Type::kBytes, x += 128, sums += 4) {
    total = add_blocks<Type, Dot>(total, blocks, x, sums, 4);
  }
  if (count > 0) total = add_blocks<Type, Dot>(total, blocks, x, sums, count / 32);
  return sum_of_lanes(total);
}

// The same for blocks of 256; sums [count / 16].
template <typename Type>
float dot_k_row(const uint8_t* blocks, const float* x, const float* sums, int count) {
  KNumbers numbers;
  f32x4 total = splat(0.0f);
  float offset = 0;
  for (int i = 0; i < count; i += 256, blocks += Type::kBytes) {
    Type::read(blocks, numbers);
    for (int v = 0; v < 16; ++v, x += 16) {
      total = multiply_add(dot_integers(numbers.integers[v], x), splat(numbers.scales[v]), total);
      if constexpr (Type::kHasOffset) offset += numbers.offsets[v] * *sums++;
    }
  }
  return sum_of_lanes(total) + offset;
}

using DotRow = float (*)(const uint8_t* blocks, const float* x, const float* sums, int count);

// One row of x: w goes by once, in the order of memory. `dot` takes the sums of `summed` numbers of x.
template <DotRow dot>
void multiply_row(const WeightMatrix& w, const float* x, int first, int count, bool accumulate, float* out,
                  int summed) {
  float sums[kSummedColumns / 16 + 4];
  for (int start = 0; start < count; start += kSummedColumns) {
    const int width = std::min(kSummedColumns, count - start);
    const float* const part = x + start;
    for (int i = 0; i < width; i += summed) {
      float sum = 0;
      for (int j = i; j < i + summed; ++j) sum += part[j];
      sums[i / summed] = sum;
    }
    std::fill_n(sums + width / summed, 3, 0.0f);
    for (int r = 0; r < w.out; ++r) {
      const float product = dot(row_of(w, r, first + start), part, sums, width);
      out[r] = accumulate || start > 0 ? out[r] + product : product;
    }
  }
}

// The same for numbers of two bytes, which `widen` takes four at a time.
template <typename Widen>
void multiply_row_of_halves(const WeightMatrix& w, const float* x, int first, int count, bool accumulate,
                            float* out, Widen widen) {
  for (int r = 0; r < w.out; ++r) {
    const uint8_t* const row = row_of(w, r, first);
    f32x4 totals[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    for (int i = 0; i < count; i += 16) {
      for (int v = 0; v < 4; ++v) {
        totals[v] = multiply_add(widen(row + 2 * i + 8 * v), load(x + i + 4 * v), totals[v]);
      }
    }
    out[r] = sum_of(totals) + (accumulate ? out[r] : 0);
  }
}

}  // namespace

void multiply_block_weights(const WeightMatrix& w, const float* x, int64_t x_stride, int rows, int first,
                            int count, bool accumulate, float* out, int64_t out_stride) {
  const int block = std::max(16, info_of(w.type).block_numbers);
  if (rows != 1 || first % block != 0 || count % block != 0) {
    return multiply_widened(w, x, x_stride, rows, first, count, accumulate, out, out_stride);
  }
  switch (w.type) {
    case NumberType::kF16:
      return multiply_row_of_halves(w, x, first, count, accumulate, out,
                                    [](const uint8_t* p) { return widen_halves(p); });
    case NumberType::kBF16:
      return multiply_row_of_halves(w, x, first, count, accumulate, out, widen_brains);
    case NumberType::kQ8_0:
      return multiply_row<dot_row<Q8_0>>(w, x, first, count, accumulate, out, 32);
    case NumberType::kQ4_0:
      return multiply_row<dot_row<Q4_0, NibbleDot<Q4_0>>>(w, x, first, count, accumulate, out, 32);
    case NumberType::kQ4_1:
      return multiply_row<dot_row<Q4_1, NibbleDot<Q4_1>>>(w, x, first, count, accumulate, out, 32);
    case NumberType::kQ5_0:
      return multiply_row<dot_row<Q5_0>>(w, x, first, count, accumulate, out, 32);
    case NumberType::kQ5_1:
      return multiply_row<dot_row<Q5_1>>(w, x, first, count, accumulate, out, 32);
    case NumberType::kQ4_K:
      return multiply_row<dot_k_row<Q4_K>>(w, x, first, count, accumulate, out, 16);
    case NumberType::kQ5_K:
      return multiply_row<dot_k_row<Q5_K>>(w, x, first, count, accumulate, out, 16);
    case NumberType::kQ6_K:
      return multiply_row<dot_k_row<Q6_K>>(w, x, first, count, accumulate, out, 16);
    case NumberType::kF64:
      return multiply_widened(w, x, x_stride, rows, first, count, accumulate, out, out_stride);
    case NumberType::kF32:
      return multiply_panel_weights(w, x, x_stride, rows, first, count, accumulate, out, out_stride);
  }
}

}  // namespace attention_head
