#pragma once

#include "model/transformer.h"

namespace attention_head {

// Each row of x [rows, dim] <- its norm: (row - mean) / √(variance + eps) · weight + bias (Ba et al. 2016),
// or without a bias row / √(mean of squares + eps) · weight (Zhang & Sennrich 2019). x stays as it is where
// there is no norm.
void normalise(const Norm& norm, float eps, int rows, int dim, float* x);

// By what a norm without a bias multiplies x [dim] before its weight; 1 where there is no norm.
float norm_factor(const Norm& norm, float eps, int dim, const float* x);

}  // namespace attention_head
