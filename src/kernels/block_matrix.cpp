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

// x [count] · one row of blocks; sums [count / 16] of x, for offsets.
template <typename Type>
float dot_blocks(const uint8_t* blocks, const float* x, const float* sums, int count) {
  BlockNumbers<Type::kVectors> numbers;
  f32x4 total = splat(0.0f);
  float offsets = 0;
  for (int i = 0; i < count; i += 16 * Type::kVectors, blocks += Type::kBytes) {
    Type::read(blocks, numbers);
    for (int v = 0; v < Type::kVectors; ++v, x += 16) {
      f32x4 values[4];
      to_floats(numbers.integers[v], values);
      f32x4 products = values[0] * load(x);
      products = multiply_add(values[1], load(x + 4), products);
      products = multiply_add(values[2], load(x + 8), products);
      products = multiply_add(values[3], load(x + 12), products);
      total = multiply_add(products, splat(numbers.scales[v]), total);
      if constexpr (Type::kHasOffset) offsets += numbers.offsets[v] * *sums++;
    }
  }
  return sum_of_lanes(total) + offsets;
}

template <typename Type>
void multiply_row(const WeightMatrix& w, const float* x, int first, int count, bool accumulate,
                  float* out) {
  float sums[kSummedColumns / 16];
  for (int start = 0; start < count; start += kSummedColumns) {
    const int width = std::min(kSummedColumns, count - start);
    const float* const part = x + start;
    for (int i = 0; i < width; i += 16) {
      const f32x4 fours[4] = {load(part + i), load(part + i + 4), load(part + i + 8), load(part + i + 12)};
      sums[i / 16] = sum_of(fours);
    }
    for (int r = 0; r < w.out; ++r) {
      const float dot = dot_blocks<Type>(row_of(w, r, first + start), part, sums, width);
      out[r] = accumulate || start > 0 ? out[r] + dot : dot;
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
      return multiply_row_of_halves(w, x, first, count, accumulate, out, widen_halves);
    case NumberType::kBF16:
      return multiply_row_of_halves(w, x, first, count, accumulate, out, widen_brains);
    case NumberType::kQ8_0:
      return multiply_row<Q8_0>(w, x, first, count, accumulate, out);
    case NumberType::kQ4_0:
      return multiply_row<Q4_0>(w, x, first, count, accumulate, out);
    case NumberType::kQ4_1:
      return multiply_row<Q4_1>(w, x, first, count, accumulate, out);
    case NumberType::kQ5_0:
      return multiply_row<Q5_0>(w, x, first, count, accumulate, out);
    case NumberType::kQ5_1:
      return multiply_row<Q5_1>(w, x, first, count, accumulate, out);
    case NumberType::kQ4_K:
      return multiply_row<Q4_K>(w, x, first, count, accumulate, out);
    case NumberType::kQ5_K:
      return multiply_row<Q5_K>(w, x, first, count, accumulate, out);
    case NumberType::kQ6_K:
      return multiply_row<Q6_K>(w, x, first, count, accumulate, out);
    case NumberType::kF32:
      return multiply_panel_weights(w, x, x_stride, rows, first, count, accumulate, out, out_stride);
  }
}

}  // namespace attention_head
