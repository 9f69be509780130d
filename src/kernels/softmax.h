#pragma once

namespace attention_head {

// The largest of row[0, count), NaN passed over; -infinity where there is none.
float max_of_row(const float* row, int count);

// row[j] <- e^(row[j] - max), returns their sum. The numerator and denominator of softmax; `max` is the
// row's largest value so far, and 0 in its place where that is -infinity.
float exponentials_of_row(float* row, int count, float max);

// row[j] <- row[j] * factor
void scale_row(float* row, int count, float factor);

// row[j] <- softcap * tanh(row[j] / softcap) (Gemma 2, Gemma Team 2024; ONNX Attention)
void softcap_row(float* row, int count, float softcap);

// Whether any of row[0, count) is NaN or infinite.
bool has_non_finite(const float* row, int count);

}  // namespace attention_head
