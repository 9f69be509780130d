#pragma once

namespace attention_head {

// The largest of row[0, count), NaN passed over; -infinity where there is none.
float max_of_row(const float* row, int count);

// row[j] <- e^(row[j] - max), returns their sum. The numerator and denominator of softmax; `max` is the
// row's largest value so far, and 0 in its place where that is -infinity.
float exponentials_of_row(float* row, int count, float max);

// The same for the columns of a panel [count, 8]: max[c] <- the larger of max[c] and the column's largest;
// panel[j][c] <- e^(panel[j][c] - max[c]), and sum[c] grows by the column's.
void max_of_columns(const float* panel, int count, float* max);
void exponentials_of_columns(float* panel, int count, const float* max, float* sum);

// panel[j][c] <- panel[j][c] * factors[c], panel [count, 8]
void scale_columns(float* panel, int count, const float* factors);

// row[j] <- row[j] * factor
void scale_row(float* row, int count, float factor);

// row[j] <- softcap * tanh(row[j] / softcap) (Gemma 2, Gemma Team 2024; ONNX Attention)
void softcap_row(float* row, int count, float softcap);

// Whether any of row[0, count) is NaN or infinite.
bool has_non_finite(const float* row, int count);

}  // namespace attention_head
