#include "kernels/softmax.h"

#include <cstring>
#include <limits>

#include "kernels/exponential.h"
#include "kernels/panel.h"
#include "kernels/simd.h"

namespace attention_head {

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The last count % 4 values, the rest of the vector filled.
f32x4 load_partial(const float* p, int count, float fill) {
  float lanes[kLanes] = {fill, fill, fill, fill};
  std::memcpy(lanes, p, sizeof(float) * static_cast<unsigned>(count));
  return load(lanes);
}

void store_partial(float* p, int count, f32x4 a) {
  float lanes[kLanes];
  store(lanes, a);
  std::memcpy(p, lanes, sizeof(float) * static_cast<unsigned>(count));
}

// row[j] <- f(row[j])
template <typename Function>
void transform_row(float* row, int count, Function f) {
  int j = 0;
  for (; j + kLanes <= count; j += kLanes) store(row + j, f(load(row + j)));
  if (j < count) store_partial(row + j, count - j, f(load_partial(row + j, count - j, 0.0f)));
}

}  // namespace

float max_of_row(const float* row, int count) {
  f32x4 largest[2] = {splat(-kInfinity), splat(-kInfinity)};
  int j = 0;
  for (; j + 2 * kLanes <= count; j += 2 * kLanes) {
    largest[0] = max(largest[0], load(row + j));
    largest[1] = max(largest[1], load(row + j + kLanes));
  }
  float result = max_of_lanes(max(largest[0], largest[1]));
  for (; j < count; ++j) result = result < row[j] ? row[j] : result;
  return result;
}

float exponentials_of_row(float* row, int count, float max) {
  const f32x4 maximum = splat(max);
  f32x4 sums[2] = {splat(0.0f), splat(0.0f)};
  int j = 0;
  for (; j + 2 * kLanes <= count; j += 2 * kLanes) {
    const f32x4 first = exponential(load(row + j) - maximum);
    const f32x4 second = exponential(load(row + j + kLanes) - maximum);
    store(row + j, first);
    store(row + j + kLanes, second);
    sums[0] = sums[0] + first;
    sums[1] = sums[1] + second;
  }
  for (; j < count; j += kLanes) {
    const int rest = count - j < kLanes ? count - j : kLanes;
    const f32x4 values = exponential(load_partial(row + j, rest, -kInfinity) - maximum);
    store_partial(row + j, rest, values);
    sums[0] = sums[0] + values;
  }
  return sum_of_lanes(sums[0] + sums[1]);
}

void max_of_columns(const float* panel, int count, float* max_of) {
  f32x4 left = load(max_of);
  f32x4 right = load(max_of + kLanes);
  for (int j = 0; j < count; ++j, panel += kPanelColumns) {
    left = max(left, load(panel));
    right = max(right, load(panel + kLanes));
  }
  store(max_of, left);
  store(max_of + kLanes, right);
}

void exponentials_of_columns(float* panel, int count, const float* max, float* sum) {
  for (int c = 0; c < kPanelColumns; c += kLanes) {
    const f32x4 maxima = load(max + c);
    f32x4 sums = splat(0.0f);
    float* cell = panel + c;
    for (int j = 0; j < count; ++j, cell += kPanelColumns) {
      const f32x4 values = exponential(load(cell) - maxima);
      store(cell, values);
      sums = sums + values;
    }
    store(sum + c, load(sum + c) + sums);
  }
}

void scale_columns(float* panel, int count, const float* factors) {
  const f32x4 left = load(factors);
  const f32x4 right = load(factors + kLanes);
  for (int j = 0; j < count; ++j, panel += kPanelColumns) {
    store(panel, load(panel) * left);
    store(panel + kLanes, load(panel + kLanes) * right);
  }
}

void scale_row(float* row, int count, float factor) {
  const f32x4 factors = splat(factor);
  transform_row(row, count, [=](f32x4 x) { return x * factors; });
}

void softcap_row(float* row, int count, float softcap) {
  const f32x4 caps = splat(softcap);
  transform_row(row, count, [=](f32x4 x) { return caps * hyperbolic_tangent(x / caps); });
}

bool has_non_finite(const float* row, int count) {
  // x * 0 is 0 for a finite x and NaN otherwise.
  f32x4 zeros = splat(0.0f);
  int j = 0;
  for (; j + kLanes <= count; j += kLanes) zeros = multiply_add(load(row + j), splat(0.0f), zeros);
  if (j < count) {
    zeros = multiply_add(load_partial(row + j, count - j, 0.0f), splat(0.0f), zeros);
  }
  return !(sum_of_lanes(zeros) == 0.0f);
}

}  // namespace attention_head
