#include "kernels/bias.h"

#include <limits>

#include "kernels/simd.h"

namespace attention_head {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

void subtract_distances_row(float slope, int64_t first, int step, int count, float* row) {
  constexpr float kFromZero[kLanes] = {0, 1, 2, 3};
  const f32x4 places = splat(static_cast<float>(step)) * load(kFromZero);
  int c = 0;
  for (; c + kLanes <= count; c += kLanes) {
    const f32x4 distances = splat(static_cast<float>(first + c * step)) + places;
    store(row + c, load(row + c) - splat(slope) * distances);
  }
  for (; c < count; ++c) row[c] -= slope * static_cast<float>(first + c * step);
}

void forbid_row(const uint8_t* allowed, ptrdiff_t stride, int count, float* row) {
  constexpr int kBytes = 4 * kLanes;
  int c = 0;
  for (; stride == 1 && c + kBytes <= count; c += kBytes) {
    f32x4 cells[kLanes];
    to_floats(load_bytes(allowed + c), cells);
    for (const f32x4 cell : cells) {
      store(row, select(cell == splat(0.0f), splat(-kInfinity), load(row)));
      row += kLanes;
    }
  }
  for (; c < count; ++c, ++row) *row = allowed[c * stride] == 0 ? -kInfinity : *row;
}

void add_bias_row(const float* bias, ptrdiff_t stride, int count, float* row) {
  int c = 0;
  for (; stride == 1 && c + kLanes <= count; c += kLanes) {
    const f32x4 added = load(bias + c);
    store(row + c, select(added == splat(-kInfinity), added, load(row + c) + added));
  }
  for (; c < count; ++c) {
    const float added = bias[c * stride];
    row[c] = added == -kInfinity ? -kInfinity : row[c] + added;
  }
}

}  // namespace attention_head
