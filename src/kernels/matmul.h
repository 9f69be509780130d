#pragma once

#include <cstdint>

namespace attention_head {

// Matrices are multiplied tile by tile; the right-hand side is read in panels (kernels/panel.h).

// out [rows, cols] = a [rows, inner] · panel [inner, 8] (+ out where `accumulate`), of which the first cols
// columns are wanted.
void multiply_panel(const float* a, int64_t a_stride, int rows, int inner, const float* panel, int cols,
                    bool accumulate, float* out, int64_t out_stride);

// out [cols, 8] += aᵀ · panel [inner, 8], for a [inner, cols]
void multiply_transposed(const float* a, int64_t a_stride, int inner, int cols, const float* panel,
                         float* out);

// out [rows, cols] = a [rows, inner] · B (+ out where `accumulate`), B as panels that start panel_stride
// floats apart: 8 * inner, or more where only some of the panels' rows are multiplied.
void multiply_panels(const float* a, int64_t a_stride, int rows, int inner, const float* panels,
                     int64_t panel_stride, int cols, bool accumulate, float* out, int64_t out_stride);

// out[j] = a [inner] · rows[j], rows [count, inner] of the given stride: one query against keys.
void dot_products(const float* a, const float* rows, int64_t row_stride, int count, int inner, float* out);

// out [cols] += weights [count] · rows [count, cols]: one query's weighted sum of values.
void add_weighted_rows(const float* weights, const float* rows, int64_t row_stride, int count, int cols,
                       float* out);

}  // namespace attention_head
