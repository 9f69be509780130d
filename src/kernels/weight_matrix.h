#pragma once

#include <cstdint>

#include "kernels/number_type.h"

namespace attention_head {

struct WeightMatrix;

// out [rows, w.out] = x [rows, count] · w[:, first : first + count]ᵀ (+ out where `accumulate`).
using MultiplyWeights = void (*)(const WeightMatrix& w, const float* x, int64_t x_stride, int rows,
                                 int first, int count, bool accumulate, float* out, int64_t out_stride);

// The way for float32 weights: panels of kernels/panel.h.
void multiply_panel_weights(const WeightMatrix& w, const float* x, int64_t x_stride, int rows, int first,
                            int count, bool accumulate, float* out, int64_t out_stride);

// Weights w [out, in] of a linear layer, as they are kept: float32 as the panels of wᵀ, any other type in
// its file's own blocks, row after row. A matrix knows how it is multiplied, so that a program which has
// none but panels holds no code for blocks.
struct WeightMatrix {
  int out = 0;
  int in = 0;
  const void* data = nullptr;
  NumberType type = NumberType::kF32;
  MultiplyWeights multiply = &multiply_panel_weights;
};

// One linear map: weights and a bias [out], or null.
struct LinearWeights {
  WeightMatrix matrix;
  const float* bias = nullptr;
};

// y [rows, out] = x [rows, in] · wᵀ + bias
void linear(const LinearWeights& weights, const float* x, int64_t x_stride, int rows, float* y,
            int64_t y_stride);

}  // namespace attention_head
