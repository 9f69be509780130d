#pragma once

#include <cstdint>

namespace attention_head {

// The nonlinearities of feed-forward layers, as Hugging Face configs name them.
enum class Activation : int {
  kGelu = 0,      // x · Φ(x), by the error function (Hendrycks & Gimpel 2016)
  kGeluTanh = 1,  // its approximation by tanh: gelu_new, gelu_pytorch_tanh
  kRelu = 2,
  kSilu = 3,  // x / (1 + e^-x) (Elfwing et al. 2018)
};

// values[i] <- f(values[i]). Both GELUs within 4e-7 up to |x| = 8, as far as PyTorch's float32 ones.
void activate(Activation activation, float* values, int64_t count);

// values[i] <- values[i] · factors[i]
void multiply_elements(float* values, const float* factors, int64_t count);

}  // namespace attention_head
